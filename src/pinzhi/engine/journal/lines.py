"""A line of the journal as bytes: one canonical form, whoever writes it down and wherever it is read again."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from json.encoder import encode_basestring as quoted
from typing import Any

from pinzhi.engine.errors import BadInput
from pinzhi.engine.signatures import canonical

VERSION = 1
TAG_BYTES = 16
LARGEST_WHOLE = 2**53 - 1  # above it JSON's readers disagree about a number
_SIMPLE = (str, int, bool, type(None))
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Line:
    """Who did what to what, when, under which edition, from where.

    ``at`` is UTC with six places of a second and a ``Z``. ``origin`` is ``kind/random/number`` and tells any two lines
    apart that are otherwise the same; it is empty in lines older than the chain.
    """

    at: str
    actor: str
    action: str
    object_kind: str
    object_key: str
    edition: str
    detail: Mapping[str, Any]
    origin: str

    def canonical(self) -> bytes:
        """Return the line under RFC 8785; the same bytes as ``signatures.canonical`` gives, many times faster."""
        q = quoted
        return (
            f'{{"action":{q(self.action)},"actor":{q(self.actor)},"at":{q(self.at)},"detail":{_detail(self.detail)},'
            f'"edition":{q(self.edition)},"object_key":{q(self.object_key)},"object_kind":{q(self.object_kind)},'
            f'"origin":{q(self.origin)},"v":{VERSION}}}'
        ).encode()

    def as_json(self) -> dict[str, Any]:
        """Return the line as the JSON object whose canonical form ``canonical`` gives."""
        return {
            "action": self.action,
            "actor": self.actor,
            "at": self.at,
            "detail": dict(self.detail),
            "edition": self.edition,
            "object_key": self.object_key,
            "object_kind": self.object_kind,
            "origin": self.origin,
            "v": VERSION,
        }


def line_from_json(value: Any) -> Line:
    """Return the line that a JSON object holds; BadInput for one with other members or of another version."""
    texts = ("at", "actor", "action", "object_kind", "object_key", "edition", "origin")
    good = (
        isinstance(value, dict)
        and set(value) == {*texts, "detail", "v"}
        and value["v"] == VERSION
        and all(isinstance(value[name], str) for name in texts)
        and isinstance(value["detail"], dict)
    )
    if not good:
        raise BadInput(
            "journal.line",
            "记录行应有 {names} 这些成员，版本为 {version}。",
            "A line has the members {names}, and version {version}.",
            names=", ".join((*texts, "detail", "v")),
            version=VERSION,
        )
    return Line(**{name: value[name] for name in (*texts, "detail")})


def moment_text(at: datetime) -> str:
    """Return an aware moment as a line holds it.

    >>> from datetime import timedelta, timezone
    >>> moment_text(datetime(2024, 1, 4, 8, tzinfo=timezone(timedelta(hours=8))))
    '2024-01-04T00:00:00.000000Z'
    """
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def plain(detail: Mapping[str, Any]) -> dict[str, Any]:
    """Return a detail with nothing in it that two databases or two readers of JSON could give back differently.

    Whole numbers beyond 2^53, and numbers with a fraction as large or not finite, become texts.
    """
    if type(detail) is dict and _is_plain(detail):
        return detail
    kept: dict[str, Any] = _kept(json.loads(json.dumps(detail)))
    return kept


def tag(key: bytes, line: bytes) -> bytes:
    """Return the keyed digest of a line, 16 bytes: only who holds the key could have written it."""
    return blake2b(line, key=key, digest_size=TAG_BYTES).digest()


def _detail(detail: Mapping[str, Any]) -> str:
    return _encode(detail) if _is_plain(detail) else canonical(detail).decode()


def _is_plain(value: Any) -> bool:
    """Tell whether Python's own JSON is the canonical one: no fractions or great numbers, keys in ASCII."""
    if type(value) is dict:
        for name, part in value.items():
            if type(name) is not str or not name.isascii():
                return False
            if type(part) not in _SIMPLE and not _is_plain(part):
                return False
            if type(part) is int and not -LARGEST_WHOLE <= part <= LARGEST_WHOLE:
                return False
        return True
    if type(value) is list:
        return all(_is_plain(part) for part in value)
    return type(value) in _SIMPLE and (type(value) is not int or -LARGEST_WHOLE <= value <= LARGEST_WHOLE)


def _kept(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _kept(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_kept(part) for part in value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return value if math.isfinite(value) and abs(value) <= LARGEST_WHOLE else str(value)
