"""Tells Django of the room."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "pinzhi.records.journal"
    label = "journal"
