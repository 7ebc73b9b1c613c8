"""Names of organisations by code, for rooms and doors that keep only the code."""

from collections.abc import Iterable

from pinzhi.records.catalog.models import Organisation


def organisation_names(codes: Iterable[str]) -> dict[str, str]:
    """Return the registered name of each code that the catalogue knows."""
    return dict(Organisation.objects.filter(code__in=list(codes)).values_list("code", "name"))
