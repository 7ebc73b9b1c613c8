"""Tells Django of the room, and of the back office that replaces Django's own."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin


class AccountsConfig(AppConfig):
    name = "pinzhi.records.accounts"
    label = "accounts"
    default = True


class BackOfficeConfig(admin.AdminConfig):
    default = False
    default_site = "pinzhi.records.accounts.back_office.BackOffice"
