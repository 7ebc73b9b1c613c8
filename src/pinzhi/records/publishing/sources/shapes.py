"""What a source of figures is: records of one kind, their fields by name, and how to reach them on a day."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from pinzhi.engine.publishing.definitions import FieldKind, FieldShape, SourceShape
from pinzhi.engine.rulebook.courses import Course
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.publishing.times import AsOf

NO_WORDS: Mapping[str, Text] = {}


@dataclass(frozen=True, slots=True)
class Side:
    """One part of the records of a source: the times asked for, and which column is the record's own key.

    Sources of the catalogue have two sides, what holds now and what is history (``past``); in the twin the record's
    key is ``subject_id``. Others have one.
    """

    at: AsOf
    record: str = "pk"
    past: bool = False


@dataclass(frozen=True, slots=True)
class Lasting:
    """The days on which something holds of a record, so that many days are counted from one reading.

    ``since`` and ``until`` are the first and the last of them, ``before`` the day after the last: expressions of days,
    without limit where they are unknown. ``held`` is what must be so on every day. Where ``apart`` a record may have
    several such stretches of days, none of which overlap, each a row of a joined table.
    """

    since: tuple[Any, ...] = ()
    until: tuple[Any, ...] = ()
    before: tuple[Any, ...] = ()
    held: Q = field(default_factory=Q)
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Where the value of a field leads: the kind of record, and the paths of its key and its title."""

    kind: str
    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a source.

    Its value is a ``path`` of columns, or an expression for each side (``value``); a flag is a condition (``flag``).
    ``words`` name its values, or the code list ``codelist`` does, for ``courses`` the rulebook's courses; ``closed``:
    there are no other values than those. ``many``: several values stand in the column, joined by ``;``. ``joined``: it
    belongs to another record. Different values are counted by ``identity`` where there is one: a number is compared
    sooner than a code.

    ``lasting`` says on which days a flag holds; ``steady`` of which records a value is the same on all days from one
    to another. Without them many days are counted one by one.
    """

    title: Text
    kind: FieldKind = "text"
    path: str = ""
    value: Callable[[Side], Any] | None = None
    flag: Callable[[Side], Q] | None = None
    words: Mapping[str, Text] | None = None
    codelist: str = ""
    closed: bool = False
    dimension: bool = False
    many: bool = False
    joined: bool = False
    page: Page | None = None
    identity: str = ""
    lasting: Callable[[Side], Lasting] | None = None
    steady: Callable[[AsOf, AsOf], Q] | None = None

    def text(self, value: str) -> Text:
        """Return a value in words; itself where nobody has named it."""
        if self.codelist == "districts":
            return place_text(value)
        if self.codelist == "courses":
            return next((one.title for one in rulebook().all_of(Course) if one.id == value), Text(value, value))
        if self.codelist:
            return rulebook().codelist(self.codelist).text(value)
        return (self.words or NO_WORDS).get(value, Text(value, value))

    def shape(self) -> FieldShape:
        """Return what figures may ask of it."""
        codes = frozenset(self.words or ()) if self.closed else frozenset()
        return FieldShape(self.kind, codes, self.dimension, self.many, self.joined)


@dataclass(frozen=True, slots=True)
class Source:
    """Records that figures are made of.

    ``sides`` gives them as of a day as known at a moment: at most one row for each record on all sides together.
    ``key`` is the path of the key people know a record by, ``page`` the kind of page it has (empty: none). ``columns``
    are shown in lists, in the order of ``order``. ``version`` changes whenever the records do. ``large`` sources are
    counted by one statement for each figure, so that an index can serve it. ``lasting`` gives the same sides for all
    days from one to another, each with the days on which its rows count; None for a side whose days cannot be told.
    """

    title: Text
    unit: Text
    fields: Mapping[str, Field]
    sides: Callable[[AsOf], tuple[tuple[Side, QuerySet[Any]], ...]]
    version: Callable[[], str]
    key: str
    columns: tuple[str, ...]
    order: tuple[str, ...]
    page: str = ""
    repeats: str = ""
    personal: bool = False
    large: bool = False
    lasting: Callable[[AsOf, AsOf], tuple[tuple[Side, QuerySet[Any], Lasting | None], ...]] | None = None

    def shape(self) -> SourceShape:
        """Return what figures may ask of it."""
        return SourceShape({name: one.shape() for name, one in self.fields.items()}, self.repeats, self.personal)


@dataclass(frozen=True, slots=True)
class Listing:
    """Records that are decisions of the rulebook: rows in memory, with the same questions to be asked of them."""

    title: Text
    unit: Text
    fields: Mapping[str, Field]
    rows: Callable[[AsOf], Iterable[Mapping[str, Any]]]
    key: str
    columns: tuple[str, ...]
    order: tuple[str, ...]
    page: str = ""
    repeats: str = ""
    personal: bool = False

    def shape(self) -> SourceShape:
        """Return what figures may ask of it."""
        return SourceShape({name: one.shape() for name, one in self.fields.items()}, self.repeats, self.personal)


def place_text(code: str) -> Text:
    """Return the name of a district of the city, else of a region of the country."""
    districts = rulebook().codelist("districts")
    return districts.text(code) if code in districts else rulebook().codelist("regions").text(code)
