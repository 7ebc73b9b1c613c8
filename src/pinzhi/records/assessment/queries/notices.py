"""Where public notices stand."""

from datetime import date
from typing import cast

from pinzhi.engine.assessment.rounds import notices
from pinzhi.engine.assessment.rounds.notices import Posted, Standing, standing
from pinzhi.engine.errors import NotFound
from pinzhi.records.assessment.models import Entry, Notice
from pinzhi.records.assessment.rules import calendar, scheme_of


def standing_of(notice: Notice, on: date) -> Standing:
    """Tell where a notice stands on a day: the clocks of its entries, objections, entries taken off."""
    stage = scheme_of(notice.round).stage_of(notice.stage)
    if stage is None or stage.notice is None:
        raise NotFound("assessment.notice.stage", "这一阶段没有公示。", "This stage has no notice.")
    listed = notice.items.order_by("entry__number").values_list("entry__number", flat=True)
    posted = Posted(notice.posted_on, tuple(listed), notice.text_digest)
    known = [
        notices.Objection(
            one.receipt,
            one.entry.number if one.entry else "",
            cast(notices.Ground, one.ground),
            one.received_on,
            handler=f"user:{one.handler_id}" if one.handler_id else "",
            closed_on=one.closed_on,
            outcome=cast(notices.Outcome, one.outcome),
            finding=one.finding,
            removes=one.removes,
        )
        for one in notice.objections.select_related("entry")
    ]
    return standing(stage.notice, posted, known, on=on, days=calendar())


def standing_for(entry: Entry, stage: str, on: date) -> Standing | None:
    """Tell where the latest notice of a stage stands that lists an entry; None where it was never listed."""
    notice = Notice.objects.filter(stage=stage, items__entry=entry).select_related("round").order_by("-number").first()
    return standing_of(notice, on) if notice else None
