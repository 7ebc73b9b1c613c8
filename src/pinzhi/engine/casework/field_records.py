"""The record of an inspection: one form of bytes, frozen when it is handed in, signed by the house, checked later."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pinzhi.engine.errors import BadInput
from pinzhi.engine.signatures import canonical, is_signed, sha256

FORMAT = "pinzhi-inspection-1"


@dataclass(frozen=True, slots=True)
class Frozen:
    """A record as it was handed in: its bytes as text, their SHA-256, and the house's signature, both hexadecimal."""

    document: str
    digest: str
    proof: str


def freeze(content: Mapping[str, Any], sign: Callable[[bytes], bytes]) -> Frozen:
    """Put a record into its one form and sign it; BadInput for what has none, such as a number that is no number."""
    data = canonical({"format": FORMAT, **content})
    return Frozen(data.decode(), sha256(data).hex(), sign(data).hex())


def is_genuine(frozen: Frozen, publics: Sequence[bytes]) -> bool:
    """Tell whether a record is, to the byte, what was signed with one of these keys."""
    data = frozen.document.encode()
    try:
        signature = bytes.fromhex(frozen.proof)
    except ValueError:
        return False
    return sha256(data).hex() == frozen.digest and any(is_signed(public, data, signature) for public in publics)


def content_of(frozen: Frozen) -> dict[str, Any]:
    """Return what a record says; BadInput for what is no record."""
    try:
        content = json.loads(frozen.document)
    except ValueError as error:
        raise BadInput("casework.record", "这不是检查记录。", "This is no record of an inspection.") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise BadInput("casework.record", "这不是检查记录。", "This is no record of an inspection.")
    return content
