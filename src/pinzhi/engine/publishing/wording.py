"""How a value is said: 1200余, 40万, 93%, 1/3, 六, 第一, 唯一, 前列; in both languages, rounded half up once."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from pinzhi.engine.publishing.numerals import chinese, chinese_place, english, english_place
from pinzhi.engine.rulebook.figure_parts import Wording
from pinzhi.engine.texts import Text

Number = Decimal | Fraction | date
WAN = 10_000
LARGEST_DENOMINATOR = 12  # 1/3 says more than 33 %; 17/40 does not
WITHIN = Fraction(1, 200)  # a fraction in words may be off by half a percentage point
BAND = Text("前列", "among the first")
ONLY = Text("唯一", "the only one")
YES = Text("有", "yes")
NO = Text("没有", "no")
MONTHS = tuple(
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
_NUMERALS = 99


def words(value: Number, wording: Wording) -> Text:
    """Return a value in words. A style that the value does not fit gives way to the exact number.

    ``digits`` decimals are shown, the last rounded half up. Shares are 0 to 1, places count from 1.

    >>> words(Fraction(1234), Wording(style="over", leading=2)).zh, words(Fraction(399_870), Wording(style="wan")).zh
    ('1200余', '40万')
    """
    if isinstance(value, date):
        return day(value)
    exact = Fraction(value)
    match wording.style:
        case "over" | "over-wan":
            return _over(exact, wording)
        case "wan":
            return _wan(exact, wording)
        case "percent":
            shown = _plain(exact * 100, wording.digits)
            return Text(f"{shown}%", f"{shown}%")
        case "fraction":
            return _fraction(exact, wording)
        case "numeral":
            return _numeral(exact, wording)
        case "rank":
            return _place(exact)
        case "only":
            return ONLY if exact == 1 else _number(exact, wording.digits)
        case "band":
            return BAND if 1 <= exact <= wording.at_most else _place(exact)
        case _:
            return _number(exact, wording.digits)


def day(value: date) -> Text:
    """Return a day: 2024年1月1日, 1 January 2024."""
    return Text(f"{value.year}年{value.month}月{value.day}日", f"{value.day} {MONTHS[value.month - 1]} {value.year}")


def half_up(value: Fraction, digits: int) -> Fraction:
    """Round half up, away from zero for negative numbers, to a number of decimals; negative digits round tens.

    >>> half_up(Fraction(5, 2), 0), half_up(Fraction(394_999), -4)
    (Fraction(3, 1), Fraction(390000, 1))
    """
    scale = Fraction(10) ** digits
    whole = (2 * abs(value) * scale + 1) // 2
    return (whole if value >= 0 else -whole) / scale


def leading_part(value: Fraction, digits: int) -> Fraction:
    """Return a positive number cut down to its leading digits: 1234 with two is 1200; at least whole units."""
    whole = value.numerator // value.denominator
    step = 10 ** max(0, len(str(whole)) - digits)
    return Fraction(whole // step * step)


def _over(value: Fraction, wording: Wording) -> Text:
    """Say a number as strictly more than its leading digits; one that ends there is said exactly."""
    if value < 1:
        return _number(value, wording.digits)
    said = leading_part(value, wording.leading)
    if said == value:
        return _number(value, wording.digits)
    wan = wording.style == "over-wan" and said >= WAN and said % WAN == 0
    zh = f"{_plain(said / WAN, 0)}余万" if wan else f"{_plain(said, 0)}余"
    return Text(zh, f"over {_grouped(said, 0)}")


def _wan(value: Fraction, wording: Wording) -> Text:
    """Say a number in units of 10,000; one that would be none of them is said exactly."""
    said = half_up(value / WAN, wording.digits)
    if said == 0:
        return _number(value, 0)
    return Text(f"{_plain(said, wording.digits)}万", _grouped(said * WAN, max(0, wording.digits - 4)))


def _fraction(value: Fraction, wording: Wording) -> Text:
    """Say a share as a simple fraction if one lies within half a percentage point, else in percent."""
    for denominator in range(2, LARGEST_DENOMINATOR + 1):
        numerator = half_up(value * denominator, 0).numerator
        found = Fraction(numerator, denominator)
        if 0 < found < 1 and found.denominator == denominator and abs(found - value) <= WITHIN:
            return Text(f"{found.numerator}/{denominator}", f"{found.numerator}/{denominator}")
    shown = _plain(value * 100, wording.digits)
    return Text(f"{shown}%", f"{shown}%")


def _numeral(value: Fraction, wording: Wording) -> Text:
    if value.denominator != 1 or not 0 <= value <= _NUMERALS:
        return _number(value, wording.digits)
    return Text(chinese(value.numerator), english(value.numerator))


def _place(value: Fraction) -> Text:
    return Text(chinese_place(value.numerator), english_place(value.numerator))


def _number(value: Fraction, digits: int) -> Text:
    return Text(_plain(value, digits), _grouped(value, digits))


def _plain(value: Fraction, digits: int) -> str:
    return _grouped(value, digits).replace(",", "")


def _grouped(value: Fraction, digits: int) -> str:
    """Write a number with thousands apart; exact, however large."""
    scaled = half_up(value, digits) * 10**digits
    whole, part = divmod(abs(scaled.numerator), 10**digits)
    sign = "-" if scaled < 0 else ""
    return f"{sign}{whole:,}" + (f".{part:0{digits}d}" if digits else "")
