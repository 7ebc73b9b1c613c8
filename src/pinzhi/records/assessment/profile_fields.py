"""What an organisation says of itself once for all schemes: the fields, and the years that figures are asked for."""

import re
from dataclasses import dataclass
from typing import Literal

from pinzhi.engine.catalog.credit import check_credit_code
from pinzhi.engine.errors import BadInput, PinzhiError
from pinzhi.engine.texts import Text

YEARS = 3


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the profile; ``longest`` in characters, numbers not below ``least``; ``codes`` are credit codes."""

    code: str
    title: Text
    kind: Literal["text", "long", "whole", "amount", "codes"] = "text"
    longest: int = 200
    least: int | None = 0


FIELDS = (
    Field("address", Text("经营地址", "Operating address")),
    Field("ownership", Text("所有制性质", "Ownership")),
    Field("representative", Text("法定代表人", "Legal representative"), longest=100),
    Field(
        "group",
        Text("同一集团的单位（统一社会信用代码）", "Same group (credit codes)"),
        "codes",
        2_000,
    ),
    Field("employees", Text("从业人数", "Employees"), "whole"),
    Field("products", Text("主要产品和服务", "Main products and services"), "long", 2_000),
    Field("introduction", Text("单位简介", "Introduction"), "long", 5_000),
)
# Figures of a year, in 10,000 yuan; profit alone may be a loss.
FIGURES = (
    Field("revenue", Text("营业收入", "Revenue"), "amount"),
    Field("profit", Text("利润总额", "Profit"), "amount", least=None),
    Field("tax", Text("缴税总额", "Tax paid"), "amount"),
    Field("research", Text("研发投入", "Research and development"), "amount"),
)
_BETWEEN = re.compile(r"[\s、，,;；/]+")
_OF_YEAR = re.compile(r"([a-z]+)_(20\d\d)")


def years_before(year: int) -> tuple[int, ...]:
    """Return the full years that figures are asked for.

    >>> years_before(2024)
    (2021, 2022, 2023)
    """
    return tuple(range(year - YEARS, year))


def field_of(code: str) -> Field | None:
    """Return the field of a code, ``employees`` or ``revenue_2023``; None for what a profile does not hold."""
    match = _OF_YEAR.fullmatch(code)
    if match is None:
        return next((one for one in FIELDS if one.code == code), None)
    figure = next((one for one in FIGURES if one.code == match[1]), None)
    if figure is None:
        return None
    title = Text(f"{match[2]} 年{figure.title.zh}", f"{figure.title.en} {match[2]}")
    return Field(code, title, figure.kind, figure.longest, figure.least)


def codes_in(text: str) -> tuple[str, ...]:
    """Return the credit codes in a text, each once, in their order (GB 32100-2015).

    Raises BadInput naming the first that is none.

    >>> codes_in("91370212MA0000015Y、91370212ma0000015y")
    ('91370212MA0000015Y',)
    """
    found = []
    for one in _BETWEEN.split(text):
        if one:
            try:
                found.append(check_credit_code(one))
            except PinzhiError as wrong:
                raise BadInput(
                    "assessment.profile.code",
                    "“{code}”不是统一社会信用代码：{why_zh}",
                    "“{code}” is no credit code: {why}",
                    code=one[:40],
                    why_zh=wrong.text.zh,
                    why=wrong.text.en,
                ) from wrong
    return tuple(dict.fromkeys(found))
