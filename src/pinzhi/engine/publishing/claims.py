"""What words say of a value, read back, and whether it holds: 1200余, 40万, 93%, 1/3, 六, 第一, 唯一, 前列."""

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from pinzhi.engine.errors import BadInput
from pinzhi.engine.publishing.numerals import read_chinese, read_english, read_place
from pinzhi.engine.publishing.wording import BAND, MONTHS, NO, ONLY, WAN, WITHIN, YES, Number, half_up
from pinzhi.engine.rulebook.figure_parts import Wording

Form = Literal["number", "over", "near", "above", "about", "percent", "fraction", "place", "only", "band", "day", "yes"]
NEAR = Fraction(5, 100)  # 约 and 近 allow five hundredths
LONGEST = 80
_SCALES = {"": 1, "万": WAN, "亿": WAN * WAN, " million": 10**6}
# Measure words that an author may leave inside: GB/T 15835 sets no blank before them.
_MEASURES = "人次|家次|个|家|项|张|条|期|处|位|名|届|次|件|元|种|所|人|kV|千伏"
_NUMBER = (
    r"(?P<number>-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?P<over>余|多)?(?P<scale>万|亿| million)?(?P<over2>余|多)?"
)
_FORMS = re.compile(
    rf"(?P<before>约|近|超过|超|逾|达到|达|over |more than |nearly |about |around )?{_NUMBER}(?:{_MEASURES})?", re.ASCII
)
_PERCENT = re.compile(r"(?P<number>-?\d+(?:\.\d+)?) ?(?:%|％| percent| per cent)", re.ASCII)
_FRACTION = re.compile(r"(?P<part>\d{1,4})/(?P<whole>\d{1,4})", re.ASCII)
_CHINESE_FRACTION = re.compile(r"(?P<whole>[一二两三四五六七八九十百]+)分之(?P<part>[一二两三四五六七八九十百]+)")
_DAY = re.compile(
    r"(?P<year>\d{4})(?:-|年)(?:(?P<month>\d{1,2})(?:月|-(?=\d)|$)(?:(?P<day>\d{1,2})(?:日)?)?)?", re.ASCII
)
_ENGLISH_DAY = re.compile(r"(?:(?P<day>\d{1,2}) )?(?P<month>[A-Z][a-z]+) (?P<year>\d{4})", re.ASCII)
_NAMES = ("half", "third", "quarter", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_FRACTION_WORDS = {word: whole for whole, word in enumerate(_NAMES, start=2)}
_BEFORE: dict[str, Form] = {
    "约": "about", "about": "about", "around": "about", "近": "near", "nearly": "near",
    "超": "above", "超过": "above", "逾": "above", "more than": "above", "over": "over",
}  # fmt: skip
_OVER = ("余", "多")
_MOST = {"最多": 1, "首位": 1, "the most": 1, "most": 1}


@dataclass(frozen=True, slots=True)
class Claim:
    """What words say.

    ``number`` is what is printed, at its full size (1,200 of 1200余), of a day the first day meant; ``step`` the place
    value of its last digit that is not zero; ``unit`` that of the last digit printed (10,000 of 40万); ``scaled`` tells
    that it is printed in 万, 亿 or millions; ``precision`` of a day whether year, month or day are said.
    """

    form: Form
    number: Fraction | date | None = None
    step: Fraction = Fraction(1)
    unit: Fraction = Fraction(1)
    scaled: bool = False
    precision: Literal["", "y", "m", "d"] = ""

    def holds(self, value: Number, wording: Wording) -> bool:
        """Tell whether the words are true of a value that is said in a wording.

        余 and over: strictly more than the number and less than a step above it. 万: rounded half up to what is
        printed. 近: less, by at most a twentieth; 约: off by at most a twentieth; 超: more. A fraction is true within
        half a percentage point. 唯一 is true of one, 前列 up to the place that the wording names.
        """
        if isinstance(value, date):
            return self._holds_of_day(value)
        if isinstance(self.number, date):
            return False
        return self._holds_of_number(Fraction(value), wording)

    def _holds_of_day(self, value: date) -> bool:
        if isinstance(self.number, Fraction) and self.form == "number" and self.unit == 1:
            return self.number == value.year
        if not isinstance(self.number, date):
            return False
        same = {"y": 1, "m": 2, "d": 3}[self.precision]
        return value.timetuple()[:same] == self.number.timetuple()[:same]

    def _holds_of_number(self, value: Fraction, wording: Wording) -> bool:
        ranked = wording.style in ("rank", "band")
        if ranked != (self.form in ("place", "band")):
            return False  # 1 is no way to say first, nor does first say how many
        match self.form:
            case "only":
                return wording.style == "only" and value == 1
            case "band":
                return 1 <= value <= wording.at_most
            case "yes":
                return value == self.number
        said = self.number
        if not isinstance(said, Fraction):
            return False
        match self.form:
            case "over":
                return said < value < said + self.step
            case "above":
                return value > said
            case "near":
                return said * (1 - NEAR) <= value < said
            case "about":
                return abs(value - said) <= abs(said) * NEAR
            case "percent":
                return (
                    wording.style in ("percent", "fraction") and half_up(value * 100, _digits(self.unit)) == said * 100
                )
            case "fraction":
                return abs(value - said) <= WITHIN
            case "place":
                return value == said
        return self._holds_plainly(value, said, wording)

    def _holds_plainly(self, value: Fraction, said: Fraction, wording: Wording) -> bool:
        if wording.style in ("percent", "fraction"):
            return value == said
        if self.scaled:  # 40万 is always a rounded number
            return half_up(value / self.unit, 0) * self.unit == said
        if value == said:
            return True
        if wording.style == "wan":
            unit = WAN / Fraction(10) ** wording.digits
            rounded = half_up(value / unit, 0) * unit
            return said == (rounded or half_up(value, 0))
        return _digits(self.unit) == wording.digits and half_up(value, wording.digits) == said


def claim(words: str) -> Claim:
    """Read what words say of a value, in Chinese or English; measure words after a number may stay.

    Raises BadInput (publishing.claim) for words that say nothing about a value.

    >>> claim("1200余人次").number, claim("over 1,200").step, claim("40万").unit
    (Fraction(1200, 1), Fraction(100, 1), Fraction(10000, 1))
    """
    text = " ".join(words.strip().split())
    found = _special(text) or _fraction(text) or _percent(text) or _day(text) or _number(text) or _spelled(text)
    if found is None or len(words) > LONGEST:
        raise BadInput(
            "publishing.claim",
            "“{words}”不是数字的说法。可以写 54、1200余、40万、93%、1/3、六、第一、唯一、前列或日期。",
            "“{words}” says nothing about a value. Write 54, over 1,200, 93%, 1/3, six, first, the only one, among the"
            " first, or a day.",
            words=words[:LONGEST],
        )
    return found


def _special(text: str) -> Claim | None:
    folded = text.casefold()
    if folded in (ONLY.zh, ONLY.en, "only", "the only"):
        return Claim("only")
    if folded in (BAND.zh, BAND.en, "among the top"):
        return Claim("band")
    if folded in (YES.zh, YES.en, NO.zh, NO.en):
        return Claim("yes", Fraction(folded in (YES.zh, YES.en)))
    place = _MOST.get(folded) or read_place(folded)
    return Claim("place", Fraction(place)) if place else None


def _percent(text: str) -> Claim | None:
    if text.startswith("百分之"):
        number = read_chinese(text[3:])
        return None if number is None else Claim("percent", Fraction(number, 100))
    found = _PERCENT.fullmatch(text)
    if found is None:
        return None
    return Claim("percent", Fraction(found["number"]) / 100, unit=_last_place(found["number"]))


def _fraction(text: str) -> Claim | None:
    if found := _FRACTION.fullmatch(text):
        part, whole = int(found["part"]), int(found["whole"])
    elif found := _CHINESE_FRACTION.fullmatch(text):
        part, whole = read_chinese(found["part"]) or 0, read_chinese(found["whole"]) or 0
    else:
        part, whole = _english_fraction(text.casefold().replace("-", " ").split())
    return Claim("fraction", Fraction(part, whole)) if part > 0 and whole > 0 else None


def _english_fraction(parts: list[str]) -> tuple[int, int]:
    """Read ``one third``, ``two thirds``, ``a half``; (0, 0) for anything else."""
    if len(parts) != 2:
        return 0, 0
    count = 1 if parts[0] == "a" else read_english(parts[0]) or 0
    return count, _FRACTION_WORDS.get(parts[1], _FRACTION_WORDS.get(parts[1].removesuffix("s"), 0))


def _day(text: str) -> Claim | None:
    found = _DAY.fullmatch(text)
    if found is not None:
        return _date(int(found["year"]), found["month"], found["day"])
    found = _ENGLISH_DAY.fullmatch(text)
    if found is None or found["month"] not in MONTHS:
        return None
    return _date(int(found["year"]), str(MONTHS.index(found["month"]) + 1), found["day"])


def _date(year: int, month: str | None, on: str | None) -> Claim | None:
    try:
        number = date(year, int(month or 1), int(on or 1))
    except ValueError:
        return None
    return Claim("day", number, precision="d" if on else "m" if month else "y")


def _number(text: str) -> Claim | None:
    found = _FORMS.fullmatch(text)
    if found is None or (found["over"] and found["over2"]):
        return None
    scale = _SCALES[found["scale"] or ""]
    digits = found["number"].replace(",", "")
    number = Fraction(digits) * scale
    over = bool(found["over"] or found["over2"])
    form = _BEFORE.get((found["before"] or "").strip(), "number")
    if over and form != "number":
        return None
    unit = _last_place(digits) * scale
    return Claim("over" if over else form, number, _step(digits) * scale, unit, scaled=scale > 1)


def _spelled(text: str) -> Claim | None:
    """Read a number in words, with a measure word or without."""
    bare = re.sub(rf"(?:{_MEASURES})$", "", text)
    for one in (text, bare):
        number = read_chinese(one)
        number = read_english(one) if number is None else number
        if number is not None:
            return Claim("number", Fraction(number))
    return None


def _step(digits: str) -> Fraction:
    """Return the place value of the last digit that is not zero: 100 of 1200, 1/10 of 2.5; 1 of 0."""
    whole, _, part = digits.lstrip("-").partition(".")
    if part.strip("0"):
        return Fraction(1, 10 ** len(part.rstrip("0")))
    return Fraction(10 ** (len(whole) - len(whole.rstrip("0")))) if whole.strip("0") else Fraction(1)


def _last_place(digits: str) -> Fraction:
    return Fraction(1, 10 ** len(digits.partition(".")[2]))


def _digits(unit: Fraction) -> int:
    """Return how many decimals a place value stands for: 2 of 1/100, 0 of 1 and more."""
    return len(str(unit.denominator)) - 1
