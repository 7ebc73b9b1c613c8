"""Invented organisations: first the holders of the certificate register, by district, then the wider directory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pinzhi.records.catalog.demo.chance import below, stream, weighted
from pinzhi.records.catalog.demo.codes import credit_codes
from pinzhi.records.catalog.demo.vocabulary import Place, Trade, Vocabulary, Word

COLUMNS = (
    *("code", "name", "name_en", "short_names", "kind", "state", "district", "zones", "industry", "size"),
    *("established_on", "dissolved_on", "address", "source", "synthetic"),
)
SOURCE = "演示生成"
# Organisations with a valid quality-management certificate by district; with the demo enterprise of the facts, in
# Laoshan (370212), they are the 11,842 of seed figure A61.
HOLDERS: dict[str, int] = {
    "370211": 3120,
    "370214": 1985,
    "370215": 1610,
    "370281": 1225,
    "370203": 1010,
    "370212": 889,
    "370213": 702,
    "370283": 548,
    "370202": 462,
    "370285": 290,
}
HOLDER_COUNT = sum(HOLDERS.values())
SCOPES = {"district": 0.70, "province": 0.18, "elsewhere": 0.12}
STATES = {"active": 0.85, "deregistered": 0.12, "revoked": 0.03}
SIZES = {"large": 0.02, "medium": 0.10, "small": 0.38, "micro": 0.50}
SIZES_OF_HOLDERS = {"large": 0.05, "medium": 0.25, "small": 0.55, "micro": 0.15}
ZONES = {"370211": "xihaian", "370214": "gaoxin", "370281": "shanghe"}
CITY = Word("青岛", "Qingdao")
FIRST_SERIAL = 10_000  # below lie the codes of the facts
CHUNK = 8_000
ROADS = ("示例路", "示范路", "样本路", "例证街")

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Firm:
    """An invented organisation."""

    code: str
    name: Word
    short: Word
    place: Place
    trade: Trade
    size: str
    state: str
    draw: int

    @property
    def row(self) -> Row:
        """Return the organisation as a row of an import file."""
        established = 1990 + self.draw % 33
        month, day = 1 + self.draw // 33 % 12, 1 + self.draw // 400 % 28
        district = self.place.code
        return (
            *(self.code, self.name.zh, self.name.en, self.short.zh, "enterprise", self.state, district),
            *(ZONES.get(district, "") if self.draw % 6 == 0 else "", self.trade.industry, self.size),
            f"{established}-{month:02d}-{day:02d}",
            ""
            if self.state == "active"
            else f"{established + 1 + self.draw // 7 % (2023 - established)}-{month:02d}-01",
            f"{self.place.name.zh}{ROADS[self.draw // 9 % len(ROADS)]} {1 + self.draw // 40 % 899} 号",
            *(SOURCE, "1"),
        )


def holders(vocabulary: Vocabulary) -> list[Firm]:
    """Return the organisations of the certificate register, all active."""
    return _holders(vocabulary, _Maker(vocabulary))


def generated_organisations(vocabulary: Vocabulary, count: int) -> Iterator[Row]:
    """Yield ``count`` rows, the holders first. A smaller count is a beginning of a larger one."""
    maker = _Maker(vocabulary)
    firms = _holders(vocabulary, maker)
    chunk = 0
    while count > 0:
        for firm in firms[:count]:
            yield firm.row
        count -= len(firms)
        chunk += 1
        firms = _directory(vocabulary, maker, chunk) if count > 0 else []


def _holders(vocabulary: Vocabulary, maker: "_Maker") -> list[Firm]:
    by_code = {place.code: place for place in vocabulary.places}
    places = [by_code[district] for district, count in HOLDERS.items() for _ in range(count)]
    return maker.make(places, 0, ["active"] * len(places), SIZES_OF_HOLDERS)


def _directory(vocabulary: Vocabulary, maker: "_Maker", chunk: int) -> list[Firm]:
    chance = stream(21, chunk)
    scopes = [[place for place in vocabulary.places if place.scope == scope] for scope in SCOPES]
    chosen = [weighted(chance, [place.weight for place in places], CHUNK) for places in scopes]
    drawn = weighted(chance, tuple(SCOPES.values()), CHUNK)
    places = [scopes[scope][chosen[scope][position]] for position, scope in enumerate(drawn)]
    names = tuple(STATES)
    states = [names[state] for state in weighted(chance, tuple(STATES.values()), CHUNK)]
    return maker.make(places, chunk, states, SIZES)


class _Maker:
    """Makes organisations with different names and codes."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._names: set[str] = set()
        self._serial = FIRST_SERIAL

    def make(self, places: Sequence[Place], chunk: int, states: Sequence[str], sizes: dict[str, float]) -> list[Firm]:
        """Make one organisation for each place."""
        count = len(places)
        chance = stream(22, chunk)
        forms = weighted(chance, [weight for _, weight in self._vocabulary.forms], count)
        size_names = tuple(sizes)
        drawn_sizes = weighted(chance, tuple(sizes.values()), count)
        starts, trades, draws = (below(chance, 2**31, count) for _ in range(3))
        codes = credit_codes([f"91{place.code}" for place in places], self._serial)
        self._serial += count
        firms = []
        for position, place in enumerate(places):
            form = self._vocabulary.forms[forms[position]][0]
            trade = self._vocabulary.trades[trades[position] % len(self._vocabulary.trades)]
            draw = draws[position]
            seat = CITY if place.scope == "district" and draw % 5 else place.name
            short, name = self._name(seat, trade, form, starts[position])
            size = size_names[drawn_sizes[position]]
            firms.append(Firm(codes[position], name, short, place, trade, size, states[position], draw))
        return firms

    def _name(self, seat: Word, trade: Trade, form: Word, start: int) -> tuple[Word, Word]:
        """Return the first short name from ``start`` on that makes a name nobody has, and that name."""
        shorts = self._vocabulary.short_names
        while True:
            short = shorts[start % len(shorts)]
            zh = f"{seat.zh}{short.zh}{trade.name.zh}{form.zh}"
            if zh not in self._names:
                self._names.add(zh)
                return short, Word(zh, f"{seat.en} {short.en} {trade.name.en} {form.en}")
            start += 1
