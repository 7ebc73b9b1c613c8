"""The code on paper: what a certificate says, small enough to print, with a signature of its own.

The text is the version, then base64url of the signature (64 bytes) and the payload. The payload is one JSON list in the
shortest writing. The issuer is not in it, yet is signed with it: whoever reads the code knows him from the host of the
link, and a payload moved to another host no longer holds.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from pinzhi.engine.attestation.statements import KINDS, Statement, checked
from pinzhi.engine.errors import BadInput
from pinzhi.engine.signatures import SIGNATURE_BYTES, is_signed

VERSION = "1"
LONGEST = 2000  # characters of a code; the largest QR holds 2,331 bytes at correction M
_LONGEST_FIELD = 120
_DOMAIN = b"pinzhi certificate code 1\n"


@dataclass(frozen=True, slots=True)
class Compact:
    """What the code on a certificate says. ``ticket`` leads to its place in the status lists; "" is no grade."""

    key_id: str
    code: str
    ticket: int
    kind: str
    number: str
    holder: str
    title: str
    grade: str
    granted_on: date
    valid_until: date | None
    signed_at: datetime
    synthetic: bool


def compact_of(statement: Statement, *, key_id: str, code: str, ticket: int, signed_at: datetime) -> Compact:
    """Return what the code of a credential says; long names are cut, the rest stands in the credential."""
    said = checked(statement)
    return Compact(
        key_id=key_id,
        code=code,
        ticket=ticket,
        kind=said.kind,
        number=said.number,
        holder=said.holder_name[:_LONGEST_FIELD],
        title=said.title.zh[:_LONGEST_FIELD],
        grade=said.grade.zh[:_LONGEST_FIELD] if said.grade else "",
        granted_on=said.granted_on,
        valid_until=said.valid_until,
        signed_at=signed_at,
        synthetic=said.synthetic,
    )


def packed(compact: Compact, *, issuer: str, sign: Callable[[bytes], bytes]) -> str:
    """Return the signed text of a code; ``issuer`` is the did of whoever signs."""
    payload = _payload(compact)
    data = sign(_message(issuer, payload)) + payload
    return VERSION + base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A code as read: what it says, and what its signature was made over."""

    compact: Compact
    payload: bytes
    signature: bytes

    def is_by(self, issuer: str, public: bytes) -> bool:
        """Tell whether an issuer's key signed this."""
        return is_signed(public, _message(issuer, self.payload), self.signature)


def unpacked(text: str) -> Unpacked:
    """Return what a code says, unverified; BadInput for a text that is cut off, longer than any code, or no code."""
    if len(text) > LONGEST or not text.startswith(VERSION):
        raise _unreadable()
    try:
        data = base64.b64decode(text[1:] + "=" * (-(len(text) - 1) % 4), altchars=b"-_", validate=True)
        payload = data[SIGNATURE_BYTES:]
        compact = _compact(json.loads(payload.decode("utf-8")))
    except (ValueError, TypeError, OverflowError, OSError, RecursionError) as error:
        raise _unreadable() from error
    if _payload(compact) != payload:
        raise _unreadable()
    return Unpacked(compact, payload, data[:SIGNATURE_BYTES])


def _message(issuer: str, payload: bytes) -> bytes:
    return _DOMAIN + issuer.encode() + b"\n" + payload


def _payload(one: Compact) -> bytes:
    until = one.valid_until.isoformat() if one.valid_until else ""
    fields = [one.key_id, one.code, one.ticket, KINDS.index(one.kind), one.number, one.holder, one.title, one.grade,
              one.granted_on.isoformat(), until,
              int(one.signed_at.timestamp()), int(one.synthetic)]  # fmt: skip
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _compact(fields: Any) -> Compact:
    key_id, code, ticket, kind, number, holder, title, grade, granted, until, signed, synthetic = fields
    texts = (key_id, code, number, holder, title, grade, granted, until)
    numbers = (ticket, kind, signed, synthetic)
    if not all(isinstance(one, str) for one in texts) or not all(type(one) is int for one in numbers):
        raise TypeError("field of another type")
    if not 0 <= kind < len(KINDS):
        raise ValueError("no such kind")
    return Compact(
        key_id, code, ticket, KINDS[kind], number, holder, title, grade,
        date.fromisoformat(granted), date.fromisoformat(until) if until else None,
        datetime.fromtimestamp(signed, UTC), bool(synthetic),
    )  # fmt: skip


def _unreadable() -> BadInput:
    return BadInput(
        "attestation.code",
        "这个码读不出来：内容不完整，或不是证书上的码。请重新扫，或输入码下面印的编号。",
        "This code cannot be read: it is cut off, or is not the code of a certificate. Scan it again, or type the"
        " number printed below it.",
    )
