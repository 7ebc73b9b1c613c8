"""Institutions that serve, and what each of them is able to do."""

from django.db import models

from pinzhi.records.catalog.models.facts import Fact, Past
from pinzhi.records.catalog.models.organisations import Organisation
from pinzhi.records.catalog.models.standards import Standard


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
