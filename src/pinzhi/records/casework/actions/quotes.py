"""Quotes: an order asks several institutions, each answers for itself, whoever ordered chooses one."""

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction

from pinzhi.engine.errors import BadInput, Conflict, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.actions.holding import hold_case, note
from pinzhi.records.casework.actions.steps import Wish, take_step
from pinzhi.records.casework.models import Case, Quote, QuoteRequest
from pinzhi.records.casework.queries.quotes import last_quote, requests_of
from pinzhi.records.casework.rules import require_listed
from pinzhi.records.catalog.models import Organisation
from pinzhi.records.notices.actions import OrganisationPeople, send

ASK, CHOOSE, ASKED = "ask", "choose", "asked"
FEWEST, MOST = 2, 6
LONGEST_DAYS = 366
LONGEST_TERMS = 2_000
LARGEST = Decimal("100000000")
_CENT = Decimal("0.01")


def ask_for_quotes(
    *, actor: Actor, case_id: int, providers: Sequence[str], seen: int | None, when: Moment
) -> tuple[QuoteRequest, ...]:
    """Ask from two to six institutions for a quote and tell each of them; none learns who else was asked.

    Raises BadInput for fewer or more, or an unknown one; Conflict for one that takes no orders or where the order
    cannot ask now; NotAllowed for who has no part in ordering.
    """
    codes = list(dict.fromkeys(providers))
    if not FEWEST <= len(codes) <= MOST:
        raise BadInput(
            "casework.quotes.count",
            "选了 {found} 家机构，询价要选 {fewest} 到 {most} 家。只要一家，请直接下单。",
            "{found} institutions were chosen; ask {fewest} to {most}. For a single one, order from it directly.",
            found=len(codes),
            fewest=FEWEST,
            most=MOST,
        )
    with transaction.atomic():
        case = hold_case(actor, case_id, seen)
        asked = [_institution(case, code) for code in codes]
        step = take_step(actor=actor, case_id=case_id, wish=Wish(ASK, through="quotes"), seen=None, when=when)
        rows = tuple(
            QuoteRequest.objects.create(
                case=case,
                round=step.number,
                provider_code=one.code,
                provider_name=one.name,
                actor=actor.key,
                asked_on=when.on,
                asked_at=when.at,
            )
            for one in asked
        )
        note(actor, "quotes.ask", case, when, asked=codes)
        for row in rows:
            _tell(
                row.provider_code,
                row,
                when,
                "asked",
                Text(f"请报价：{case.title}", f"Please quote: {case.title}"),
                Text(
                    "有企业向你的单位询价。看过需求后报价，或说明不接。",
                    "An enterprise asks your organisation for a quote. Look at the need, then quote or decline.",
                ),
            )
    return rows


def give_quote(*, actor: Actor, request_id: int, price: Decimal, days: int, terms: str, when: Moment) -> Quote:
    """Offer a price in yuan, all included, and the working days until delivery; a later offer replaces the first.

    Raises NotFound for a request that is not the actor's, BadInput for a price or days out of range, Conflict once the
    order has chosen, ended, or asked anew, and where the institution's listing is suspended.
    """
    if not price.is_finite() or not 0 < price < LARGEST or price != price.quantize(_CENT):
        raise BadInput(
            "casework.quote.price",
            "报价是 {found}，应为大于 0、最多两位小数的金额（元）。",
            "The price is {found}; expected yuan above 0 with at most two digits.",
            found=price,
        )
    if not 0 < days <= LONGEST_DAYS:
        raise BadInput(
            "casework.quote.days",
            "工作日是 {found}，应为 1 到 {most}。",
            "The working days are {found}; expected 1 to {most}.",
            found=days,
            most=LONGEST_DAYS,
        )
    return _answer(actor, request_id, Quote(price=price, days=days, terms=terms.strip()[:LONGEST_TERMS]), when)


def decline_to_quote(*, actor: Actor, request_id: int, ground: str, when: Moment) -> Quote:
    """Say that the institution does not take it, and why; refused as ``give_quote``, and without reasons."""
    if not ground.strip():
        raise BadInput("casework.ground", "请写明理由。", "Give your reasons.")
    return _answer(actor, request_id, Quote(declined=True, terms=ground.strip()[:LONGEST_TERMS]), when)


def choose_quote(*, actor: Actor, quote_id: int, seen: int | None, when: Moment) -> Case:
    """Choose a quote: its institution delivers at its price; the others are told that another was chosen.

    Raises NotFound for a quote of a case that the actor may not know of; Conflict for one that was replaced or that
    declines, and where somebody chose before; NotAllowed for anybody but who ordered.
    """
    quote = Quote.objects.select_related("request").filter(pk=quote_id).first()
    if quote is None:
        raise _no_quote()
    with transaction.atomic():
        case = hold_case(actor, quote.request.case_id, seen)
        current = {one.pk: one for one in requests_of(case)}
        if quote.declined or quote.request_id not in current or last_quote(quote.request) != quote:
            raise Conflict(
                "casework.quote.replaced",
                "这份报价已改或已撤回，请看现在的报价再选。",
                "This quote was replaced or withdrawn. Look at the quotes as they are now.",
            )
        code = quote.request.provider_code
        wish = Wish(CHOOSE, values={"price": str(quote.price)}, assign={"provider": code}, through="quotes")
        take_step(actor=actor, case_id=case.pk, wish=wish, seen=None, when=when)
        QuoteRequest.objects.filter(pk=quote.request_id).update(chosen_on=when.on)
        note(actor, "quotes.choose", case, when, provider=code, price=str(quote.price))
        for one in current.values():
            if one.pk != quote.request_id:
                _tell(
                    one.provider_code,
                    one,
                    when,
                    "over",
                    Text(f"询价结束：{case.title}", f"Quotes closed: {case.title}"),
                    Text("企业选了别家。谢谢报价。", "The enterprise chose another institution. Thank you."),
                )
    case.refresh_from_db()
    return case


def _institution(case: Case, code: str) -> Organisation:
    found = Organisation.objects.filter(code=code).first()
    if found is None or code == case.reporter_code:
        raise BadInput(
            "casework.quotes.who",
            "不能向“{code}”询价：没有这家机构，或是你自己的单位。",
            "“{code}” cannot be asked: there is no such institution, or it is your own.",
            code=code[:40],
        )
    require_listed(found)
    return found


def _answer(actor: Actor, request_id: int, quote: Quote, when: Moment) -> Quote:
    """Keep an answer, with the order held: a quote and a choice at the same moment do not miss each other."""
    request = QuoteRequest.objects.filter(pk=request_id, provider_code__in=actor.organisation_codes).first()
    if request is None:
        raise NotFound("casework.quotes.request", "没有向你的单位询过这个价。", "Your organisation was not asked.")
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=request.case_id)
        if case.state != ASKED or request not in requests_of(case):
            raise Conflict(
                "casework.quotes.closed",
                "询价已经结束，不能再报价。",
                "The order no longer takes quotes.",
            )
        if not quote.declined:
            require_listed(Organisation.objects.get(code=request.provider_code))
        quote.request, quote.actor = request, actor.key
        quote.made_on, quote.made_at = when.on, when.at
        quote.save()
        note(
            actor,
            "quotes.decline" if quote.declined else "quotes.give",
            case,
            when,
            provider=request.provider_code,
            price=str(quote.price or ""),
            days=quote.days,
        )
        if case.reporter_code:
            send(
                to=OrganisationPeople(case.reporter_code),
                subject=Text(f"收到答复：{case.title}", f"An answer has come: {case.title}"),
                body=Text(
                    f"{request.provider_name}{'不接这一单' if quote.declined else '报了价'}。",
                    f"{request.provider_name} {'declines' if quote.declined else 'has quoted'}.",
                ),
                link=f"/desk/orders/{case.number}",
                about=("case", case.number),
                when=when,
                once=f"quote/{quote.pk}",
            )
    return quote


def _tell(code: str, row: QuoteRequest, when: Moment, what: str, subject: Text, body: Text) -> None:
    send(
        to=OrganisationPeople(code),
        subject=subject,
        body=body,
        link=f"/desk/quotes/{row.pk}",
        about=("quote", str(row.pk)),
        when=when,
        once=f"quote-request/{row.pk}/{what}",
    )


def _no_quote() -> NotFound:
    return NotFound("casework.quote", "没有这份报价。", "There is no such quote.")
