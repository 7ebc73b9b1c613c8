"""A figure taken apart by a dimension, and beside its peers."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.core.cache import cache

from pinzhi.engine.errors import BadInput
from pinzhi.engine.publishing.ranks import Peer
from pinzhi.engine.rulebook.figure_parts import Rank, Ratio, Selection, Streak
from pinzhi.engine.rulebook.figures import Figure
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.publishing.compile import ask_of, subject_of
from pinzhi.records.publishing.definitions import figure_named
from pinzhi.records.publishing.queries.protected import protected_parts
from pinzhi.records.publishing.queries.values import KEPT_S, data_version, kept_name, result_of
from pinzhi.records.publishing.sources.names import SOURCES
from pinzhi.records.publishing.sources.shapes import Field, place_text
from pinzhi.records.publishing.tables.open import table
from pinzhi.records.publishing.times import AsOf

NOT_RECORDED = Text("没有登记", "Not recorded")
PARTS = ("count", "distinct", "sum", "ratio")


@dataclass(frozen=True, slots=True)
class Part:
    """What a figure comes to for one value of a dimension; ``number`` is None where it is withheld.

    The empty code stands for records whose value is not recorded.
    """

    code: str
    text: Text
    number: Decimal | Fraction | None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A figure by a dimension, the largest part first; editions in their order.

    Where ``overlaps`` a record may stand in several parts, which are never added up; ``adds_up`` says that the parts
    with those not recorded make the figure.
    """

    figure: Figure
    dimension: str
    title: Text
    rows: tuple[Part, ...]
    overlaps: bool
    adds_up: bool


@dataclass(frozen=True, slots=True)
class PeerRow:
    """One of those compared, with its place and its number."""

    place: int
    code: str
    text: Text
    number: Fraction


@dataclass(frozen=True, slots=True)
class PeerTable:
    """Everybody a place is among; ``rank`` is that of the subject, None where there is none to tell."""

    figure: Figure
    subject: str
    rank: int | None
    rows: tuple[PeerRow, ...]


def breakdown(figure_id: str, dimension: str, at: AsOf) -> Breakdown:
    """Return a figure by one of its dimensions.

    Merged districts count under the one they went to, and districts of the day without a record stand in the table.
    Of figures over people the parts of the newest release stand there, some withheld.
    Raises BadInput for a dimension the figure does not offer.
    """
    figure = figure_named(figure_id, at.on)
    records = figure.records
    if records is None or dimension not in figure.dimensions.by or figure.kind not in PARTS:
        raise _no_dimension(figure, dimension)
    field = SOURCES[_source(figure)].fields[dimension]
    numbers = _kept(figure, dimension, at)
    is_district = field.codelist == "districts" and all(len(code) != 4 for code in numbers)
    if is_district and figure.kind != "ratio" and figure.privacy != "group":
        none: dict[str, Fraction | None] = {
            code: Fraction(0) for code in rulebook().codelist("districts").in_force(at.on)
        }
        numbers = {**none, **numbers}
    rows = [_part(field, code, number) for code, number in _in_order(dimension, numbers)]
    adds_up = figure.kind in ("count", "sum") and not field.many
    return Breakdown(figure, dimension, field.title, tuple(rows), field.many, adds_up)


def peers(figure_id: str, at: AsOf) -> PeerTable:
    """Return everybody a rank, or the word “only”, compares; BadInput for figures that compare nobody."""
    figure = figure_named(figure_id, at.on)
    rank = figure.measure
    if not isinstance(rank, Rank):
        raise BadInput(
            "publishing.peers",
            "{id} 不是名次，没有比较对象。",
            "{id} is no place among others: there is nobody it is compared with.",
            id=figure.id,
        )
    compared, subject = result_of(figure, at).peers, subject_of(rank)
    own = next((one.place for one in compared if one.code == subject and one.number), None)
    return PeerTable(figure, subject, own, tuple(_peer(rank, one) for one in compared))


def _kept(figure: Figure, dimension: str, at: AsOf) -> Mapping[str, Fraction | None]:
    """Return the numbers of the parts, from what is kept where no record has changed since."""
    name = kept_name(f"by-{dimension}", figure, at, data_version(_source(figure)))
    kept: Mapping[str, Fraction | None] | None = cache.get(name)
    if kept is not None:
        return kept
    made = _numbers(figure, dimension, at)
    cache.set(name, made, KEPT_S)
    return made


def _numbers(figure: Figure, dimension: str, at: AsOf) -> Mapping[str, Fraction | None]:
    if figure.privacy == "group":
        return protected_parts(figure, dimension, at)
    ask, records = ask_of(figure, at.on), table(_source(figure), at)
    wholes = records.grouped(ask, dimension)
    if not isinstance(figure.measure, Ratio):
        return wholes
    held = records.grouped(ask.also(*figure.measure.part), dimension)
    return {code: held.get(code, Fraction(0)) / whole for code, whole in wholes.items() if whole}


def _in_order(dimension: str, numbers: Mapping[str, Fraction | None]) -> list[tuple[str, Fraction | None]]:
    if dimension in ("edition", "year"):
        return sorted(numbers.items(), key=lambda one: (one[0] == "", len(one[0]), one[0]))
    return sorted(numbers.items(), key=lambda one: (one[0] == "", one[1] is None, -(one[1] or 0), one[0]))


def _part(field: Field, code: str, number: Fraction | None) -> Part:
    return Part(code, field.text(code) if code else NOT_RECORDED, number)


def _peer(rank: Rank, peer: Peer) -> PeerRow:
    field = SOURCES[rank.source].fields[rank.by]
    text = field.text(peer.code) if field.words or field.codelist else place_text(peer.code)
    return PeerRow(peer.place, peer.code, text, peer.number)


def _source(figure: Figure) -> str:
    records = figure.records
    return records.source if isinstance(records, Selection | Ratio | Streak) else ""


def _no_dimension(figure: Figure, dimension: str) -> BadInput:
    return BadInput(
        "publishing.dimension",
        "{figure} 不能按“{asked}”分开，可以按：{known}。",
        "{figure} cannot be taken apart by “{asked}”; it can by {known}.",
        figure=figure.id,
        asked=dimension[:40],
        known=", ".join(figure.dimensions.by) or "—",
    )
