"""Votes: quorum of those who may vote, recusals, exact shares, ballots that do not count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.assessment.rounds.votes import Ballot, Choice, count
from pinzhi.engine.errors import BadInput, NotAllowed
from pinzhi.engine.rulebook.scheme_parts import Vote

TWO_THIRDS = Vote(quorum="2/3", at_least="2/3", of="present")
HALF = Vote(quorum="1/2", more_than="1/2", of="present")
NINE = [f"m{number}" for number in range(9)]


def ballots(yes: int, no: int, abstain: int = 0) -> list[Ballot]:
    choices: list[Choice] = ["yes"] * yes + ["no"] * no + ["abstain"] * abstain
    return [Ballot(f"m{number}", choice) for number, choice in enumerate(choices)]


@pytest.mark.parametrize(
    ("vote", "cast", "carried"),
    [
        (TWO_THIRDS, ballots(6, 3), True),
        (TWO_THIRDS, ballots(5, 4), False),
        (TWO_THIRDS, ballots(5, 0), False),  # five of nine are no quorum
        (HALF, ballots(4, 4), False),
        (HALF, ballots(5, 4), True),
        (HALF, ballots(4, 1, 3), False),  # four of eight present
        (HALF.model_copy(update={"of": "cast"}), ballots(4, 1, 3), True),
        (HALF.model_copy(update={"of": "members"}), ballots(4, 1), False),
    ],
)
def test_a_vote_carries_by_exact_shares(vote: Vote, cast: list[Ballot], carried: bool) -> None:
    assert count(vote, members=NINE, recused=[], ballots=cast).carried is carried


def test_recused_members_count_neither_for_the_quorum_nor_as_present() -> None:
    found = count(TWO_THIRDS, members=NINE, recused=["m8", "m7", "m6"], ballots=ballots(3, 1))

    assert (found.entitled, found.needed, found.present, found.has_quorum, found.carried) == (6, 4, 4, True, True)


@pytest.mark.parametrize("member", ["m8", "stranger"])
def test_the_ballot_of_a_recused_member_or_a_stranger_is_refused(member: str) -> None:
    with pytest.raises(NotAllowed):
        count(HALF, members=NINE, recused=["m8"], ballots=[Ballot(member, "yes")])


def test_a_second_ballot_is_refused() -> None:
    with pytest.raises(BadInput):
        count(HALF, members=NINE, recused=[], ballots=[Ballot("m1", "yes"), Ballot("m1", "no")])


def test_nobody_left_to_vote_carries_nothing() -> None:
    found = count(HALF, members=["m1"], recused=["m1"], ballots=[])

    assert not found.has_quorum
    assert not found.carried


@given(yes=st.integers(0, 9), no=st.integers(0, 9), abstain=st.integers(0, 9))
def test_one_more_yes_never_loses_a_vote(yes: int, no: int, abstain: int) -> None:
    members = [f"m{number}" for number in range(30)]

    before = count(HALF, members=members, recused=[], ballots=ballots(yes, no, abstain))
    after = count(HALF, members=members, recused=[], ballots=ballots(yes + 1, no, abstain))

    assert after.carried >= before.carried
