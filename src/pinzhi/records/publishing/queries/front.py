"""The figures of the front page, with the amounts their small pictures are drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from django.core.cache import cache

from pinzhi.engine.rulebook.figures import Figure
from pinzhi.engine.texts import Text
from pinzhi.records.publishing.compile import Number
from pinzhi.records.publishing.definitions import digest_of, figures
from pinzhi.records.publishing.queries.breakdowns import breakdown
from pinzhi.records.publishing.queries.trends import trend
from pinzhi.records.publishing.queries.values import Value, data_version, figure_values
from pinzhi.records.publishing.times import AsOf

KEPT_S = 24 * 3600  # as long as no record changes
STALE_S = 60  # after a change the figures may be this old, so that a day of edits does not count them all day long
COUNTING_S = 30  # while one request counts, the others show what was counted before
MOST_DOTS = 120  # more than this nobody counts dot by dot
MOST_SQUARES = 60
STACKED = 4  # parts side by side that can still be told apart
LISTED = 3  # bars under each other
MONTHS = 24


@dataclass(frozen=True, slots=True)
class Picture:
    """The amounts a small picture is drawn from; whoever shows it decides how.

    - ``dots``: one dot for each thing, a group for each part (winners by edition)
    - ``grid``: the first part filled out of the second (9 of 27)
    - ``share``: the first part of the second, as a bar
    - ``bars``: amounts to compare, one bar each
    - ``stack``: parts of a sum, side by side with their names
    - ``times``: one mark for each period in a row
    - ``line``: the ends of months
    """

    shape: Literal["dots", "grid", "share", "bars", "stack", "times", "line"]
    parts: tuple[tuple[Text, Fraction], ...]


@dataclass(frozen=True, slots=True)
class Headline:
    """A figure of the front page and its picture, None where a number alone says all."""

    value: Value
    picture: Picture | None


def front_page(on: date) -> tuple[Headline, ...]:
    """Return the figures that the rulebook puts on the front page and that have a number on a day, in their order.

    Whether records have changed is asked at most once a minute; then they are counted anew, by one request at a time.
    """
    wanted = sorted((one for one in figures(on).values() if one.front), key=lambda one: (one.front or 0, one.id))
    wanted = [one for one in wanted if one.privacy != "internal"]
    kept: tuple[str, tuple[Headline, ...]] | None = cache.get(f"front:{on}")
    if kept and cache.get(f"front:{on}:fresh"):
        return kept[1]
    version = _version(wanted)
    if kept and (kept[0] == version or not cache.add(f"front:{on}:counting", 1, COUNTING_S)):
        cache.set(f"front:{on}:fresh", 1, STALE_S)
        return kept[1]
    made = _made(wanted, AsOf(on))
    cache.set(f"front:{on}", (version, made), KEPT_S)
    cache.set(f"front:{on}:fresh", 1, STALE_S)
    cache.delete(f"front:{on}:counting")
    return made


def _version(wanted: Sequence[Figure]) -> str:
    """Return a word that changes with the rulebook and with the records of any source that is counted."""
    sources = {one.records.source for one in wanted if one.records is not None}
    return "-".join([*(digest_of(one)[:12] for one in wanted), *(data_version(one) for one in sorted(sources))])


def _made(wanted: Sequence[Figure], at: AsOf) -> tuple[Headline, ...]:
    values = figure_values([one.id for one in wanted], at)
    shown = [one for one in values.values() if one.number not in (None, 0)]
    others = figure_values({one for value in shown for one in value.figure.confused_with}, at)
    return tuple(Headline(one, _picture(one, others)) for one in shown)


def _picture(value: Value, others: dict[str, Value]) -> Picture | None:
    """Choose the picture that says most of a figure: what it is made of, what it is part of, how it has grown."""
    figure = value.figure
    if isinstance(value.number, date) or value.number is None:
        return None
    if value.parts:
        return _of_whole(*value.parts)
    if figure.kind == "streak":
        return Picture("times", tuple((one, Fraction(1)) for one in value.items))
    if figure.kind in ("rank", "change", "exists", "value", "list", "statement"):
        return None
    return _by_edition(value) or _beside(value, others) or _by_kind(value) or _over_months(value)


def _beside(value: Value, others: dict[str, Value]) -> Picture | None:
    """Draw a figure beside the one it is mistaken for, where they count different things: certificates and holders."""
    figure = value.figure
    known = [others[one] for one in figure.confused_with if _is_number(others[one])]
    pair = next(((value, one) for one in known if one.figure.unit != figure.unit), None)
    return Picture("bars", tuple((one.figure.title, _exact(one.number)) for one in pair)) if pair else None


def _over_months(value: Value) -> Picture | None:
    points = [(one.day, one.number) for one in trend(value.figure.id, value.at.on, months=MONTHS)]
    known = [(Text(f"{day:%Y-%m}", f"{day:%Y-%m}"), _exact(number)) for day, number in points if number is not None]
    return Picture("line", tuple(known)) if len({number for _day, number in known}) > 1 else None


def _of_whole(part: int, whole: int) -> Picture:
    shape: Literal["grid", "share"] = "grid" if whole <= MOST_SQUARES else "share"
    return Picture(shape, ((Text("其中", "Of which"), Fraction(part)), (Text("全部", "All"), Fraction(whole))))


def _by_edition(value: Value) -> Picture | None:
    """Draw a dot for each, a group for each edition, the newest last."""
    if "edition" not in value.figure.dimensions.by or value.number is None or int(_exact(value.number)) > MOST_DOTS:
        return None
    rows = [one for one in breakdown(value.figure.id, "edition", value.at).rows if one.number is not None]
    rows.sort(key=lambda one: (len(one.code), one.code))
    return Picture("dots", tuple((one.text, _exact(one.number)) for one in rows))


def _by_kind(value: Value) -> Picture | None:
    """Draw the parts of a sum by its first dimension: side by side if few, else the largest as bars."""
    by = next((one for one in value.figure.dimensions.by if one != "district"), "") or next(
        iter(value.figure.dimensions.by), ""
    )
    if not by:
        return None
    rows = [one for one in breakdown(value.figure.id, by, value.at).rows if one.number]
    if len(rows) < 2:
        return None
    parts = tuple((one.text, _exact(one.number)) for one in rows)
    return Picture("stack", parts) if len(parts) <= STACKED else Picture("bars", parts[:LISTED])


def _exact(number: Number | None) -> Fraction:
    """Return a number as a fraction; 0 for a day and for none, which are never drawn."""
    return Fraction(0) if number is None or isinstance(number, date) else Fraction(number)


def _is_number(value: Value) -> bool:
    return value.number is not None and not isinstance(value.number, date)
