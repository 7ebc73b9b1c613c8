"""The sources of figures by name. A further source is a module beside this one and a line here."""

from collections.abc import Mapping
from types import MappingProxyType

from pinzhi.records.publishing.sources.bulletins import BULLETINS
from pinzhi.records.publishing.sources.casework import CASES, ORDERS, SAVINGS, VISITS
from pinzhi.records.publishing.sources.certificates import CERTIFICATES
from pinzhi.records.publishing.sources.decisions import COURSES, MODULES, SCHEMES
from pinzhi.records.publishing.sources.honours import HONOURS
from pinzhi.records.publishing.sources.inspections import EXPERTS, INSPECTIONS, TRIPS
from pinzhi.records.publishing.sources.organisations import INSTITUTIONS, ORGANISATIONS
from pinzhi.records.publishing.sources.places import DOCUMENTS, PLACES
from pinzhi.records.publishing.sources.shapes import Listing, Source
from pinzhi.records.publishing.sources.standards import DRAFTING, STANDARDS
from pinzhi.records.publishing.sources.training import ENROLMENTS

SOURCES: Mapping[str, Source | Listing] = MappingProxyType(
    {
        "honours": HONOURS,
        "certificates": CERTIFICATES,
        "organisations": ORGANISATIONS,
        "institutions": INSTITUTIONS,
        "standards": STANDARDS,
        "drafting": DRAFTING,
        "places": PLACES,
        "documents": DOCUMENTS,
        "schemes": SCHEMES,
        "modules": MODULES,
        "courses": COURSES,
        "enrolments": ENROLMENTS,
        "cases": CASES,
        "orders": ORDERS,
        "savings": SAVINGS,
        "visits": VISITS,
        "inspections": INSPECTIONS,
        "experts": EXPERTS,
        "trips": TRIPS,
        "bulletins": BULLETINS,
    }
)
