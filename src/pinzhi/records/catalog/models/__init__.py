"""Tables of the catalogue. Every record carries two times: when it is true and when we learned it.

The main table of a kind holds what is known now of the latest state. Its ``…Past`` twin holds (a) earlier states that
are still believed (``recorded_until`` is null, ``valid_to`` set) and (b) what was believed once and has been corrected
(``recorded_until`` set). A count as of day D as known on day K is therefore one filter over both tables:
``valid_from <= D < valid_to`` and ``recorded_at <= K < recorded_until`` (null is unbounded); see queries.facts.

Lists of codes and names in one column are joined by ``;`` (no spaces). Dates known only to the year or month hold the
first day and say so in ``…_precision``.
"""

from pinzhi.records.catalog.models.facts import (
    PRECISIONS,
    Fact,
    Past,
)
from pinzhi.records.catalog.models.granted import (
    Certificate,
    CertificateFacts,
    CertificatePast,
    Honour,
    HonourFacts,
    HonourPast,
)
from pinzhi.records.catalog.models.institutions import (
    Capability,
    Institution,
    InstitutionFacts,
    InstitutionPast,
)
from pinzhi.records.catalog.models.keeping import (
    ImportRun,
    Installation,
    SearchChange,
)
from pinzhi.records.catalog.models.organisations import (
    Organisation,
    OrganisationFacts,
    OrganisationPast,
    Person,
    PersonalData,
    PersonFacts,
    PersonPast,
)
from pinzhi.records.catalog.models.places import (
    Document,
    DocumentFacts,
    DocumentPast,
    Place,
    PlaceFacts,
    PlacePast,
)
from pinzhi.records.catalog.models.products import (
    Brand,
    BrandFacts,
    BrandPast,
    Product,
    ProductFacts,
    ProductPast,
)
from pinzhi.records.catalog.models.standards import (
    Drafting,
    Replacement,
    Standard,
    StandardFacts,
    StandardPast,
)

__all__ = [
    "PRECISIONS",
    "Brand",
    "BrandFacts",
    "BrandPast",
    "Capability",
    "Certificate",
    "CertificateFacts",
    "CertificatePast",
    "Document",
    "DocumentFacts",
    "DocumentPast",
    "Drafting",
    "Fact",
    "Honour",
    "HonourFacts",
    "HonourPast",
    "ImportRun",
    "Installation",
    "Institution",
    "InstitutionFacts",
    "InstitutionPast",
    "Organisation",
    "OrganisationFacts",
    "OrganisationPast",
    "Past",
    "Person",
    "PersonFacts",
    "PersonPast",
    "PersonalData",
    "Place",
    "PlaceFacts",
    "PlacePast",
    "Product",
    "ProductFacts",
    "ProductPast",
    "Replacement",
    "SearchChange",
    "Standard",
    "StandardFacts",
    "StandardPast",
]
