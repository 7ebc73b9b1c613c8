"""Whole numbers in words: 六, 两, 第一, six, first; written and read."""

import re

_DIGITS = "零一二三四五六七八九"
_UNITS = {"十": 10, "百": 100, "千": 1000}
_VALUES = {**{digit: value for value, digit in enumerate(_DIGITS)}, "〇": 0, "两": 2}
ENGLISH = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
)
_ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
_LARGEST = 99
_SUFFIXES = {1: "st", 2: "nd", 3: "rd"}
_ENGLISH_ORDINAL = re.compile(r"(\d+)(st|nd|rd|th)", re.ASCII)


def chinese(number: int) -> str:
    """Return a whole number from 0 to 99 in Chinese; 2 is 两, as before a measure word.

    >>> chinese(6), chinese(2), chinese(12), chinese(20)
    ('六', '两', '十二', '二十')
    """
    if not 0 <= number <= _LARGEST:
        raise ValueError(f"{number} has no words here")
    return "两" if number == 2 else _spelled(number)


def _spelled(number: int) -> str:
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def english(number: int) -> str:
    """Return a whole number in English words up to twenty, larger ones in digits.

    >>> english(6), english(21)
    ('six', '21')
    """
    return ENGLISH[number] if number < len(ENGLISH) else f"{number:,}"


def chinese_place(place: int) -> str:
    """Return a place: 第一, 第十一; beyond 99 in digits."""
    return f"第{_spelled(place) if place <= _LARGEST else place}"


def english_place(place: int) -> str:
    """Return a place: first, second … tenth, 11th, 22nd."""
    if place <= len(_ORDINALS):
        return _ORDINALS[place - 1]
    suffix = "th" if place % 100 in (11, 12, 13) else _SUFFIXES.get(place % 10, "th")
    return f"{place}{suffix}"


def read_chinese(text: str) -> int | None:
    """Read a whole number below ten thousand; None for anything else.

    >>> read_chinese("两"), read_chinese("一百零二"), read_chinese("十"), read_chinese("六家")
    (2, 102, 10, None)
    """
    if not text or any(one not in _VALUES and one not in _UNITS for one in text):
        return None
    total, digit, last = 0, None, 10_000
    for one in text:
        if one in _VALUES:
            if digit not in (None, 0):
                return None
            digit = _VALUES[one]
            continue
        unit = _UNITS[one]
        if unit >= last or digit == 0:
            return None
        total, digit, last = total + (1 if digit is None else digit) * unit, None, unit
    return total + (digit or 0)


def read_english(text: str) -> int | None:
    """Read a whole number up to twenty in words; None for anything else."""
    word = text.casefold()
    return ENGLISH.index(word) if word in ENGLISH else None


def read_place(text: str) -> int | None:
    """Read a place in either language: 第一, 第3, first, 11th; None for anything else."""
    if text.startswith("第"):
        rest = text[1:]
        return int(rest) if rest.isascii() and rest.isdigit() else read_chinese(rest)
    word = text.casefold()
    if word in _ORDINALS:
        return _ORDINALS.index(word) + 1
    found = _ENGLISH_ORDINAL.fullmatch(word)
    return int(found[1]) if found else None
