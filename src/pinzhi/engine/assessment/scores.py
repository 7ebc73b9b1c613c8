"""From answers to a score: a tree that says of every item what it earned and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pinzhi.engine.assessment.answers import answer_faults, applicable, asked_answers
from pinzhi.engine.assessment.conditions import Answer, Answers, number_of
from pinzhi.engine.assessment.judging.aggregation import rounded
from pinzhi.engine.errors import BadInput
from pinzhi.engine.rulebook.instrument_parts import (
    AnyItem,
    LikertItem,
    MultipleItem,
    NumberItem,
    PointsItem,
    Section,
    SingleItem,
)
from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.engine.texts import Text

State = Literal["answered", "zero", "left-out", "not-asked", "unscored"]
_NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class Score:
    """What the whole, a section or an item earned, exactly; ``shown`` is rounded once, half up, for readers.

    ``points`` are what could be earned by what counts; ``percent`` of 100, None where nothing counts. ``state`` tells
    of an item whether it was answered, counted as zero, left out, not asked, or is worth nothing by itself.
    """

    code: str
    title: Text
    points: Fraction
    earned: Fraction | None
    percent: Fraction | None
    state: State
    reasons: tuple[Text, ...] = ()
    parts: tuple["Score", ...] = ()
    shown: Decimal | None = None

    def part(self, code: str) -> "Score | None":
        """Return the part with a code, however deep."""
        if self.code == code:
            return self
        return next((found for part in self.parts if (found := part.part(code)) is not None), None)


def score(instrument: Instrument, answers: Answers) -> Score:
    """Score answers under an edition of an instrument.

    What is missing is not zero unless the instrument says so: it may be left out, and then neither its points nor its
    weight count, or refuse the whole. Raises BadInput for the first answer that the instrument does not allow.
    """
    faults = answer_faults(instrument, answers, complete=False)
    if faults:
        raise BadInput(
            "assessment.answer",
            "第 {item} 题：{wrong_zh}",
            "Item {item}: {wrong}",
            item=faults[0].item,
            wrong=faults[0].text.en,
            wrong_zh=faults[0].text.zh,
        )
    kept = asked_answers(instrument, answers)
    asked = frozenset(applicable(instrument, answers))
    leaves = [
        (item.section, _item_score(instrument, item, kept.get(item.id), item.id in asked)) for item in instrument.item
    ]
    weights = {item.id: Fraction(item.weight) for item in instrument.item}
    whole = _joined(instrument, "", instrument.title, leaves, weights)
    return _shown(instrument, whole)


def _joined(
    instrument: Instrument,
    code: str,
    title: Text,
    leaves: Sequence[tuple[str, Score]],
    weights: Mapping[str, Fraction],
) -> Score:
    """Join the sections below a code, and the items that stand in it itself."""
    below = [one for one in instrument.section if one.parent == code]
    parts = [_joined(instrument, one.code, one.title, leaves, weights) for one in below]
    parts += [leaf for section, leaf in leaves if section == code]
    counting = [part for part in parts if part.percent is not None]
    points = sum((part.points for part in counting), _NOTHING)
    earned = sum((part.earned or _NOTHING for part in counting), _NOTHING)
    percent, reasons = _percent(instrument, below, counting, weights, points, earned)
    return Score(
        code=code,
        title=title,
        points=points,
        earned=earned if percent is not None else None,
        percent=percent,
        state="left-out" if percent is None else "answered",
        reasons=reasons,
        parts=tuple(parts),
    )


def _percent(
    instrument: Instrument,
    below: Sequence[Section],
    counting: Sequence[Score],
    weights: Mapping[str, Fraction],
    points: Fraction,
    earned: Fraction,
) -> tuple[Fraction | None, tuple[Text, ...]]:
    if not counting:
        return None, (Text("没有可计分的题目。", "Nothing here counts."),)
    if instrument.method == "weighted_sum" and below:
        shares = {one.code: Fraction(one.weight or 0) for one in below}
        used = sum((shares[part.code] for part in counting), _NOTHING)
        percent = sum((shares[part.code] * (part.percent or 0) for part in counting), _NOTHING) / used
        reasons = [_words("{title} {percent}% × {weight}", part, weight=shares[part.code] / used) for part in counting]
        return percent, tuple(reasons)
    if instrument.method == "mean":
        own = [(_weight(part, weights), part.percent or _NOTHING) for part in counting]
        percent = sum((weight * one for weight, one in own), _NOTHING) / sum((weight for weight, _ in own), _NOTHING)
        return percent, (Text("{n} 项的加权平均", "weighted mean of {n}").filled(n=len(counting)),)
    if points == 0:
        return None, (Text("没有可计分的题目。", "Nothing here counts."),)
    reason = Text("各项得分之和 {earned}，满分 {points}", "sum of the parts {earned} of {points}")
    return earned * 100 / points, (reason.filled(earned=rounded(earned, 2), points=rounded(points, 2)),)


def _weight(part: Score, weights: Mapping[str, Fraction]) -> Fraction:
    """Return the weight of an item, or the sum of the weights of the items in a section that count."""
    if not part.parts:
        return weights[part.code]
    return sum((_weight(one, weights) for one in part.parts if one.percent is not None), _NOTHING)


def _words(template: str, part: Score, *, weight: Fraction) -> Text:
    facts = {"percent": rounded(part.percent or _NOTHING, 2), "weight": rounded(weight, 4).normalize()}
    return Text(template.format(title=part.title.zh, **facts), template.format(title=part.title.en, **facts))


def _shown(instrument: Instrument, whole: Score) -> Score:
    """Give the whole the points it is shown on: its scale, or the points that counted."""
    if whole.percent is None:
        return whole
    scale = Fraction(instrument.scale) if instrument.scale is not None else whole.points
    earned = whole.earned if instrument.scale is None and instrument.method == "sum" else whole.percent * scale / 100
    return Score(
        whole.code,
        whole.title,
        scale,
        earned,
        whole.percent,
        whole.state,
        whole.reasons,
        whole.parts,
        rounded(earned or _NOTHING, instrument.digits),
    )


# ---- one item --------------------------------------------------------------------------------------------------------
def _item_score(instrument: Instrument, item: AnyItem, answer: Answer | None, is_asked: bool) -> Score:
    points = Fraction(item.worth)
    if not is_asked:
        return _uncounted(item, "not-asked", Text("按前面的回答不用问。", "Not asked after what was answered before."))
    if points == 0:
        return _uncounted(item, "unscored", Text("只填写，不计分。", "Asked, and worth no points."))
    if answer is None:
        return _missing(instrument, item, points)
    earned, percent, reason = _earned(instrument, item, answer)
    return Score(
        item.id, item.title, points, earned, percent, "answered", (reason,), (), rounded(earned, instrument.digits)
    )


def _missing(instrument: Instrument, item: AnyItem, points: Fraction) -> Score:
    rule = instrument.rule_for(item)
    if rule == "left-out":
        return _uncounted(item, "left-out", Text("没有回答，不计入。", "Not answered, and left out."))
    if rule == "refuse":
        raise BadInput(
            "assessment.answer.missing",
            "第 {item} 题没有回答，不能计分。",
            "Item {item} is not answered; there is no score without it.",
            item=item.id,
        )
    reason = Text("没有回答，按零分计。", "Not answered, which counts as zero.")
    return Score(item.id, item.title, points, _NOTHING, _NOTHING, "zero", (reason,), (), Decimal(0))


def _uncounted(item: AnyItem, state: State, reason: Text) -> Score:
    return Score(item.id, item.title, _NOTHING, None, None, state, (reason,))


def _earned(instrument: Instrument, item: AnyItem, answer: Answer) -> tuple[Fraction, Fraction, Text]:
    """Return the points of an answer, the percentage it is, and why."""
    if isinstance(item, PointsItem):
        percent = Fraction(number_of(answer) or Decimal(0))
        band = instrument.band_of(number_of(answer) or Decimal(0))
        reason = Text(f"{item.points} × {answer}%", f"{item.points} × {answer}%")
        words = band.described(item.measures) if band is not None else None
        if band is not None and words is not None:
            reason = Text(
                f"{reason.zh}（{band.low}–{band.high}：{words.zh}）",
                f"{reason.en} ({band.low}–{band.high}: {words.en})",
            )
        return Fraction(item.points) * percent / 100, percent, reason
    if isinstance(item, LikertItem):
        return _likert(item, int(number_of(answer) or item.low))
    if isinstance(item, SingleItem):
        option = next(one for one in item.option if one.code == answer)
        return _of_worth(item, Fraction(option.points), option.title)
    if isinstance(item, MultipleItem):
        return _multiple(item, answer if isinstance(answer, list) else [answer])
    if isinstance(item, NumberItem):
        return _number(item, number_of(answer) or Decimal(0))
    raise AssertionError(f"{item.kind} is worth nothing")


def _of_worth(item: AnyItem, earned: Fraction, reason: Text) -> tuple[Fraction, Fraction, Text]:
    return earned, earned * 100 / Fraction(item.worth), reason


def _likert(item: LikertItem, place: int) -> tuple[Fraction, Fraction, Text]:
    value = item.low + item.high - place if item.reverse else place
    reason = Text(f"选 {place}", f"chose {place}")
    if item.reverse:
        reason = Text(f"选 {place}，反向计 {value}", f"chose {place}, reversed {value}")
    # the lowest place is no agreement at all: 1 of 1 to 5 is 0 %
    return Fraction(value), Fraction(100 * (value - item.low), item.high - item.low), reason


def _multiple(item: MultipleItem, chosen: Sequence[object]) -> tuple[Fraction, Fraction, Text]:
    options = [one for one in item.option if one.code in chosen]
    reason = Text("、".join(one.title.zh for one in options), ", ".join(one.title.en for one in options))
    if item.exact:
        right = {one.code for one in item.option if one.points > 0}
        earned = Fraction(item.worth) if right == {one.code for one in options} else _NOTHING
        return _of_worth(item, earned, reason)
    total = sum((Fraction(one.points) for one in options), _NOTHING)
    return _of_worth(item, min(max(total, _NOTHING), Fraction(item.worth)), reason)


def _number(item: NumberItem, number: Decimal) -> tuple[Fraction, Fraction, Text]:
    if item.marks:
        return _of_worth(item, Fraction(number), Text(f"{number} 分", f"{number} points"))
    step = next((one for one in item.steps if number >= one.at_least), None)
    if step is None:
        return _of_worth(item, _NOTHING, Text(f"{number}，未达到最低一档", f"{number} is below every step"))
    return _of_worth(
        item, Fraction(step.points), Text(f"{number} 不低于 {step.at_least}", f"{number} is at least {step.at_least}")
    )
