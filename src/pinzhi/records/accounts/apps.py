"""Tells Django of the room."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "pinzhi.records.accounts"
    label = "accounts"
