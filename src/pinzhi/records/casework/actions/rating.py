"""Rate a service that was delivered: once for each order; a low rating says why and becomes a case with a clock."""

from collections.abc import Iterable, Mapping

from django.db import transaction

from pinzhi.engine.casework.savings import LOW_RATING, check_rating
from pinzhi.engine.errors import Conflict
from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.actions.holding import hold_case
from pinzhi.records.casework.actions.opening import open_case
from pinzhi.records.casework.actions.steps import Wish, take_step
from pinzhi.records.casework.models import Case, Rating

RATE = "rate"
LOW_KIND = "low-rating"
LONGEST_WORDS = 2_000
# What people are dissatisfied with, as codes that are kept and words that are shown.
REASONS: Mapping[str, Text] = {
    "late": Text("没有按时", "Not in time"),
    "quality": Text("结果有差错", "The result has faults"),
    "price": Text("收费与报价不符", "Charged otherwise than quoted"),
    "manner": Text("态度不好", "Treated badly"),
    "unclear": Text("说明不清楚", "Badly explained"),
    "other": Text("其他", "Something else"),
}


def rate_order(
    *,
    actor: Actor,
    case_id: int,
    level: int,
    reasons: Iterable[str] = (),
    words: str = "",
    seen: int | None,
    when: Moment,
) -> Rating:
    """Keep what the enterprise thinks of an order: 5 very satisfied to 1; of 2 and less, also why.

    A low rating opens a case of its own, in which an officer calls back and answers by a date; its number is in
    ``answered_in``. Raises Conflict for an order that was rated before or is not completed, BadInput for a level that
    is none and for a low one without a reason, NotAllowed for anybody but who ordered.
    """
    given = tuple(dict.fromkeys(reasons))
    with transaction.atomic():
        case = hold_case(actor, case_id, seen)
        if Rating.objects.filter(case=case).exists():
            raise Conflict(
                "casework.rating.twice",
                "{number} 已经评价过了，每单评价一次。",
                "{number} was rated before; each order is rated once.",
                number=case.number,
            )
        check_rating(level, given, words, known=REASONS)
        wish = Wish(RATE, values={"rating": f"r{level}"}, through="rating")
        take_step(actor=actor, case_id=case_id, wish=wish, seen=None, when=when)
        return Rating.objects.create(
            case=case,
            level=level,
            reasons=";".join(given),
            words=words.strip()[:LONGEST_WORDS],
            provider_code=case.provider_code,
            actor=actor.key,
            rated_on=when.on,
            rated_at=when.at,
            answered_in=_called_back(actor, case, level, given, words, when) if level <= LOW_RATING else None,
        )


def _called_back(actor: Actor, case: Case, level: int, reasons: tuple[str, ...], words: str, when: Moment) -> Case:
    why = "、".join(REASONS[one].zh for one in reasons)
    values = {
        "what": why or " ".join(words.split())[:100],
        "detail": words,
        "order": case.number,
        "rating": f"r{level}",
        "organisation": case.provider_code,
    }
    return open_case(
        actor=actor,
        kind=LOW_KIND,
        values=values,
        when=when,
        district=case.district,
        reporter_code=case.reporter_code,
        once=f"rating/{case.number}",
        synthetic=case.synthetic,
    )
