"""Numbers of standards: read in any spelling, written in one (标准编号).

Chinese numbers are issuer, nature, number with parts, year (GB/T 1.1, GB/T 20000 practice); the others follow their own
bodies. Kept apart on purpose: ``GBZ`` (occupational health) and ``GB/Z`` (guidance); ``DB/T`` (earthquake industry),
``DB37/T`` (province) and ``DB3702/T`` (city); the prefix ``T/`` of groups and the suffix ``/T``; leading zeros, which
count (YY/T 0287 is not YY/T 287).
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from pinzhi.engine.catalog.issuers import BODIES, LEVELS, chinese_head, international_head, level_of
from pinzhi.engine.errors import BadIdentifier

_LEVEL_ORDER = {level: order for order, level in enumerate(LEVELS)}
LONGEST = 200  # characters, which is also the width of the columns that hold numbers

# Typography that NFKC leaves alone: dashes, slashes, book-title marks; characters that nobody sees.
_TYPOGRAPHY = str.maketrans(
    dict.fromkeys("‐‑‒–—―−─━﹣－⁃ー", "-")
    | dict.fromkeys("∕⁄╱⧸", "/")
    | dict.fromkeys("《》〈〉\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0e\ufe0f")
    | {"_": " ", "〔": "(", "〕": ")", "【": "(", "】": ")", "～": "~", "〜": "~", "∶": ":", "︰": ":"}
)
_CAPITALS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_IMPOSSIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\uffff]")
_DIGIT = re.compile(r"[0-9]")
_LOOSE = re.compile(r" +([/:()~+-]) *|([/:()~+-]) +")
_SLASHES = re.compile(r"//+")

# A year stands at the end or before a slash, bracket or blank; two digits were usual before 1995.
_YEAR = r"(?:(?:19|20)[0-9]{2}|[5-9][0-9])(?=$|[/( ]|XG)"
_CHINESE = re.compile(
    r"(?P<issuer>T/[A-Z0-9]+|DB[JS]?[0-9]{4}|DB[JS]?[0-9]{2}|[A-Z]{2,5}?)"
    r"(?P<suffix>/?T(?![A-Z])|/Z(?![A-Z])|/[A-Z]{1,2}(?![A-Z])|/(?=[0-9])| [TZ](?= [0-9]))?"
    r"(?P<region>\([^()]{1,8}\))?"
    r" ?(?P<number>(?:(?<= )[A-Z]{1,2}(?=[0-9]))?[0-9]+(?:\.[0-9]+)*[A-Z]?(?:\.[0-9]+)*"
    rf"(?:[-~](?!{_YEAR})[0-9]+(?:\.[0-9]+)*)*)"
    rf"(?:[-:](?P<year>{_YEAR}))?"
    r"(?P<rest>(?:[/( ]|XG).*)?"
)
_FIRST_YEAR = 1945  # ISO numbers begin in 1947
_FULL_YEAR = r"(?:1[89]|20)[0-9]{2}(?![0-9A-Z])"
_INTERNATIONAL = re.compile(
    r"(?P<head>[A-Z]+\.?(?:[/ -][A-Z]+\.?)*?)"
    r"[ /]?(?P<number>(?:[A-Z]{1,5}[.]?)?[0-9][0-9A-Z.]*(?: [0-9]{3}(?![0-9]))?"
    rf"(?:-(?!{_FULL_YEAR}(?![:.]))[0-9A-Z.]+)*)"
    rf"(?:(?P<mark>[:-])(?P<year>{_FULL_YEAR})(?P<months>(?:-[0-9]{{2}}){{0,2}})(?![0-9]))?"
    r"(?P<rest>.*)"
)
_ENTERPRISE = re.compile(
    rf"(?P<issuer>Q/.*?) ?(?P<number>[0-9]+(?:\.[0-9]+)*)(?:-(?P<year>{_YEAR}))?(?P<rest>(?:[/(].*)?)"
)
_DUAL = re.compile(r"[/ (]+(?:(?:IDT|MOD|NEQ|EQV|IDENTICAL)[ :,-]*)?(?P<number>(?P<body>[A-Z]+)(?![A-Z]).*?)\)?")
_AMENDMENT = re.compile(r"/?XG ?(?P<order>[0-9]+)(?:-(?P<year>[0-9]{4}))?")
# Amendments, corrigenda and their drafts, in the spellings of ISO, IEC, JIS, ITU and IEEE.
_SUPPLEMENT = re.compile(
    r"(?P<mark>[/+ ]|(?<=\)))(?P<stage>(?:[A-Z]{2,4} )?)"
    r"(?P<kind>AMENDMENT|AMD|CORRIGENDUM|CORR|COR|ADDENDUM|ADD|SUPPL)\.? ?(?P<order>[0-9]+)"
)
_KIND = {
    "AMENDMENT": "Amd", "AMD": "Amd", "CORRIGENDUM": "Cor", "CORR": "Cor", "COR": "Cor", "ADDENDUM": "Add",
    "ADD": "Add", "SUPPL": "Suppl",
}  # fmt: skip
# What tells one edition, version, draft or language from another of the same family.
_OF_EDITION = re.compile(
    r"(?:[/+ ](?:[A-Z]{2,4} )?(?:Amd|Cor|Add|Suppl|DAM|FDAM|PDAM|DCOR|FDCOR|PDCOR|DAD|AMD) ?[0-9]+.*"
    r"|[/+][AC][0-9]+\b.*|/D-?[0-9].*| V[0-9][0-9.]*\b.*| ED\.? ?[0-9].*"
    r"| (?:CSV|RLV|CMV|EXV|SER|PRV|REDLINE)\b.*|(?: ?\([^()]*\))+|[:-](?:1[89]|20)[0-9]{2}(?:-[0-9]{2}){0,2})$"
)
_ANY_YEAR = re.compile(r"(?<![0-9])(?:1[89]|20)[0-9]{2}(?![0-9])")
_CJK = re.compile(r"[㐀-鿿]")
_PARTS = re.compile(r"[0-9]+|[A-Z]+")
_FIRST_WORD = re.compile(r"[A-Z]+(?:-[TR]\b)?")
_BRACKET = re.compile(r"\)(?=[0-9A-Z])")
_BEFORE_YEAR = re.compile(r"[-—](?=(?:19|20)[0-9]{2}(?:$|[/( ]))")


class StandardNumber(NamedTuple):
    """A standard's number and its parts.

    ``published`` is the number as it was given; ``canonical`` the unique key; ``family`` the same without the year and
    what else tells editions apart (amendments belong to the family of what they amend); ``issuer`` such as GB, DB37,
    T/CAQ, ISO/IEC, empty where unknown; ``nature`` mandatory, recommended, guidance or empty; ``digits`` the number
    with its parts, zeros kept (2828.1); ``adopted`` the other half of a dual number (GB/T 19001-2016/ISO 9001:2015),
    which is a way of printing and not part of the key.
    """

    published: str
    canonical: str
    family: str
    issuer: str
    nature: str
    level: str
    digits: str
    year: int | None
    adopted: str = ""

    @property
    def sort_key(self) -> tuple[object, ...]:
        """Order by level, issuer, number part by part as numbers, and year; letters come after digits."""
        parts = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in _PARTS.findall(self.digits))
        return (_LEVEL_ORDER[self.level], self.issuer, parts, self.digits, self.year or 0, self.canonical)


def normalise(text: str) -> str:
    """Return the text with plain dashes, slashes, brackets and single blanks, in capitals."""
    if text.isascii():
        plain = " ".join(text.replace("_", " ").upper().split())
    else:
        # twice: what NFKC takes apart may hold further marks, and what a removed mark held apart may join
        for _ in range(2):
            text = unicodedata.normalize("NFKC", text.translate(_TYPOGRAPHY))
        plain = " ".join(text.translate(_CAPITALS).split())
    if _LOOSE.search(plain):
        plain = _LOOSE.sub(r"\1\2", plain)
    return _SLASHES.sub("/", plain).strip("/") if "/" in plain else plain


def parse(text: str) -> StandardNumber:
    """Return the number read from any usual spelling.

    A number of unknown grammar is kept as it stands, on the level that its first letters tell. Only a text that cannot
    be a number is refused: without any digit, with control characters, or over 200 characters.

    >>> parse("ＧＢ／Ｔ１９５８０—2012").canonical
    'GB/T 19580-2012'
    >>> parse("DB/T 1-2008").level, parse("DB37/T 1-2020").level, parse("GB/Z 1-2020").nature
    ('industry', 'local', 'guidance')
    """
    published = " ".join(text.split())
    if len(published) > LONGEST or _IMPOSSIBLE.search(published):
        raise _refused(text)
    plain = normalise(published)
    if _DIGIT.search(plain) is None or len(plain) > LONGEST:
        raise _refused(text)
    first = _FIRST_WORD.match(plain)
    if plain.startswith("Q/"):
        number = _enterprise(published, plain)
    elif first is None:
        number = None  # Chinese characters, or nothing that is an issuer
    elif first.group() in BODIES:
        number = _international(published, plain)
    else:
        number = _chinese(published, plain) or _international(published, plain)
    number = number or _other(published, plain)
    if len(number.canonical) > LONGEST:
        raise _refused(text)
    return number


def printed(number: str) -> str:
    """Return a number as it is printed: Chinese ones with a long dash before the year (GB/T 1.1—2020 or 19001—2016).

    >>> printed("GB/T 19580-2012"), printed("ISO/IEC/IEEE 12207-2017")
    ('GB/T 19580—2012', 'ISO/IEC/IEEE 12207-2017')
    """
    return _printed(number)


@lru_cache(maxsize=8192)
def _printed(number: str) -> str:
    first = _FIRST_WORD.match(number)
    foreign = first is not None and first.group() in BODIES
    return number if foreign else _BEFORE_YEAR.sub("—", number)


def path(canonical: str) -> str:
    """Return the readable part of an address: blanks become ``_``, of which a canonical form has none.

    >>> path("GB/T 19580-2012")
    'GB/T_19580-2012'
    """
    return canonical.replace(" ", "_")


def from_path(part: str) -> str:
    """Return the canonical form that ``path`` was made from."""
    return part.replace("_", " ")


def _refused(text: str) -> BadIdentifier:
    return BadIdentifier(
        "catalog.standard_number",
        "“{number}”不是标准编号：要有数字，最多 200 个字符，例如 GB/T 19580-2012。",
        "“{number}” is not the number of a standard: it has digits and at most 200 characters, as GB/T 19580-2012.",
        number=text[:60].encode("utf-8", "replace").decode(),
    )


def _full_year(year: str | None) -> int | None:
    """Return a year of four digits; two digits were usual before 1995 (GB 3100-93)."""
    if not year:
        return None
    return int(year) if len(year) == 4 else 1900 + int(year)


def _chinese(published: str, plain: str) -> StandardNumber | None:
    match = _CHINESE.fullmatch(plain)
    if match is None:
        return None
    issuer, suffix, region, digits, year_text, rest = match.groups()
    head = chinese_head(issuer, suffix or "", region or "")
    if head is None:
        return None
    year = _full_year(year_text)
    family = f"{head.shown} {digits}"
    canonical = family if year is None else f"{family}-{year}"
    adopted = ""
    if rest:
        rest, adopted = _chinese_rest(rest)
        canonical += rest
    return StandardNumber(published, canonical, family, head.issuer, head.nature, head.level, digits, year, adopted)


def _chinese_rest(rest: str) -> tuple[str, str]:
    """Return what belongs to the key of what follows the year, and the other half of a dual number."""
    amendment = _AMENDMENT.fullmatch(rest)
    if amendment is not None:
        order, year = amendment.groups()
        return f"/XG{order}" + (f"-{year}" if year else ""), ""
    dual = _DUAL.fullmatch(rest)
    if dual is not None and dual["body"] in BODIES and _DIGIT.search(dual["number"]):
        other = _international("", dual["number"])
        return "", other.canonical if other else dual["number"]
    return rest, ""


def _international(published: str, plain: str) -> StandardNumber | None:
    match = _INTERNATIONAL.fullmatch(plain)
    if match is None:
        return None
    head_text, digits, mark, year_text, months, rest = match.groups()
    head = international_head(head_text)
    if mark == "-" and head.writes_colon and (digits == "10303" or int(year_text) < _FIRST_YEAR):
        digits, year_text = f"{digits}-{year_text}", None  # a part: ISO 10303 has more than 1,900 of them
    canonical = f"{head.shown} {digits}"
    family = f"{head.family} {_family_digits(head.issuer, digits)}"
    year = _full_year(year_text)
    if year_text:
        canonical += f"{':' if head.writes_colon else mark}{year_text}{months}"
    if rest:
        shown = _shown_rest(rest)
        canonical += shown
        family += _without_edition(shown)
        late = _ANY_YEAR.search(rest) if year is None else None
        year = int(late.group()) if late else year
    return StandardNumber(published, canonical, family, head.issuer, "", "international", digits, year)


def _family_digits(issuer: str, digits: str) -> str:
    """Return the number as editions and drafts share it: ITU-R numbers end in an edition, IEEE drafts begin with P."""
    if issuer == "ITU-R" and "." in digits:
        return digits.rpartition("-")[0] or digits
    if digits[0] == "P" and "IEEE" in issuer:
        return digits[1:]
    return digits


def _shown_rest(rest: str) -> str:
    """Return what follows the year in one spelling: /Amd 1, /Cor 1, a blank before a bracket."""
    rest = _SUPPLEMENT.sub(_supplement, rest)
    if "(" in rest or ")" in rest:
        rest = _BRACKET.sub(") ", rest.replace("(", " ("))
    return rest


def _supplement(match: re.Match[str]) -> str:
    mark = "+" if match["mark"] == "+" else "/"
    return f"{mark}{match['stage']}{_KIND[match['kind']]} {match['order']}"


def _without_edition(rest: str) -> str:
    """Return what is left of it for the family: nothing, or the second number of a twin (G.7041/Y.1303)."""
    while rest:
        shorter = _OF_EDITION.sub("", rest).rstrip(" /:")
        if shorter == rest:
            break
        rest = shorter
    return rest


def _enterprise(published: str, plain: str) -> StandardNumber | None:
    """Read an enterprise standard: free letters, also Chinese ones, before a number and a year."""
    match = _ENTERPRISE.fullmatch(plain)
    if match is None:
        return None
    issuer, digits, year_text, rest = match.groups()
    year = _full_year(year_text)
    family = f"{issuer} {digits}" if issuer[-1].isalnum() else f"{issuer}{digits}"
    canonical = (family if year is None else f"{family}-{year}") + rest
    return StandardNumber(published, canonical, family, issuer.rstrip("-"), "", "enterprise", digits, year)


def _other(published: str, plain: str) -> StandardNumber:
    """Keep a number of a grammar we do not know, without the year for the family."""
    family = _without_edition(plain) or plain
    year = _ANY_YEAR.search(plain)
    digits = re.search(r"[0-9]+(?:\.[0-9]+)*", plain)
    issuer = re.match(r"[A-Z]+(?:/[A-Z]+)?(?![A-Z])", plain)
    return StandardNumber(
        published,
        plain,
        family,
        issuer.group() if issuer else "",
        "",
        _level_of_unknown(plain),
        digits.group() if digits else "",
        int(year.group()) if year else None,
    )


def _level_of_unknown(plain: str) -> str:
    """Return the level that the first letters tell where the rest of the grammar is unknown."""
    first = _FIRST_WORD.match(plain)
    letters = first.group() if first else ""
    if plain.startswith("Q/") or _CJK.match(plain):
        return "enterprise"
    if plain.startswith("T/"):
        return "group"
    if re.match(r"DB[JS]?[0-9]{2}", plain):
        return "local"
    return level_of(letters) or "international"
