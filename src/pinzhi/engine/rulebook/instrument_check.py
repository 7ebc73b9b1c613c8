"""Whole-file sense of an instrument: what contradicts itself is refused with the key and what would be right."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from pinzhi.engine.rulebook.instrument_parts import (
    AnyItem,
    Band,
    Condition,
    InstrumentGrade,
    Method,
    Section,
    band_of,
)
from pinzhi.engine.rulebook.shapes import Fault
from pinzhi.engine.texts import Text

Sections = tuple[Section, ...]
Items = tuple[AnyItem, ...]


def faults(
    method: Method, sections: Sections, items: Items, bands: tuple[Band, ...], grades: tuple[InstrumentGrade, ...]
) -> Iterator[Fault]:
    """Yield every fault, the first that a person would mend first."""
    yield from _doubled("section", [one.code for one in sections])
    yield from _doubled("item", [one.id for one in items])
    yield from _section_faults(sections, items)
    yield from _weight_faults(method, sections, items)
    for number, item in enumerate(items, start=1):
        yield from _item_faults(f"item.{number}", item)
    yield from _branch_faults(items)
    yield from _band_faults(bands, items)
    yield from _order_faults("grade", [one.at_least for one in grades if one.at_least is not None])
    yield from _grade_faults(sections, items, grades)


def _fault(key: str, zh: str, en: str, **facts: object) -> Fault:
    return Fault(key, Text(zh, en).filled(**facts))


def _doubled(key: str, codes: Sequence[str]) -> Iterator[Fault]:
    for number, code in enumerate(codes, start=1):
        if code in codes[: number - 1]:
            yield _fault(
                f"{key}.{number}",
                "“{code}”出现了两次，应各不相同。",
                "“{code}” is there twice; each is its own.",
                code=code,
            )


def _section_faults(sections: Sections, items: Items) -> Iterator[Fault]:
    codes = [one.code for one in sections]
    for number, section in enumerate(sections, start=1):
        if section.parent and section.parent not in codes[: number - 1]:
            yield _fault(
                f"section.{number}.parent",
                "前面没有“{parent}”这一部分。上级应写在下级之前。",
                "No section “{parent}” stands before this one. Write what holds it first.",
                parent=section.parent,
            )
    holding = {one.parent for one in sections}
    for number, item in enumerate(items, start=1):
        if item.section and item.section not in codes:
            yield _fault(
                f"item.{number}.section",
                "没有“{section}”这一部分。",
                "There is no section “{section}”.",
                section=item.section,
            )
        if item.section in holding and item.section:
            yield _fault(
                f"item.{number}.section",
                "“{section}”下面还有部分，题目应放在最下一级。",
                "“{section}” holds further sections; items stand in the lowest ones.",
                section=item.section,
            )


def _weight_faults(method: Method, sections: Sections, items: Items) -> Iterator[Fault]:
    weighs = method == "weighted_sum"
    for parent in dict.fromkeys(one.parent for one in sections):
        weights = [one.weight for one in sections if one.parent == parent]
        known = [weight for weight in weights if weight is not None]
        if not weighs and known:
            yield _fault("section", "只有 weighted_sum 才用 weight。", "Weights go with method weighted_sum only.")
        elif weighs and len(known) < len(weights):
            yield _fault(
                "section",
                "“{parent}”下有部分没写 weight，应都写。",
                "Some sections of “{parent}” have no weight; each needs one.",
                parent=parent,
            )
        elif weighs and sum(known) != 1:
            yield _fault(
                "section",
                "“{parent}”下各部分的权重之和是 {found}，应为 1。",
                "The weights of the sections of “{parent}” add up to {found}; expected 1.",
                parent=parent,
                found=sum(known),
            )
    if weighs and (not sections or any(not one.section for one in items)):
        yield _fault(
            "item", "weighted_sum 要求每题都在某一部分里。", "With weighted_sum every item stands in a section."
        )


def _item_faults(key: str, item: AnyItem) -> Iterator[Fault]:
    if item.kind in ("single", "multiple"):
        yield from _doubled(f"{key}.option", [one.code for one in item.option])
        if len(item.option) < 2:
            yield _fault(f"{key}.option", "选项不足两个。", "Fewer than two options.")
    if item.kind == "single" and any(one.points < 0 for one in item.option):
        yield _fault(f"{key}.option", "单选的分值不能小于 0。", "Points of a single choice are 0 or more.")
    if item.kind == "multiple" and item.at_most is not None and item.at_least > item.at_most:
        yield _out_of_order(f"{key}.at_most", item.at_least, item.at_most)
    if item.kind == "likert":
        places = item.high - item.low + 1
        if item.low >= item.high:
            yield _out_of_order(f"{key}.high", item.low, item.high)
        elif item.labels and len(item.labels) != places:
            yield _fault(
                f"{key}.labels", "有 {found} 个，应为 {places} 个。", "Found {found}; expected {places}.",
                found=len(item.labels), places=places,
            )  # fmt: skip
    if item.kind == "number":
        if item.at_least is not None and item.at_most is not None and item.at_least > item.at_most:
            yield _out_of_order(f"{key}.at_most", item.at_least, item.at_most)
        if item.marks and (item.steps or item.at_most is None or (item.at_least or 0) < 0):
            yield _fault(
                f"{key}.marks",
                "以数为分时要有 at_most，不能有 steps，也不能小于 0。",
                "A number that is the mark has at_most and no steps, and is never below 0.",
            )
        yield from _order_faults(f"{key}.steps", [one.at_least for one in item.steps])
    if item.kind == "points" and (100 % item.step) != 0:
        yield _fault(f"{key}.step", "{step} 不能整除 100。", "100 is no multiple of {step}.", step=item.step)
    if item.kind == "table":
        yield from _doubled(f"{key}.column", [one.code for one in item.column])
        if item.rows_at_least > item.rows_at_most:
            yield _out_of_order(f"{key}.rows_at_most", item.rows_at_least, item.rows_at_most)


def _branch_faults(items: Items) -> Iterator[Fault]:
    """A branch asks about earlier items only, so there are no circles, and about answers that can be given."""
    earlier: dict[str, AnyItem] = {}
    for number, item in enumerate(items, start=1):
        if item.when is not None:
            for named in item.when.items:
                if named not in earlier:
                    yield _fault(
                        f"item.{number}.when",
                        "“{named}”不在这一题之前。条件只能看前面的题。",
                        "“{named}” does not stand before this item. A condition looks at earlier items only.",
                        named=named,
                    )
            for leaf in _leaves(item.when):
                about = earlier.get(leaf.item or "")
                if about is not None:
                    yield from _leaf_faults(f"item.{number}.when", leaf, about)
        earlier[item.id] = item


def _leaves(condition: Condition) -> Iterable[Condition]:
    return [condition] if condition.item else [leaf for part in condition.parts for leaf in _leaves(part)]


def _leaf_faults(key: str, leaf: Condition, about: AnyItem) -> Iterator[Fault]:
    asked = (leaf.equals,) if leaf.equals is not None else leaf.one_of or ()
    if asked and about.kind in ("single", "multiple"):
        known = [one.code for one in about.option]
        for code in asked:
            if code not in known:
                yield _fault(
                    key,
                    "“{item}”没有选项“{code}”，这个条件永远不成立。选项有：{known}。",
                    "“{item}” has no option “{code}”, so this is never met. It has: {known}.",
                    item=about.id,
                    code=code,
                    known=", ".join(known),
                )
    if (leaf.at_least is not None or leaf.at_most is not None) and about.kind not in ("points", "likert", "number"):
        yield _fault(
            key, "“{item}”不是数，不能比大小。", "“{item}” is no number and cannot be compared.", item=about.id
        )


def _band_faults(bands: tuple[Band, ...], items: Items) -> Iterator[Fault]:
    for number, band in enumerate(bands, start=1):
        if band.low > band.high:
            yield _out_of_order(f"band.{number}.high", band.low, band.high)
    for number, (before, after) in enumerate(pairwise(bands), start=2):
        if after.low <= before.high:
            yield _fault(
                f"band.{number}.low",
                "从 {low} 开始，应大于上一档的 {high}。",
                "Begins at {low}; expected more than {high}, where the band before ends.",
                low=after.low,
                high=before.high,
            )
    steps = {one.step for one in items if one.kind == "points"}
    for step in sorted(steps) if bands else ():
        for place in range(int(100 / step) + 1):
            percent = step * place
            if band_of(bands, percent) is None:
                yield _fault("band", "{percent}% 不在任何一档。", "{percent}% is in no band.", percent=percent)
                return


def _grade_faults(sections: Sections, items: Items, grades: tuple[InstrumentGrade, ...]) -> Iterator[Fault]:
    """A grade has one kind of line, about parts that are there, in points that they can reach."""
    known = {"total": sum((one.worth for one in items), Decimal(0))}
    for section in sections:
        below = _below(section.code, sections)
        known[section.code] = sum((one.worth for one in items if one.section in below), Decimal(0))
    for number, grade in enumerate(grades, start=1):
        if (grade.at_least is None) == (not grade.when) or {} in grade.when:
            yield _fault(
                f"grade.{number}",
                "at_least 和 when 应写其中一个，when 的每种办法都要有条件。",
                "Expected one of “at_least” and “when”, and something in each way of “when”.",
            )
        for part, points in ((part, points) for way in grade.when for part, points in way.items()):
            if part not in known or points > known[part]:
                yield _fault(
                    f"grade.{number}.when",
                    "“{part}”没有这么多分：{points}。可写：{known}。",
                    "“{part}” cannot reach {points} points. There is: {known}.",
                    part=part,
                    points=points,
                    known=", ".join(f"{code} {most}" for code, most in known.items()),
                )


def _below(code: str, sections: Sections) -> set[str]:
    """Return a section and all that it holds."""
    found = {code}
    while more := {one.code for one in sections if one.parent in found} - found:
        found |= more
    return found


def _order_faults(key: str, lines: Sequence[Decimal]) -> Iterator[Fault]:
    for number, (before, after) in enumerate(pairwise(lines), start=2):
        if after >= before:
            yield _fault(
                f"{key}.{number}.at_least",
                "是 {after}，应小于前一个的 {before}：从高到低写。",
                "Found {after}; expected less than {before}: write them from the highest down.",
                after=after,
                before=before,
            )


def _out_of_order(key: str, low: object, high: object) -> Fault:
    return _fault(key, "是 {high}，应不小于 {low}。", "Found {high}; expected at least {low}.", low=low, high=high)
