"""A panel talks: its head writes down what was agreed on, and what was changed on site, each with its reason."""

from decimal import Decimal

from django.db import transaction

from pinzhi.engine.assessment.rounds.consensus import check_percent
from pinzhi.engine.assessment.rounds.outcomes import settles_items
from pinzhi.engine.errors import BadInput, Conflict, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.scheme_parts import Stage
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.assessment.actions.common import hold_entry, note
from pinzhi.records.assessment.actions.sheets import not_lead
from pinzhi.records.assessment.models import Entry, Settlement
from pinzhi.records.assessment.queries.results import outcome_of
from pinzhi.records.assessment.queries.sheets import check_all_in, check_item, sheet_of_stage
from pinzhi.records.assessment.queries.visible import assigned

LONGEST_REASON = 2000
_SITE = "site_visit"


def settle_item(
    *, actor: Actor, entry_id: int, stage: str, item: str, percent: Decimal, reason: str, when: Moment
) -> Settlement:
    """Write down the percentage that the panel agreed on for an item, with its reason; the latest counts.

    Raises Conflict while a sheet of the panel is out or too few are in, and BadInput for a percentage off the steps,
    an unknown item or no reason.
    """
    return _write(actor, entry_id, stage, "consensus", item, percent, reason, when)


def change_on_site(
    *, actor: Actor, entry_id: int, stage: str, item: str, percent: Decimal, reason: str, when: Moment
) -> Settlement:
    """Write down that an item's percentage was changed by what was found on site; after the panel settled it."""
    if stage != _SITE:
        raise Conflict(
            "assessment.panel.site",
            "只有现场评审才能按现场情况改分。",
            "Marks are changed by what is found on site in the site visit only.",
        )
    return _write(actor, entry_id, stage, "site", item, percent, reason, when)


def _write(
    actor: Actor, entry_id: int, stage: str, kind: str, item: str, percent: Decimal, reason: str, when: Moment
) -> Settlement:
    require(actor, "assessment.judge")
    with transaction.atomic():
        task = assigned(actor).filter(entry_id=entry_id, stage=stage).first()
        if task is None:
            raise NotFound("assessment.task", "没有这个评审任务，或它不是你的。", "There is no such task of yours.")
        if not task.lead:
            raise not_lead()
        entry = hold_entry(entry_id)
        check_percent(percent, _checked_stage(entry, stage).step)
        check_item(entry, stage, item)
        if len(reason) > LONGEST_REASON:
            raise BadInput(
                "assessment.panel.reason",
                "理由最多 {most} 字，现在有 {found} 字。",
                "A reason has at most {most} characters; found {found}.",
                most=LONGEST_REASON,
                found=len(reason),
            )
        made = Settlement.objects.create(
            entry=entry, stage=stage, item=item, kind=kind, percent=percent, reason=reason.strip(),
            expert_code=task.expert.code, actor=actor.key, at=when.at,
        )  # fmt: skip
        outcome_of(entry, stage)  # refuses what may not be said, and then nothing is kept
        note(actor, f"panel.{kind}", entry, when, stage=stage, item=item, reason=made.reason, expert=made.expert_code)
    return made


def _checked_stage(entry: Entry, stage: str) -> Stage:
    """Return the stage whose panel may talk now."""
    if entry.state != stage:
        raise Conflict(
            "assessment.sheet.stage",
            "“{number}”已不在这一阶段，评分已经关闭。",
            "“{number}” is no longer in this stage; its sheets are closed.",
            number=entry.number,
        )
    found, _instrument = sheet_of_stage(entry, stage)
    check_all_in(entry, stage)
    if not settles_items(found):
        raise Conflict(
            "assessment.panel.method",
            "这一阶段不逐项合议：各位评审员的总分直接合并。",
            "This stage does not settle item by item: the judges' totals are joined as they are.",
        )
    return found
