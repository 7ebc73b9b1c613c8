"""Addresses of the portal."""

from django.urls import URLPattern, path

from pinzhi.web.portal import catalog, home, language, search

app_name = "portal"
urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("robots.txt", home.robots, name="robots"),
    path("favicon.ico", home.favicon, name="favicon"),
    path("search", search.search, name="search"),
    path("search.json", search.search_json, name="search_json"),
    path("search.csv", search.search_csv, name="search_csv"),
    path("suggest", search.suggestions, name="suggest"),
    path("language/<str:code>", language.set_language, name="language"),
    path("type/<str:size>", language.set_type, name="type"),
    path("standards/<path:key>", catalog.page, name="standard"),
    path("organisations/<str:key>", catalog.page, name="organisation"),
    path("institutions/<str:key>", catalog.page, name="institution"),
    path("certificates/<path:key>", catalog.page, name="certificate"),
    path("places/<str:key>", catalog.page, name="place"),
    path("documents/<str:key>", catalog.page, name="document"),
    path("products/<int:key>", catalog.page, name="product"),
]
