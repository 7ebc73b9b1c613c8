"""Brands and products."""

from django.db import models

from pinzhi.records.catalog.models.facts import Fact, Past
from pinzhi.records.catalog.models.organisations import Organisation


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
