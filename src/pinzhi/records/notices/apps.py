"""Tells Django of the room."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "pinzhi.records.notices"
    label = "notices"
