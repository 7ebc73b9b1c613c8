"""Numbers of standards: read in any spelling, written in one (标准编号).

Grammar: GB/T 20000 practice for Chinese standards (issuer, nature, number, parts, year); the issuers' own for the
others. Traps on purpose kept apart: ``GBZ`` (occupational health) and ``GB/Z`` (guidance); ``DB/T`` (earthquake
industry), ``DB37/T`` (province) and ``DB3702/T`` (city); the prefix ``T/`` of groups and the suffix ``/T``; leading
zeros, which count.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from pinzhi.engine.errors import BadIdentifier

LONGEST = 200

# Dashes and slashes that people and documents use instead of the plain ones (NFKC leaves these alone).
_TYPOGRAPHY = str.maketrans(
    dict.fromkeys("‐‑‒–—―−﹣－", "-") | dict.fromkeys("∕⁄／", "/") | dict.fromkeys("》《", "") | {"：": ":", "　": " "}
)
_DIGIT = re.compile(r"[0-9]")
_HEAD = re.compile(r"[ /\d-]")

# fmt: off
INTERNATIONAL = frozenset({
    "ISO", "IEC", "ITU", "ITU-T", "ITU-R", "ETSI", "IEEE", "CIE", "OIML", "JIS", "EN", "DIN", "ANSI", "ASTM", "BS",
    "NF", "CEN", "CENELEC", "IWA", "ASME", "API", "SAE", "UL", "IETF", "RFC", "VDE", "GOST", "CISPR", "WHO", "CAC",
    "CODEX", "ILAC", "IAF", "KS", "UN", "ECE",
})
# fmt: on
# Chinese engineering and metrology numbers that are neither GB nor a two-letter industry.
_NATIONAL = frozenset({"GB", "GBJ", "GBN", "GBZ", "GJB", "GSB", "JJG", "JJF", "GBW"})
_ASSOCIATIONS = frozenset({"CECS"})
PROVINCES = frozenset("京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤琼川贵云滇陕甘青蒙桂藏宁新")

_CHINESE = re.compile(
    r"(?P<issuer>T/[A-Z0-9]+(?:/[A-Z]+)?|DBJ?(?:\d{4}|\d{2})(?=[/ ])|[A-Z]{1,6})"
    r"(?P<suffix>/T|/Z|/J)?"
    r" ?(?P<region>\([^()]{1,8}\))?"
    r" ?(?P<number>[A-Z]{0,3}\d+(?:\.\d+)*[A-Z]?(?:\.\d+)*(?:-\d{1,4}(?=[-:]))*)"
    r"(?:[-:](?P<year>\d{4}|\d{2})(?!\d))?"
    r"(?P<rest>[/(].*|[A-Z]?)"
)
_INTERNATIONAL = re.compile(
    r"(?P<issuer>[A-Z]+(?:[/-][A-Z]+)*?)"
    r"(?P<doctype>(?:[/ ](?:TS|TR|PAS|R|GUIDE|IWA|TTA|ISP|DATA|SP|WD|CD|DIS|FDIS|PRF|NP|AWI|DTS|DTR|EN|TRF|SRD)\b)*)"
    r" ?(?P<number>(?:[A-Z]{1,4}[. ]?)?\d[A-Z0-9.]*(?:-[A-Z0-9]+)*?)"
    r"(?:[:-](?P<year>(?:1[89]|20)\d{2})(?:-\d{2}){0,2})?"
    r"(?P<rest>[/ (+:].*)?"
)
_YEAR = re.compile(r"(?:[:(-]|/)((?:1[89]|20)\d{2})(?!\d)")
_LAST_YEAR = re.compile(r"[ ]?[:(-](?:\d{2}/)?((?:1[89]|20)\d{2})(?:-\d{2}){0,2}\)?$")
_SPELLED = (("/AMD", "/Amd"), ("/COR", "/Cor"), ("/ADD", "/Add"), ("/SUPPL", "/Suppl"), ("GUIDE", "Guide"))
_TIGHT = re.compile(r" ?([/:()]) ?")
_CJK = re.compile(r"[㐀-鿿]")
_PARTS = re.compile(r"\d+|[A-Z]+")
_LEVEL_ORDER = {"national": 0, "industry": 1, "local": 2, "group": 3, "enterprise": 4, "international": 5}


class StandardNumber(NamedTuple):
    """A standard's number and its parts.

    ``canonical`` is the unique key; ``family`` the same without the year, which ties editions together (amendments
    belong to the family of what they amend); ``issuer`` such as GB, DB37, T/CAQ, ISO/IEC, empty where unknown;
    ``nature`` mandatory, recommended, guidance or empty; ``digits`` the number with its parts, zeros kept: 2828.1.
    """

    published: str
    canonical: str
    family: str
    issuer: str
    nature: str
    level: str
    digits: str
    year: int | None

    @property
    def sort_key(self) -> tuple[object, ...]:
        """Order by level, issuer, number part by part, and year; parts of letters come after digits."""
        parts = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in _PARTS.findall(self.digits))
        return (_LEVEL_ORDER[self.level], self.issuer, parts, self.year or 0)


def normalise(text: str) -> str:
    """Return the number with plain dashes, slashes and blanks, in capitals."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_TYPOGRAPHY)).translate(_TYPOGRAPHY)
    return " ".join(text.split()).upper()


def parse(text: str) -> StandardNumber:
    """Return the number read from any usual spelling.

    A number of unknown grammar is kept as it stands, as an enterprise standard where it begins with Q/ or holds
    Chinese characters, else as an international one. Only a text that cannot be a number at all is refused: empty,
    without any digit, with control characters, or over 200 characters.

    >>> parse("ＧＢ／Ｔ１９５８０—2012").canonical
    'GB/T 19580-2012'
    >>> parse("DB/T 1-2008").level, parse("DB37/T 1-2020").level, parse("GB/Z 1-2020").nature
    ('industry', 'local', 'guidance')
    """
    published = " ".join(text.split())
    plain = normalise(text)
    if len(plain) > LONGEST or not _DIGIT.search(plain) or not plain.isprintable():
        raise BadIdentifier(
            "catalog.standard_number",
            "“{number}”不是标准编号：要有数字，最多 200 个字符，例如 GB/T 19580-2012。",
            "“{number}” is not the number of a standard: it has digits and at most 200 characters, as GB/T 19580-2012.",
            number=text[:60].encode("utf-8", "replace").decode(),
        )
    if plain.startswith("Q/"):
        return _other(published, plain, "enterprise")
    head = _HEAD.split(plain, 1)[0]
    if head not in INTERNATIONAL:
        match = _CHINESE.fullmatch(plain)
        if match is not None and (found := _chinese(published, match)) is not None:
            return found
    elif (match := _INTERNATIONAL.fullmatch(_TIGHT.sub(r"\1", plain))) is not None:
        return _international(published, match)
    return _other(published, plain, "enterprise" if _CJK.match(plain) else "international")


def printed(number: str) -> str:
    """Return a number as it is printed: Chinese ones with a long dash before the year (GB/T 19001—2016)."""
    return _printed(number)


@lru_cache(maxsize=4096)
def _printed(number: str) -> str:
    head = _HEAD.split(number, 1)[0]
    if head in INTERNATIONAL:
        return number
    return re.sub(r"-(?=(?:19|20)\d{2}(?:$|/|\())", "—", number)


def path(canonical: str) -> str:
    """Return the readable part of an address: blanks become ``_``; a ``_`` of its own is doubled."""
    return canonical.replace("_", "__").replace(" ", "_")


def from_path(part: str) -> str:
    """Return what ``path`` was made from.

    >>> from_path(path("JJF(鲁) 100-2021"))
    'JJF(鲁) 100-2021'
    """
    return part.replace("__", "\0").replace("_", " ").replace("\0", "_")


def _full_year(year: str | None) -> int | None:
    """Return a year of four digits; two digits were usual before 1995 (GB 3100-93)."""
    if year is None:
        return None
    if len(year) == 4:
        return int(year)
    return int(year) + (1900 if int(year) >= 45 else 2000)


def _chinese(published: str, match: re.Match[str]) -> StandardNumber | None:
    issuer, suffix, region, number, year_text, rest = match.groups()
    level = _level(issuer, region)
    if level is None:
        return None
    year = _full_year(year_text)
    base = f"{issuer}{suffix or ''}{region or ''} {number}"
    canonical = f"{base}-{year}" if year else base
    if rest:
        canonical += _TIGHT.sub(r"\1", rest)
    return StandardNumber(
        published=published,
        canonical=canonical,
        family=base,
        issuer=issuer,
        nature=_nature(issuer, suffix, level),
        level=level,
        digits=number,
        year=year,
    )


def _level(issuer: str, region: str | None) -> str | None:
    """Return the level an issuer publishes at; None for letters that are no Chinese issuer."""
    if issuer.startswith("T/") or issuer in _ASSOCIATIONS:
        return "group"
    if issuer in _NATIONAL:
        if region is None:
            return "national"
        return "local" if region[1:-1][:1] in PROVINCES else "industry"
    if issuer.startswith("DB") and issuer[2:3].isdigit():
        return "local"
    if issuer == "DBJ" or (issuer.startswith("DBJ") and issuer[3:].isdigit()):
        return "local"
    return "industry" if issuer.isalpha() and 2 <= len(issuer) <= 4 else None


def _nature(issuer: str, suffix: str | None, level: str) -> str:
    if suffix == "/T":
        return "recommended"
    if suffix == "/Z":
        return "guidance"
    mandatory = level in ("national", "industry", "local") and issuer not in ("GSB", "JJF", "GJB")
    return "mandatory" if mandatory else ""


def _international(published: str, match: re.Match[str]) -> StandardNumber:
    issuer, doctype, number, year_text, rest = match.group("issuer", "doctype", "number", "year", "rest")
    base = _spelled(f"{issuer}{doctype} {number}")
    year = int(year_text) if year_text else None
    canonical = _spelled(match.string)
    if " " not in canonical and base.replace(" ", "", 1) == canonical[: len(base) - 1]:
        canonical = base + canonical[len(base) - 1 :]  # "ISO9001:2015" was written without its blank
    family, late_year = base, year
    if rest and year is None:
        # versions and months that follow the number: ETSI TS 124 583 V19.1.0 (2026-02), ITU-T G.173(03/1993)
        trimmed = re.sub(r" ?V\d[\d.]*.*$", "", canonical)
        trimmed = _LAST_YEAR.sub("", trimmed)
        family = re.sub(r"(/(?:Amd|Cor|Add|Suppl)\b).*$", "", trimmed)
        found = _YEAR.search(canonical)
        late_year = int(found.group(1)) if found else None
    return StandardNumber(
        published=published,
        canonical=canonical,
        family=family,
        issuer=issuer,
        nature="",
        level="international",
        digits=number,
        year=late_year,
    )


def _other(published: str, plain: str, level: str) -> StandardNumber:
    """Keep a number of a grammar we do not know: tidy, with the year cut off for the family."""
    canonical = _spelled(plain)
    family = _LAST_YEAR.sub("", canonical) or canonical
    year = _YEAR.search(canonical)
    digits = re.search(r"\d[\d.]*", plain)
    issuer = re.match(r"Q/[A-Z0-9]+|[A-Z][A-Z/-]*", plain)
    number = digits.group().rstrip(".") if digits else ""
    return StandardNumber(
        published=published,
        canonical=canonical,
        family=family,
        issuer=issuer.group() if issuer else "",
        nature="",
        level=level,
        digits=number,
        year=int(year.group(1)) if year else None,
    )


def _spelled(text: str) -> str:
    if "/" in text or "GUIDE" in text:
        for loud, usual in _SPELLED:
            text = text.replace(loud, usual)
    return text
