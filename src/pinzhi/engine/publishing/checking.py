"""Whether the sentences of a bulletin hold: each reference beside its figure, and what is wrong where it does not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pinzhi.engine.publishing.headlines import read_headline
from pinzhi.engine.publishing.texts import (
    Block,
    Fault,
    Piece,
    Reference,
    Sentence,
    place_of,
    read,
    references,
    sentences,
)
from pinzhi.engine.publishing.untraced import untraced
from pinzhi.engine.publishing.wording import half_up
from pinzhi.engine.texts import Language, Text

Number = Decimal | Fraction | date
Outcome = Literal["holds", "differs", "unread", "no-value", "refused"]


@dataclass(frozen=True, slots=True)
class Said:
    """What words say of a figure: whether they hold, and the number printed in them, None where they print none."""

    holds: bool
    number: Number | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A figure on a day, as far as a text needs it.

    ``problem`` tells why there is no value, or why none may be published; ``read`` takes the author's words and tells
    whether they hold, None where they say nothing about a value. ``edition`` and ``definition`` (its digest) name the
    definition it was worked out by; empty where there is none.
    """

    words: Text
    number: Number | None
    problem: Text | None
    read: Callable[[str], Said | None]
    edition: str = ""
    definition: str = ""


Look = Callable[[Reference], Standing]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A reference with the words it is shown by, the figure's own, and what came of comparing them."""

    reference: Reference
    outcome: Outcome
    shown: str
    own: str
    text: Text | None = None

    @property
    def holds(self) -> bool:
        return self.outcome == "holds"

    @property
    def place(self) -> Text:
        """Return where it stands, in words."""
        return place_of(self.reference.line)


CheckedPiece = str | Verdict


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """A sentence with its verdicts in place."""

    pieces: tuple[CheckedPiece, ...]
    line: int

    @property
    def failing(self) -> tuple[Verdict, ...]:
        """The verdicts that do not hold."""
        return tuple(one for one in self.pieces if isinstance(one, Verdict) and not one.holds)


@dataclass(frozen=True, slots=True)
class CheckedBlock:
    """A paragraph, heading or picture with its checked sentences; a picture has its one verdict instead."""

    block: Block
    sentences: tuple[CheckedSentence, ...]
    picture: Verdict | None = None


@dataclass(frozen=True, slots=True)
class CheckedText:
    """A text in one language: what was read, what does not hold, what cannot be read, and numbers typed by hand.

    ``headline`` are title and subtitle, as far as there are any.
    """

    headline: tuple[CheckedSentence, ...]
    blocks: tuple[CheckedBlock, ...]
    faults: tuple[Fault, ...]
    hints: tuple[Fault, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def failing(self) -> tuple[Verdict, ...]:
        """The references that do not hold."""
        return tuple(one for one in self.verdicts if not one.holds)

    @property
    def holds(self) -> bool:
        """Whether it may be signed."""
        return not self.faults and not self.failing


def check(text: str, language: Language, look: Look, headline: Sequence[str] = ()) -> CheckedText:
    """Compare every reference of a text, and of the title and subtitle above it, with its figure."""
    readings = [*(read_headline(one) for one in headline), read(text)]
    every = [block for reading in readings for block in reading.blocks]
    above = [block for reading in readings[:-1] for block in reading.blocks]
    return CheckedText(
        headline=tuple(_sentence(one, language, look) for block in above for one in sentences(block)),
        blocks=tuple(_checked(block, language, look) for block in readings[-1].blocks),
        faults=tuple(fault for reading in readings for fault in reading.faults),
        hints=untraced(every),
        verdicts=tuple(verdict(ref, language, look(ref)) for ref in references(every)),
    )


def verdict(reference: Reference, language: Language, standing: Standing) -> Verdict:
    """Compare one reference with its figure; the text tells both values and their difference."""
    own = standing.words.in_language(language)
    shown = reference.words if reference.words is not None else own
    if standing.problem is not None:
        outcome: Outcome = "no-value" if standing.number is None else "refused"
        return Verdict(reference, outcome, shown or reference.figure, own, standing.problem)
    if reference.words is None:
        return Verdict(reference, "holds", shown, own)
    said = standing.read(reference.words)
    if said is None:
        return Verdict(reference, "unread", shown, own, _unread(reference, own))
    if said.holds:
        return Verdict(reference, "holds", shown, own)
    return Verdict(reference, "differs", shown, own, _difference(reference, standing, said))


def _checked(block: Block, language: Language, look: Look) -> CheckedBlock:
    if block.kind == "picture":
        (reference,) = block.pieces
        if isinstance(reference, Reference):
            return CheckedBlock(block, (), verdict(reference, language, look(reference)))
    return CheckedBlock(block, tuple(_sentence(one, language, look) for one in sentences(block)))


def _sentence(sentence: Sentence, language: Language, look: Look) -> CheckedSentence:
    def checked(piece: Piece) -> CheckedPiece:
        return piece if isinstance(piece, str) else verdict(piece, language, look(piece))

    return CheckedSentence(tuple(map(checked, sentence.pieces)), sentence.line)


def _unread(reference: Reference, own: str) -> Text:
    return Text(
        f"“{reference.words}”不是 {reference.figure} 能有的说法；它自己的说法是“{own}”。",
        f"“{reference.words}” says nothing about {reference.figure}; its own words are “{own}”.",
    )


def _difference(reference: Reference, standing: Standing, said: Said) -> Text:
    zh = f"{reference.figure} 文中写“{reference.words}”，记录得 {standing.words.zh}"
    en = f"{reference.figure}: the text says “{reference.words}”, the records give {standing.words.en}"
    if said.number is None or standing.number is None:
        return Text(f"{zh}。", f"{en}.")
    apart = _apart(said.number, standing.number)
    return Text(f"{zh}，{apart.zh}。", f"{en}, {apart.en}.")


def _apart(said: Number, found: Number) -> Text:
    if isinstance(said, date) or isinstance(found, date):
        if not (isinstance(said, date) and isinstance(found, date)):
            return Text("不是同一类", "not of one kind")
        days = (said - found).days
        return Text(
            f"{'晚' if days > 0 else '早'} {abs(days)} 天", f"{abs(days)} days {'late' if days > 0 else 'early'}"
        )
    gap = Fraction(said) - Fraction(found)
    if gap == 0:
        return Text("说法不对", "but not in these words")
    size = printed(abs(gap))
    if "/" in size:  # of shares that do not end: what is told is how many points of a hundred
        points = printed(half_up(abs(gap) * 100, 1))
        return Text(
            f"{'高' if gap > 0 else '低'} {points} 个百分点", f"{points} points too {'high' if gap > 0 else 'low'}"
        )
    return Text(f"{'多' if gap > 0 else '少'} {size}", f"{size} too {'many' if gap > 0 else 'few'}")


def printed(number: Number) -> str:
    """Return a number as exact text: 54, 0.93, 1/3 or 2024-01-01; thirds stay thirds.

    >>> printed(Fraction(1, 3)), printed(Decimal("0.930")), printed(Fraction(54))
    ('1/3', '0.93', '54')
    """
    if isinstance(number, date):
        return number.isoformat()
    fraction = Fraction(number)
    rest = fraction.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return f"{fraction.numerator}/{fraction.denominator}"
    if fraction.denominator == 1:
        return str(fraction.numerator)
    digits = 0
    while (fraction * 10**digits).denominator != 1:
        digits += 1
    scaled = abs(fraction * 10**digits).numerator
    whole, part = divmod(scaled, 10**digits)
    return f"{'-' if fraction < 0 else ''}{whole}.{part:0{digits}d}"


def same_figures(first: CheckedText, second: CheckedText) -> tuple[frozenset[str], frozenset[str]]:
    """Return the ids of the figures that stand in the first text alone, and of those in the second alone."""
    one, other = (frozenset(verdict.reference.figure for verdict in text.verdicts) for text in (first, second))
    return one - other, other - one
