"""The installation's signing keys: one folder of small files, made at first use, rotated and never thrown away.

A key lies in ``<purpose>-<number>.json`` in the folder of the setting ``PINZHI_KEYS``, readable by the owner alone. The
one with the highest number signs; those before it are kept so that what they signed still verifies. Only the public
half ever leaves this module.
"""

import base64
import hashlib
import json
import os
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from pinzhi.engine.errors import Unavailable
from pinzhi.engine.signatures import key_text, public_key_of, sign

PURPOSES = ("attestation", "journal")
_FILE = re.compile(r"(?P<purpose>[a-z]+)-(?P<number>\d{4})\.json")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key as everybody may know it; ``id`` such as ``attestation-0001``; ``retired_at`` None for the one in use."""

    id: str
    public: bytes
    made_at: datetime
    retired_at: datetime | None

    @property
    def text(self) -> str:
        """The key as Multikey text."""
        return key_text(self.public)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The key in use for a purpose."""

    id: str
    public: bytes
    _private: bytes

    def sign(self, message: bytes) -> bytes:
        """Return the signature over a message."""
        return sign(self._private, message)

    def __repr__(self) -> str:
        return f"SigningKey({self.id})"


def signing_key(purpose: str) -> SigningKey:
    """Return the key that signs for a purpose; the first is made now if there is none."""
    files = _files(purpose)
    if not files:
        _make(purpose, 1)
        files = _files(purpose)
    file = files[-1]
    made = _read(file, file.stat().st_mtime_ns)
    return SigningKey(file.stem, public_key_of(made.private), made.private)


def public_keys(purpose: str) -> tuple[PublicKey, ...]:
    """Return all keys of a purpose, oldest first; one is retired when the next was made."""
    signing_key(purpose)
    files = _files(purpose)
    made = [_read(file, file.stat().st_mtime_ns) for file in files]
    ends = [*(one.made_at for one in made[1:]), None]
    return tuple(
        PublicKey(file.stem, public_key_of(one.private), one.made_at, end)
        for file, one, end in zip(files, made, ends, strict=True)
    )


def rotate(purpose: str) -> PublicKey:
    """Make the next key, which signs from now on, and return its public half."""
    files = _files(purpose)
    _make(purpose, int(files[-1].stem[-4:]) + 1 if files else 1)
    return public_keys(purpose)[-1]


def derived_secrets(purpose: str, use: str) -> tuple[bytes, ...]:
    """Return a secret of 32 bytes for another use, one from each key of a purpose; that of the key in use first."""
    signing_key(purpose)
    kept = [_read(file, file.stat().st_mtime_ns).private for file in reversed(_files(purpose))]
    return tuple(hashlib.blake2b(private, digest_size=32, person=use.encode()).digest() for private in kept)


@dataclass(frozen=True, slots=True)
class _Kept:
    private: bytes
    made_at: datetime


def _files(purpose: str) -> list[Path]:
    if purpose not in PURPOSES:
        raise ValueError(f"no such purpose: {purpose}")
    folder = Path(settings.KEYS)
    found = folder.glob(f"{purpose}-*.json") if folder.is_dir() else ()
    return sorted(file for file in found if _FILE.fullmatch(file.name))


@lru_cache(maxsize=64)
def _read(file: Path, changed_ns: int) -> _Kept:
    """Return a key; ``changed_ns`` is part of the memory's key, so that a file put back from a backup is read anew."""
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        return _Kept(base64.b64decode(kept["private"], validate=True), datetime.fromisoformat(kept["made_at"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unavailable(
            "signing.key",
            "签名密钥文件 {file} 读不出来。请从备份放回；没有备份时换新密钥，旧证书仍可用公开的密钥文件验证。",
            "The signing key in {file} cannot be read. Put it back from the backup; without one, rotate: old"
            " certificates still verify against the published key document.",
            file=file.name,
        ) from error


def _make(purpose: str, number: int) -> None:
    """Write a new key so that a crash leaves none or a whole one, and of two processes the first wins."""
    folder = Path(settings.KEYS)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / f"{purpose}-{number:04d}.json"
    made_at = datetime.now().astimezone().isoformat(timespec="microseconds")
    content = json.dumps({"private": base64.b64encode(secrets.token_bytes(32)).decode(), "made_at": made_at})
    draft = folder / f".{file.name}.{secrets.token_hex(4)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        file.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
