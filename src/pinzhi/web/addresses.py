"""The permanent address of a record on the portal, for every door."""

from django.urls import reverse

from pinzhi.engine.catalog.codes import path


def address_of(kind: str, key: str) -> str:
    """Return the path of a record's page; ``key`` as search/shapes.py Row.key says."""
    return reverse(f"portal:{kind}", args=[path(key) if kind in ("standard", "certificate") else key])
