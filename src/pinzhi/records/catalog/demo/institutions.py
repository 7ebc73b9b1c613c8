"""Invented institutions of the quality infrastructure, and what they may do down to the standard."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pinzhi.records.catalog.demo.certificates import BODY_CODES, body_name
from pinzhi.records.catalog.demo.chance import stream, weighted
from pinzhi.records.catalog.demo.codes import credit_codes
from pinzhi.records.catalog.demo.organisations import COLUMNS as ORGANISATION_COLUMNS
from pinzhi.records.catalog.demo.vocabulary import Place, Vocabulary, Word

COLUMNS = ("organisation", "categories", "state", "services_zh", "services_en", "source", "synthetic")
CAPABILITY_COLUMNS = (
    *("organisation", "category", "scope_zh", "scope_en", "standard"),
    *("approval", "approval_number", "valid_from", "valid_to"),
)
SOURCE = "演示生成"
FIRST_SERIAL = 5_000_000  # above those of the enterprises
UNLISTED_EVERY = 25  # 5,300 institutions leave 5,088 listed: "more than 5,000" of seed figure A46
OTHER_STATES = ("applied", "verified", "suspended", "delisted")
CHUNK = 500

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Type:
    """A type of institution: public ones are named after region and short name, private ones after their trade too."""

    name: Word
    categories: str
    industry: str
    public: bool
    weight: float
    services: Word


TYPES = (
    Type(Word("产品质量检验研究院", "Product Quality Inspection Institute"), "testing;standards", "M7452", True, 12,
         Word("产品质量检验、监督抽查和仲裁检验", "Product inspection, supervision sampling and arbitration tests")),
    Type(Word("计量测试研究所", "Metrology and Testing Institute"), "metrology", "M7453", True, 10,
         Word("强制检定、校准和计量测试", "Compulsory verification, calibration and measurement")),
    Type(Word("标准化研究院", "Standardization Institute"), "standards;training", "M7340", True, 5,
         Word("标准查询、查新、起草和培训", "Search, currency checks, drafting of standards and training")),
    Type(Word("特种设备检验研究院", "Special Equipment Inspection Institute"), "testing", "M7452", True, 7,
         Word("锅炉、压力容器、电梯和起重机械检验", "Inspection of boilers, pressure vessels, lifts and cranes")),
    Type(Word("食品药品检验中心", "Food and Drug Testing Centre"), "testing", "M7452", True, 8,
         Word("食品、药品和化妆品检验", "Testing of food, drugs and cosmetics")),
    Type(Word("检测技术有限公司", "Testing Technology Co., Ltd."), "testing", "M7452", False, 34,
         Word("工业产品、环境和食品检测", "Testing of industrial products, environment and food")),
    Type(Word("计量检测有限公司", "Calibration Co., Ltd."), "metrology;testing", "M7453", False, 12,
         Word("仪器校准和检测", "Calibration and testing")),
    Type(Word("认证服务有限公司", "Certification Services Co., Ltd."), "certification;training", "M7455", False, 6,
         Word("管理体系和产品认证", "Certification of management systems and products")),
    Type(Word("质量咨询培训有限公司", "Quality Training Co., Ltd."), "training;standards", "L7243", False, 6,
         Word("质量管理和标准化培训", "Training in quality management and standardisation")),
)  # fmt: skip
SCOPES = {"district": 0.62, "province": 0.26, "elsewhere": 0.12}


@dataclass(frozen=True, slots=True)
class Institution:
    """An invented institution with its rows."""

    organisation: Row
    row: Row
    capabilities: tuple[Row, ...]


def generated_institutions(
    vocabulary: Vocabulary, count: int, standards: Sequence[tuple[str, str, str]]
) -> Iterator[Institution]:
    """Yield ``count`` institutions, the certification bodies of the register first.

    ``standards`` (number, Chinese title, English title) are what testing is done by. A smaller count is a beginning
    of a larger one.
    """
    names: set[str] = set()
    bodies = [_body(vocabulary, order) for order in range(min(count, len(BODY_CODES)))]
    yield from bodies
    left, chunk = count - len(bodies), 0
    while left > 0:
        yield from _chunk(vocabulary, chunk, names, standards)[:left]
        left -= CHUNK
        chunk += 1


def _chunk(
    vocabulary: Vocabulary, chunk: int, names: set[str], standards: Sequence[tuple[str, str, str]]
) -> list[Institution]:
    chance = stream(41, chunk)
    types = weighted(chance, [type_.weight for type_ in TYPES], CHUNK)
    scopes = [[place for place in vocabulary.places if place.scope == scope] for scope in SCOPES]
    chosen = [weighted(chance, [place.weight for place in places], CHUNK) for places in scopes]
    drawn = weighted(chance, tuple(SCOPES.values()), CHUNK)
    draws = chance.integers(0, 2**31, (CHUNK, 12)).tolist()
    places = [scopes[scope][chosen[scope][position]] for position, scope in enumerate(drawn)]
    heads = [f"{'12' if TYPES[type_].public else '91'}{place.code}" for type_, place in zip(types, places, strict=True)]
    codes = credit_codes(heads, FIRST_SERIAL + 1_000 + chunk * CHUNK)
    made = []
    for position, place in enumerate(places):
        type_ = TYPES[types[position]]
        short, name = _name(vocabulary, place, type_, draws[position][0], names)
        serial = chunk * CHUNK + position
        made.append(_institution(codes[position], short, name, place, type_, serial, draws[position], standards))
    return made


def _name(vocabulary: Vocabulary, place: Place, type_: Type, start: int, names: set[str]) -> tuple[Word, Word]:
    while True:
        short = vocabulary.short_names[start % len(vocabulary.short_names)]
        name = Word(f"{place.name.zh}{short.zh}{type_.name.zh}", f"{place.name.en} {short.en} {type_.name.en}")
        if name.zh not in names:
            names.add(name.zh)
            return short, name
        start += 1


def _institution(
    code: str,
    short: Word,
    name: Word,
    place: Place,
    type_: Type,
    serial: int,
    draws: Sequence[int],
    standards: Sequence[tuple[str, str, str]],
) -> Institution:
    kind = "public_institution" if type_.public else "enterprise"
    organisation = _organisation(code, short, name, place, kind, type_, draws[1])
    state = OTHER_STATES[draws[2] % len(OTHER_STATES)] if serial % UNLISTED_EVERY == UNLISTED_EVERY - 1 else "listed"
    row = (code, type_.categories, state, type_.services.zh, type_.services.en, SOURCE, "1")
    return Institution(organisation, row, tuple(_capabilities(code, type_, serial, draws, standards)))


def _organisation(code: str, short: Word, name: Word, place: Place, kind: str, type_: Type, draw: int) -> Row:
    year = 1985 + draw % 37
    address = f"{place.name.zh}示例路 {1 + draw // 40 % 899} 号"
    row = (
        *(code, name.zh, name.en, short.zh, kind, "active", place.code, "", type_.industry, ""),
        *(str(year), "", address, SOURCE, "1"),
    )
    if len(row) != len(ORGANISATION_COLUMNS):
        raise AssertionError("rows and columns of organisations have come apart")
    return row


def _capabilities(
    code: str, type_: Type, serial: int, draws: Sequence[int], standards: Sequence[tuple[str, str, str]]
) -> Iterator[Row]:
    """Yield what the institution may do; testing down to the standard, under a number of the usual form."""
    start = 2019 + draws[3] % 5
    term = (f"{start}-{1 + draws[4] % 12:02d}-01", f"{start + 6}-{1 + draws[4] % 12:02d}-01")
    # CMA numbers: year, authority (15 is Shandong), field, sector, serial; 99 marks the invented ones.
    cma = ("CMA", f"{start % 100:02d}159999{serial:04d}", *term)
    cnas = ("CNAS", f"CNAS L{900_000 + serial}", *term)
    for category in type_.categories.split(";"):
        if category != "testing" or not standards:
            approval = cnas if category == "metrology" else ("", "", "", "")
            yield (code, category, type_.services.zh, type_.services.en, "", *approval)
            continue
        chosen = {draw % len(standards): draw for draw in draws[5 : 6 + draws[3] % 7]}  # each standard once
        for place, draw in chosen.items():
            number, zh, en = standards[place]
            scope = (f"按 {number} 检测：{zh}"[:300], f"Testing to {number}: {en}"[:300] if en else "")
            yield (code, category, *scope, number, *(cnas if draw % 3 == 0 else cma))


def _body(vocabulary: Vocabulary, order: int) -> Institution:
    """Make a certification body of the register."""
    place = next(place for place in vocabulary.places if place.code == "370202")
    code = credit_codes([f"91{place.code}"], FIRST_SERIAL + order)[0]
    number = BODY_CODES[order]
    type_ = next(type_ for type_ in TYPES if type_.categories.startswith("certification"))
    name = Word(body_name(number), f"Demo Certification Body No. {order + 1} Co., Ltd.")
    row = (code, "certification", "listed", type_.services.zh, type_.services.en, SOURCE, "1")
    licence = ("CNCA", f"CNCA-R-2009-{number}", "2021-01-01", "2026-12-31")
    scope = ("质量管理体系认证", "Certification of quality management systems", "GB/T 19001-2016")
    return Institution(
        _organisation(code, Word(f"示例{order + 1}号"), name, place, "enterprise", type_, order * 41),
        row,
        ((code, "certification", *scope, *licence),),
    )
