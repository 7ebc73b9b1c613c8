"""Organisations, and the persons and their data that the catalogue names."""

from django.db import models

from pinzhi.records.catalog.models.facts import PRECISIONS, Fact, Past


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
