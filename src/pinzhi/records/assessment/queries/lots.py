"""The lot of a round as everybody may see and draw it again: its commitment, then its seed and the order it gives."""

from dataclasses import dataclass

from pinzhi.engine.assessment.judging.lot import commitment, draw_order
from pinzhi.records.assessment.models import Round
from pinzhi.records.assessment.queries.results import lot_numbers


@dataclass(frozen=True, slots=True)
class LotLine:
    """A number in the order of the lot; numbers tell no name."""

    place: int
    entry: str


@dataclass(frozen=True, slots=True)
class Lot:
    """The lot of a round; ``seed`` and ``lines`` stay empty until it is drawn."""

    commitment: str
    seed: str
    lines: tuple[LotLine, ...]


def lot_of(scheme_id: str, edition: str) -> Lot | None:
    """Return the lot of an edition whose ties may come to one; None where they cannot, or where nothing was called."""
    held = Round.objects.filter(scheme_id=scheme_id, edition=edition).exclude(lot_seed="").first()
    if held is None:
        return None
    if held.lot_drawn_at is None:
        return Lot(commitment(held.lot_seed), "", ())
    drawn = draw_order(lot_numbers(held), held.lot_seed)
    lines = tuple(LotLine(place, number) for place, number in enumerate(drawn, start=1))
    return Lot(commitment(held.lot_seed), held.lot_seed, lines)
