"""Tells Django of the room."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "pinzhi.records.files"
    label = "files"
