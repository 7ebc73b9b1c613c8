"""Pictures of the cases' desk: the map of the open ones, what falls due, what came and went; each has its list."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pinzhi.records.casework.queries.day import DueDay, Point, Week
from pinzhi.web.language import said

WIDTH, HEIGHT, EDGE = 400.0, 420.0, 26.0
STRIP_STEP, STRIP_WIDTH, STRIP_HEIGHT = 118, 1180, 64
LABEL_HEIGHT, LABEL_GAP = 14.0, 11.0  # of a name on the map, over the topmost mark of its district
DOTS = 8  # dots of a day; more are told by their number
BAR_HEIGHT, WEEK_STEP = 70.0, 33
_NARROWEST = 0.02  # degrees: a single case is not drawn on a map of metres


@dataclass(frozen=True, slots=True)
class Mark:
    """A case on the map, in the picture's own units; ``shape`` as in the status words."""

    x: float
    y: float
    shape: str
    number: str
    title: str


@dataclass(frozen=True, slots=True)
class Label:
    """A name on the map."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Map:
    """Marks over the names of districts: a sketch without boundaries (示意图)."""

    marks: tuple[Mark, ...]
    labels: tuple[Label, ...]
    width: float = WIDTH
    height: float = HEIGHT


@dataclass(frozen=True, slots=True)
class StripDay:
    """A working day of the strip: its place, its dots, how many of them red-ringed, and what is not drawn."""

    on: date
    x: float
    dots: tuple[float, ...]
    count: int
    more: int
    again: int


@dataclass(frozen=True, slots=True)
class WeekBar:
    """A week: bars of what was opened and closed, as heights."""

    monday: date
    x: float
    opened: int
    closed: int
    opened_height: float
    closed_height: float


_SHAPES = {"overdue": "bad", "today": "warn", "open": "run", "waiting": "wait", "closed": "ok"}


def city_map(points: Sequence[Point]) -> Map | None:
    """Return the map of some cases; None where none has a place."""
    if not points:
        return None
    lats, lons = [one.latitude for one in points], [one.longitude for one in points]
    south, north, west, east = min(lats), max(lats), min(lons), max(lons)
    tall, wide = max(north - south, _NARROWEST), max(east - west, _NARROWEST)
    scale = min((WIDTH - 2 * EDGE) / (wide * 0.81), (HEIGHT - 2 * EDGE) / tall)  # 0.81: cosine of 36 degrees

    def place(latitude: float, longitude: float) -> tuple[float, float]:
        x = WIDTH / 2 + (longitude - (west + east) / 2) * 0.81 * scale
        y = HEIGHT / 2 - (latitude - (south + north) / 2) * scale
        return round(x, 1), round(y, 1)

    return Map(
        tuple(Mark(*place(one.latitude, one.longitude), _SHAPES[one.column], one.number, one.title) for one in points),
        tuple(_labels(points, place)),
    )


def _labels(points: Sequence[Point], place: Callable[[float, float], tuple[float, float]]) -> Iterator[Label]:
    """Yield the name of each district above its cases: boundaries are not ours to draw."""
    by_district: dict[str, list[Point]] = defaultdict(list)
    for one in points:
        if one.district.zh:
            by_district[said(one.district)].append(one)
    for name, those in by_district.items():
        spots = [place(one.latitude, one.longitude) for one in those]
        x = sum(x for x, _y in spots) / len(spots)
        yield Label(round(x, 1), round(max(LABEL_HEIGHT, min(y for _x, y in spots) - LABEL_GAP), 1), name)


def due_strip(days: Sequence[DueDay]) -> tuple[StripDay, ...]:
    """Return the days of the strip, each with a dot for a case."""
    return tuple(
        StripDay(
            one.on,
            place * STRIP_STEP + 8.0,
            tuple(place * STRIP_STEP + 8.0 + dot * 13 for dot in range(min(one.count, DOTS))),
            one.count,
            max(0, one.count - DOTS),
            min(one.again, DOTS),
        )
        for place, one in enumerate(days)
    )


def week_bars(weeks: Sequence[Week]) -> tuple[WeekBar, ...]:
    """Return the bars of the weeks on one scale."""
    most = max((max(one.opened, one.closed) for one in weeks), default=0) or 1
    return tuple(
        WeekBar(
            one.monday,
            place * WEEK_STEP,
            one.opened,
            one.closed,
            round(one.opened / most * BAR_HEIGHT, 1),
            round(one.closed / most * BAR_HEIGHT, 1),
        )
        for place, one in enumerate(weeks)
    )
