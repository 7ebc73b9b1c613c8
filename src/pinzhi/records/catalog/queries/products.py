"""The page of a product or service."""

from dataclasses import dataclass
from datetime import date

from pinzhi.engine.catalog import words
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.models import Certificate, Product
from pinzhi.records.catalog.queries.certificates import CertificateRow, certificate_row
from pinzhi.records.catalog.queries.shapes import Origin, Ref, district_ref, nothing_found, organisation_ref, origin_of

LARGEST_ID = 2**63 - 1
OTHERS = 12


@dataclass(frozen=True, slots=True)
class ProductPage:
    """Everything the page of a product shows, as of a day. ``others`` are further products of its maker."""

    id: int
    name: Text
    on: date
    nature: Text
    model: str
    brand: Text
    organisation: Ref
    district: Ref | None
    certificates: tuple[CertificateRow, ...]
    others: tuple[Ref, ...]
    origin: Origin


def product_page(product_id: int, *, on: date) -> ProductPage:
    """Return the page of a product by its id; NotFound when there is none."""
    if product_id > LARGEST_ID:
        raise nothing_found("product", str(product_id))
    product = Product.objects.filter(pk=product_id).select_related("organisation", "brand").first()
    if product is None:
        raise nothing_found("product", str(product_id))
    certificates = Certificate.objects.filter(product=product).select_related("standard", "product")
    others = Product.objects.filter(organisation=product.organisation_id).exclude(pk=product.pk)
    return ProductPage(
        id=product.pk,
        name=Text(product.name, product.name_en),
        on=on,
        nature=words.PRODUCT_NATURES[product.nature],
        model=product.model,
        brand=Text(product.brand.name, product.brand.name_en) if product.brand else Text("", ""),
        organisation=organisation_ref(product.organisation),
        district=district_ref(product.organisation.district, on),
        certificates=tuple(certificate_row(one, on) for one in certificates.order_by("-issued_on", "number")[:50]),
        others=tuple(
            Ref("product", str(one.pk), Text(one.name, one.name_en)) for one in others.order_by("name", "pk")[:OTHERS]
        ),
        origin=origin_of(product),
    )
