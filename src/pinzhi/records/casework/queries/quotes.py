"""Quotes as whoever ordered compares them, and requests as each institution sees its own: never those of others."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import BooleanField, Count, ExpressionWrapper, Max, OuterRef, Q, QuerySet, Subquery, Sum

from pinzhi.engine.errors import NotFound
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.models import Case, Quote, QuoteRequest, Rating
from pinzhi.records.catalog.queries.shapes import State
from pinzhi.records.catalog.rulebook import rulebook

PAGE = 50
ASKED = "asked"
_STATES: dict[str, State] = {
    "waiting": State("waiting", Text("等待答复", "Waiting for an answer"), "wait"),
    "quoted": State("quoted", Text("已报价", "Quoted"), "run"),
    "declined": State("declined", Text("不接", "Declined"), "past"),
    "chosen": State("chosen", Text("已选定", "Chosen"), "ok"),
    "over": State("over", Text("询价已结束", "Closed"), "past"),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """One line of the comparison: an institution, its last answer, and how it was rated before."""

    request_id: int
    code: str
    name: str
    state: State
    quote_id: int | None
    price: Decimal | None
    days: int | None
    terms: str
    made_on: date | None
    ratings: int
    mean: Decimal | None
    is_cheapest: bool
    is_fastest: bool


@dataclass(frozen=True, slots=True)
class Asking:
    """A request as the institution asked sees it: the need, and its own answers."""

    id: int
    number: str
    title: str
    need: str
    service: Text
    standard: str
    wanted_by: str
    district: Text
    asked_on: date
    state: State
    is_open: bool
    answers: tuple[Quote, ...]
    synthetic: bool


def requests_of(case: Case) -> list[QuoteRequest]:
    """Return the requests of the last round of an order, by name."""
    last = case.requests.aggregate(n=Max("round"))["n"]
    return list(case.requests.filter(round=last).order_by("provider_name", "pk")) if last else []


def last_quote(request: QuoteRequest) -> Quote | None:
    """Return the answer that holds; None before the first."""
    return request.quotes.order_by("-pk").first()


def comparison(case: Case) -> tuple[Offer, ...]:
    """Return the institutions that an order asked side by side: quotes first, the cheapest on top."""
    asked = requests_of(case)
    answers: dict[int, Quote] = {}
    for quote in Quote.objects.filter(request__in=asked).order_by("pk"):
        answers[quote.request_id] = quote
    offered = [one for one in answers.values() if one.price is not None]
    has_others = len(offered) > 1
    cheapest = min(one.price for one in offered if one.price is not None) if has_others else None
    fastest = min(one.days for one in offered if one.days is not None) if has_others else None
    ratings = _ratings([one.provider_code for one in asked])
    found = [
        _offer(one, answers.get(one.pk), case, ratings.get(one.provider_code, (0, None)), cheapest, fastest)
        for one in asked
    ]
    return tuple(sorted(found, key=lambda one: (one.price is None, one.price or 0, one.name)))


def _offer(
    asked: QuoteRequest,
    quote: Quote | None,
    case: Case,
    rated: tuple[int, Decimal | None],
    cheapest: Decimal | None,
    fastest: int | None,
) -> Offer:
    return Offer(
        request_id=asked.pk,
        code=asked.provider_code,
        name=asked.provider_name,
        state=_state(asked, quote, case),
        quote_id=quote.pk if quote else None,
        price=quote.price if quote else None,
        days=quote.days if quote else None,
        terms=quote.terms if quote else "",
        made_on=quote.made_on if quote else None,
        ratings=rated[0],
        mean=rated[1],
        is_cheapest=bool(quote and cheapest is not None and quote.price == cheapest),
        is_fastest=bool(quote and fastest is not None and quote.days == fastest),
    )


def requests_for(actor: Actor) -> QuerySet[QuoteRequest]:
    """Return the requests to the organisations somebody acts for; those that can be answered first, then the newest."""
    own = QuoteRequest.objects.filter(provider_code__in=actor.organisation_codes).select_related("case")
    latest = QuoteRequest.objects.filter(case=OuterRef("case")).order_by("-round").values("round")[:1]
    is_open = ExpressionWrapper(Q(case__state=ASKED), output_field=BooleanField())
    return own.annotate(latest=Subquery(latest), is_open=is_open).order_by("-is_open", "-asked_on", "-pk")


def askings(rows: list[QuoteRequest]) -> Iterator[Asking]:
    """Yield requests as their institution sees them."""
    answers: dict[int, list[Quote]] = {}
    for quote in Quote.objects.filter(request__in=rows).order_by("-pk"):
        answers.setdefault(quote.request_id, []).append(quote)
    lists = rulebook()
    for one in rows:
        case, own = one.case, tuple(answers.get(one.pk, ()))
        state = _state(one, own[0] if own else None, case)
        service = str(case.values.get("service", ""))
        yield Asking(
            id=one.pk,
            number=case.number,
            title=case.title,
            need=str(case.values.get("need", "")),
            service=lists.codelist("services").text(service) if service else Text("", ""),
            standard=str(case.values.get("standard", "")),
            wanted_by=str(case.values.get("wanted-by", "")),
            district=lists.codelist("districts").text(case.district) if case.district else Text("", ""),
            asked_on=one.asked_on,
            state=state,
            is_open=case.state == ASKED and one.round == getattr(one, "latest", one.round),
            answers=own,
            synthetic=case.synthetic,
        )


def asking_for(actor: Actor, request_id: int) -> Asking:
    """Return a request to an organisation somebody acts for; any other is not found, whether it is there or not."""
    row = requests_for(actor).filter(pk=request_id).first()
    if row is None:
        raise NotFound("casework.quotes.request", "没有向你的单位询过这个价。", "Your organisation was not asked.")
    return next(askings([row]))


def open_requests(actor: Actor) -> int:
    """Return how many requests wait for the first answer of somebody's organisations."""
    rows = QuoteRequest.objects.filter(provider_code__in=actor.organisation_codes, case__state=ASKED, quotes=None)
    return rows.count() if actor.organisation_codes else 0


def _state(asked: QuoteRequest, quote: Quote | None, case: Case) -> State:
    if asked.chosen_on is not None:
        return _STATES["chosen"]
    if quote is not None and quote.declined:
        return _STATES["declined"]
    if case.state != ASKED:
        return _STATES["over"]
    return _STATES["quoted" if quote else "waiting"]


def _ratings(codes: list[str]) -> dict[str, tuple[int, Decimal | None]]:
    rows = (
        Rating.objects.filter(provider_code__in=codes)
        .order_by()
        .values("provider_code")
        .annotate(n=Count("pk"), total=Sum("level"))
    )
    return {
        row["provider_code"]: (row["n"], (Decimal(row["total"]) / row["n"]).quantize(Decimal("0.1"))) for row in rows
    }
