"""Addresses of the portal."""

from django.urls import URLPattern, path

from pinzhi.web.portal import language

app_name = "portal"
urlpatterns: list[URLPattern] = [
    path("language/<str:code>", language.set_language, name="language"),
    path("type/<str:size>", language.set_type, name="type"),
]
