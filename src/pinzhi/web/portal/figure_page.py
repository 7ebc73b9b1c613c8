"""What the page of a figure shows: its trend, its parts as bars and tiles, its first records, a citation."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from pinzhi.engine.rulebook.figures import Figure
from pinzhi.engine.texts import Text
from pinzhi.records.publishing.queries.breakdowns import Breakdown, breakdown
from pinzhi.records.publishing.queries.listing import RecordPage
from pinzhi.records.publishing.queries.trends import Point
from pinzhi.records.publishing.queries.values import Value, figure_value
from pinzhi.records.publishing.sources.names import SOURCES
from pinzhi.records.publishing.times import AsOf
from pinzhi.web.access import today
from pinzhi.web.addresses import address_of
from pinzhi.web.charts import fifths, line_chart, percents
from pinzhi.web.districts import spot_of
from pinzhi.web.figures import (
    address_of_figure,
    amount,
    dimension_word,
    has_records,
    is_fraction_of_one,
    query_of,
    rounded,
    unit_words,
)
from pinzhi.web.language import dated, in_english, said
from pinzhi.web.templatetags.catalog import language_of

SHOWN_PARTS = 16
FIRST_ROWS = 5
FIRST_COLUMNS = 5
WIDE, NARROW = 1152, 354
NOTHING = Fraction(0)
_UNBROKEN = re.compile(r"[\d./-]{1,12}", re.ASCII)  # days and numbers


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a figure: its bar, its tile, and the address of its records."""

    word: str
    amount: str
    percent: int
    fifth: int
    spot: str
    href: str
    withheld: bool


@dataclass(frozen=True, slots=True)
class Tab:
    """A way to take a figure apart."""

    word: str
    href: str
    here: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A record behind a figure: its cells in words, the page each leads to or nothing, whether it must not break."""

    cells: tuple[tuple[Text, str, bool], ...]


def drawn(value: Value, points: Sequence[Point], before: Value | None) -> dict[str, Any]:
    """Return the trend as two drawings and its table; nothing where fewer than two days have a value."""
    figure = value.figure
    pairs = [(one.day, fraction(one.number)) for one in points]
    if sum(number is not None for _day, number in pairs) < 2:
        return {}
    level = None
    if before is not None and before.number is not None:
        level = (fraction(before.number) or Fraction(0), f"{end_of_last_year()} {amount(figure, before.number)}")
    label = _("{title}：{first} 到 {last}，{amounts}").format(
        title=said(figure.title),
        first=dated(pairs[0][0]),
        last=dated(pairs[-1][0]),
        amounts=" → ".join(amount(figure, one) for one in (pairs[0][1], pairs[-1][1])),
    )

    def worded(number: Fraction) -> str:
        return amount(figure, number)

    return {
        "wide": line_chart(label, pairs, worded=worded, width=WIDE, before=level),
        "narrow": line_chart(label, pairs, worded=worded, width=NARROW, left=58, right=12, day_words=3, before=level),
        "points": [
            {
                "day": dated(day),
                "word": amount(figure, number),
                "href": address_of_figure(figure.id, AsOf(day, value.at.known)),
            }
            for day, number in reversed(pairs)
        ],
    }


def end_of_last_year() -> str:
    return _("上年末")


def last_year_end(on: date) -> date:
    """Return the last day of the year before; on 31 December itself that of the year before that."""
    return date(on.year - 1, 12, 31)


def difference(value: Value, before: Value | None) -> str:
    """Return by how much a value has grown since another day; shares differ by percentage points."""
    if before is None or value.number is None or before.number is None or isinstance(value.number, date):
        return ""
    if value.figure.wording.style in ("rank", "only", "band", "date"):
        return ""
    change = Fraction(value.number) - Fraction(before.number)  # type: ignore[arg-type]
    if change == 0:
        return _("没有变")
    word = _("增加 {amount}") if change > 0 else _("减少 {amount}")
    if is_fraction_of_one(value.figure):
        return word.format(amount=_("{points} 个百分点").format(points=f"{rounded(abs(change) * 100, 1):f}"))
    said_amount = word.format(amount=f"{amount(value.figure, abs(change))} {unit_words(value)}".strip())
    if not before.number:
        return said_amount
    share = f"{rounded(100 * abs(change) / abs(Fraction(before.number)), 2):f}%"  # type: ignore[arg-type]
    return (", " if in_english() else "，").join((said_amount, share))


def parts_of(value: Value, broken: Breakdown) -> list[Part]:
    """Return the parts of a figure with bars against the longest."""
    numbers = [fraction(one.number) for one in broken.rows]
    listed = f"/figures/{value.figure.id}/records" if has_records(value.figure) else ""
    return [
        Part(
            word=said(row.text) or row.text.zh,
            amount=amount(value.figure, row.number),
            percent=percent,
            fifth=fifth,
            spot=spot_of(row.code) if broken.dimension == "district" else "",
            href=f"{listed}{query_of(value.at, part=f'{broken.dimension}={row.code}')}" if listed else "",
            withheld=row.number is None,
        )
        for row, percent, fifth in zip(broken.rows, percents(numbers), fifths(numbers), strict=True)
    ]


def adds_up(value: Value, broken: Breakdown) -> str:
    """Say whether the parts of a figure add up to it."""
    if any(row.number is None for row in broken.rows):
        return _("人数太少的部分不显示，也不能由别的部分推算出来。")
    if broken.overlaps:
        return _("这些部分互相重叠，不能相加。")
    if not broken.adds_up:
        return _("同一个可能出现在几个部分里，各部分不相加。") if value.figure.kind == "distinct" else ""
    return _("各部分相加等于 {whole}。").format(whole=amount(value.figure, value.number))


def tabs_of(figure: Figure, chosen: str, at: AsOf) -> list[Tab]:
    """Return the ways to take a figure apart, the chosen one marked."""
    first = figure.dimensions.by[0] if figure.dimensions.by else ""
    return [
        Tab(
            dimension_word(figure, name),
            f"/figures/{figure.id}{query_of(at, by=name if name != first else '')}#parts",
            name == chosen,
        )
        for name in figure.dimensions.by
    ]


def rows_of(page: RecordPage) -> list[Row]:
    """Return the records of a page with the addresses of their own pages; the first cell leads to the record's."""
    rows = []
    for one in page.rows:
        hrefs = [address_of(*cell.page) if cell.page else "" for cell in one.cells]
        own = address_of(*one.page) if one.page else ""
        if own and own not in hrefs:
            hrefs[0] = own
        rows.append(
            Row(
                tuple(
                    (_marked(cell.text), href, bool(_UNBROKEN.fullmatch(cell.text.zh)))
                    for cell, href in zip(one.cells, hrefs, strict=True)
                )
            )
        )
    return rows


def _marked(text: Text) -> Text:
    """Leave out an English text that is Chinese, so that an English page marks it as such."""
    return Text(text.zh, "") if language_of(text.en) == "zh-Hans" else text


def first_records(page: RecordPage) -> dict[str, Any]:
    """Return the first records, in the first columns that say anything about them."""
    shown = page.rows[:FIRST_ROWS]
    told = [place for place in range(len(page.columns)) if any(one.cells[place].text.zh for one in shown)]
    rows = rows_of(page)[:FIRST_ROWS]
    return {
        "first_columns": [page.columns[place] for place in told[:FIRST_COLUMNS]],
        "first_rows": [Row(tuple(one.cells[place] for place in told[:FIRST_COLUMNS])) for one in rows],
    }


def value_before(value: Value) -> Value | None:
    """Return the figure at the end of the year before, None where there is nothing to compare."""
    if value.figure.kind in ("list", "value", "statement", "exists", "change") or value.number is None:
        return None
    earlier = figure_value(value.figure.id, AsOf(last_year_end(value.at.on), value.at.known))
    return None if earlier.number is None else earlier


def taken_apart(value: Value, by: str) -> dict[str, Any]:
    """Return the parts of a figure by a dimension, with tiles where they are districts; nothing without one."""
    if not by or value.number is None:
        return {}
    broken = breakdown(value.figure.id, by, value.at)
    if value.figure.kind == "ratio" and all(one.number in (0, 1) for one in broken.rows):
        return {}  # the dimension itself decides what is part: each is all of it or nothing, which says nothing
    parts = parts_of(value, broken)
    return {
        "tabs": tabs_of(value.figure, by, value.at),
        "parts": parts[:SHOWN_PARTS],
        "more_parts": f"/figures/{value.figure.id}.csv{query_of(value.at)}" if len(parts) > SHOWN_PARTS else "",
        "tiles": [one for one in parts if one.spot],
        "adds_up": adds_up(value, broken),
    }


def is_drawn(value: Value) -> bool:
    """Say whether a figure has a size that goes up and down."""
    return value.figure.kind in ("count", "distinct", "sum", "ratio", "streak")


def part_words(figure: Figure, part: str) -> str:
    """Return what a part of a figure is called: 崂山区."""
    name, _mark, code = part.partition("=")
    records = figure.records
    if not code or records is None or name not in SOURCES[records.source].fields:
        return ""
    return said(SOURCES[records.source].fields[name].text(code))


def days_of(figure_id: str, at: AsOf) -> list[tuple[str, str, bool]]:
    """Return days that people ask for: today, the end of last month, the end of last year."""
    now = today()
    month_end = now.replace(day=1) - timedelta(days=1)
    offered = {_("今天"): now, _("上月末"): month_end, _("上年末"): last_year_end(now)}
    days = {day: word for word, day in reversed(offered.items())}  # on 4 January last month's end is last year's
    return [
        (word, address_of_figure(figure_id, AsOf(day, at.known)), day == at.on)
        for day, word in sorted(days.items(), reverse=True)
    ]


def fraction(number: Any) -> Fraction | None:
    return None if number is None or isinstance(number, date) else Fraction(number)
