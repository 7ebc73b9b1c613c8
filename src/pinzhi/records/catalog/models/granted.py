"""What is granted: certificates and honours."""

from django.db import models

from pinzhi.records.catalog.models.facts import PRECISIONS, Fact, Past
from pinzhi.records.catalog.models.organisations import Organisation, Person
from pinzhi.records.catalog.models.products import Product
from pinzhi.records.catalog.models.standards import Standard


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
