"""Stands of an expo and what is shown on them, as officers and exhibitors see them."""

from dataclasses import dataclass

from pinzhi.engine.rulebook.scheme_grants import Hall
from pinzhi.records.assessment.models import Entry, Stand
from pinzhi.records.assessment.rules import scheme_of
from pinzhi.records.catalog.models import Product

MOST_OFFERED = 200


@dataclass(frozen=True, slots=True)
class Offered:
    """A product of the exhibitor's in the catalogue, and whether it is shown."""

    product: Product
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Place:
    """An exhibitor's stands and products, the halls of the expo, and how many stands of each are free."""

    stands: tuple[Stand, ...]
    offered: tuple[Offered, ...]
    halls: tuple[tuple[Hall, int], ...]

    @property
    def shown(self) -> tuple[Product, ...]:
        """The products shown."""
        return tuple(one.product for one in self.offered if one.is_shown)


def place_of(entry: Entry) -> Place | None:
    """Return an exhibitor's stands and products; None where the scheme has no halls."""
    scheme = scheme_of(entry.round)
    if not scheme.hall:
        return None
    shown = set(entry.exhibits.values_list("product_id", flat=True))
    own = Product.objects.filter(organisation__code=entry.organisation_code).order_by("name", "pk")[:MOST_OFFERED]
    taken: dict[str, int] = {}
    for hall in Stand.objects.filter(round=entry.round).values_list("hall", flat=True):
        taken[hall] = taken.get(hall, 0) + 1
    return Place(
        stands=tuple(entry.stands.order_by("hall", "number")),
        offered=tuple(Offered(one, one.pk in shown) for one in own),
        halls=tuple((one, one.stands - taken.get(one.code, 0)) for one in scheme.hall),
    )
