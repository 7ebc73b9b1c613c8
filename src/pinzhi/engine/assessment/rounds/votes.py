"""Votes of a committee: who may vote, whether enough were there, and whether it carries; every ballot is kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Literal

from pinzhi.engine.errors import BadInput, NotAllowed
from pinzhi.engine.rulebook.scheme_parts import Vote
from pinzhi.engine.texts import Text

Choice = Literal["yes", "no", "abstain"]


@dataclass(frozen=True, slots=True)
class Ballot:
    """How a member voted."""

    member: str
    choice: Choice


@dataclass(frozen=True, slots=True)
class Count:
    """A vote as it was counted; members who are recused count neither as members nor as present."""

    entitled: int
    needed: int
    present: int
    yes: int
    no: int
    abstained: int
    carried: bool
    reasons: tuple[Text, ...]

    @property
    def has_quorum(self) -> bool:
        """Whether enough entitled members were there; a vote without members never has one."""
        return self.entitled > 0 and self.present >= self.needed


def count(vote: Vote, *, members: Iterable[str], recused: Iterable[str], ballots: Sequence[Ballot]) -> Count:
    """Count a vote on one entry.

    Raises NotAllowed for the ballot of somebody who is recused or no member, BadInput for a second ballot of one.
    """
    entitled = set(members) - set(recused)
    seen: set[str] = set()
    for ballot in ballots:
        if ballot.member not in entitled:
            raise NotAllowed(
                "assessment.round.ballot",
                "{member} 不能就这一项表决：不是委员，或应当回避。",
                "{member} may not vote on this: not a member, or recused.",
                member=ballot.member,
            )
        if ballot.member in seen:
            raise BadInput(
                "assessment.round.ballot.twice",
                "{member} 已经投过票，每人一票。",
                "{member} has voted already: one ballot each.",
                member=ballot.member,
            )
        seen.add(ballot.member)
    choices = [ballot.choice for ballot in ballots]
    yes, no = choices.count("yes"), choices.count("no")
    needed = ceil(Fraction(vote.quorum) * len(entitled))
    whole = {"members": len(entitled), "present": len(ballots), "cast": yes + no}[vote.of]
    has_quorum = bool(entitled) and len(ballots) >= needed
    carried = has_quorum and vote.carries(yes, whole)
    return Count(
        len(entitled),
        needed,
        len(ballots),
        yes,
        no,
        choices.count("abstain"),
        carried,
        _reasons(vote, has_quorum=has_quorum, needed=needed, present=len(ballots), yes=yes, whole=whole),
    )


def _reasons(vote: Vote, *, has_quorum: bool, needed: int, present: int, yes: int, whole: int) -> tuple[Text, ...]:
    wanted_zh = f"至少 {vote.at_least}" if vote.at_least else f"超过 {vote.more_than}"
    wanted_en = f"at least {vote.at_least}" if vote.at_least else f"more than {vote.more_than}"
    return (
        Text(
            f"到会 {present} 人，法定人数 {needed} 人：{'有效' if has_quorum else '不足'}",
            f"{present} present, quorum {needed}: {'reached' if has_quorum else 'not reached'}",
        ),
        Text(f"赞成 {yes}/{whole}，需要{wanted_zh}", f"{yes} of {whole} in favour, {wanted_en} needed"),
    )
