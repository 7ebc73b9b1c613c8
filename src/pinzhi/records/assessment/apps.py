"""Tells Django of the room."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "pinzhi.records.assessment"
    label = "assessment"
    default_auto_field = "django.db.models.BigAutoField"
