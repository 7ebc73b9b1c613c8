"""What a checker has at hand: issuers it trusts, the time, and where it can ask about the state."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from pinzhi.engine.attestation.key_documents import KnownIssuer
from pinzhi.engine.attestation.reports import Said, Standing


@dataclass(frozen=True, slots=True)
class Means:
    """``lists`` are status list credentials by their address, for a check without the network.

    ``ask`` returns what the register says of a credential, by its code, its document where there is one, and what it
    says; None where there is no register to ask. ``on`` is the day that counts for terms, ``at`` the moment that
    counts for signatures.
    """

    issuers: tuple[KnownIssuer, ...]
    at: datetime
    on: date
    lists: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    ask: Callable[[str, Mapping[str, Any] | None, Said], Standing] | None = None
