"""Note an event at an organisation and propose what the rules say for everything else that it holds."""

from datetime import date

from django.db import transaction

from pinzhi.engine.attestation.measures import Proposed, proposals
from pinzhi.engine.errors import BadInput, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.measures import MeasureRules
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.attestation.models import Measure, MeasureEvent
from pinzhi.records.attestation.queries.measure_holdings import holdings_of
from pinzhi.records.catalog.models import Organisation
from pinzhi.records.catalog.rulebook import calendar, rulebook
from pinzhi.records.journal.actions import write as write_journal
from pinzhi.records.notices.actions import RoleHolders, send


def rules_in_force(on: date) -> MeasureRules | None:
    """Return the measures across programmes in force on a day; None where the city has decided none."""
    holding = [one for one in rulebook().all_of(MeasureRules) if one.holds(on)]
    return max(holding, key=lambda one: one.in_force_from or date.min, default=None)


def raise_event(
    *,
    actor: Actor,
    kind: str,
    code: str,
    about: tuple[str, str],
    ground: str,
    document: str,
    happened_on: date,
    when: Moment,
) -> MeasureEvent | None:
    """Note an event, once, with what it proposes, and tell the officers; None where it proposes nothing or is known.

    Call it inside the transaction of what happened; the caller has checked the permission.
    """
    rules = rules_in_force(when.on)
    organisation = Organisation.objects.filter(code=code).first()
    if organisation is None:
        raise NotFound(
            "attestation.measures.organisation", "名录里没有 {code}。", "The catalogue has no {code}.", code=code[:40]
        )
    if rules is None or rules.event_of(kind) is None or _is_known(kind, about, happened_on):
        return None
    found = proposals(
        rules, kind, holdings_of(code, when.on), about=about, on=when.on,
        days=calendar(),
    )  # fmt: skip
    if not found:
        return None
    with transaction.atomic():
        event = MeasureEvent.objects.create(
            kind=kind,
            organisation_code=code,
            organisation_name=organisation.name,
            district=organisation.district,
            about_kind=about[0],
            about_key=about[1],
            happened_on=happened_on,
            ground=ground[:1000],
            document=document[:200],
            edition=f"{rules.id}/{rules.edition}",
            by=actor.key,
            at=when.at,
        )
        Measure.objects.bulk_create(_measure(event, one) for one in found)
        write_journal(
            at=when.at,
            actor=actor.key,
            action="attestation.measures.propose",
            object_kind="organisation",
            object_key=code,
            edition=event.edition,
            detail={
                "event": kind,
                "about": ":".join(about),
                "happened_on": happened_on.isoformat(),
                "proposed": [f"{one.holding.kind}:{one.holding.key}:{one.measure}:{one.due_on}" for one in found],
            },
        )
        _tell_officers(event, found, rules, when)
    return event


def check_event(kind: str, ground: str, happened_on: date, when: Moment) -> None:
    """Refuse an event that is none of the rules', has no ground, or has not happened yet."""
    rules = rules_in_force(when.on)
    if rules is None or rules.event_of(kind) is None:
        raise BadInput(
            "attestation.measures.event", "没有“{kind}”这种事件。", "There is no event “{kind}”.", kind=kind[:40]
        )
    if not ground.strip():
        raise BadInput("attestation.measures.ground", "请写明依据。", "Say on what ground.")
    if happened_on > when.on:
        raise BadInput(
            "attestation.measures.future", "{day} 还没有到。", "{day} has not come yet.", day=happened_on
        )  # fmt: skip


def _is_known(kind: str, about: tuple[str, str], happened_on: date) -> bool:
    return MeasureEvent.objects.filter(
        kind=kind, about_kind=about[0], about_key=about[1], happened_on=happened_on
    ).exists()


def _measure(event: MeasureEvent, one: Proposed) -> Measure:
    return Measure(
        event=event,
        target_kind=one.holding.kind,
        target_key=one.holding.key,
        title_zh=one.holding.title.zh[:300],
        title_en=one.holding.title.en[:300],
        proposed=one.measure,
        basis_zh=one.basis.zh[:300],
        basis_en=one.basis.en[:300],
        due_on=one.due_on,
    )


def _tell_officers(event: MeasureEvent, found: tuple[Proposed, ...], rules: MeasureRules, when: Moment) -> None:
    known = rules.event_of(event.kind)
    title = known.title if known else Text(event.kind, event.kind)
    first = min(one.due_on for one in found)
    send(
        to=(RoleHolders("city_officer"), RoleHolders("district_officer", event.district)),
        subject=Text(
            f"{event.organisation_name}：{title.zh}，{len(found)} 项建议待定",
            f"{event.organisation_name}: {title.en}, {len(found)} proposals to decide",
        ),
        body=Text(
            f"{event.organisation_name}（{event.organisation_code}）于 {event.happened_on} {title.zh}。"
            f"涉及该单位的 {len(found)} 项，请在 {first} 前确认或写明理由不采纳。",
            f"{event.organisation_name} ({event.organisation_code}), {event.happened_on}: {title.en}."
            f" It touches {len(found)} things that it holds: confirm or decline with grounds by {first}.",
        ),
        link="/desk/measures",
        about=("organisation", event.organisation_code),
        when=when,
        once=f"measures:{event.pk}",
    )
