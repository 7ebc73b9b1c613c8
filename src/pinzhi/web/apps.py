"""Tells Django of the templates' tags and texts."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "pinzhi.web"
    label = "web"
