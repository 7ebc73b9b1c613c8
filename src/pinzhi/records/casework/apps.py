"""Tells Django of the room."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "pinzhi.records.casework"
    label = "casework"
    default_auto_field = "django.db.models.BigAutoField"
