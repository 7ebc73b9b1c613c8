"""A signed head: what the journal was when it had so many lines, and what nobody can take back."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from pinzhi.engine.errors import BadInput, PinzhiError
from pinzhi.engine.signatures import SIGNATURE_BYTES, canonical, is_signed, key_from_text

TYPE = "pinzhi-journal-head"
VERSION = 1
NONE_BEFORE = bytes(32)  # in the first head: the digest of the head before it, and the chain before any line
_HEX = re.compile(r"[0-9a-f]+")
_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


@dataclass(frozen=True, slots=True)
class Head:
    """The journal at a size: root of its tree, digest of its chain, the head before it, when, signed by which key.

    ``size`` counts lines, ``number`` counts heads from one. ``key`` is the public key as Multikey text.
    """

    number: int
    size: int
    root: bytes
    chain: bytes
    previous: bytes
    at: str
    key: str
    signature: bytes = b""

    def statement(self) -> bytes:
        """Return what is signed: the head without its signature, in canonical JSON."""
        return canonical(
            {
                "at": self.at,
                "chain": self.chain.hex(),
                "key": self.key,
                "number": self.number,
                "previous": self.previous.hex(),
                "root": self.root.hex(),
                "size": self.size,
                "type": TYPE,
                "v": VERSION,
            }
        )

    def digest(self) -> bytes:
        """Return the digest by which the next head names this one."""
        return sha256(self.statement()).digest()

    def signed(self, signature: bytes) -> "Head":
        """Return the head with its signature."""
        return replace(self, signature=signature)

    def is_signed_by(self, keys: Iterable[str]) -> bool:
        """Tell whether it is signed by the key it names, and that is one of ours (Multikey texts)."""
        if self.key not in set(keys):
            return False
        try:
            return is_signed(key_from_text(self.key), self.statement(), self.signature)
        except PinzhiError:
            return False

    def as_json(self) -> dict[str, Any]:
        """Return the head as a JSON object."""
        return {
            "type": TYPE,
            "v": VERSION,
            "number": self.number,
            "size": self.size,
            "root": self.root.hex(),
            "chain": self.chain.hex(),
            "previous": self.previous.hex(),
            "at": self.at,
            "key": self.key,
            "signature": self.signature.hex(),
        }


def head_from_json(value: Any) -> Head:
    """Return the head that a JSON object holds; BadInput says which member is not as it should be."""
    if not isinstance(value, dict) or value.get("type") != TYPE or value.get("v") != VERSION:
        raise BadInput(
            "journal.head.type",
            "这不是记录的签名头：应有 type 为 {type}、v 为 {version}。",
            "This is not a signed head of the journal: expected type {type}, v {version}.",
            type=TYPE,
            version=VERSION,
        )
    return Head(
        number=whole(value, "number"),
        size=whole(value, "size"),
        root=digest(value, "root"),
        chain=digest(value, "chain"),
        previous=digest(value, "previous"),
        at=_text(value, "at", _AT),
        key=_text(value, "key", re.compile(r"z[1-9A-HJ-NP-Za-km-z]{10,100}")),
        signature=digest(value, "signature", SIGNATURE_BYTES),
    )


def whole(value: dict[str, Any], name: str) -> int:
    """Return a member that is a whole number from zero."""
    number = value.get(name)
    if type(number) is not int or not 0 <= number < 2**53:
        raise _bad(name, "0, 1, 2 …")
    return number


def digest(value: dict[str, Any], name: str, length: int = 32) -> bytes:
    """Return a member that is so many bytes in lower-case hexadecimal digits."""
    text = value.get(name)
    if not isinstance(text, str) or len(text) != 2 * length or not _HEX.fullmatch(text):
        raise _bad(name, f"{2 * length} × 0-9 a-f")
    return bytes.fromhex(text)


def _text(value: dict[str, Any], name: str, form: re.Pattern[str]) -> str:
    text = value.get(name)
    if not isinstance(text, str) or not form.fullmatch(text):
        raise _bad(name, form.pattern)
    return text


def _bad(name: str, expected: str) -> BadInput:
    return BadInput(
        "journal.member",
        "成员 {name} 缺失或不合规定，应为 {expected}。",
        "The member {name} is missing or not well formed; expected {expected}.",
        name=name,
        expected=expected,
    )
