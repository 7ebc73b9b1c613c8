"""Names of organisations by code, for rooms and doors that keep only the code."""

from collections.abc import Iterable

from django.db.models import Q

from pinzhi.records.catalog.models import Organisation


def organisation_names(codes: Iterable[str]) -> dict[str, str]:
    """Return the registered name of each code that the catalogue knows."""
    return dict(Organisation.objects.filter(code__in=list(codes)).values_list("code", "name"))


def organisation_industries(codes: Iterable[str]) -> dict[str, str]:
    """Return the industries (GB/T 4754, joined by ``;``) of each code that the catalogue knows."""
    return dict(Organisation.objects.filter(code__in=list(codes)).values_list("code", "industry"))


def organisations_named(text: str, most: int = 10) -> tuple[tuple[str, str], ...]:
    """Return code and name of the first organisations whose name holds a text, or whose code is it."""
    plain = text.strip()
    if not plain:
        return ()
    found = Organisation.objects.filter(Q(name__icontains=plain) | Q(code=plain.upper()))
    return tuple(found.order_by("name").values_list("code", "name")[:most])
