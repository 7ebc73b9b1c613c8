"""Eligibility: what facts decide, what an officer's word decides, and what nobody may set aside."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from pinzhi.engine.assessment.rounds.eligibility import (
    Answer,
    Consulted,
    Recommended,
    Word,
    consult,
    judge,
    missing,
    recommended,
    require_room,
)
from pinzhi.engine.errors import BadInput, Conflict
from pinzhi.engine.rulebook.scheme_parts import Value
from tests.engine.assessment.rounds.facts import DAYS, MAYOR

FACTS: dict[str, Value | None] = {
    "region": "370212",
    "years_of_operation": Decimal(7),
    "years_since_accident": Decimal(9),
    "years_since_violation": Decimal(9),
    "years_of_loss": Decimal(0),
    "awarded_within_bar": False,
    "revoked_before": False,
}
METHOD = Word("transferable-method", True, "three plants in other cities use it", "officer-1")


def states(facts: dict[str, Value | None], *words: Word) -> dict[str, str]:
    return {one.rule: one.state for one in judge(MAYOR, "organisation", facts, words).findings}


def test_facts_and_an_officers_word_together_make_an_entry_eligible() -> None:
    assert judge(MAYOR, "organisation", FACTS).holds is None
    assert judge(MAYOR, "organisation", FACTS).open == ("transferable-method",)
    assert judge(MAYOR, "organisation", FACTS, [METHOD]).holds is True


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("region", "370102"),
        ("years_of_operation", Decimal("4")),
        ("years_of_operation", "7"),  # text is no number
        ("awarded_within_bar", True),
        ("revoked_before", Decimal(0)),  # a number is no flag
    ],
)
def test_a_fact_against_a_rule_makes_it_not_eligible(fact: str, value: Value) -> None:
    found = judge(MAYOR, "organisation", {**FACTS, fact: value}, [METHOD])

    assert found.holds is False


def test_five_years_are_enough() -> None:
    assert judge(MAYOR, "organisation", {**FACTS, "years_of_operation": Decimal(5)}, [METHOD]).holds is True


def test_a_fact_nobody_knows_waits_for_an_officer() -> None:
    facts = {**FACTS, "years_since_accident": None}

    assert judge(MAYOR, "organisation", facts, [METHOD]).holds is None
    word = Word("no-accident", True, "letter of the emergency bureau", "officer-1")
    assert states(facts, METHOD, word)["no-accident"] == "met"
    assert states(facts, METHOD, replace(word, holds=False))["no-accident"] == "unmet"


def test_only_a_waivable_rule_is_set_aside() -> None:
    loss = Word("profitable", True, "a public-benefit institution", "officer-1")
    years = Word("years-of-operation", True, "an excellent firm", "officer-1")

    assert states({**FACTS, "years_of_loss": Decimal(2)}, loss)["profitable"] == "waived"
    assert states({**FACTS, "years_of_operation": Decimal(2)}, years)["years-of-operation"] == "unmet"


@pytest.mark.parametrize("word", [replace(METHOD, ground=" "), replace(METHOD, rule="quality-work")])
def test_words_without_grounds_or_on_other_rules_are_refused(word: Word) -> None:
    with pytest.raises(BadInput):
        judge(MAYOR, "organisation", FACTS, [word])


def test_what_is_missing_depends_on_category_and_stage() -> None:
    asked = MAYOR.documents_for("person")

    assert [one.code for one in missing(asked, ["evidence"], "draft")] == ["achievements", "pledge"]
    assert [one.code for one in missing(asked, [], "recommended")] == ["opinion"]


def consulted(*answers: Answer, on: date, silence: str = "waits") -> Consulted:
    assert MAYOR.consultation is not None
    rule = MAYOR.consultation.model_copy(update={"silence": silence})
    return consult(rule, "person", asked_on=date(2026, 3, 2), answers=answers, on=on, days=DAYS)


def test_a_consultation_waits_for_its_departments_until_the_last_day_and_after() -> None:
    codes = ["development-reform", "public-security", "ecology", "human-resources", "tax", "market"]
    answers = [Answer(code, False, date(2026, 3, 9)) for code in codes]

    assert consulted(*answers, on=date(2026, 3, 10)).is_closed  # “emergency” is asked about organisations only
    waiting = consulted(*answers[1:], on=date(2026, 3, 16))
    assert (waiting.last_day, waiting.is_closed) == (date(2026, 3, 16), False)
    assert waiting.opinions["development-reform"] == "waiting"
    overdue = consulted(*answers[1:], on=date(2026, 3, 17))
    assert (overdue.opinions["development-reform"], overdue.is_closed) == ("overdue", False)
    assert consulted(*answers[1:], on=date(2026, 3, 17), silence="no-objection").is_closed


def test_a_late_objection_is_read_all_the_same() -> None:
    late = Answer("tax", True, date(2026, 4, 1), "arrears")

    assert consulted(late, on=date(2026, 4, 1)).objections == ("tax",)


def test_a_district_recommends_within_its_places_and_keeps_one_for_the_front_line() -> None:
    def room(before: list[tuple[str, bool]], *, front_line: bool) -> Recommended | None:
        return recommended(MAYOR, category="person", district="370212", front_line=front_line, before=before)

    first = room([("organisation", False)], front_line=False)
    assert first == Recommended(2, 0, 1, False)
    assert first.has_room
    second = room([("person", False)], front_line=False)
    assert second is not None
    assert not second.has_room
    line = room([("person", False)], front_line=True)
    assert line is not None
    assert line.has_room
    with pytest.raises(Conflict):
        require_room(room([("person", False), ("team", True)], front_line=True))


def test_a_districts_own_quota_stands_before_the_general_one() -> None:
    own = MAYOR.recommendation[0].model_copy(update={"places": 1, "district": "370212"})
    scheme = MAYOR.model_copy(update={"recommendation": (*MAYOR.recommendation, own)})

    def places(district: str) -> int:
        found = recommended(scheme, category="organisation", district=district, front_line=False, before=())
        assert found is not None
        return found.places

    assert (places("370212"), places("370213")) == (1, 3)
