"""Whole-file sense of a scheme: stages in an order that leads to the end, gates that nothing goes round, sums."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Protocol

from pinzhi.engine.rulebook.scheme_parts import (
    FACTS,
    Category,
    ConflictRule,
    Consultation,
    Document,
    Grade,
    Override,
    Quota,
    Recommendation,
    Rule,
    Stage,
)
from pinzhi.engine.rulebook.shapes import Fault
from pinzhi.engine.rulebook.stages import APPLICANT_MOVES, EVERY_ROUND, NOTICES, STAGES, STATES, VOTES
from pinzhi.engine.texts import Text

_PLACES = ("entry", "judging", "closing", "after")
_FEWEST_TO_TRIM = 4  # of three marks or fewer nothing is dropped
_TIE_KEYS = ("submitted_on", "chair")


class Parts(Protocol):
    """What of a scheme these checks read."""

    @property
    def category(self) -> tuple[Category, ...]: ...
    @property
    def grade(self) -> tuple[Grade, ...]: ...
    @property
    def quota(self) -> tuple[Quota, ...]: ...
    @property
    def stage(self) -> tuple[Stage, ...]: ...
    @property
    def recommendation(self) -> tuple[Recommendation, ...]: ...
    @property
    def rule(self) -> tuple[Rule, ...]: ...
    @property
    def consultation(self) -> Consultation | None: ...
    @property
    def document(self) -> tuple[Document, ...]: ...
    @property
    def conflict(self) -> tuple[ConflictRule, ...]: ...
    @property
    def override(self) -> tuple[Override, ...]: ...


def _fault(key: str, zh: str, en: str) -> Fault:
    return Fault(key, Text(zh, en))


def code_faults(scheme: Parts) -> Iterator[Fault]:
    """Yield codes that stand twice in one list, and lists that must not be empty."""
    lists: dict[str, list[str]] = {
        "category": [one.code for one in scheme.category],
        "grade": [one.code for one in scheme.grade],
        "stage": [one.state for one in scheme.stage],
        "rule": [one.code for one in scheme.rule],
        "document": [one.code for one in scheme.document],
        "conflict": [one.kind for one in scheme.conflict],
        "override": [one.fact for one in scheme.override],
        "consultation.departments": [one.code for one in scheme.consultation.departments]
        if scheme.consultation
        else [],
    }
    for key, codes in lists.items():
        for number, code in enumerate(codes, start=1):
            if code in codes[: number - 1]:
                yield _fault(
                    f"{key}.{number}", f"“{code}”写了两次，应只有一次。", f"“{code}” stands twice; expected once."
                )
    for key in ("category", "grade"):
        if not lists[key]:
            yield _fault(key, "至少要有一项。", "At least one is needed.")


def name_faults(scheme: Parts, categories: Sequence[str], grades: Sequence[str]) -> Iterator[Fault]:
    """Yield categories and grades that are named but not declared."""
    lists: dict[str, Sequence[Grade | Stage | Quota | Recommendation | Rule | Document]] = {
        "grade": scheme.grade,
        "stage": scheme.stage,
        "quota": scheme.quota,
        "recommendation": scheme.recommendation,
        "rule": scheme.rule,
        "document": scheme.document,
    }
    for key, parts in lists.items():
        for number, part in enumerate(parts, start=1):
            yield from _unknown(f"{key}.{number}.categories", part.categories, categories)
    for number, stage in enumerate(scheme.stage, start=1):
        for use in stage.instruments:
            yield from _unknown(f"stage.{number}.instruments", use.categories, categories)
    for department in scheme.consultation.departments if scheme.consultation else ():
        yield from _unknown(f"consultation.{department.code}", department.categories, categories)
    for number, quota in enumerate(scheme.quota, start=1):
        yield from _unknown(f"quota.{number}.grades", quota.grades, grades)
    for number, override in enumerate(scheme.override, start=1):
        yield from _unknown(f"override.{number}.grade", (override.grade,), grades)


def _unknown(key: str, named: Iterable[str], known: Sequence[str]) -> Iterator[Fault]:
    for code in named:
        if code not in known:
            yield _fault(
                key,
                f"没有“{code}”。现有：{'、'.join(known)}。",
                f"There is no “{code}”. There is {', '.join(known)}.",
            )


def quota_faults(quotas: Sequence[Quota], grades: Sequence[str], categories: Sequence[str]) -> Iterator[Fault]:
    """Yield awards without a limit, and places that a narrower quota promises beyond the wider one around it."""
    pairs = [(grade, category) for grade in grades for category in categories]
    spans = [{pair for pair in pairs if quota.covers(*pair)} for quota in quotas]
    for grade, category in pairs if quotas else ():
        if not any((grade, category) in span for span in spans):
            yield _fault(
                "quota",
                f"“{grade}”“{category}”没有名额。每种奖项和类别都要在一个名额之内。",
                f"Nothing limits {grade} for {category}. Every grade and category must lie in a quota.",
            )
    for number, (quota, span) in enumerate(zip(quotas, spans, strict=True), start=1):
        for other, wider in zip(quotas, spans, strict=True):
            if span < wider and quota.places > other.places:
                yield _fault(
                    f"quota.{number}.places",
                    f"是 {quota.places}，多于把它包在内的名额 {other.places}。",
                    f"Found {quota.places}, more than the quota of {other.places} around it.",
                )


def grade_faults(grades: Sequence[Grade], *, every_total: bool) -> Iterator[Fault]:
    """Yield thresholds out of order and, where every total earns a grade, totals that would earn none."""
    lowest: Decimal | None = None
    for number, grade in enumerate(grades, start=1):
        if grade.at_least is None:
            if every_total:
                yield _fault(
                    f"grade.{number}.at_least",
                    "没有名额限制的等级都要写分数线。",
                    "Without quotas every grade needs the percentage that earns it.",
                )
            continue
        if lowest is not None and grade.at_least >= lowest and not grade.categories:
            yield _fault(
                f"grade.{number}.at_least",
                f"是 {grade.at_least}，应低于上一等级的 {lowest}：等级从高到低排列。",
                f"Found {grade.at_least}; expected less than {lowest} above it: grades stand best first.",
            )
        lowest = grade.at_least
    if every_total and grades and lowest is not None and lowest > 0:
        yield _fault(
            f"grade.{len(grades)}.at_least",
            f"是 {lowest}，最低等级应从 0 起，否则有的得分没有等级。",
            f"Found {lowest}; the lowest grade begins at 0, or some totals earn none.",
        )


def rule_faults(rules: Sequence[Rule]) -> Iterator[Fault]:
    """Yield rules about facts nobody has, and comparisons that cannot be made."""
    for number, rule in enumerate(rules, start=1):
        key = f"rule.{number}"
        if not rule.fact:
            if rule.operator or rule.value is not None or rule.waivable:
                yield _fault(
                    key,
                    "没有 fact 的条件由经办人说明，不写 operator、value、waivable。",
                    "A rule without a fact is an officer's word: no operator, value or waivable.",
                )
            continue
        if rule.fact not in FACTS and not rule.fact.startswith("answer."):
            yield _fault(
                f"{key}.fact",
                f"没有“{rule.fact}”。现有：{'、'.join(FACTS)}，或 answer.题号。",
                f"There is no “{rule.fact}”. There is {', '.join(FACTS)}, or answer.<item>.",
            )
        elif not _comparable(rule):
            yield _fault(
                f"{key}.value",
                f"“{rule.value}”不能这样比较（{rule.operator}）。at_least、at_most 比数，begins_with、one_of 比文字。",
                f"“{rule.value}” cannot be compared so ({rule.operator}): at_least and at_most take numbers, "
                "begins_with and one_of take text.",
            )


def _comparable(rule: Rule) -> bool:
    kind = FACTS[rule.fact][0] if rule.fact in FACTS else None
    match rule.operator:
        case "at_least" | "at_most":
            return isinstance(rule.value, Decimal) and kind in (None, "number")
        case "begins_with":
            return isinstance(rule.value, str) and bool(rule.value) and kind in (None, "text")
        case "one_of":
            return isinstance(rule.value, tuple) and bool(rule.value) and kind in (None, "text")
        case "equals":
            kinds = {"number": Decimal, "text": str, "flag": bool}
            return rule.value is not None and (kind is None or isinstance(rule.value, kinds[kind]))
        case "answered":
            return rule.value is None
        case _:
            return False


def record_faults(scheme: Parts) -> Iterator[Fault]:
    """Yield what a scheme kept for record must not have: a round."""
    if scheme.stage or scheme.recommendation or scheme.consultation or scheme.rule or scheme.document:
        yield _fault(
            "for_record",
            "只作记录的项目没有申报和评审，不写 stage、rule、document 等。",
            "A scheme kept for record has no round: no stage, rule, document and the like.",
        )


def order_faults(stages: Sequence[Stage]) -> Iterator[Fault]:
    """Yield stages that are missing, and stages that come after what they lead to."""
    states = [stage.state for stage in stages]
    for needed in EVERY_ROUND:
        if needed not in states:
            yield _fault(
                "stage",
                f"缺少“{needed}”。每一轮都有：{'、'.join(EVERY_ROUND)}。",
                f"“{needed}” is missing. Every round has {', '.join(EVERY_ROUND)}.",
            )
    for number, (before, after) in enumerate(pairwise(states), start=2):
        if not _may_follow(before, after):
            yield _fault(
                f"stage.{number}.state",
                f"“{after}”不能在“{before}”之后：走不到。",
                f"“{after}” cannot follow “{before}”: it would never be reached.",
            )


def _may_follow(before: str, after: str) -> bool:
    first, second = _PLACES.index(STATES[before].place), _PLACES.index(STATES[after].place)
    if first == second and STATES[before].place == "judging":
        return True
    return first < second or (first == second and STAGES.index(before) < STAGES.index(after))


def gate_faults(scheme: Parts) -> Iterator[Fault]:
    """Yield gates that the stages would go round: no notice before the announcement, rules that nobody checks."""
    states = [stage.state for stage in scheme.stage]
    needs = (
        (scheme.quota, "public_notice", "名额有限，公布之前必须公示", "places are limited, so a notice comes before"),
        (scheme.quota, "deliberation", "名额有限，必须审议", "places are limited, so somebody deliberates"),
        (scheme.rule, "eligibility_check", "写了申报条件", "there are rules of eligibility"),
        (scheme.consultation, "eligibility_check", "要征求部门意见", "departments are consulted"),
        (scheme.recommendation, "recommended", "写了推荐名额", "there are quotas of recommendation"),
    )
    for is_needed, state, zh, en in needs:
        if is_needed and state not in states:
            yield _fault("stage", f"缺少“{state}”：{zh}。", f"“{state}” is missing: {en}.")
    for number, document in enumerate(scheme.document, start=1):
        if document.stage not in states:
            yield _fault(
                f"document.{number}.stage",
                f"没有“{document.stage}”这个环节。",
                f"The scheme has no stage “{document.stage}”.",
            )


def stage_faults(key: str, stage: Stage, categories: Sequence[str]) -> Iterator[Fault]:
    """Yield what a stage has but cannot use, and what it needs but lacks."""
    yield from _act_faults(key, stage)
    yield from _either(f"{key}.notice", stage.notice is not None, stage.state in NOTICES)
    if stage.state == "deliberation" or stage.vote is not None:
        yield from _either(f"{key}.vote", stage.vote is not None, stage.state in VOTES)
    if stage.vote and (stage.vote.at_least is None) == (stage.vote.more_than is None):
        yield _fault(
            f"{key}.vote", "at_least 和 more_than 应写其中一个。", "Expected one of “at_least” and “more_than”."
        )
    if not STATES[stage.state].judges:
        for name, given in (
            ("instruments", bool(stage.instruments)),
            ("panel", stage.panel is not None),
            ("weight", stage.weight is not None),
            ("spread", stage.spread is not None),
            ("categories", bool(stage.categories)),
            ("blind", stage.blind != "none"),
        ):
            yield from _either(f"{key}.{name}", given, False)
        return
    yield from _judging_faults(key, stage, categories)


def _act_faults(key: str, stage: Stage) -> Iterator[Fault]:
    by_applicant = "applicant" in stage.acts
    if not stage.acts or (stage.state == "draft" and not by_applicant):
        yield _fault(
            f"{key}.acts",
            "草稿由申报者提交，其他环节由申报者以外的人推进；至少写一方。",
            "A draft is submitted by its applicant; every other stage is moved on by somebody else.",
        )
    elif by_applicant and stage.state not in APPLICANT_MOVES:
        yield _fault(
            f"{key}.acts",
            f"申报者只推进这些环节：{'、'.join(sorted(APPLICANT_MOVES))}。",
            f"Applicants move on these stages only: {', '.join(sorted(APPLICANT_MOVES))}.",
        )
    if "system" in stage.acts and STATES[stage.state].place != "after":
        yield _fault(
            f"{key}.acts", "公布之前的环节要由人推进。", "Stages up to the announcement are moved on by people."
        )


def _either(key: str, given: bool, expected: bool) -> Iterator[Fault]:
    if given and not expected:
        yield _fault(key, "这个环节用不到，请删去。", "This stage has no use for it. Remove it.")
    elif expected and not given:
        yield _fault(key, "这个环节必须有。", "This stage needs it.")


def _judging_faults(key: str, stage: Stage, categories: Sequence[str]) -> Iterator[Fault]:
    if stage.panel is None and stage.state != "satisfaction_survey":
        yield from _either(f"{key}.panel", False, True)
    for category in categories if stage.state != "satisfaction_survey" else ():
        if stage.takes(category) and stage.instrument_for(category) is None:
            yield _fault(
                f"{key}.instruments",
                f"类别“{category}”在这里没有评分表。",
                f"Nothing scores the category “{category}” here.",
            )
    if stage.panel and (stage.panel.at_least > stage.panel.size or stage.panel.seniors > stage.panel.size):
        yield _fault(f"{key}.panel", "at_least 和 seniors 不能多于 size。", "“at_least” and “seniors” exceed “size”.")
    if stage.method == "trimmed_mean" and (stage.panel is None or stage.panel.at_least < _FEWEST_TO_TRIM):
        yield _fault(
            f"{key}.panel.at_least",
            f"去掉最高和最低分，至少要 {_FEWEST_TO_TRIM} 人评分。",
            f"Dropping the highest and the lowest takes at least {_FEWEST_TO_TRIM} marks.",
        )


def weight_faults(stages: Sequence[Stage], categories: Sequence[str]) -> Iterator[Fault]:
    """Yield categories whose stages do not weigh 1 together."""
    for category in categories:
        weights = [stage.weight for stage in stages if stage.takes(category) and stage.weight is not None]
        judged = any(STATES[stage.state].place == "judging" for stage in stages)
        if (judged or weights) and sum(weights, Decimal(0)) != 1:
            yield _fault(
                "stage.weight",
                f"类别“{category}”各环节的权重合计 {sum(weights, Decimal(0))}，应为 1。",
                f"The weights of the stages sum to {sum(weights, Decimal(0))} for “{category}”, must be 1.",
            )


def tie_faults(ties: str, chain: Sequence[str], states: Sequence[str]) -> Iterator[Fault]:
    """Yield a tie rule without its chain, a chain without its rule, and keys that decide nothing."""
    if bool(chain) != ties.startswith("chain"):
        yield _fault(
            "tie_chain",
            "ties 写 chain 或 chain_then_lot 时要有 tie_chain，否则没有。",
            "A “tie_chain” goes with ties = “chain” or “chain_then_lot”, and with no other.",
        )
    for number, named in enumerate(chain, start=1):
        judged = named in states and STATES[named].place == "judging"
        if not judged and not named.startswith("item:") and named not in _TIE_KEYS:
            yield _fault(
                f"tie_chain.{number}",
                f"“{named}”不能分先后。可写评审环节、item:条款号、{'、'.join(_TIE_KEYS)}。",
                f"“{named}” decides nothing. Name a stage of judging, item:<code>, {' or '.join(_TIE_KEYS)}.",
            )
