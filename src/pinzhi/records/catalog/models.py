"""Tables of the catalogue. Every record carries two times: when it is true and when we learned it.

The main table of a kind holds what is known now of the latest state. Its ``…Past`` twin holds (a) earlier states that
are still believed (``recorded_until`` is null, ``valid_to`` set) and (b) what was believed once and has been corrected
(``recorded_until`` set). A count as of day D as known on day K is therefore one filter over both tables:
``valid_from <= D < valid_to`` and ``recorded_at <= K < recorded_until`` (null is unbounded); see queries.facts.

Lists of codes and names in one column are joined by ``;`` (no spaces). Dates known only to the year or month hold the
first day and say so in ``…_precision``.
"""

from django.db import models

PRECISIONS = [("d", "day"), ("m", "month"), ("y", "year")]


class Fact(models.Model):
    """What every record of the catalogue carries."""

    valid_from = models.DateField(null=True, blank=True)  # null: for as long as anybody asks
    valid_to = models.DateField(null=True, blank=True)  # first day on which it is no longer true
    recorded_at = models.DateTimeField()
    digest = models.BigIntegerField(default=0)  # 64 bits of the imported content: unchanged rows are not written
    synthetic = models.BooleanField(default=False)  # 演示: invented for a demonstration
    source = models.CharField(max_length=100, blank=True, default="")  # where the row came from, with its licence

    class Meta:
        abstract = True


class Past(models.Model):
    """What the twin tables add: whose state it was, and until when it was believed."""

    subject_id = models.BigIntegerField(db_index=True)
    recorded_until = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class StandardFacts(Fact):
    number = models.CharField(max_length=200)  # as published
    canonical = models.CharField(max_length=200)  # engine.catalog.codes: unique key
    family = models.CharField(max_length=200, db_index=True)  # canonical without the year: ties editions together
    title_zh = models.CharField(max_length=1000, blank=True, default="")
    title_en = models.CharField(max_length=1000, blank=True, default="")
    title_local = models.CharField(max_length=1000, blank=True, default="")  # French, Japanese … as published
    level = models.CharField(max_length=16)  # international national industry local group enterprise
    nature = models.CharField(max_length=16, blank=True, default="")  # mandatory recommended guidance
    published_on = models.DateField(null=True, blank=True)
    published_precision = models.CharField(max_length=1, choices=PRECISIONS, default="d")
    effective_on = models.DateField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    superseded_on = models.DateField(null=True, blank=True)  # derived: first full replacement in force
    # only what dates cannot say: "" | draft | current | upcoming | replaced | withdrawn, in the source's own word
    stated = models.CharField(max_length=16, blank=True, default="")
    ics = models.CharField(max_length=200, blank=True, default="")
    ccs = models.CharField(max_length=50, blank=True, default="")
    authority = models.CharField(max_length=200, blank=True, default="")  # 主管部门
    committee = models.CharField(max_length=200, blank=True, default="")  # 归口单位
    adopts = models.CharField(max_length=200, blank=True, default="")  # number of the international standard
    adoption = models.CharField(max_length=3, blank=True, default="")  # IDT MOD NEQ
    url = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        abstract = True


class Standard(StandardFacts):
    """A standard, one row for each edition. 标准."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["canonical"], name="standard_canonical_unique")]

    def __str__(self) -> str:
        return self.number


class StandardPast(StandardFacts, Past):
    """Earlier or corrected states of standards."""


class Replacement(models.Model):
    """One edge of the replaces graph: ``new`` replaces ``old``, wholly or partly. 代替关系."""

    new = models.ForeignKey(Standard, on_delete=models.CASCADE, related_name="replaces")
    old = models.ForeignKey(Standard, on_delete=models.CASCADE, null=True, related_name="replaced_by")
    old_number = models.CharField(max_length=200)  # canonical; kept when the old one is not in the catalogue
    partial = models.BooleanField(default=False)  # 部分代替
    effective_on = models.DateField(null=True)  # null: when the new one comes into force
    recorded_at = models.DateTimeField()
    recorded_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["new", "old_number"], condition=models.Q(recorded_until=None), name="replacement_unique"
            )
        ]
        indexes = [models.Index(fields=["old_number"], name="replacement_by_old_number")]

    def __str__(self) -> str:
        return f"{self.new_id} replaces {self.old_number}"


class OrganisationFacts(Fact):
    code = models.CharField(max_length=40)  # unified social credit code, or a temporary id (TMP-…)
    name = models.CharField(max_length=200, db_index=True)  # registered name
    name_en = models.CharField(max_length=300, blank=True, default="")
    former_names = models.CharField(max_length=600, blank=True, default="")
    short_names = models.CharField(max_length=300, blank=True, default="")
    kind = models.CharField(max_length=24, blank=True, default="enterprise")  # enterprise public_institution …
    state = models.CharField(max_length=16, default="active")  # active 存续, deregistered 注销, revoked 吊销
    district = models.CharField(max_length=6, blank=True, default="", db_index=True)  # GB/T 2260
    zones = models.CharField(max_length=100, blank=True, default="")  # functional zones: overlap districts
    industry = models.CharField(max_length=6, blank=True, default="")  # GB/T 4754: C34, C3453
    size = models.CharField(max_length=8, blank=True, default="")  # large medium small micro
    established_on = models.DateField(null=True, blank=True)
    established_precision = models.CharField(max_length=1, choices=PRECISIONS, default="d")
    dissolved_on = models.DateField(null=True, blank=True)
    address = models.CharField(max_length=300, blank=True, default="")
    website = models.CharField(max_length=300, blank=True, default="")
    phone = models.CharField(max_length=60, blank=True, default="")  # the public line, never a person's

    class Meta:
        abstract = True


class Organisation(OrganisationFacts):
    """A registered unit: enterprise, public institution, association. 组织."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code"], name="organisation_code_unique")]

    def __str__(self) -> str:
        return self.name


class OrganisationPast(OrganisationFacts, Past):
    """Earlier or corrected states of organisations."""


class Drafting(models.Model):
    """An organisation's part in drafting a standard: the link that the city counts. 起草单位."""

    standard = models.ForeignKey(Standard, on_delete=models.CASCADE, related_name="drafters")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True, related_name="drafted")
    name = models.CharField(max_length=200)  # as printed in the standard
    rank = models.PositiveSmallIntegerField()  # 1 leads
    recorded_at = models.DateTimeField()
    recorded_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["standard", "rank"], condition=models.Q(recorded_until=None), name="drafting_rank_unique"
            )
        ]
        indexes = [models.Index(fields=["name"], name="drafting_by_name")]

    def __str__(self) -> str:
        return f"{self.rank} {self.name}"


class InstitutionFacts(Fact):
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="%(class)ss")
    # metrology standards testing certification accreditation training, joined
    categories = models.CharField(max_length=100)
    state = models.CharField(max_length=16, default="listed")  # applied verified listed suspended delisted
    services_zh = models.CharField(max_length=1000, blank=True, default="")
    services_en = models.CharField(max_length=1000, blank=True, default="")
    contact = models.CharField(max_length=200, blank=True, default="")  # office line and mail, no person

    class Meta:
        abstract = True


class Institution(InstitutionFacts):
    """An organisation with quality-infrastructure capabilities. 质量基础设施机构."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation"], name="institution_organisation_unique")]

    def __str__(self) -> str:
        return str(self.organisation)


class InstitutionPast(InstitutionFacts, Past):
    """Earlier or corrected states of institutions."""


class Capability(models.Model):
    """One thing an institution may do, down to the standard it may test by. 能力范围."""

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="capabilities")
    category = models.CharField(max_length=16)  # one of InstitutionFacts.categories
    scope_zh = models.CharField(max_length=300)
    scope_en = models.CharField(max_length=300, blank=True, default="")
    standard = models.ForeignKey(Standard, on_delete=models.SET_NULL, null=True, related_name="capabilities")
    standard_number = models.CharField(max_length=200, blank=True, default="")  # canonical
    approval = models.CharField(max_length=16, blank=True, default="")  # CMA CNAS CNCA statutory
    approval_number = models.CharField(max_length=60, blank=True, default="")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    recorded_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "capabilities"
        indexes = [models.Index(fields=["standard_number"], name="capability_by_standard")]

    def __str__(self) -> str:
        return f"{self.category} {self.scope_zh} {self.standard_number}".strip()


class PersonFacts(Fact):
    code = models.CharField(max_length=40)  # ours, opaque: P-…
    name = models.CharField(max_length=100)
    organisation = models.ForeignKey(Organisation, on_delete=models.SET_NULL, null=True, related_name="%(class)ss")
    post = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        abstract = True


class Person(PersonFacts):
    """What is public about a person: name, employer, post, as published with an honour. 人员."""

    class Meta:
        verbose_name_plural = "people"
        constraints = [models.UniqueConstraint(fields=["code"], name="person_code_unique")]

    def __str__(self) -> str:
        return self.name


class PersonPast(PersonFacts, Past):
    """Earlier or corrected public states of persons."""


class PersonalData(models.Model):
    """What is not public about a person, apart and encrypted; read through queries.personal_data only. 个人信息."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="personal_data")
    sealed = models.BinaryField()  # a small JSON object under the key of the installation: phone, mail, id_number
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "personal data"

    def __str__(self) -> str:
        return f"personal data of person {self.person_id}"


class BrandFacts(Fact):
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True, default="")
    owner = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="%(class)ss")
    trademark_number = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        abstract = True


class Brand(BrandFacts):
    """A brand and its owner. 品牌."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="brand_unique")]

    def __str__(self) -> str:
        return self.name


class BrandPast(BrandFacts, Past):
    """Earlier or corrected states of brands."""


class ProductFacts(Fact):
    name = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300, blank=True, default="")
    nature = models.CharField(max_length=8, default="product")  # product service
    model = models.CharField(max_length=100, blank=True, default="")
    voltage_kv = models.DecimalField(max_digits=9, decimal_places=5, null=True, blank=True)  # rated voltage
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="%(class)ss")
    brand = models.ForeignKey(Brand, on_delete=models.SET_NULL, null=True, related_name="%(class)ss")

    class Meta:
        abstract = True


class Product(ProductFacts):
    """A product or service of an organisation. 产品、服务."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "name", "model"], name="product_unique")]

    def __str__(self) -> str:
        return self.name


class ProductPast(ProductFacts, Past):
    """Earlier or corrected states of products."""


class CertificateFacts(Fact):
    number = models.CharField(max_length=100)
    scheme = models.CharField(max_length=40, db_index=True)  # id in rulebook …/catalog/schemes.toml
    holder = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="%(class)ss")
    product = models.ForeignKey(Product, on_delete=models.SET_NULL, null=True, related_name="%(class)ss")
    standard = models.ForeignKey(Standard, on_delete=models.SET_NULL, null=True, related_name="%(class)ss")
    standard_number = models.CharField(max_length=200, blank=True, default="")  # canonical
    scope_zh = models.CharField(max_length=1000, blank=True, default="")
    scope_en = models.CharField(max_length=1000, blank=True, default="")
    issuer = models.ForeignKey(Organisation, on_delete=models.SET_NULL, null=True, related_name="+")
    issuer_name = models.CharField(max_length=200, blank=True, default="")
    edition = models.CharField(max_length=20, blank=True, default="")  # "2023" where a scheme selects by year
    first_issued_on = models.DateField(null=True, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)  # last day of validity
    # as recorded: active suspended withdrawn cancelled; expired is worked out from the date
    state = models.CharField(max_length=16, default="active")
    state_on = models.DateField(null=True, blank=True)
    state_ground = models.CharField(max_length=300, blank=True, default="")
    last_audit_on = models.DateField(null=True, blank=True)
    people_covered = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        abstract = True


class Certificate(CertificateFacts):
    """A certificate of conformity. 证书."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number"], name="certificate_number_unique")]
        indexes = [models.Index(fields=["standard_number", "state"], name="certificate_by_standard")]

    def __str__(self) -> str:
        return self.number


class CertificatePast(CertificateFacts, Past):
    """Earlier or corrected states of certificates."""


class HonourFacts(Fact):
    code = models.CharField(max_length=60)  # ours: mayor-7-excellence-03
    scheme = models.CharField(max_length=40, db_index=True)  # mayor governor china good-practice …
    edition = models.CharField(max_length=20)
    grade = models.CharField(max_length=40)
    category = models.CharField(max_length=40, blank=True, default="")  # of the scheme: a contest's field, person …
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=300, blank=True, default="")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True, related_name="%(class)ss")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="%(class)ss")
    team = models.CharField(max_length=100, blank=True, default="")  # hosted by the organisation
    recipient = models.CharField(max_length=200)  # as announced
    issuer = models.CharField(max_length=100)
    awarded_on = models.DateField(null=True, blank=True)
    awarded_precision = models.CharField(max_length=1, choices=PRECISIONS, default="d")
    state = models.CharField(max_length=16, default="in_force")  # notice announced in_force revoked
    region = models.CharField(max_length=6, blank=True, default="")  # recipient's city or district, GB/T 2260

    class Meta:
        abstract = True


class Honour(HonourFacts):
    """An award or title given to an organisation, a team or a person. 荣誉."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code"], name="honour_code_unique")]

    def __str__(self) -> str:
        return f"{self.title_zh} {self.recipient}"


class HonourPast(HonourFacts, Past):
    """Earlier or corrected states of honours."""


class PlaceFacts(Fact):
    code = models.CharField(max_length=60)  # 370213, gaoxin, licang-centre
    kind = models.CharField(max_length=16)  # city district zone park centre station
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=300, blank=True, default="")
    district = models.CharField(max_length=6, blank=True, default="")
    zone = models.CharField(max_length=40, blank=True, default="")
    host_kind = models.CharField(max_length=24, blank=True, default="")  # park supervision_office association firm
    host_zh = models.CharField(max_length=200, blank=True, default="")
    host_en = models.CharField(max_length=300, blank=True, default="")
    address_zh = models.CharField(max_length=300, blank=True, default="")
    address_en = models.CharField(max_length=300, blank=True, default="")
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)  # WGS-84
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    hours_zh = models.CharField(max_length=200, blank=True, default="")
    hours_en = models.CharField(max_length=200, blank=True, default="")
    services = models.CharField(max_length=300, blank=True, default="")  # ids of service categories
    phone = models.CharField(max_length=60, blank=True, default="")
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True


class Place(PlaceFacts):
    """A district, zone, park, service centre or service station. 地点."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code"], name="place_code_unique")]

    def __str__(self) -> str:
        return self.name_zh


class PlacePast(PlaceFacts, Past):
    """Earlier or corrected states of places."""


class DocumentFacts(Fact):
    code = models.CharField(max_length=80)  # readable: taishan-2023-list
    kind = models.CharField(max_length=16)  # policy announcement notice call event
    title_zh = models.CharField(max_length=300)
    title_en = models.CharField(max_length=400, blank=True, default="")
    issuer_zh = models.CharField(max_length=100)
    issuer_en = models.CharField(max_length=200, blank=True, default="")
    number = models.CharField(max_length=60, blank=True, default="")
    issued_on = models.DateField(null=True, blank=True)
    issued_precision = models.CharField(max_length=1, choices=PRECISIONS, default="d")
    closes_on = models.DateField(null=True, blank=True)  # last day of a notice or call
    summary_zh = models.TextField(blank=True, default="")
    summary_en = models.TextField(blank=True, default="")
    url = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        abstract = True


class Document(DocumentFacts):
    """A policy, announcement, public notice or call of an authority. 文件公告."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code"], name="document_code_unique")]

    def __str__(self) -> str:
        return self.title_zh


class DocumentPast(DocumentFacts, Past):
    """Earlier or corrected states of documents."""


class SearchChange(models.Model):
    """The outbox of the search index: records first_id..last_id of a kind changed. Ids are in commit order."""

    kind = models.CharField(max_length=16)  # standard organisation certificate place product document
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.first_id}–{self.last_id}"


class Installation(models.Model):
    """One row: the identity of this database, so that an index made from another one is noticed."""

    identity = models.UUIDField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.identity)


class ImportRun(models.Model):
    """One import: what was read, how far it got (each batch commits with it), what was refused."""

    kind = models.CharField(max_length=16)
    file_name = models.CharField(max_length=300)
    file_digest = models.CharField(max_length=64)  # SHA-256 of the file, to resume only the very same one
    state = models.CharField(max_length=16, default="running")  # running done failed
    actor = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    rows_read = models.BigIntegerField(default=0)  # rows of the file that are settled; a resumed run starts after
    created = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    rejects_file = models.CharField(max_length=300, blank=True, default="")
    message_zh = models.TextField(blank=True, default="")
    message_en = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["kind", "file_digest"], name="import_run_by_file")]

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name} {self.state}"
