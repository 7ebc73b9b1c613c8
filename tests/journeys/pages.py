"""One page of each kind in the city, short ones, for what must hold on every page."""

from pinzhi.records.catalog.models import Product

ENTERPRISE = "91370212MA0000015Y"
INSTITUTION = "12370200MA0000031D"
_FIXED = {
    "home": "/",
    "search": "/search?q=gear",
    "nothing found": "/search?q=zzqqxxyy",
    "standard": "/standards/GB/T_19001-2016",
    "replaced standard": "/standards/GB/T_19001-2008",
    "organisation": f"/organisations/{ENTERPRISE}",
    "institution": f"/institutions/{INSTITUTION}",
    "certificate": "/certificates/99021Q00018R4M",
    "place": "/places/licang-centre",
    "district": "/places/370212",
    "document": "/documents/call-mayor-8",
    "awards": "/awards",
    "award": "/awards/mayor/8",
    "contest": "/awards/innovation-contest/2",
    "label": "/awards/youpin/2",
    "certification": "/awards/taishan-quality/2024",
    "grading": "/awards/good-practice/2024",
    "pilot": "/awards/standard-pilot-national/2024",
    "expo": "/awards/quality-life-expo/2024",
    "drafting": "/awards/standards/2023",
    "verify": "/verify",
    "verified": "/verify/99021Q00018R4M",
    "not verified": "/verify/ABC-123",
    "keys": "/keys",
    "dumps": "/dumps",
    "table": "/tables/certificates?district=370212",
    "training": "/training",
    "services": "/services",
    "figures": "/figures",
    "figure": "/figures/A60",
    "figure of editions": "/figures/A21",
    "figure's records": "/figures/A60/records",
    "figure without a number": "/figures/A14?on=1995-01-01",
    "unknown figure": "/figures/A99",
    "refusal": "/standards/GB/T_99999-1900",
    "journal": "/journal",
    "bulletins": "/bulletins",
    "corrections": "/bulletins/corrections",
    "sign-in": "/accounts/login/",
}


def every_kind() -> dict[str, str]:
    """Return the address of one page of each kind; products have numbers for addresses, which the database gives."""
    product = Product.objects.get(organisation__code=ENTERPRISE, name="精密减速机")
    return {**_FIXED, "product": f"/products/{product.pk}"}
