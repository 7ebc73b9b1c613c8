"""Addresses of the desk."""

from django.urls import URLPattern, path

from pinzhi.web.desk import home

app_name = "desk"
urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
]
