"""Stands of an expo and what is shown on them, as officers and exhibitors see them."""

from dataclasses import dataclass

from pinzhi.engine.rulebook.scheme_grants import Hall
from pinzhi.engine.texts import Text
from pinzhi.records.assessment.models import Entry, Stand
from pinzhi.records.assessment.rules import scheme_of
from pinzhi.records.catalog.models import Product
from pinzhi.records.catalog.queries.shapes import Ref

MOST_OFFERED = 200
_PUBLIC = ("allotment", "exhibited")


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


@dataclass(frozen=True, slots=True)
class Exhibitor:
    """An exhibitor as everybody may see it: who, on which stands, showing what."""

    organisation: Ref
    stands: tuple[Stand, ...]
    products: tuple[Ref, ...]
    synthetic: bool


def exhibitors(scheme_id: str, edition: str) -> tuple[Exhibitor, ...]:
    """Return who has a stand at an expo, by the first stand of each."""
    entries = Entry.objects.filter(
        round__scheme_id=scheme_id, round__edition=edition, state__in=_PUBLIC, stands__isnull=False
    ).distinct()
    found = [
        Exhibitor(
            organisation=Ref("organisation", entry.organisation_code, Text(entry.name, "")),
            stands=tuple(sorted(entry.stands.all(), key=str)),
            products=tuple(
                Ref("product", str(one.product_id), Text(one.product.name, one.product.name_en))
                for one in entry.exhibits.all()
            ),
            synthetic=entry.synthetic,
        )
        for entry in entries.prefetch_related("stands", "exhibits__product")
    ]
    return tuple(sorted(found, key=lambda one: str(one.stands[0])))


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
