"""Shapes of rulebook files: checked, frozen, and closed to keys nobody declared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from pinzhi.engine.texts import Text


def _both_languages(value: object) -> Text:
    """Read ``{ zh = "…", en = "…" }``; both languages, neither empty, nothing else."""
    if isinstance(value, Text):
        return value
    if not isinstance(value, Mapping) or set(value) != {"zh", "en"}:
        raise ValueError('expected { zh = "…", en = "…" } with both languages and nothing else')
    if not all(isinstance(words, str) and words.strip() for words in value.values()):
        raise ValueError("expected words in both languages, neither empty")
    return Text(value["zh"], value["en"])


BothLanguages = Annotated[Text, BeforeValidator(_both_languages)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,59}$")]
# Codes of national lists are short and have no blanks: 370213, C34, 03.120.10, M01, GB/T.
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9./-]{0,39}$")]


def _exact(value: object) -> object:
    """Take a whole number as a decimal; the reader makes every fraction one already."""
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


Amount = Annotated[Decimal, BeforeValidator(_exact)]


class Shape(BaseModel):
    """What all shapes share: unknown keys refused, no value guessed from another type, nothing changed later."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True)


class RulebookFile(Shape):
    """What every rulebook file says of itself.

    ``source`` is the text that decided it, ``checked_on`` the day somebody compared the file with that text,
    ``licence`` the terms under which the data came, where it came from somebody else.
    """

    id: Id
    title: BothLanguages
    edition: Word = "1"
    in_force_from: date | None = None
    in_force_to: date | None = None
    source: Word
    licence: str = ""
    checked_on: date

    def holds(self, on: date) -> bool:
        """Tell whether the edition is in force on a day; ``in_force_to`` is the first day on which it is not."""
        return (self.in_force_from is None or self.in_force_from <= on) and (
            self.in_force_to is None or on < self.in_force_to
        )

    def faults(self) -> Iterable["Fault"]:
        """Yield what makes no sense in the file as a whole: doubled ids, weights that do not add up, circles."""
        return ()

    def references(self) -> Iterable["Reference"]:
        """Yield the other rulebook files that this one names; each must be there."""
        return ()


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a key of a file, and what would be right, in both languages."""

    key: str
    text: Text


@dataclass(frozen=True, slots=True)
class Reference:
    """Another file that a key of this one names, by shape, id and edition."""

    key: str
    shape: type[RulebookFile]
    id: str
    edition: str


class Entry(Shape):
    """One code of a list: its words, its parent in the same list, and the days on which it holds.

    ``valid_to`` is the first day on which the code is no longer used; ``merged_into`` the code that its records
    count under from that day on. ``tile`` is column and row of a district on the diagram of districts: ``3-2``;
    ``seat`` is where it is administered from, as latitude and longitude: ``36.145 120.433``.
    """

    code: Code
    name: BothLanguages
    parent: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    merged_into: str = ""
    tile: Annotated[str, StringConstraints(pattern=r"^([1-6]-[1-6])?$")] = ""
    seat: Annotated[str, StringConstraints(pattern=r"^(-?\d{1,2}\.\d{2,4} -?\d{1,3}\.\d{2,4})?$")] = ""
    note: str = ""

    def holds(self, on: date) -> bool:
        """Tell whether the code is in use on a day."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on < self.valid_to)


class CertificationScheme(Entry):
    """A certification scheme or mark under which certificates are issued.

    ``surveillance_months`` is the longest time between two audits, None where a scheme has no fixed rhythm;
    ``validity_years`` the usual life of a certificate; ``letters`` stand for the system in certificate numbers.
    """

    kind: Literal["system", "product", "service", "personnel", "label"]
    standards: tuple[Word, ...] = ()
    surveillance_months: Annotated[int, Field(gt=0, le=60)] | None = None
    validity_years: Annotated[int, Field(gt=0, le=10)] | None = None
    letters: str = ""
    mandatory: bool = False
    by_year: bool = False  # awarded in yearly editions, like a list of honours


class CodeListFile(RulebookFile):
    """A code list: entries in the file, or rows of the CSV table beside it."""

    entries_of: ClassVar[type[Entry]] = Entry

    table: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*\.csv$")] | None = None
    entry: tuple[Entry, ...] = ()


class SchemesFile(CodeListFile):
    """The code list of certification schemes."""

    entries_of: ClassVar[type[Entry]] = CertificationScheme

    entry: tuple[CertificationScheme, ...] = ()


def _at_least_two(terms: tuple[str, ...]) -> tuple[str, ...]:
    if len({term.casefold() for term in terms}) < 2:
        raise ValueError("expected at least two different terms that mean the same")
    return terms


class Synonym(Shape):
    """Terms that a search takes for one another."""

    terms: Annotated[tuple[Word, ...], AfterValidator(_at_least_two)]
    note: str = ""


class Synonyms(RulebookFile):
    """The synonyms of the catalogue's search."""

    id: Id = "synonyms"
    title: BothLanguages = Text("同义词", "Synonyms")
    synonym: tuple[Synonym, ...] = ()


class Bounds(Shape):
    """The box around a place, in degrees of WGS 84."""

    south: Annotated[Amount, Field(ge=-90, le=90)]
    north: Annotated[Amount, Field(ge=-90, le=90)]
    west: Annotated[Amount, Field(ge=-180, le=180)]
    east: Annotated[Amount, Field(ge=-180, le=180)]

    def holds(self, latitude: float, longitude: float) -> bool:
        """Tell whether a place lies in the box, its edges included."""
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east


class City(RulebookFile):
    """The city that runs the platform; a case outside its ``bounds`` is no case of its own."""

    name: BothLanguages  # 青岛市
    short_name: BothLanguages  # 青岛
    region: Annotated[str, StringConstraints(pattern=r"^\d{4}$")]  # GB/T 2260, four digits
    province: Annotated[str, StringConstraints(pattern=r"^\d{2}$")]
    platform: BothLanguages  # the platform's full name
    brand: BothLanguages  # its short name, beside the mark
    motto: BothLanguages
    operator: BothLanguages  # the authority that answers for it
    credit_authority: Annotated[str, StringConstraints(pattern=r"^\d{4}$")]  # first digits of local credit codes
    time_zone: Word = "Asia/Shanghai"
    bounds: Bounds | None = None
    local_standard_prefixes: tuple[Annotated[str, StringConstraints(pattern=r"^DB\d{2}(\d{2})?$")], ...]


class CodeList:
    """The codes of one name from all layers of the rulebook: national ones first, then the city's. Never changed."""

    __slots__ = ("_codes", "_entries", "name", "title")

    def __init__(self, name: str, title: Text, entries: tuple[Entry, ...]) -> None:
        self.name = name
        self.title = title
        self._entries: Mapping[str, Entry] = MappingProxyType({entry.code: entry for entry in entries})
        self._codes = tuple(self._entries)

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code that was ever in use, in the order of the files; see ``in_force`` for those of a day."""
        return self._codes

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every entry, in the order of the files."""
        return tuple(self._entries.values())

    def __contains__(self, code: object) -> bool:
        return code in self._entries

    def __len__(self) -> int:
        return len(self._codes)

    def entry(self, code: str) -> Entry | None:
        """Return an entry; None for a code the list does not have."""
        return self._entries.get(code)

    def text(self, code: str) -> Text:
        """Return the words of a code; the code itself in both languages if nobody has named it."""
        entry = self._entries.get(code)
        return entry.name if entry is not None else Text(code, code)

    def parent(self, code: str) -> str:
        """Return the code above; empty at the top and for unknown codes."""
        entry = self._entries.get(code)
        return entry.parent if entry is not None else ""

    def children(self, code: str) -> tuple[str, ...]:
        """Return the codes directly below; of "" those at the top."""
        return tuple(entry.code for entry in self._entries.values() if entry.parent == code)

    def in_force(self, on: date) -> tuple[str, ...]:
        """Return the codes in use on a day, in the order of the files."""
        return tuple(entry.code for entry in self._entries.values() if entry.holds(on))

    def current(self, code: str, on: date) -> str:
        """Return the code that records of ``code`` count under on a day.

        A merged one counts where it went: 370282 即墨市 became 370215 即墨区 in 2017 and counts there from then on.
        """
        entry = self._entries.get(code)
        if entry is None or entry.valid_to is None or on < entry.valid_to or not entry.merged_into:
            return code
        return self.current(entry.merged_into, on)


LISTS: Mapping[str, str] = MappingProxyType(
    {
        "regions": "provinces and cities of the country (GB/T 2260)",
        "districts": "the city's districts, also former ones (GB/T 2260)",
        "zones": "the city's functional zones, a second dimension that overlaps districts",
        "industries": "industries (GB/T 4754)",
        "ics": "fields of the International Classification for Standards",
        "ccs": "letters of the Chinese Classification for Standards",
        "sectors": "prefixes of industry standards",
        "schemes": "certification schemes and marks",
        "services": "services of the quality-infrastructure platform",
    }
)
