"""Read one cell of a file: a text in, a checked value out, or a refusal that says what would be right."""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from pinzhi.engine.errors import BadInput
from pinzhi.engine.texts import Text

Read = Callable[[str], Any]

_BLANKS = re.compile(r"\s+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd\ud800-\udfff]")
_LOST = "\ufffd"  # what a wrong conversion leaves in place of a character
_LIST = re.compile(r"[;；|]")
_DATE = re.compile(
    r"(\d{4})(?:\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2}))?)?\s*[年月日]?"
    r"(?:[ T]00:00(?::00(?:\.0+)?)?)?"  # spreadsheets add midnight
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEARS = range(1800, 2201)
_MOST_KILOVOLTS = 2_000  # no grid is above
_YES = frozenset({"1", "true", "yes", "y", "t", "是", "真", "演示"})
_NO = frozenset({"0", "false", "no", "n", "f", "否", "假"})


@dataclass(frozen=True, slots=True)
class CellDate:
    """A date as ``YYYY-MM-DD`` and how exact it is: d day, m month, y year (then the first day stands for it)."""

    iso: str
    precision: str = "d"


def text(limit: int) -> Read:
    """Return a reader of one line of text: blanks run together, no control characters, at most ``limit`` long."""

    def read(cell: str) -> str:
        # The usual cell needs no cleaning, and a million titles pass here.
        if len(cell) <= limit and cell.isprintable() and "  " not in cell and _LOST not in cell:
            return cell
        return _clean(cell, limit)

    return read


def _clean(cell: str, limit: int) -> str:
    found = _CONTROL.search(cell)
    if found:
        raise BadInput(
            "import.text.control",
            "含有不可显示的字符 U+{point}（第 {place} 个字符）。请删去。",
            "Holds the character U+{point}, which cannot be shown (character {place}). Remove it.",
            point=f"{ord(found.group()):04X}",
            place=found.start() + 1,
        )
    cleaned = _BLANKS.sub(" ", cell).strip()
    if len(cleaned) > limit:
        raise BadInput(
            "import.text.long",
            "最多 {limit} 个字符，这里有 {length} 个。请缩短。",
            "At most {limit} characters, found {length}. Shorten it.",
            limit=limit,
            length=len(cleaned),
        )
    return cleaned


def day(cell: str) -> CellDate:
    """Read a date of three precisions: 2015, 2015-06, 2015-06-30, 2015/6/30, 2015年6月30日, 20150630."""
    found = _COMPACT.fullmatch(cell) or _DATE.fullmatch(cell)
    if not found:
        raise BadInput(
            "import.date.form",
            "不是日期。可写 2015、2015-06、2015-06-30、2015/6/30 或 20150630。",
            "Not a date. Write 2015, 2015-06, 2015-06-30, 2015/6/30 or 20150630.",
        )
    year, month, date = (int(part) if part else 0 for part in found.groups())
    if year not in _YEARS:
        raise BadInput(
            "import.date.year",
            "年份 {year} 不在 1800 至 2200 之间。",
            "The year {year} is not between 1800 and 2200.",
            year=year,
        )
    if found.group(2) and not 1 <= month <= 12:
        raise BadInput("import.date.impossible", "没有 {month} 月。", "There is no month {month}.", month=month)
    if found.group(3) and not 1 <= date <= monthrange(year, month)[1]:
        raise BadInput(
            "import.date.impossible",
            "{year} 年 {month} 月没有 {date} 日。",
            "There is no day {date} in month {month} of {year}.",
            year=year,
            month=month,
            date=date,
        )
    precision = "d" if found.group(3) else "m" if found.group(2) else "y"
    return CellDate(f"{year:04d}-{month or 1:02d}-{date or 1:02d}", precision)


def whole_day(cell: str) -> str:
    """Read a date where the day must be known; return it as ``YYYY-MM-DD``."""
    read = day(cell)
    if read.precision != "d":
        raise BadInput(
            "import.date.day_missing",
            "这里要写到日，例如 2015-06-30。",
            "The day is needed here, for example 2015-06-30.",
        )
    return read.iso


def first_day(cell: str) -> str:
    """Read a date of any precision; year and month stand for their first day."""
    return day(cell).iso


def word(words: Mapping[str, Text], **also: str) -> Read:
    """Return a reader of a closed vocabulary: its ids, or its words in either language, case apart.

    ``also`` names further words that are met in files, each with the id that it stands for.
    """
    ids: dict[str, str] = {}
    for id_, text_ in words.items():
        ids |= {text_.zh.casefold(): id_, text_.en.casefold(): id_, id_.casefold(): id_}
    ids |= {other.casefold(): id_ for other, id_ in also.items()}
    zh = "、".join(text_.zh for text_ in words.values())
    en = ", ".join(words)

    def read(cell: str) -> str:
        known = ids.get(cell.casefold().replace(" ", "_")) or ids.get(cell.casefold())
        if known is None:
            raise BadInput("import.word", "应为以下之一：{chinese}。", "Expected one of: {ids}.", chinese=zh, ids=en)
        return known

    return read


def several(read: Read, *, limit: int, separators: str = ";；|") -> Read:
    """Return a reader of a list in one cell; the value is joined by ``;``, each entry once, in order."""
    split = re.compile("[" + re.escape(separators) + "]")

    def read_all(cell: str) -> str:
        entries = dict.fromkeys(read(entry) for part in split.split(cell) if (entry := part.strip()))
        joined = ";".join(entries)
        if len(joined) > limit:
            return str(text(limit)(joined))  # says how long it may be
        return joined

    return read_all


def tuple_of(read: Read) -> Read:
    """Return a reader of a list in one cell whose entries are records of their own."""

    def read_all(cell: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(read(entry) for part in _LIST.split(cell) if (entry := part.strip())))

    return read_all


def pattern(form: str, *, code: str, zh: str, en: str, limit: int) -> Read:
    """Return a reader of codes of one form; small letters become capitals."""
    compiled = re.compile(form)

    def read(cell: str) -> str:
        cleaned = str(text(limit)(cell)).upper().replace(" ", "")
        if not compiled.fullmatch(cleaned):
            raise BadInput(code, zh, en)
        return cleaned

    return read


def listed(names: Mapping[str, Text], form: str, *, code: str, zh: str, en: str) -> Read:
    """Return a reader of a code list: a code of the form, or a name in the list in either language.

    A well-formed code that the list lacks is kept: lists change, and old records hold old codes.
    """
    compiled = re.compile(form)
    by_name = {name.casefold(): key for key, both in names.items() for name in (both.zh, both.en)}

    def read(cell: str) -> str:
        if cell in names or compiled.fullmatch(cell):
            return cell
        known = by_name.get(cell.casefold())
        if known is None:
            raise BadInput(code, zh, en)
        return known

    return read


def count(cell: str) -> int:
    """Read a whole number from 0 to 2,147,483,647; thousands may be set off by commas."""
    digits = cell.replace(",", "").removesuffix(".0")
    if not (digits.isascii() and digits.isdigit()) or int(digits[:11]) > 2**31 - 1 or len(digits) > 10:
        raise BadInput(
            "import.number.whole",
            "应为 0 到 2147483647 的整数。",
            "Expected a whole number from 0 to 2,147,483,647.",
        )
    return int(digits)


def degrees(limit: int) -> Read:
    """Return a reader of WGS-84 degrees between ``-limit`` and ``limit``, kept to five places (about a metre)."""

    def read(cell: str) -> str:
        try:
            value = Decimal(cell)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or abs(value) > limit:
            raise BadInput(
                "import.degrees",
                "应为 -{limit} 到 {limit} 之间的度数（WGS-84）。",
                "Expected degrees between -{limit} and {limit} (WGS-84).",
                limit=limit,
            )
        return f"{value:.5f}"

    return read


def kilovolts(cell: str) -> str:
    """Read a voltage in kV above 0 and up to 2,000, with or without its unit, kept to five places."""
    try:
        value = Decimal(re.sub(r"\s*kv$", "", cell, flags=re.IGNORECASE))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not 0 < value <= _MOST_KILOVOLTS:
        raise BadInput(
            "import.kilovolts",
            "应为大于 0、不超过 {limit} 的电压（kV）。",
            "Expected a voltage in kV above 0 and up to {limit}.",
            limit=_MOST_KILOVOLTS,
        )
    return f"{value:.5f}"


def yes_or_no(cell: str) -> bool:
    """Read 是/否, yes/no, true/false or 1/0."""
    folded = cell.casefold()
    if folded not in _YES and folded not in _NO:
        raise BadInput("import.yes_no", "应为“是”或“否”。", "Expected yes or no.")
    return folded in _YES


def address(cell: str) -> str:
    """Read the address of a page: http or https only, since it becomes a link."""
    cleaned = str(text(300)(cell))
    if not re.match(r"https?://[^\s/]", cleaned, re.IGNORECASE):
        if re.fullmatch(r"(?:[\w-]+\.)+[a-zA-Z]{2,}(?:/\S*)?", cleaned):
            return f"http://{cleaned}"[:300]
        raise BadInput(
            "import.address",
            "网址应以 http:// 或 https:// 开头。",
            "A web address starts with http:// or https://.",
        )
    return cleaned


def citizen_id(cell: str) -> str:
    """Read a citizen's number and test its check character (GB 11643)."""
    number = cell.strip().upper()
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    well_formed = re.fullmatch(r"[0-9]{17}[0-9X]", number)
    rest = sum(int(d) * w for d, w in zip(number, weights, strict=False)) % 11 if well_formed else 0
    if not well_formed or "10X98765432"[rest] != number[17]:
        raise BadInput(
            "import.citizen_id",
            "身份证号码不正确：应为 18 位，末位是校验码。",
            "Not a citizen's number: 18 characters, of which the last is a check character.",
        )
    return number
