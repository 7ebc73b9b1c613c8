"""Which questions apply, and whether each answer is one that the instrument allows."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from pinzhi.engine.assessment.conditions import Answer, Answers, holds, is_answered, number_of
from pinzhi.engine.rulebook.instrument_parts import (
    EvidenceItem,
    LikertItem,
    MultipleItem,
    NumberItem,
    PointsItem,
    SingleItem,
    TableItem,
    TextItem,
)
from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.engine.texts import Text

_LONGEST_CELL = 500
_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,9})?")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class AnswerFault:
    """What is wrong with an answer: the item, the rule it breaks, and what would be right."""

    item: str
    rule: str
    text: Text


def asked_answers(instrument: Instrument, answers: Answers) -> dict[str, Answer]:
    """Return the answers to items that are asked, blanks left out; answers behind a closed branch do not count."""
    kept: dict[str, Answer] = {}
    for item in instrument.item:
        answer = answers.get(item.id)
        if answer is not None and is_answered(answer) and (item.when is None or holds(item.when, kept)):
            kept[item.id] = answer
    return kept


def applicable(instrument: Instrument, answers: Answers) -> tuple[str, ...]:
    """Return the ids of the items that are asked, given the answers so far, in their order."""
    kept = asked_answers(instrument, answers)
    return tuple(item.id for item in instrument.item if item.when is None or holds(item.when, kept))


def answer_faults(instrument: Instrument, answers: Answers, *, complete: bool) -> tuple[AnswerFault, ...]:
    """Return what is wrong with answers, in the order of the items; answers to unknown items first.

    A draft may be incomplete; with ``complete`` every required item that is asked needs an answer, and so does every
    one whose missing answer the instrument refuses.
    """
    kept = asked_answers(instrument, answers)
    found = [
        _fault(item, "unknown", "没有这一题。", "There is no such item.")
        for item in answers
        if item not in instrument.items
    ]
    for item_id in applicable(instrument, answers):
        item = instrument.items[item_id]
        if item_id in kept:
            found += _RULES[type(item)](item, kept[item_id])
        elif complete and (item.required or instrument.rule_for(item) == "refuse"):
            found.append(_fault(item_id, "required", "还没有回答。", "Not answered yet."))
    return tuple(found)


def _fault(item: str, rule: str, zh: str, en: str, **facts: object) -> AnswerFault:
    return AnswerFault(item, rule, Text(zh, en).filled(**facts))


def _points(item: PointsItem, answer: Answer) -> Iterator[AnswerFault]:
    percent = number_of(answer)
    if percent is None or not 0 <= percent <= 100:
        yield _fault(
            item.id,
            "range",
            "“{found}”不在 0 到 100 之间。",
            "“{found}” is not between 0 and 100.",
            found=_shown(answer),
        )
    elif percent % item.step != 0:
        below = percent - percent % item.step
        yield _fault(
            item.id,
            "step",
            "{found}% 应是 {step} 的倍数，如 {below}% 或 {above}%。",
            "{found}% is no multiple of {step}; {below}% or {above}% would be.",
            found=percent,
            step=item.step,
            below=below,
            above=min(below + item.step, Decimal(100)),
        )


def _single(item: SingleItem, answer: Answer) -> Iterator[AnswerFault]:
    codes = [one.code for one in item.option]
    if not isinstance(answer, str) or answer not in codes:
        yield _unknown_option(item.id, _shown(answer), codes)


def _multiple(item: MultipleItem, answer: Answer) -> Iterator[AnswerFault]:
    codes = [one.code for one in item.option]
    chosen = answer if isinstance(answer, list) else [answer]
    for one in chosen:
        if one not in codes:
            yield _unknown_option(item.id, _shown(one), codes)
            return
    if len(set(map(str, chosen))) < len(chosen):
        yield _fault(item.id, "doubled", "同一个选项选了两次。", "The same option is chosen twice.")
    most = item.at_most or len(codes)
    if not item.at_least <= len(chosen) <= most:
        yield _fault(
            item.id,
            "count",
            "选了 {found} 个，应选 {least} 到 {most} 个。",
            "{found} chosen; {least} to {most} may be.",
            found=len(chosen),
            least=item.at_least,
            most=most,
        )
    if len(chosen) > 1 and any(one.alone and one.code in chosen for one in item.option):
        yield _fault(
            item.id,
            "alone",
            "选了“以上都不是”一类的选项，就不能再选别的。",
            "An option that excludes the others goes alone.",
        )


def _likert(item: LikertItem, answer: Answer) -> Iterator[AnswerFault]:
    place = number_of(answer)
    if place is None or place != place.to_integral_value() or not item.low <= place <= item.high:
        yield _fault(
            item.id,
            "range",
            "“{found}”应是 {low} 到 {high} 的整数。",
            "“{found}” should be a whole number from {low} to {high}.",
            found=_shown(answer),
            low=item.low,
            high=item.high,
        )


def _number(item: NumberItem, answer: Answer) -> Iterator[AnswerFault]:
    number = number_of(answer)
    if number is None or _NUMBER.fullmatch(str(answer).strip()) is None:
        yield _fault(item.id, "number", "“{found}”不是数。", "“{found}” is no number.", found=_shown(answer))
        return
    if (item.at_least is not None and number < item.at_least) or (item.at_most is not None and number > item.at_most):
        yield _fault(
            item.id,
            "range",
            "{found} 超出范围，应{bounds_zh}。",
            "{found} is out of range; expected {bounds}.",
            found=number,
            bounds=_bounds(item.at_least, item.at_most).en,
            bounds_zh=_bounds(item.at_least, item.at_most).zh,
        )
    if -int(number.normalize().as_tuple().exponent) > item.digits:
        yield _fault(
            item.id,
            "digits",
            "{found} 的小数超过 {digits} 位。",
            "{found} has more than {digits} decimals.",
            found=number,
            digits=item.digits,
        )


def _bounds(least: Decimal | None, most: Decimal | None) -> Text:
    if least is None:
        return Text(f"不大于 {most}", f"at most {most}")
    if most is None:
        return Text(f"不小于 {least}", f"at least {least}")
    return Text(f"在 {least} 到 {most} 之间", f"{least} to {most}")


def _text(item: TextItem, answer: Answer) -> Iterator[AnswerFault]:
    if not isinstance(answer, str):
        yield _fault(item.id, "text", "应是一段文字。", "Expected a text.")
    elif len(answer) > item.longest:
        yield _fault(
            item.id,
            "longest",
            "有 {found} 字，最多 {longest} 字。",
            "{found} characters; at most {longest}.",
            found=len(answer),
            longest=item.longest,
        )


def _table(item: TableItem, answer: Answer) -> Iterator[AnswerFault]:
    rows = answer if isinstance(answer, list) else []
    if not all(isinstance(row, dict) for row in rows) or not isinstance(answer, list):
        yield _fault(item.id, "table", "应是若干行，每行各列。", "Expected rows, each with its columns.")
        return
    if not item.rows_at_least <= len(rows) <= item.rows_at_most:
        yield _fault(
            item.id,
            "rows",
            "有 {found} 行，应有 {least} 到 {most} 行。",
            "{found} rows; expected {least} to {most}.",
            found=len(rows),
            least=item.rows_at_least,
            most=item.rows_at_most,
        )
    for number, row in enumerate(rows, start=1):
        if isinstance(row, dict):
            yield from _row(item, number, row)


def _row(item: TableItem, number: int, row: Mapping[str, str]) -> Iterator[AnswerFault]:
    for column in item.column:
        cell = row.get(column.code, "")
        facts = {"row": number, "column": column.title.en, "column_zh": column.title.zh, "found": _shown(cell)}
        if not isinstance(cell, str) or len(cell) > _LONGEST_CELL:
            yield _fault(item.id, "cell", "第 {row} 行“{column_zh}”太长。", "Row {row}, {column}: too long.", **facts)
        elif not cell.strip():
            if column.required:
                yield _fault(
                    item.id, "cell", "第 {row} 行“{column_zh}”是空的。", "Row {row}, {column}: empty.", **facts
                )
        elif column.kind == "number" and _NUMBER.fullmatch(cell.strip()) is None:
            yield _fault(
                item.id,
                "cell",
                "第 {row} 行“{column_zh}”是“{found}”，应为数。",
                "Row {row}, {column}: “{found}” is no number.",
                **facts,
            )
    for unknown in row.keys() - {column.code for column in item.column}:
        yield _fault(
            item.id,
            "cell",
            "第 {row} 行有多余的列“{column}”。",
            "Row {row} has a column “{column}” that is not asked for.",
            row=number,
            column=_shown(unknown),
        )


def _evidence(item: EvidenceItem, answer: Answer) -> Iterator[AnswerFault]:
    files = answer if isinstance(answer, list) else [answer]
    if any(not isinstance(one, str) or _HASH.fullmatch(one) is None for one in files):
        yield _fault(item.id, "file", "有文件没有传完，请重新上传。", "A file did not arrive whole. Upload it again.")
    if len(files) > item.files_at_most:
        yield _fault(
            item.id,
            "files",
            "有 {found} 个文件，最多 {most} 个。",
            "{found} files; at most {most}.",
            found=len(files),
            most=item.files_at_most,
        )


def _unknown_option(item: str, found: str, codes: list[str]) -> AnswerFault:
    return _fault(
        item,
        "option",
        "没有选项“{found}”，应为 {known} 之一。",
        "There is no option “{found}”; expected one of {known}.",
        found=found,
        known=", ".join(codes),
    )


def _shown(value: object) -> str:
    return str(value)[:40].replace("{", "(").replace("}", ")")


_RULES: Mapping[type, Callable[[Any, Answer], Iterator[AnswerFault]]] = MappingProxyType(
    {
        PointsItem: _points,
        SingleItem: _single,
        MultipleItem: _multiple,
        LikertItem: _likert,
        NumberItem: _number,
        TextItem: _text,
        TableItem: _table,
        EvidenceItem: _evidence,
    }
)
