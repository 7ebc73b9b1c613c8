"""Addresses of the API."""

from ninja import NinjaAPI

api = NinjaAPI(title="Pinzhi", version="1")
