"""May an entry come in: documents, recommendation, conditions by fact or by an officer's word, departments asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from pinzhi.engine.errors import BadInput, Conflict
from pinzhi.engine.periods import WorkingDays
from pinzhi.engine.rulebook.scheme_parts import Consultation, Document, Rule, Value
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.engine.texts import Text

State = Literal["met", "unmet", "unknown", "waived"]
Opinion = Literal["no-objection", "objection", "overdue", "waiting"]


@dataclass(frozen=True, slots=True)
class Word:
    """An officer's word on a condition, with its grounds."""

    rule: str
    holds: bool
    ground: str
    officer: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of a condition, and why."""

    rule: str
    state: State
    reason: Text


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Every condition with its finding; ``holds`` is None while one of them is not known."""

    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool | None:
        """Whether all conditions are met or set aside: no as soon as one is not, unknown while one is open."""
        states = {one.state for one in self.findings}
        if "unmet" in states:
            return False
        return None if "unknown" in states else True

    @property
    def open(self) -> tuple[str, ...]:
        """The conditions on which somebody still has to say a word."""
        return tuple(one.rule for one in self.findings if one.state == "unknown")


@dataclass(frozen=True, slots=True)
class Answer:
    """A department's answer."""

    department: str
    objects: bool
    on: date
    ground: str = ""


@dataclass(frozen=True, slots=True)
class Consulted:
    """Where a consultation stands; ``last_day`` is the last on which an answer is in time."""

    opinions: Mapping[str, Opinion]
    last_day: date
    is_closed: bool

    @property
    def objections(self) -> tuple[str, ...]:
        """The departments that object."""
        return tuple(code for code, opinion in self.opinions.items() if opinion == "objection")


@dataclass(frozen=True, slots=True)
class Recommended:
    """The recommendation quotas that an entry would draw on: places, those taken before it, front-line people due."""

    places: int
    taken: int
    front_line_due: int = 0
    is_front_line: bool = False

    @property
    def has_room(self) -> bool:
        """Whether a place is left for it that is not kept for front-line people."""
        left = self.places - self.taken
        return left > 0 and (self.is_front_line or left > self.front_line_due)


def missing(documents: Iterable[Document], brought: Iterable[str], stage: str) -> tuple[Document, ...]:
    """Return the required documents that an entry may not leave a stage without and has not brought."""
    there = set(brought)
    return tuple(one for one in documents if one.required and one.stage == stage and one.code not in there)


def judge(scheme: Scheme, category: str, facts: Mapping[str, Value | None], words: Sequence[Word] = ()) -> Eligibility:
    """Judge every condition of a category.

    A rule with a fact is worked out; a fact that is not known leaves it open for an officer. A rule without a fact is
    the officer's word alone. An unmet rule is set aside only where the scheme lets it be, and with grounds.
    """
    rules = scheme.rules_for(category)
    by_rule = {word.rule: _checked(word, rules) for word in words}
    return Eligibility(tuple(_finding(rule, facts, by_rule.get(rule.code)) for rule in rules))


def _checked(word: Word, rules: Sequence[Rule]) -> Word:
    if word.rule not in {rule.code for rule in rules}:
        raise BadInput(
            "assessment.round.rule",
            "这个类别没有“{rule}”这项条件。现有：{known}。",
            "This category has no condition “{rule}”. It has: {known}.",
            rule=word.rule,
            known=", ".join(rule.code for rule in rules) or "—",
        )
    if not word.ground.strip():
        raise BadInput(
            "assessment.round.ground",
            "请写明理由：“{about}”的结论要有依据。",
            "Give the grounds: a finding on “{about}” needs a reason.",
            about=word.rule,
        )
    return word


def _finding(rule: Rule, facts: Mapping[str, Value | None], word: Word | None) -> Finding:
    found = facts.get(rule.fact) if rule.fact else None
    shown = _shown(found)
    is_known = bool(rule.fact) and (found is not None or rule.operator == "answered")
    if is_known and _meets(rule, found):
        return Finding(rule.code, "met", Text(f"{rule.title.zh}：{shown.zh}", f"{rule.title.en}: {shown.en}"))
    if is_known and not (word and word.holds and rule.waivable):
        return Finding(
            rule.code,
            "unmet",
            Text(f"{rule.title.zh}：现为 {shown.zh}", f"{rule.title.en}: found {shown.en}"),
        )
    if word is None:
        return Finding(
            rule.code,
            "unknown",
            Text(f"{rule.title.zh}：待经办人核实", f"{rule.title.en}: an officer has to check"),
        )
    reason = Text(f"{word.officer}：{word.ground}", f"{word.officer}: {word.ground}")
    if is_known:
        return Finding(rule.code, "waived", reason)
    return Finding(rule.code, "met" if word.holds else "unmet", reason)


def _shown(found: Value | None) -> Text:
    if isinstance(found, bool):
        return Text("是", "yes") if found else Text("否", "no")
    return Text(str(found), str(found))


def _meets(rule: Rule, found: Value | None) -> bool:
    match rule.operator, found, rule.value:
        case "answered", _, _:
            return found is not None and found != ""
        case "at_least", Decimal(), Decimal():
            return found >= rule.value
        case "at_most", Decimal(), Decimal():
            return found <= rule.value
        case "begins_with", str(), str():
            return found.startswith(rule.value)
        case "one_of", str(), tuple():
            return found in rule.value
        case "equals", _, _:
            return type(found) is type(rule.value) and found == rule.value
        case _:
            return False  # a fact of another type than the rule compares with


def consult(
    consultation: Consultation, category: str, *, asked_on: date, answers: Sequence[Answer], on: date, days: WorkingDays
) -> Consulted:
    """Tell where a consultation stands on a day.

    A late answer still counts when it comes; until then a department is overdue. The consultation is closed when
    every department has answered or, where silence means no objection, when time is up.
    """
    period = days.closes(asked_on, consultation.length, consultation.unit)
    last_day = period.counted[-1]
    by_department = {answer.department: answer for answer in sorted(answers, key=lambda one: one.on)}
    opinions: dict[str, Opinion] = {}
    for department in consultation.departments:
        if not department.categories or category in department.categories:
            opinions[department.code] = _opinion(by_department.get(department.code), last_day, on)
    silent = {"waiting"} if consultation.silence == "no-objection" else {"waiting", "overdue"}
    return Consulted(opinions, last_day, not silent & set(opinions.values()))


def _opinion(answer: Answer | None, last_day: date, on: date) -> Opinion:
    if answer is not None and answer.on <= on:
        return "objection" if answer.objects else "no-objection"
    return "overdue" if on > last_day else "waiting"


def recommended(
    scheme: Scheme, *, category: str, district: str, front_line: bool, before: Sequence[tuple[str, bool]]
) -> Recommended | None:
    """Return the tightest recommendation quota that an entry would draw on; None where there is no limit.

    ``before`` are the entries the district has recommended already, as category and whether at the front line. A
    quota for the district itself stands before the one for all districts.
    """
    own = [one for one in scheme.recommendation if one.district == district]
    quotas = [one for one in own or scheme.recommendation if one.district in ("", district)]
    found = []
    for quota in quotas:
        if quota.categories and category not in quota.categories:
            continue
        drawn = [line for kind, line in before if not quota.categories or kind in quota.categories]
        due = max(0, quota.front_line - sum(drawn))
        found.append(Recommended(quota.places, len(drawn), due, front_line))
    return min(found, key=lambda one: (one.has_room, one.places - one.taken), default=None)


def require_room(recommendation: Recommended | None) -> None:
    """Refuse a recommendation beyond the district's quota."""
    if recommendation is None or recommendation.has_room:
        return
    raise Conflict(
        "assessment.round.recommendation",
        "推荐名额是 {places} 个，已用 {taken} 个，其中还要给一线人员留 {due} 个。",
        "The district may recommend {places} and has recommended {taken}; {due} more must be front-line people.",
        places=recommendation.places,
        taken=recommendation.taken,
        due=recommendation.front_line_due,
    )
