"""Tells Django of the room."""

from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "pinzhi.records.inspections"
    label = "inspections"
    default_auto_field = "django.db.models.BigAutoField"
