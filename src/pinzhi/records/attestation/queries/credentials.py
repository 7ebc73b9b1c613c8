"""Credentials as pages and programs read them."""

from collections.abc import Iterable

from pinzhi.engine.errors import NotFound
from pinzhi.records.attestation.models import Credential


def credential(code: str) -> Credential:
    """Return an issued credential by its code; NotFound when there is none."""
    kept = Credential.objects.filter(code=code).first()
    if kept is None:
        raise NotFound(
            "attestation.credential",
            "没有编码为“{code}”的凭证。",
            "There is no credential “{code}”.",
            code=code[:40],
        )
    return kept


def codes_of(kind: str, keys: Iterable[str]) -> dict[str, str]:
    """Return the code of the standing credential of each of these subjects that has one."""
    standing = Credential.objects.filter(kind=kind, key__in=list(keys), replaced_at=None)
    return dict(standing.values_list("key", "code"))
