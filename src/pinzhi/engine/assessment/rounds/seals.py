"""Seals of a round: the edition an entry was lodged under, and marks that may not change once they are in."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from pinzhi.engine.errors import Conflict


@dataclass(frozen=True, slots=True)
class Pin:
    """The edition of a rulebook file by which an entry is judged, from its lodging to its end."""

    id: str
    edition: str
    digest: str


@dataclass(frozen=True, slots=True)
class Seal:
    """The digest that was taken when something was sealed, and the digest of what is there now."""

    sealed: str
    found: str

    @property
    def is_whole(self) -> bool:
        """Whether nothing has changed; what was never sealed is not whole."""
        return bool(self.sealed) and self.sealed == self.found


def digest(content: object) -> str:
    """Return the SHA-256 of facts in canonical form: JSON with sorted keys, numbers as text (RFC 8785 in spirit).

    Floats are refused: 88.50 and 88.5 must not depend on who wrote them.
    """
    return sha256(
        json.dumps(_plain(content), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    ).hexdigest()


def marks_digest(marks: Iterable[tuple[str, str, Decimal]]) -> str:
    """Return the digest of marks (judge, item, percentage), the same for any order of them."""
    return digest(sorted((judge, item, str(percent)) for judge, item, percent in marks))


def check_pin(entry: Pin, scheme: Pin) -> None:
    """Refuse to judge an entry by another edition than the one it was lodged under, or by a changed file."""
    if entry != scheme:
        raise Conflict(
            "assessment.round.seal",
            "申报按 {id} {edition} 版（{digest}）提交，不能按 {found_id} {found} 版（{found_digest}）办理。",
            "The entry was lodged under edition {edition} of {id} ({digest}); it cannot be handled under edition "
            "{found} of {found_id} ({found_digest}).",
            id=entry.id,
            edition=entry.edition,
            digest=entry.digest[:12],
            found_id=scheme.id,
            found=scheme.edition,
            found_digest=scheme.digest[:12],
        )


def _plain(content: object) -> object:
    if isinstance(content, Mapping):
        return {str(key): _plain(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_plain(one) for one in content]
    if isinstance(content, str | bool) or content is None:
        return content
    if isinstance(content, int | Decimal):
        return str(content)
    raise TypeError(f"{type(content).__name__} has no canonical form; give text or a Decimal")
