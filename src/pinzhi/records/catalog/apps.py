"""Tells Django of the room."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "pinzhi.records.catalog"
    label = "catalog"
