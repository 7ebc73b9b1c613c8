"""Standards, what replaces what, and who drafted them."""

from django.db import models

from pinzhi.records.catalog.models.facts import PRECISIONS, Fact, Past
from pinzhi.records.catalog.models.organisations import Organisation


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
