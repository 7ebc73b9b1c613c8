"""What every door says of a figure: the day asked for, its address, its words, the number in a picture."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from pinzhi.engine.errors import BadInput
from pinzhi.engine.rulebook.figures import THEMES, Figure
from pinzhi.records.accounts.permissions import Actor, may, require
from pinzhi.records.publishing.definitions import figure_named, figures
from pinzhi.records.publishing.queries.values import Value, data_version
from pinzhi.records.publishing.sources.names import SOURCES
from pinzhi.records.publishing.times import AsOf
from pinzhi.web.access import today
from pinzhi.web.language import counted, dated, in_english, said

EARLIEST = date(1990, 1, 1)
A_DAY = timedelta(days=1)
TEN_THOUSAND = 10_000
LONG = 10  # characters of words that are no number
WITH_UNIT = frozenset({"exact", "over", "wan", "over-wan", "numeral"})
IN_DIGITS = frozenset({"exact", "numeral"})
MEASURED = frozenset({"count", "distinct", "sum", "streak", "change"})
NEAR = 5  # figures offered for a number nobody knows


def asked(request: HttpRequest) -> AsOf:
    """Return the day and the state of knowledge that an address asks for: ``on`` and ``known``.

    ``known`` is a day, which means its end, or a moment of ISO 8601. What is no day, lies before there were records or
    has not come yet is refused.
    """
    return AsOf(day_within(_day(request.GET.get("on", ""))), moment_within(_moment(request.GET.get("known", ""))))


def day_within(day: date | None) -> date:
    """Return a day that figures can be asked for, today for None; refuse days before any record and days to come."""
    if day is None:
        return today()
    if not EARLIEST <= day <= today():
        raise BadInput(
            "publishing.day",
            "数字从 {first} 到今天（{last}）都能看，{day} 不在其中。",
            "Figures can be seen from {first} to today ({last}); {day} is not among these days.",
            first=EARLIEST,
            last=today(),
            day=day,
        )
    return day


def moment_within(known: datetime | None) -> datetime | None:
    """Return a moment at which something may have been known; refuse moments to come, beyond the end of this day."""
    if known is not None and not EARLIEST.year <= known.year <= (timezone.now() + A_DAY).year:
        raise _not_yet(known)
    if known is not None and known > timezone.now() + A_DAY:
        raise _not_yet(known)
    return known


def _not_yet(known: datetime) -> BadInput:
    return BadInput(
        "publishing.known",
        "“按哪一天所知”要在 {first} 到今天之间，{day} 不在其中。",
        "What was known can be asked from {first} to today; {day} is not among these days.",
        first=EARLIEST,
        day=f"{known:%Y-%m-%d}",
    )


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _no_day(text) from None


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        known = datetime.fromisoformat(text)
        if len(text) == len("2023-12-31"):
            known = datetime.combine(known.date() + A_DAY, time.min)
        known = known if known.tzinfo else timezone.make_aware(known)
        return known.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _no_day(text) from None


def _no_day(text: str) -> BadInput:
    return BadInput(
        "publishing.date", "“{day}”不是日期，应如 2023-12-31。", "“{day}” is no date: write 2023-12-31.", day=text[:40]
    )


def known_day(at: AsOf) -> str:
    """Return what was known when, as an address writes it: a day for its end, else 20240103T100000Z; empty for now."""
    if at.known is None:
        return ""
    local = timezone.localtime(at.known)
    return (
        f"{local.date() - timedelta(days=1)}"
        if local.time() == time.min
        else f"{at.known.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    )


def query_of(at: AsOf, **more: str) -> str:
    """Return what follows the path of a figure's address, empty where it is as of today and known now."""
    given = pairs_of(at, **more)
    return f"?{urlencode(given)}" if given else ""


def pairs_of(at: AsOf, **more: str) -> dict[str, str]:
    """Return the parameters of a figure's address that are not what is meant without them."""
    days = {"on": f"{at.on}"} if at.on != today() else {}
    known = {"known": known_day(at)} if at.known else {}
    return days | known | {name: value for name, value in more.items() if value}


def address_of_figure(figure_id: str, at: AsOf | None = None) -> str:
    """Return the address of a figure's page, as of a day."""
    return f"/figures/{figure_id}{query_of(at) if at else ''}"


def value_words(value: Value) -> str:
    """Return a value as pages print it, in digits where its words are a plain number; else why there is none."""
    if value.problem:
        return said(value.problem)
    if value.figure.wording.style in IN_DIGITS and value.figure.kind in MEASURED and value.number is not None:
        return amount(value.figure, value.number)
    return said(value.words)


def exact_words(value: Value) -> str:
    """Return the exact number where the words of a figure are rounded (1200余, 40万); empty where they say it all."""
    if value.figure.wording.style not in ("over", "wan", "over-wan") or value.number is None:
        return ""
    return counted_exactly(Fraction(value.number)) if not isinstance(value.number, date) else ""


def unit_words(value: Value) -> str:
    """Return the unit to print behind a value: none behind a share, a place, a list, or where there is no number."""
    figure = value.figure
    plain = figure.wording.style in WITH_UNIT and figure.kind not in ("list", "exists", "statement")
    return said(figure.unit) if plain and value.number is not None and not isinstance(value.number, date) else ""


def spoken(value: Value) -> str:
    """Return the accessible name of a traceable number: 54 个单位，截至 2023-12-31，看来历."""
    comma = ", " if in_english() else "，"
    amount = f"{value_words(value)} {unit_words(value)}".strip()
    day = _("截至 {day}").format(day=dated(value.at.on))
    return comma.join((amount.rstrip("。."), day, _("看来历")))


def amount(figure: Figure, number: Decimal | Fraction | int | date | None) -> str:
    """Return a number of a figure as pictures and tables of its parts print it, without rounding words."""
    if number is None:
        return "—"
    if isinstance(number, date):
        return dated(number)
    exact, style = Fraction(number), figure.wording.style
    if style in ("percent", "fraction"):
        return f"{rounded(exact * 100, max(figure.wording.digits, 1)):f}%"
    if style in ("wan", "over-wan") and abs(exact) >= TEN_THOUSAND and not in_english():
        return f"{counted_exactly(exact / TEN_THOUSAND)} 万"
    return counted_exactly(exact)


def counted_exactly(number: Fraction) -> str:
    """Return a number with commas between thousands and at most two decimals."""
    return counted(int(number)) if number.denominator == 1 else f"{rounded(number, 2):,f}"


def rounded(number: Fraction, digits: int) -> Decimal:
    """Round half up to so many decimals and leave out zeros at the end."""
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    short = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP).normalize()
    return short.quantize(Decimal(1)) if short == short.to_integral() else short


def is_fraction_of_one(figure: Figure) -> bool:
    """Say whether a figure is a share, whose differences are percentage points."""
    return figure.wording.style in ("percent", "fraction")


def readable(actor: Actor, on: date) -> tuple[Figure, ...]:
    """Return the figures in force on a day that somebody may read: internal ones are for officers."""
    internal = may(actor, "publishing.read-internal")
    return tuple(one for one in figures(on).values() if internal or one.privacy != "internal")


def readable_figure(actor: Actor, figure_id: str, on: date) -> Figure:
    """Return a figure; NotFound names near ones, NotAllowed says who may read an internal one."""
    wanted = figure_named(figure_id, on)
    if wanted.privacy == "internal":
        require(actor, "publishing.read-internal")
    return wanted


def has_records(figure: Figure) -> bool:
    """Say whether a figure has records of its own that are listed: those of people never are."""
    return figure.records is not None and figure.privacy != "group"


def dimension_of(figure: Figure, asked_by: str) -> str:
    """Return the dimension asked for, the first without one; empty where the figure is not taken apart."""
    known = figure.dimensions.by
    if (asked_by and asked_by not in known) or "\0" in asked_by:
        raise BadInput(
            "publishing.dimension",
            "{figure} 不能按“{asked}”分开，可以按：{known}。",
            "{figure} cannot be taken apart by “{asked}”; it can by {known}.",
            figure=figure.id,
            asked=asked_by[:40],
            known=", ".join(known) or "—",
        )
    return asked_by or next(iter(known), "")


def dimension_word(figure: Figure, name: str) -> str:
    """Return what a dimension of a figure is called."""
    records = figure.records
    fields = SOURCES[records.source].fields if records is not None else {}
    return said(fields[name].title) if name in fields else name


def version_of(wanted: Iterable[Figure]) -> str:
    """Return a word that changes whenever the records behind figures do, for the files made of them."""
    names = {one.records.source if one.records is not None else "" for one in wanted}
    every = SOURCES.keys() if "" in names else names
    return "-".join(data_version(one) for one in sorted(every))


@dataclass(frozen=True, slots=True)
class Theme:
    """Figures of one theme, in the order of the rulebook."""

    code: str
    word: str
    figures: tuple[Figure, ...]


def by_theme(wanted: Iterable[Figure]) -> tuple[Theme, ...]:
    """Return figures by theme; a theme without figures is left out."""
    every = list(wanted)
    themes = (
        Theme(code, said(word), tuple(one for one in every if one.theme == code)) for code, word in THEMES.items()
    )
    return tuple(theme for theme in themes if theme.figures)


def statements(wanted: Iterable[Figure]) -> tuple[Theme, ...]:
    """Return the statements among figures, which no record computes, as a theme of their own; none without any."""
    every = tuple(one for one in wanted if one.kind == "statement")
    return (Theme("statements", _("说明：没有记录能算出来的话"), every),) if every else ()


def containing(offered: Iterable[Figure], text: str) -> list[Figure]:
    """Return the figures whose number, name or definition holds a text, in either language and any case."""
    wanted = text.casefold()
    return [
        one
        for one in offered
        if wanted == one.id.casefold()
        or any(wanted in part.casefold() for words in (one.title, one.definition) for part in (words.zh, words.en))
    ]


def near(offered: Iterable[Figure], figure_id: str) -> list[Figure]:
    """Return the figures whose numbers look most like one that nobody knows."""
    known = {one.id: one for one in offered}
    close = difflib.get_close_matches(figure_id.upper()[:12], known, n=NEAR, cutoff=0.5)
    return [known[one] for one in close]
