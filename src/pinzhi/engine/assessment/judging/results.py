"""What every result says of itself: by which method it was made, from what, and what to keep in mind."""

import hashlib
import json
from dataclasses import dataclass

from pinzhi.engine.texts import Text

VERSION = "1"


@dataclass(frozen=True, slots=True)
class Made:
    """Method and its version, SHA-256 of the input in canonical order, seed where chance came in, words to readers."""

    method: str
    input_hash: str
    version: str = VERSION
    seed: str = ""
    solver: str = ""
    warnings: tuple[Text, ...] = ()
    reasons: tuple[Text, ...] = ()


def digest_of(value: object) -> str:
    """Return the SHA-256 of anything made of texts, numbers, tuples and mappings; numbers are taken as they print."""
    return hashlib.sha256(
        json.dumps(value, ensure_ascii=False, sort_keys=True, default=str, separators=(",", ":")).encode()
    ).hexdigest()
