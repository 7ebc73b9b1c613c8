"""Places, and documents and events of the city."""

from django.db import models

from pinzhi.records.catalog.models.facts import PRECISIONS, Fact, Past


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
