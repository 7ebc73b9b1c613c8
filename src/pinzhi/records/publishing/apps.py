"""Tells Django of the room."""

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "pinzhi.records.publishing"
    label = "publishing"
    default_auto_field = "django.db.models.BigAutoField"
