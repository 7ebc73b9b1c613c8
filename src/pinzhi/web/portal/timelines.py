"""Pictures of time: the chain of a standard's editions, and how long certificates run.

Places along the axis are shares of the width, heights are pixels: so a picture fits any width, and its words keep
their size. Colours are classes, because no style attribute is allowed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pinzhi.engine.catalog.codes import parse
from pinzhi.records.catalog.queries.certificates import CertificateRow
from pinzhi.records.catalog.queries.editions import Edition
from pinzhi.web.addresses import address_of
from pinzhi.web.language import dated

ROW = 23  # height of an edition's row with its name beside the bar
TALL_ROW = 42  # with its name above the bar
BAR = 12
TERM = 48  # height of one certificate on a phone; elsewhere it fills its row, and the style centres the bar
THICK = 14
ROOM = 30.0  # percent of the width that a name beside a bar needs
FULL = 97.0  # a year after this would be written over what stands beside the axis
HALF_YEAR = timedelta(days=183)
MOST_TICKS = 9


@dataclass(frozen=True, slots=True)
class Bar:
    x: str
    width: str
    y: float | str
    height: float
    paint: str


@dataclass(frozen=True, slots=True)
class Line:
    x1: str
    x2: str
    y1: float
    y2: float | str
    paint: str


@dataclass(frozen=True, slots=True)
class Dot:
    x: str
    y: float | str
    r: float
    paint: str


@dataclass(frozen=True, slots=True)
class Word:
    x: str
    dx: int
    y: float
    text: str
    paint: str
    address: str = ""


@dataclass(slots=True)
class Drawing:
    """One picture, with the name a screen reader gives it."""

    label: str
    height: int
    bars: list[Bar] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Axis:
    """The days from the left to the right edge, and the years that are marked."""

    start: date
    end: date
    years: tuple[int, ...]

    def at(self, day: date) -> float:
        """Return where a day lies, in percent of the width; days outside lie on the edge."""
        share = (day - self.start).days / max(1, (self.end - self.start).days)
        return round(min(1.0, max(0.0, share)) * 100, 2)


@dataclass(frozen=True, slots=True)
class Term:
    """The validity of one certificate as a picture, and the words after it."""

    row: CertificateRow
    drawing: Drawing
    word: str
    shape: str


def axis_over(days: Sequence[date], *, before: timedelta, after: timedelta) -> Axis:
    """Return an axis that holds all days, with at most nine round years marked."""
    start, end = min(days) - before, max(days) + after
    first, last = start.year + (start > date(start.year, 1, 1)), end.year
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100) if (last - first) // step < MOST_TICKS)
    return Axis(start, end, tuple(year for year in range(first, last + 1) if year % step == 0))


def chain(editions: Sequence[Edition], on: date, *, narrow: bool) -> Drawing | None:
    """Draw one row for each edition: dashes from publication, a bar for the time in force, a step to the next.

    Editions of which no year is known are left to the table. None where there is nothing to compare.
    """
    drawn = [(one, begin) for one in editions if (begin := _begin(one)) is not None]
    if not drawn:
        return None
    days = [day for one, begin in drawn for day in (begin, one.published.on, one.ends_on, one.effective_on) if day]
    axis = axis_over([*days, on], before=HALF_YEAR, after=2 * HALF_YEAR)
    drawing = Drawing(label=_chain_label(drawn, on), height=0)
    top = 16.0
    spots: dict[str, tuple[float, float]] = {}
    for edition, begin in drawn:
        from_, to = axis.at(begin), axis.at(edition.ends_on or max(on, begin))
        side = "above" if narrow else _side(from_, to)
        y = top + (18 if side == "above" else 0)
        _draw_edition(drawing, edition, axis, (from_, to, y), on)
        _name_edition(drawing, edition, axis, (from_, to, y), side)
        spots[edition.key] = (to, y)
        top += TALL_ROW if side == "above" else ROW
    _draw_steps(drawing, [edition for edition, _begin_day in drawn], axis, spots)
    _draw_axis(drawing, axis, on, bottom=top + 4)
    drawing.height = int(top + 32)
    return drawing


def terms(rows: Sequence[CertificateRow], on: date) -> tuple[Axis | None, list[Term]]:
    """Return the common axis and one picture for each certificate: whole term light, elapsed part dark, audits dots."""
    days = [day for row in rows for day in (row.issued.on, row.expires_on) if day]
    if not days:
        return None, [Term(row, Drawing("", 0), *_term_word(row, on)) for row in rows]
    axis = axis_over([*days, on], before=timedelta(days=60), after=timedelta(days=60))
    return axis, [Term(row, _term(row, axis, on), *_term_word(row, on)) for row in rows]


def scale(axis: Axis, on: date) -> Drawing:
    """Draw the years of an axis, to stand above the pictures that share it."""
    drawing = Drawing(label="", height=22)
    for year in axis.years:
        at = axis.at(date(year, 1, 1))
        drawing.words.append(Word(_pc(at), 0, 15, str(year), "axis end" if at > FULL else "axis mid"))
    return drawing


def _begin(edition: Edition) -> date | None:
    """Return from when an edition held, no finer than is known: its number tells at least the year."""
    if edition.effective_on or edition.published.on:
        return edition.effective_on or edition.published.on
    year = parse(edition.key).year
    return date(year, 7, 1) if year else None


def _side(from_: float, to: float) -> str:
    """Return where there is room for a name: beside the bar if possible."""
    if to <= 100 - ROOM:
        return "right"
    return "left" if from_ >= ROOM else "above"


def _draw_edition(drawing: Drawing, edition: Edition, axis: Axis, spot: tuple[float, float, float], on: date) -> None:
    from_, to, y = spot
    published = edition.published.on
    if published and edition.effective_on and published < edition.effective_on:
        drawing.lines.append(Line(_pc(axis.at(published)), _pc(from_), y + 6, y + 6, "line-ink3 dash wide"))
    code = edition.state.code if edition.state else ""
    ended = code in ("replaced", "withdrawn")
    if code in ("draft", "upcoming") or not code or (ended and edition.ends_on is None):
        drawing.dots.append(Dot(_pc(from_), y + 6, 4.5, "fill-page line-ink3"))
        return
    paint = "fill-sea2" if ended else "fill-sea" if edition.is_this else "fill-sea3"
    drawing.bars.append(Bar(_pc(from_), _pc(max(0.4, to - from_)), y, BAR, paint))


def _name_edition(drawing: Drawing, edition: Edition, axis: Axis, spot: tuple[float, float, float], side: str) -> None:
    from_, to, y = spot
    where = address_of("standard", edition.standard.key) if edition.standard.key and not edition.is_this else ""
    paint = "this" if edition.is_this else ""
    start = axis.at(min(edition.published.on or edition.effective_on or axis.end, edition.effective_on or axis.end))
    start = min(start, from_)
    name = edition.standard.title.zh
    if side == "right":
        drawing.words.append(Word(_pc(to), 10, y + 11, name, paint, where))
    elif side == "left":
        drawing.words.append(Word(_pc(start), -10, y + 11, name, f"{paint} end".strip(), where))
    elif start > 50:
        drawing.words.append(Word("100%", 0, y - 6, name, f"{paint} end".strip(), where))
    else:
        drawing.words.append(Word(_pc(start), 0, y - 6, name, paint, where))


def _draw_steps(
    drawing: Drawing, editions: Sequence[Edition], axis: Axis, spots: dict[str, tuple[float, float]]
) -> None:
    """Join each edition to those it replaces; part of a standard by dashes."""
    for edition in editions:
        _x, here = spots[edition.key]
        for number in (*edition.replaces, *edition.replaces_partly):
            if number not in spots:
                continue
            end, y = spots[number]
            partly = number in edition.replaces_partly
            x = axis.at(edition.effective_on or axis.end) if partly else end
            upper, lower = sorted((y, here))
            drawing.lines.append(Line(_pc(x), _pc(x), upper + BAR, lower, "line-ink3 dash" if partly else "line-ink3"))


def _draw_axis(drawing: Drawing, axis: Axis, on: date, *, bottom: float) -> None:
    """Put the years and today behind everything else."""
    grid = [Line(_pc(x), _pc(x), 8, bottom, "line-rule") for x in (axis.at(date(y, 1, 1)) for y in axis.years)]
    drawing.lines[:0] = grid
    drawing.words += [
        Word(_pc(axis.at(date(year, 1, 1))), 0, bottom + 20, str(year), "axis mid") for year in axis.years
    ]
    now = axis.at(on)
    drawing.lines.append(Line(_pc(now), _pc(now), 4, bottom, "line-roof today"))
    late = now > 90
    drawing.words.append(Word(_pc(now), -6 if late else 6, 12, _("今天"), "now end" if late else "now"))


def _chain_label(drawn: Sequence[tuple[Edition, date]], on: date) -> str:
    first = drawn[0][1].year
    return _("{first} 年以来的 {count} 个版本，今天是 {year} 年").format(first=first, count=len(drawn), year=on.year)


def _term(row: CertificateRow, axis: Axis, on: date) -> Drawing:
    drawing = Drawing(label=_term_label(row), height=TERM)
    begin, end = row.issued.on or axis.start, row.expires_on or axis.end
    ended = row.state.code in ("expired", "withdrawn", "cancelled")
    stopped = row.state_on if row.state_on and row.state.code in ("withdrawn", "cancelled") else None
    reached = min(on, end, stopped or end)
    light, dark = ("fill-past2", "fill-past") if ended else ("fill-sea2", "fill-sea")
    drawing.lines += [
        Line(_pc(x), _pc(x), 0, "100%", "line-rule") for x in (axis.at(date(y, 1, 1)) for y in axis.years)
    ]
    drawing.bars.append(Bar(_pc(axis.at(begin)), _pc(axis.at(end) - axis.at(begin)), "50%", THICK, light))
    if reached > begin:
        drawing.bars.append(Bar(_pc(axis.at(begin)), _pc(axis.at(reached) - axis.at(begin)), "50%", THICK, dark))
    if row.expires_on is None:
        drawing.bars.append(Bar(_pc(axis.at(on)), _pc(100 - axis.at(on)), "50%", THICK, "open-end"))
    drawing.dots += [Dot(_pc(axis.at(day)), "50%", 4, "fill-page") for day in row.audits if begin <= day <= end]
    drawing.lines.append(Line(_pc(axis.at(on)), _pc(axis.at(on)), 0, "100%", "line-roof today"))
    return drawing


def _term_label(row: CertificateRow) -> str:
    begin = dated(row.issued.on, row.issued.precision) or _("不详")
    end = f"{row.expires_on:%Y-%m-%d}" if row.expires_on else _("没有写明")
    label = _("有效期从 {begin} 到 {end}").format(begin=begin, end=end)
    if row.audits:
        label += _("；监督检查 {days}").format(days=", ".join(f"{day:%Y-%m-%d}" for day in row.audits))
    return label


def _term_word(row: CertificateRow, on: date) -> tuple[str, str]:
    """Return the words after a term and the shape of its state: what is to be done comes before what holds."""
    if row.overdue and row.due_on:
        return _("监督逾期，应在 {day} 前").format(day=f"{row.due_on:%Y-%m-%d}"), "warn"
    if row.expires_soon and row.expires_on:
        days = (row.expires_on - on).days
        left = ngettext("到期前 %(days)s 天", "到期前 %(days)s 天", days) % {"days": days}
        return left if days else _("今天到期"), "warn"
    if row.state.code == "expired" and row.expires_on:
        return _("{day} 过期").format(day=f"{row.expires_on:%Y-%m-%d}"), "past"
    return "", row.state.shape


def _pc(value: float) -> str:
    return f"{round(value, 2):g}%"
