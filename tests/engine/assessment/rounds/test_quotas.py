"""Places: more than the quota is refused, fewer leave vacancies, and no ranking talks its way past a place."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.assessment.rounds.quotas import Candidate, Proposal, Use, check_proposals, earns, place, uses
from pinzhi.engine.errors import BadInput, Conflict
from pinzhi.engine.rulebook.scheme_parts import Category, Grade, Quota
from pinzhi.engine.texts import Text
from tests.engine.assessment.rounds.facts import CONTEST, MAYOR

WORDS = Text("一", "one")
# Ten places for organisations and persons together.
TEN = MAYOR.model_copy(
    update={
        "category": (
            Category(code="organisation", title=WORDS, object="organisation"),
            Category(code="person", title=WORDS, object="person"),
        ),
        "grade": (Grade(code="award", title=WORDS),),
        "quota": (Quota(places=10),),
    }
)


def proposals(organisations: int, persons: int) -> list[Proposal]:
    return [
        *(Proposal(f"o{number}", "organisation", "award") for number in range(organisations)),
        *(Proposal(f"p{number}", "person", "award") for number in range(persons)),
    ]


def test_twelve_proposed_for_ten_places_are_refused() -> None:
    with pytest.raises(Conflict) as refused:
        check_proposals(TEN, proposals(9, 3))

    assert refused.value.code == "assessment.round.quota"
    assert (refused.value.facts["places"], refused.value.facts["found"]) == (10, 12)


def test_nine_proposed_are_allowed_and_leave_one_vacancy() -> None:
    found = check_proposals(TEN, proposals(7, 2))

    assert found == (Use(1, 10, 9),)
    assert found[0].vacancies == 1


def test_a_vacancy_is_refused_where_places_must_be_filled() -> None:
    with pytest.raises(Conflict):
        check_proposals(TEN.model_copy(update={"vacancies": False}), proposals(7, 2))


def test_a_narrow_quota_holds_inside_a_wide_one() -> None:
    persons = [Proposal(f"p{number}", "person", "innovation", Decimal(90)) for number in range(3)]

    with pytest.raises(Conflict) as refused:
        check_proposals(MAYOR, persons)

    assert refused.value.facts["quota"] == 4


@pytest.mark.parametrize(
    ("proposed", "error"),
    [
        ([Proposal("a", "organisation", "award"), Proposal("a", "organisation", "award")], BadInput),
        ([Proposal("a", "organisation", "gold")], BadInput),
        ([Proposal("a", "project", "award")], BadInput),
    ],
)
def test_doubled_and_unknown_proposals_are_refused(proposed: list[Proposal], error: type[Exception]) -> None:
    with pytest.raises(error):
        check_proposals(TEN, proposed)


def test_a_proposal_below_the_threshold_is_refused_though_places_are_left() -> None:
    with pytest.raises(Conflict) as refused:
        check_proposals(MAYOR, [Proposal("a", "organisation", "excellence", Decimal("59.99"))])

    assert refused.value.code == "assessment.round.threshold"
    assert earns(MAYOR, "excellence", Decimal(60))
    assert not earns(MAYOR, "excellence", None)


def test_place_keeps_earning_and_finding_a_place_apart() -> None:
    ranked = [Candidate(f"c{number:02}", "industry", Decimal(90 - number), number) for number in range(1, 40)]

    placed = place(CONTEST, ranked)

    assert [one.grade for one in placed[:11]] == ["first"] * 2 + ["second"] * 3 + ["third"] * 5 + ["excellence"]
    assert (placed[29].meets_threshold, placed[29].within_quota) == (True, True)  # 60, the last that earns a grade
    assert (placed[30].meets_threshold, placed[30].within_quota) == (False, False)


def test_place_tells_who_earned_a_grade_and_found_no_place() -> None:
    few = TEN.model_copy(update={"quota": (Quota(places=1),)})

    placed = place(few, [Candidate("a", "person", Decimal(90), 1), Candidate("b", "person", Decimal(80), 2)])

    assert [(one.meets_threshold, one.within_quota) for one in placed] == [(True, True), (True, False)]


def test_a_tie_at_the_line_waits_with_everybody_behind_it() -> None:
    two = TEN.model_copy(update={"quota": (Quota(places=2),), "ties": "stop", "tie_chain": ()})
    ranked = [Candidate("a", "person", Decimal(90), 1), *(Candidate(x, "person", Decimal(80), 2) for x in "bc")]

    placed = place(two, [*ranked, Candidate("d", "person", Decimal(70), 4)])

    assert [(one.entry, one.grade, one.waits) for one in placed] == [
        ("a", "award", False), ("b", "", True), ("c", "", True), ("d", "", True),
    ]  # fmt: skip


def test_a_tie_at_the_line_leaves_the_place_empty_where_ties_shrink() -> None:
    two = TEN.model_copy(update={"quota": (Quota(places=2),), "ties": "shrink", "tie_chain": ()})
    ranked = [Candidate("a", "person", Decimal(90), 1), *(Candidate(x, "person", Decimal(80), 2) for x in "bc")]

    placed = place(two, [*ranked, Candidate("d", "person", Decimal(70), 4)])

    assert [(one.entry, one.within_quota) for one in placed] == [("a", True), ("b", False), ("c", False), ("d", False)]


@given(
    ranked=st.lists(
        st.builds(
            Candidate,
            st.uuids().map(str),
            st.sampled_from([one.code for one in MAYOR.category]),
            st.integers(0, 100).map(Decimal),
            st.integers(1, 30),
        ),
        max_size=40,
    ),
    ties=st.sampled_from(["stop", "shrink", "chain"]),
)
def test_no_ranking_exceeds_a_quota_or_passes_a_threshold(ranked: list[Candidate], ties: str) -> None:
    scheme = MAYOR.model_copy(update={"ties": ties})
    by_entry = {one.entry: one for one in ranked}

    placed = place(scheme, ranked)

    chosen = [
        Proposal(one.entry, by_entry[one.entry].category, one.grade, by_entry[one.entry].percent)
        for one in placed
        if one.within_quota
    ]
    assert all(one.vacancies >= 0 for one in check_proposals(scheme, chosen))
    assert all(one.meets_threshold for one in placed if one.within_quota)
    assert place(scheme, list(reversed(ranked))) == placed
    assert len(uses(scheme, chosen)) == len(scheme.quota)
