"""What goes in and out of the API. Field names are those of the import files; additions only within a version."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Generic, Literal, TypeVar

from ninja import Field, Schema
from pydantic import AfterValidator, AwareDatetime

Item = TypeVar("Item")
Kind = Literal[
    "standards",
    "organisations",
    "institutions",
    "capabilities",
    "certificates",
    "products",
    "brands",
    "honours",
    "places",
    "documents",
]
Format = Literal["csv", "xlsx", "parquet"]
NO_NUL = r"^[^\x00]*$"  # PostgreSQL keeps no NUL in a text
Code = Annotated[str | None, Field(None, max_length=200, pattern=NO_NUL)]


def _in_utc(moment: datetime) -> datetime:
    """Return the same moment in UTC: databases take no odd offsets, and none beyond the calendar's ends."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("beyond the years 1 to 9999") from None


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class ListingQuery(Schema):
    """What every listing takes."""

    cursor: str = Field("", max_length=40, description="`next_cursor` of the page before; empty for the first.")
    limit: int = Field(50, ge=1, le=500, description="Rows of a page.")
    as_of: date | None = Field(None, description="Day that statuses are worked out for; today if left out.")
    recorded_since: Moment | None = Field(
        None, description="Only what was written since this moment (ISO 8601 with offset): for keeping up."
    )


class StandardsQuery(ListingQuery):
    level: Code
    nature: Code
    family: Code


class OrganisationsQuery(ListingQuery):
    district: Code
    industry: Code
    state: Code
    kind: Code


class InstitutionsQuery(ListingQuery):
    district: Code


class CapabilitiesQuery(ListingQuery):
    organisation: Code
    standard: Code
    category: Code


class CertificatesQuery(ListingQuery):
    scheme: Code
    holder: Code
    standard: Code
    district: Code


class ProductsQuery(ListingQuery):
    organisation: Code


class BrandsQuery(ListingQuery):
    owner: Code


class HonoursQuery(ListingQuery):
    scheme: Code
    edition: Code
    region: Code
    organisation: Code


class PlacesQuery(ListingQuery):
    kind: Code
    district: Code


class DocumentsQuery(ListingQuery):
    kind: Code


class SearchQuery(Schema):
    """One search, as on the portal's page."""

    q: str = Field("", max_length=2000)
    kind: list[str] = Field([], max_length=20)
    status: list[str] = Field([], max_length=20)
    level: list[str] = Field([], max_length=20)
    district: list[str] = Field([], max_length=40)
    industry: list[str] = Field([], max_length=40)
    service: list[str] = Field([], max_length=40)
    category: list[str] = Field([], max_length=20)
    scheme: list[str] = Field([], max_length=40)
    year: list[str] = Field([], max_length=80)
    sort: Literal["relevance", "newest", "number"] = "relevance"
    page: int = Field(1, ge=1, le=100)
    size: int = Field(10, ge=1, le=50)
    as_of: date | None = Field(None, description="Day that results are worded for.")


class Origin(Schema):
    """Where a record came from."""

    source: str = Field(description="Source and licence of the row.")
    synthetic: bool = Field(description="True: invented for a demonstration (演示).")


class Standard(Origin):
    """A standard, one for each edition. 标准."""

    number: str = Field(description="Number as published.")
    canonical: str = Field(description="Number in canonical spelling: the key.")
    family: str = Field(description="Canonical number without the year; ties editions together.")
    title_zh: str
    title_en: str
    title_local: str
    level: str = Field(description="international national industry local group enterprise")
    nature: str = Field(description="mandatory recommended guidance, or empty")
    status: str = Field(description="draft upcoming current replaced withdrawn, on the day asked")
    published_on: str | None = Field(description="As precisely as known: 2015, 2015-06 or 2015-06-30.")
    effective_on: date | None
    withdrawn_on: date | None
    ics: list[str]
    ccs: list[str]
    authority: str
    committee: str
    drafters: list[str] = Field(description="In the order printed; the first leads.")
    adopts: str
    adoption: str = Field(description="IDT MOD NEQ")
    replaces: list[str]
    partly_replaces: list[str]
    url: str


class Organisation(Origin):
    """A registered unit. 组织."""

    code: str = Field(description="Unified social credit code (GB 32100-2015), or a temporary id TMP-…")
    name: str
    name_en: str
    former_names: list[str]
    short_names: list[str]
    kind: str
    state: str = Field(description="active deregistered revoked")
    district: str = Field(description="GB/T 2260")
    zones: list[str] = Field(description="Functional zones; they overlap districts.")
    industry: str = Field(description="GB/T 4754")
    size: str
    established_on: str | None
    dissolved_on: date | None
    address: str
    website: str
    phone: str


class Institution(Origin):
    """An organisation with quality-infrastructure capabilities. 机构."""

    organisation: str = Field(description="Code of the organisation.")
    name: str
    categories: list[str]
    state: str
    services_zh: str
    services_en: str
    contact: str
    district: str


class Capability(Schema):
    """One thing an institution may do. 能力."""

    organisation: str
    category: str
    scope_zh: str
    scope_en: str
    standard: str
    approval: str
    approval_number: str
    valid_from: date | None
    valid_to: date | None


class Certificate(Origin):
    """A certificate of conformity. 证书."""

    number: str
    scheme: str
    holder: str = Field(description="Code of the holder.")
    holder_name: str
    product: str | None
    standard: str
    scope_zh: str
    scope_en: str
    issuer: str
    edition: str
    first_issued_on: date | None
    issued_on: date | None
    expires_on: date | None = Field(description="Last day of validity.")
    state: str = Field(description="active suspended withdrawn cancelled expired upcoming, on the day asked")
    state_on: date | None
    state_ground: str
    last_audit_on: date | None


class Product(Origin):
    """A product or service. 产品、服务."""

    organisation: str
    name: str
    name_en: str
    nature: str
    model: str
    voltage_kv: Decimal | None = Field(description="rated voltage")
    brand: str | None


class Brand(Origin):
    """A brand. 品牌."""

    owner: str
    name: str
    name_en: str
    trademark_number: str


class Honour(Origin):
    """An award or title, as announced. 荣誉."""

    code: str
    scheme: str
    edition: str
    grade: str
    category: str = Field(description="of the scheme: the field of a contest, say")
    title_zh: str
    title_en: str
    organisation: str | None
    team: str
    recipient: str
    issuer: str
    awarded_on: str | None
    state: str = Field(description="notice announced in_force revoked; a notice is not an award")
    region: str


class Place(Origin):
    """A district, zone, park, centre or station. 地点."""

    code: str
    kind: str
    name_zh: str
    name_en: str
    district: str
    zone: str
    host_kind: str
    host_zh: str
    host_en: str
    address_zh: str
    address_en: str
    latitude: Decimal | None = Field(description="WGS-84")
    longitude: Decimal | None = Field(description="WGS-84")
    hours_zh: str
    hours_en: str
    services: list[str]
    phone: str
    opened_on: date | None
    closed_on: date | None


class Document(Origin):
    """A policy, announcement, public notice or call. 文件公告."""

    code: str
    kind: str
    title_zh: str
    title_en: str
    issuer_zh: str
    issuer_en: str
    number: str
    issued_on: str | None
    closes_on: date | None
    summary_zh: str
    summary_en: str
    url: str


class Listing(Schema, Generic[Item]):
    """A page of rows. Go on with ``next_cursor`` until it is null."""

    items: list[Item]
    next_cursor: str | None
    as_of: date = Field(description="The day statuses are worked out for.")


class SearchHit(Schema):
    """One thing found."""

    kind: str
    id: str = Field(description="A standard's number as published, an organisation's registered name, else the name.")
    key: str
    title: str
    title_en: str
    status: str
    url: str


class FacetValue(Schema):
    """How many of the things found have a value."""

    value: str
    count: int


class SearchAnswer(Schema):
    """What a search found, and what was done to find it."""

    q: str
    total: int
    how: str = Field(
        description="number exact words bigrams spelling pinyin syllables any browse none; rebuilding: index not ready"
    )
    shown_for: str | None = Field(description="The spelling searched for instead, if any.")
    items: list[SearchHit]
    facets: dict[str, list[FacetValue]]
    page: int
    has_next: bool


class CountQuery(Schema):
    """The two times of a count."""

    as_of: date | None = Field(None, description="Day on which it was true; today if left out.")
    known_at: Moment | None = Field(None, description="Moment at which it was known; now if left out.")


class Count(Schema):
    """How many records of a kind were true on a day, as known at a moment."""

    kind: str
    as_of: date
    known_at: Moment | None
    count: int


class Problem(Schema):
    """A refusal, as RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    facts: dict[str, object] = {}
