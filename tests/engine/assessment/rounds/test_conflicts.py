"""Conflicts: three years to the day, codes and groups instead of names, declarations, and what each forbids."""

from datetime import date

import pytest

from pinzhi.engine.assessment.rounds.conflicts import (
    Declaration,
    Entered,
    Expert,
    Tie,
    conflicts,
    eligible_pairs,
    recusals,
    require_free,
)
from pinzhi.engine.errors import NotAllowed
from pinzhi.engine.rulebook.scheme_parts import ConflictRule
from tests.engine.assessment.rounds.facts import MAYOR

RULES = MAYOR.conflict
ON = date(2026, 3, 2)
FIRM, SISTER, RIVAL = "91370212MA0000015Y", "91370200MA0000023D", "91370213MA0000066M"
ENTRY = Entered("e1", FIRM, frozenset({SISTER}), frozenset({"p-head"}), frozenset({"p-writer"}))
FREE = Expert("x1", frozenset({"p-1"}), has_declared=True)


def kinds(expert: Expert, *declarations: Declaration, rules: tuple[ConflictRule, ...] = RULES) -> list[str]:
    return [one.kind for one in conflicts(rules, expert, ENTRY, on=ON, declarations=declarations)]


def with_tie(kind: str, code: str, until: date | None = None, since: date | None = None) -> Expert:
    return Expert("x1", ties=(Tie(kind, code, since, until),), has_declared=True)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("until", "found"),
    [(None, True), (date(2026, 1, 1), True), (date(2023, 3, 2), True), (date(2023, 3, 1), False)],
)
def test_employment_counts_for_three_years_to_the_day(until: date | None, found: bool) -> None:
    assert kinds(with_tie("employment", FIRM, until)) == (["employment"] if found else [])


def test_a_tie_that_has_not_begun_is_none() -> None:
    assert kinds(with_tie("advisory", FIRM, since=date(2026, 3, 3))) == []


@pytest.mark.parametrize(
    ("expert", "found"),
    [
        (FREE, []),
        (with_tie("shareholding", FIRM), ["shareholding"]),
        (with_tie("employment", SISTER), ["group"]),
        (with_tie("employment", RIVAL), []),
        (Expert("x1", frozenset({"p-writer"})), ["authorship"]),
        (Expert("x1", family=frozenset({"p-head"})), ["family"]),
        (Expert("x1", frozenset({"p-head"})), ["family"]),
        (Expert("x1", competes_with=frozenset({FIRM})), ["competitor"]),
    ],
)
def test_conflicts_are_found_in_facts(expert: Expert, found: list[str]) -> None:
    assert kinds(expert) == found


def test_an_entry_without_a_code_ties_nobody() -> None:
    nobody = Entered("e2")

    assert conflicts(RULES, with_tie("employment", ""), nobody, on=ON) == ()


def test_a_declaration_stands_even_where_the_scheme_has_no_rule_for_it() -> None:
    declared = Declaration("e1", "advisory", "x1", "advised them in 2019")

    (found,) = conflicts((), FREE, ENTRY, on=ON, declarations=[declared])

    assert found.recusals == {"score", "see", "attend", "vote"}
    assert kinds(FREE, Declaration("other", "advisory", "x1", "…")) == []


def test_recusals_differ_by_kind() -> None:
    found = conflicts(RULES, Expert("x1", competes_with=frozenset({FIRM}), has_declared=True), ENTRY, on=ON)

    assert recusals(found) == {"score", "see", "vote"}
    require_free(found, "attend", FREE)
    with pytest.raises(NotAllowed) as refused:
        require_free(found, "score", FREE)
    assert refused.value.code == "assessment.round.conflict"


def test_nothing_opens_before_the_declaration_is_answered() -> None:
    with pytest.raises(NotAllowed) as refused:
        require_free((), "see", Expert("x1"))
    assert refused.value.code == "assessment.round.declaration"


def test_pairs_are_those_in_which_the_expert_may_score_and_change_with_the_group() -> None:
    experts = [FREE, with_tie("employment", RIVAL)]
    before = eligible_pairs(RULES, experts, [ENTRY], on=ON)
    grown = Entered("e1", FIRM, frozenset({SISTER, RIVAL}))

    assert len(before) == 2
    assert eligible_pairs(RULES, experts[1:], [grown], on=ON) == ()
    declared = [("x1", Declaration("e1", "declared", "x1", "a friend"))]
    assert eligible_pairs(RULES, [FREE], [ENTRY], on=ON, declarations=declared) == ()
