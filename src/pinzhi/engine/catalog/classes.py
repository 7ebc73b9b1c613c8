"""Classifications: industries (GB/T 4754-2017), ICS, CCS, and the size of an industrial enterprise."""

import re
import unicodedata
from decimal import Decimal

from pinzhi.engine.errors import BadIdentifier
from pinzhi.engine.rulebook.shapes import CodeList
from pinzhi.engine.texts import Text

# First and last division of each section, GB/T 4754-2017.
SECTIONS: dict[str, tuple[int, int]] = {
    "A": (1, 5), "B": (6, 12), "C": (13, 43), "D": (44, 46), "E": (47, 50), "F": (51, 52), "G": (53, 60),
    "H": (61, 62), "I": (63, 65), "J": (66, 69), "K": (70, 70), "L": (71, 72), "M": (73, 75), "N": (76, 79),
    "O": (80, 82), "P": (83, 83), "Q": (84, 85), "R": (86, 90), "S": (91, 96), "T": (97, 97),
}  # fmt: skip
_SECTION_OF = {division: letter for letter, (first, last) in SECTIONS.items() for division in range(first, last + 1)}
_INDUSTRY = re.compile(r"([A-T])?([0-9]{2,4})?", re.ASCII)

ICS_FIELDS = frozenset(
    (
        "01", "03", "07", "11", "13", "17", "19", "21", "23", "25", "27", "29", "31", "33", "35", "37", "39",
        "43", "45", "47", "49", "53", "55", "59", "61", "65", "67", "71", "73", "75", "77", "79", "81", "83",
        "85", "87", "91", "93", "95", "97", "99",
    )
)  # fmt: skip
_ICS = re.compile(r"([0-9]{1,2})(?:\.([0-9]{3})(?:\.([0-9]{2}))?)?", re.ASCII)
CCS_LETTERS = frozenset("ABCDEFGHJKLMNPQRSTUVWXYZ")  # no I and O
_CCS = re.compile(r"([A-Z])(?: ?([0-9]{2}(?:/[0-9]{2})?))?", re.ASCII)
_SEPARATORS = re.compile(r"[;,、|\s]+")

# Lower limits of staff and of yearly revenue in 万元 (10,000 yuan), both of which must be reached; industry row of the
# classification of 2017.
_INDUSTRY_SIZES = (("large", 1000, Decimal(40000)), ("medium", 300, Decimal(2000)), ("small", 20, Decimal(300)))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().upper()


def industry_code(text: str) -> str:
    """Return an industry's code: the letter of the section and up to four digits, the letter added where it is missing.

    >>> industry_code("3453"), industry_code("c34"), industry_code("C")
    ('C3453', 'C34', 'C')
    """
    code = _plain(text)
    match = _INDUSTRY.fullmatch(code) if code else None
    if match is not None:
        letter, digits = match.groups()
        section = _SECTION_OF.get(int(digits[:2])) if digits else letter
        if section is not None and letter in (None, section):
            return section + (digits or "")
    raise BadIdentifier(
        "catalog.industry_code",
        "行业代码应为门类字母加两到四位数字（GB/T 4754-2017），例如 C34 或 C3453，现为“{code}”。",
        "An industry code is the letter of its section and two to four digits (GB/T 4754-2017), as C34 or C3453; "
        "found “{code}”.",
        code=code[:40],
    )


def industry_text(code: str, industries: CodeList) -> Text:
    """Return the words of an industry, or of the nearest one above it that the list names; the code if none is.

    The list names sections and divisions; C3453 is read as its division C34.
    """
    for length in range(len(code), 0, -1):
        if code[:length] in industries:
            return industries.text(code[:length])
    return Text(code, code)


def ics_code(text: str) -> str:
    """Return an ICS code: field, group of three digits, subgroup of two (03.120.10); a lost leading zero is given back.

    >>> ics_code("3.120.10")
    '03.120.10'
    """
    code = _plain(text).rstrip(".")
    match = _ICS.fullmatch(code)
    if match is not None and (field := match[1].zfill(2)) in ICS_FIELDS:
        return ".".join(part for part in (field, *match.groups()[1:]) if part)
    raise BadIdentifier(
        "catalog.ics",
        "国际标准分类号应如 03、03.120 或 03.120.10，现为“{code}”。",
        "An ICS code reads 03, 03.120 or 03.120.10; found “{code}”.",
        code=code[:40],
    )


def ccs_code(text: str) -> str:
    """Return a CCS code: a letter and two digits without a blank (A00, a range A00/09), or the letter alone.

    >>> ccs_code("A 00")
    'A00'
    """
    code = _plain(text)
    match = _CCS.fullmatch(code)
    if match is not None and match[1] in CCS_LETTERS:
        return match[1] + (match[2] or "")
    raise BadIdentifier(
        "catalog.ccs",
        "中国标准文献分类号是一个字母（没有 I 和 O）加两位数字，例如 A00，现为“{code}”。",
        "A CCS code is a letter (no I and O) and two digits, as A00; found “{code}”.",
        code=code[:40],
    )


def ics_codes(text: str) -> tuple[str, ...]:
    """Return the ICS codes in a cell, separated by ; , 、 or blanks, each once."""
    parts = _SEPARATORS.split(unicodedata.normalize("NFKC", text).strip())
    return tuple(dict.fromkeys(ics_code(part) for part in parts if part))


def size_of_industrial(staff: int, revenue_wan: Decimal) -> str:
    """Return large, medium, small or micro for an industrial enterprise; both lower limits must be reached.

    >>> size_of_industrial(1200, Decimal(39999))
    'medium'
    """
    for size, least_staff, least_revenue in _INDUSTRY_SIZES:
        if staff >= least_staff and revenue_wan >= least_revenue:
            return size
    return "micro"
