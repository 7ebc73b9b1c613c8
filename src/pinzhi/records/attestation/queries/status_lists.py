"""Status lists to publish: made from the registers, signed, and kept until something there changes."""

import json
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.db.models import Max, Sum

from pinzhi.engine.attestation.credentials import CONTEXTS, PURPOSES, list_address
from pinzhi.engine.attestation.moments import moment_text
from pinzhi.engine.attestation.proofs import with_proof
from pinzhi.engine.attestation.status_lists import ENTRIES, encoded, place_of
from pinzhi.engine.errors import NotFound
from pinzhi.engine.periods import Moment
from pinzhi.records import signing
from pinzhi.records.attestation.models import Credential, StatusTicket, SubjectState
from pinzhi.records.attestation.queries.issuer import site_issuer
from pinzhi.records.attestation.queries.states import honours_out_of_force, tickets_set
from pinzhi.records.catalog.queries.version import catalogue_version

RUNS = timedelta(days=1)  # how long a list may be relied on, also without the network
FRESH_S = 300  # seconds for which a copy in between need not be asked about again
_RENEWED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class PublishedList:
    """A status list as it goes out, with the tag by which a copy is recognised."""

    content: bytes
    tag: str


def published_list(name: str, when: Moment) -> PublishedList:
    """Return a list by its name, ``revocation-1``; NotFound for one that has no entries yet."""
    purpose, _, number = name.rpartition("-")
    if purpose not in PURPOSES or not (number.isascii() and number.isdigit() and len(number) < 6) or number[0] == "0":
        raise _no_list(name)
    made_from = _version(int(number), when)
    key = "status:" + sha256(repr((name, made_from)).encode()).hexdigest()
    kept = cache.get(key)
    if kept is None:
        kept = _signed(name, purpose, int(number), when)
        cache.set(key, kept, timeout=int(_RENEWED.total_seconds()) + FRESH_S)
    return PublishedList(kept, f'"{sha256(kept).hexdigest()[:32]}"')


def _version(number: int, when: Moment) -> tuple[Any, ...]:
    """Return what a list is made from: when any part of it differs, the list is made anew.

    No part is a moment: of two changes within the same one, the second would go unnoticed. Nor does a part rest on
    the order in which transactions end: certificates are announced under a lock, and sums and counts see every row.
    """
    issuer = site_issuer()
    return (
        issuer.id,
        signing.signing_key("attestation").id,
        when.on,
        int(when.at.timestamp() // _RENEWED.total_seconds()),
        catalogue_version().number,
        honours_out_of_force(),
        SubjectState.objects.aggregate(Sum("pk"))["pk__sum"],  # each change is a row of its own, with a higher key
        Credential.objects.filter(replaced_at__isnull=False).count(),
        Credential.objects.aggregate(Max("pk"))["pk__max"],
    )


def _signed(name: str, purpose: str, number: int, when: Moment) -> bytes:
    first, last = (number - 1) * ENTRIES + 1, number * ENTRIES
    if number > 1 and not StatusTicket.objects.filter(pk__gte=first).exists():
        raise _no_list(name)
    bits = encoded(place_of(ticket).index for ticket in tickets_set(purpose, first, last, when.on))
    issuer, key = site_issuer(), signing.signing_key("attestation")
    address = list_address(issuer, purpose, number)
    listed = {
        "@context": [CONTEXTS[0]],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.id,
        "validFrom": moment_text(when.at),
        "validUntil": moment_text(when.at + RUNS),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": bits,
            "ttl": FRESH_S * 1000,
        },
    }
    signed = with_proof(listed, method=f"{issuer.id}#{key.id}", created=when.at, sign=key.sign)
    return json.dumps(signed, ensure_ascii=False, separators=(",", ":")).encode()


def _no_list(name: str) -> NotFound:
    return NotFound(
        "attestation.no_list", "没有状态列表“{name}”。", "There is no status list “{name}”.", name=name[:40]
    )
