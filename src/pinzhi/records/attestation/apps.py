"""Tells Django of the room."""

from django.apps import AppConfig


class AttestationConfig(AppConfig):
    name = "pinzhi.records.attestation"
    label = "attestation"
    default_auto_field = "django.db.models.BigAutoField"
