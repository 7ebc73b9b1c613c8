"""Draw a paper from a bank so that anybody can draw it again, and lay it out differently for every candidate.

Questions are ordered by the SHA-256 of seed and id: the same seed and bank give the same paper, and a question that
is added moves none of the others.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from pinzhi.engine.errors import BadInput
from pinzhi.engine.rulebook.courses import BlueprintPart, Course, QuestionKind
from pinzhi.engine.texts import Text


@dataclass(frozen=True, slots=True)
class BankItem:
    """A question as far as a draw needs it: nothing of what it asks, nothing of its key."""

    id: str
    version: int
    field: str
    kind: QuestionKind
    difficulty: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """A question of a paper: which version, in which part of the blueprint (from 0), worth how much."""

    id: str
    version: int
    part: int
    points: Decimal


@dataclass(frozen=True, slots=True)
class Shortage:
    """A part of the blueprint that the bank cannot fill."""

    field: Text
    kind: QuestionKind
    difficulty: int | None
    wanted: int
    found: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a candidate finds a question: its id and its options in his order."""

    id: str
    options: tuple[str, ...]


KINDS: Mapping[str, Text] = {
    "single": Text("单选", "single choice"),
    "multiple": Text("多选", "multiple choice"),
    "judge": Text("判断", "true or false"),
}


def draw(course: Course, bank: Iterable[BankItem], seed: str) -> tuple[Drawn, ...]:
    """Draw a paper by the course's blueprint; BadInput says of every part what the bank lacks.

    Parts never draw from the same questions (the course's file would be refused), so filling one takes from no other.
    """
    ordered = sorted(bank, key=lambda one: (rank(seed, one.id), one.id))
    pools = [[one for one in ordered if _fits(part, one)] for part in course.part]
    short = shortages(course, pools)
    if short:
        raise BadInput(
            "training.bank.short",
            "题库不够组卷：{missing_zh}。先补题，或者改蓝图。",
            "The bank cannot fill the blueprint: {missing}. Add questions, or change the blueprint.",
            missing="; ".join(_said(one).en for one in short),
            missing_zh="；".join(_said(one).zh for one in short),
            parts=len(short),
        )
    return tuple(
        Drawn(one.id, one.version, place, part.points)
        for place, (part, pool) in enumerate(zip(course.part, pools, strict=True))
        for one in pool[: part.count]
    )


def shortages(course: Course, pools: Sequence[Sequence[BankItem]]) -> tuple[Shortage, ...]:
    """Return the parts that their pools cannot fill."""
    return tuple(
        Shortage(course.title_of(part.field), part.kind, part.difficulty, part.count, len(pool))
        for part, pool in zip(course.part, pools, strict=True)
        if len(pool) < part.count
    )


def lay_out(options_of: Mapping[str, Sequence[str]], seed: str, candidate: str) -> tuple[Place, ...]:
    """Return the questions of a paper and their options in the order in which one candidate finds them.

    ``options_of`` gives the option codes of each question. The same seed and candidate give the same order on every
    device.
    """
    own = f"{seed}/{candidate}"
    return tuple(
        Place(item, tuple(sorted(options, key=lambda code: rank(f"{own}/{item}", code))))
        for item, options in sorted(options_of.items(), key=lambda one: rank(own, one[0]))
    )


def rank(seed: str, item: str) -> bytes:
    """Return what a draw orders by: SHA-256 of the seed, a zero byte and the id."""
    return sha256(f"{seed}\x00{item}".encode()).digest()


def commitment(seed: str, paper: Sequence[Drawn]) -> str:
    """Return the digest of a paper, to be kept before anybody sits: questions, versions, points and seed."""
    lines = [f"{one.id} {one.version} {one.part} {one.points}" for one in paper]
    return sha256("\n".join([seed, *lines]).encode()).hexdigest()


def _fits(part: BlueprintPart, one: BankItem) -> bool:
    return one.field == part.field and one.kind == part.kind and part.difficulty in (None, one.difficulty)


def _said(one: Shortage) -> Text:
    hard_zh = f"难度 {one.difficulty} 的" if one.difficulty else ""
    hard = f" of difficulty {one.difficulty}" if one.difficulty else ""
    kind = KINDS[one.kind]
    return Text(
        f"“{one.field.zh}”{hard_zh}{kind.zh}题要 {one.wanted} 道，只有 {one.found} 道",
        f"“{one.field.en}”, {kind.en}{hard}: {one.wanted} wanted, {one.found} there",
    )
