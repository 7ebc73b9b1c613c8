"""Sign and check: one form of bytes for a JSON value (RFC 8785), Ed25519 signatures (RFC 8032), keys as text."""

import hashlib
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from pinzhi.engine.errors import BadIdentifier, BadInput

KEY_BYTES = 32
SIGNATURE_BYTES = 64
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519_PUBLIC = b"\xed\x01"  # multicodec prefix of an Ed25519 public key


def canonical(value: Any) -> bytes:
    """Return the one form of a JSON value under the JSON Canonicalization Scheme (RFC 8785).

    Raises BadInput for what has no such form: whole numbers beyond 2^53, NaN, lone surrogates, other types.

    >>> canonical({"b": 1, "a": "品质"}).decode()
    '{"a":"品质","b":1}'
    """
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise BadInput(
            "signatures.canonical",
            "内容没有唯一的书写形式（RFC 8785）：{reason}",
            "The content has no canonical form (RFC 8785): {reason}",
            reason=str(error)[:200],
        ) from error


def sha256(data: bytes) -> bytes:
    """Return the SHA-256 digest, 32 bytes."""
    return hashlib.sha256(data).digest()


def public_key_of(private: bytes) -> bytes:
    """Return the public key, 32 bytes, of a private key of 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def sign(private: bytes, message: bytes) -> bytes:
    """Return the Ed25519 signature, 64 bytes; the same key and message always give the same one."""
    return Ed25519PrivateKey.from_private_bytes(private).sign(message)


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether a signature over a message was made with the private half of a key."""
    if len(public) != KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def base58(data: bytes) -> str:
    """Return bytes in base58btc, the alphabet of multibase ``z``; leading zero bytes become leading ones.

    >>> base58(b"Hello World!")
    '2NEpo7TZRRrLZSi2U'
    """
    number = int.from_bytes(data, "big")
    letters = []
    while number:
        number, place = divmod(number, 58)
        letters.append(_BASE58[place])
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + "".join(reversed(letters))


def from_base58(text: str, *, longest: int = 200) -> bytes:
    """Return the bytes of a base58btc text; BadIdentifier for other letters or more than ``longest`` of them."""
    if len(text) > longest or any(letter not in _BASE58 for letter in text):
        raise BadIdentifier("signatures.base58", "不是 base58 编码的内容。", "This is not base58 text.")
    number = 0
    for letter in text:
        number = number * 58 + _BASE58.index(letter)
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def key_text(public: bytes) -> str:
    """Return a public key as Multikey text (W3C Controlled Identifiers 1.0, 2.2.2): ``z6Mk…``."""
    return "z" + base58(_ED25519_PUBLIC + public)


def key_from_text(text: str) -> bytes:
    """Return the public key of a Multikey text; BadIdentifier for anything but an Ed25519 key."""
    data = from_base58(text[1:]) if text.startswith("z") else b""
    if not data.startswith(_ED25519_PUBLIC) or len(data) != len(_ED25519_PUBLIC) + KEY_BYTES:
        raise BadIdentifier(
            "signatures.key",
            "“{text}”不是 Ed25519 公钥（应以 z6Mk 开头）。",
            "“{text}” is not an Ed25519 public key; those begin with z6Mk.",
            text=text[:60],
        )
    return data[len(_ED25519_PUBLIC) :]
