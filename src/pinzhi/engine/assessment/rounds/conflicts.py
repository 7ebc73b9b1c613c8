"""Conflicts of interest between an expert and an entry: declared or found in facts, and what each keeps him from."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pinzhi.engine.errors import NotAllowed
from pinzhi.engine.periods import years_before
from pinzhi.engine.rulebook.scheme_parts import ConflictKind, ConflictRule, Recusal
from pinzhi.engine.texts import Text

Source = Literal["declared", "detected"]


@dataclass(frozen=True, slots=True)
class Tie:
    """A tie of an expert to an organisation (by credit code) while it lasted; ``until`` None while it does."""

    kind: Literal["employment", "advisory", "shareholding"]
    credit_code: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Declaration:
    """What somebody declared about an expert and an entry: the expert himself, the applicant, or an officer."""

    entry: str
    kind: ConflictKind
    by: str
    ground: str


@dataclass(frozen=True, slots=True)
class Expert:
    """What is known of an expert.

    ``persons`` are all keys under which this person is kept; ``family`` the keys of relatives; ``competes_with`` the
    credit codes that the employer names as rivals; ``declared`` tells whether the declaration was answered.
    """

    key: str
    persons: frozenset[str] = frozenset()
    ties: tuple[Tie, ...] = ()
    family: frozenset[str] = frozenset()
    competes_with: frozenset[str] = frozenset()
    has_declared: bool = False


@dataclass(frozen=True, slots=True)
class Entered:
    """What is known of an entry: the applicant, its group by ownership, its leaders, and who wrote the application."""

    key: str
    credit_code: str = ""
    group: frozenset[str] = frozenset()
    leaders: frozenset[str] = frozenset()
    authors: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """A conflict with its evidence; ``recusals`` are what the expert may not do with this entry."""

    expert: str
    entry: str
    kind: ConflictKind
    source: Source
    recusals: frozenset[Recusal]
    evidence: Text


def conflicts(
    rules: Sequence[ConflictRule], expert: Expert, entry: Entered, *, on: date, declarations: Iterable[Declaration] = ()
) -> tuple[Found, ...]:
    """Return every conflict between an expert and an entry on a day, declared ones first.

    A tie that ended within the rule's years still counts, on the very day too; one that has not begun does not.
    Organisations are compared by credit code and group, never by name. A declaration of a kind for which the scheme
    has no rule keeps the expert from everything: nobody is drawn closer by a gap in the rules.
    """
    by_kind = {rule.kind: rule for rule in rules}
    found = [
        _found(expert, entry, one.kind, "declared", by_kind.get(one.kind), Text(one.ground, one.ground))
        for one in declarations
        if one.entry == entry.key
    ]
    found += [
        _found(expert, entry, kind, "detected", by_kind[kind], evidence)
        for kind, evidence in _detected(by_kind, expert, entry, on)
    ]
    return tuple(found)


def _found(
    expert: Expert, entry: Entered, kind: ConflictKind, source: Source, rule: ConflictRule | None, evidence: Text
) -> Found:
    recusals: frozenset[Recusal] = frozenset(rule.recusals if rule else ("score", "see", "attend", "vote"))
    return Found(expert.key, entry.key, kind, source, recusals, evidence)


def _detected(
    rules: dict[ConflictKind, ConflictRule], expert: Expert, entry: Entered, on: date
) -> Iterator[tuple[ConflictKind, Text]]:
    organisations = entry.group | ({entry.credit_code} if entry.credit_code else set())
    for tie in expert.ties:
        rule = rules.get(tie.kind)
        if rule is not None and _lasts(tie, on, rule.within_years):
            if tie.credit_code == entry.credit_code and entry.credit_code:
                yield tie.kind, _evidence_of(tie)
            elif tie.credit_code in organisations and "group" in rules:
                yield "group", _evidence_of(tie)
    if "family" in rules and (expert.family | expert.persons) & entry.leaders:
        yield "family", Text("本人或亲属是申报单位的负责人", "the expert or a relative leads the applicant")
    if "authorship" in rules and expert.persons & entry.authors:
        yield "authorship", Text("参与编写申报材料", "took part in writing the application")
    if "competitor" in rules and expert.competes_with & organisations:
        yield "competitor", Text("所在单位与申报单位有竞争关系", "the expert's employer competes with the applicant")


def _lasts(tie: Tie, on: date, years: int) -> bool:
    has_begun = tie.since is None or tie.since <= on
    return has_begun and (tie.until is None or tie.until >= years_before(on, years))


def _evidence_of(tie: Tie) -> Text:
    kind = {
        "employment": Text("任职", "employed by"),
        "advisory": Text("担任顾问", "adviser to"),
        "shareholding": Text("持股", "shareholder of"),
    }[tie.kind]
    until_zh, until_en = (f"，至 {tie.until}", f" until {tie.until}") if tie.until else ("，现任", " now")
    return Text(f"{kind.zh} {tie.credit_code}{until_zh}", f"{kind.en} {tie.credit_code}{until_en}")


def recusals(found: Iterable[Found]) -> frozenset[Recusal]:
    """Return all that an expert may not do with an entry."""
    return frozenset(one for conflict in found for one in conflict.recusals)


def eligible_pairs(
    rules: Sequence[ConflictRule],
    experts: Sequence[Expert],
    entries: Sequence[Entered],
    *,
    on: date,
    declarations: Sequence[tuple[str, Declaration]] = (),
) -> tuple[tuple[str, str], ...]:
    """Return the pairs of expert and entry that may be assigned: those in which the expert may score.

    ``declarations`` name the expert each is about. Pairs come in the order of the experts, then of the entries.
    """
    about: dict[str, list[Declaration]] = {}
    for expert_key, declaration in declarations:
        about.setdefault(expert_key, []).append(declaration)
    return tuple(
        (expert.key, entry.key)
        for expert in experts
        for entry in entries
        if "score" not in recusals(conflicts(rules, expert, entry, on=on, declarations=about.get(expert.key, ())))
    )


def require_free(found: Sequence[Found], act: Recusal, expert: Expert) -> None:
    """Refuse an act that a conflict forbids, and every sight of an entry before the declaration was answered."""
    if not expert.has_declared:
        raise NotAllowed(
            "assessment.round.declaration",
            "请先回答回避声明，再看申报材料。",
            "Answer the declaration of interests first; the application opens after it.",
        )
    hit = next((one for one in found if act in one.recusals), None)
    if hit is not None:
        raise NotAllowed(
            "assessment.round.conflict",
            "应当回避：{evidence_zh}。",
            "You are recused: {evidence}.",
            kind=hit.kind,
            act=act,
            evidence_zh=hit.evidence.zh,
            evidence=hit.evidence.en,
        )
