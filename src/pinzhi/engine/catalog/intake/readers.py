"""Readers of the catalogue's own codes: numbers of standards, districts, industries, classes, schemes."""

from pinzhi.engine.catalog import words
from pinzhi.engine.catalog.codes import StandardNumber, parse
from pinzhi.engine.catalog.intake import cells
from pinzhi.engine.catalog.intake.cells import Read
from pinzhi.engine.catalog.intake.columns import Lists
from pinzhi.engine.errors import BadInput


def standard_number(cell: str) -> StandardNumber:
    """Read a standard's number."""
    return parse(str(cells.text(200)(cell)))


def canonical_number(cell: str) -> str:
    """Read the number of another standard; return its canonical form."""
    return standard_number(cell).canonical


# The first two digits are a province (GB/T 2260): of other cities' districts no more is known here.
PROVINCE = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])"


def district(lists: Lists) -> Read:
    return cells.listed(
        lists.get("districts", {}),
        PROVINCE + r"\d{4}",
        code="import.district",
        zh="应为六位区划代码（GB/T 2260）或本市区市的名称。",
        en="Expected a six-digit division code (GB/T 2260) or the name of a district of this city.",
    )


def zones(lists: Lists) -> Read:
    zone = cells.listed(
        lists.get("zones", {}),
        r"[a-z][a-z0-9-]{1,39}",
        code="import.zone",
        zh="应为功能区的标识或名称。",
        en="Expected the id or the name of a functional zone.",
    )
    return cells.several(zone, limit=100)


def zone(lists: Lists) -> Read:
    return cells.listed(
        lists.get("zones", {}),
        r"[a-z][a-z0-9-]{1,39}",
        code="import.zone",
        zh="应为功能区的标识或名称。",
        en="Expected the id or the name of a functional zone.",
    )


def industry(lists: Lists) -> Read:
    by_code = cells.listed(
        lists.get("industries", {}),
        r"[A-T]\d{0,4}",
        code="import.industry",
        zh="应为国民经济行业代码（GB/T 4754，如 C34、C3453）或其名称。",
        en="Expected an industry code (GB/T 4754, such as C34 or C3453) or its name.",
    )
    # Four digits alone are common in files; the letter follows from the division.
    return lambda cell: by_code(_with_section(cell.upper()))


_SECTIONS = (
    (5, "A"), (12, "B"), (43, "C"), (46, "D"), (50, "E"), (52, "F"), (60, "G"), (62, "H"), (65, "I"), (69, "J"),
    (70, "K"), (72, "L"), (75, "M"), (79, "N"), (82, "O"), (83, "P"), (85, "Q"), (90, "R"), (96, "S"), (97, "T"),
)  # fmt: skip


def _with_section(code: str) -> str:
    """Put the section's letter before a bare GB/T 4754-2017 code: ``3453`` is ``C3453``."""
    if not (code.isascii() and code.isdigit() and 2 <= len(code) <= 4):
        return code
    division = int(code[:2])
    return next((letter + code for last, letter in _SECTIONS if 0 < division <= last), code)


def scheme(lists: Lists) -> Read:
    return cells.listed(
        lists.get("schemes", {}),
        r"[a-z][a-z0-9-]{1,39}",
        code="import.scheme",
        zh="应为认证制度或荣誉的标识（小写字母、数字、连字符）或名称。",
        en="Expected the id of a scheme (small letters, digits, hyphens) or its name.",
    )


def services(lists: Lists) -> Read:
    service = cells.listed(
        lists.get("services", {}),
        r"[a-z][a-z0-9-]{1,39}",
        code="import.service",
        zh="应为服务类别的标识或名称。",
        en="Expected the id or the name of a service category.",
    )
    return cells.several(service, limit=300)


ICS = cells.pattern(
    r"\d{2}(\.\d{3}(\.\d{2})?)?",
    code="import.ics",
    zh="应为 ICS 分类号，例如 03.120.10。",
    en="Expected an ICS number such as 03.120.10.",
    limit=20,
)
CCS = cells.pattern(
    r"[A-HJ-NP-Z]\d{2}(/\d{2})?",
    code="import.ccs",
    zh="应为中国标准文献分类号：一个字母加两位数字，例如 A00。",
    en="Expected a CCS number: a letter and two digits, such as A00.",
    limit=10,
)
ADOPTION = cells.word(
    words.ADOPTIONS, 等同="IDT", 等同采用="IDT", 修改="MOD", 修改采用="MOD", 非等效="NEQ", 非等效采用="NEQ"
)
CODE = cells.pattern(
    r"[A-Z0-9][A-Z0-9._-]*",
    code="import.code",
    zh="代码只用字母、数字、点、下划线和连字符。",
    en="A code holds letters, digits, dots, underscores and hyphens only.",
    limit=80,
)


def own_code(limit: int) -> Read:
    """Our readable codes are small letters, as they stand in addresses."""

    def read(cell: str) -> str:
        return str(cells.text(limit)(str(CODE(cell)).lower()))

    return read


def person_code(cell: str) -> str:
    return str(cells.text(40)(str(CODE(cell))))


def certificate_state(cell: str) -> str:
    """Read a certificate's state; 过期 is kept as active, since the last day of validity already says it."""
    state = str(cells.word(words.CERTIFICATE_STATES)(cell))
    if state == "upcoming":
        raise BadInput(
            "import.certificate.upcoming",
            "“未生效”由发证日期算出，不能写。请写“有效”。",
            "“Upcoming” follows from the date of issue and cannot be stated. Write active.",
        )
    return "active" if state == "expired" else state
