"""Keep short secrets of people under the installation's key.

The key of a purpose is HKDF-SHA256 (RFC 5869) over ``SECRET_KEY`` with the purpose as info, so that no two purposes
share a key. The box is AES-256-GCM: one version byte, twelve random bytes, the ciphertext with its tag. ``about`` is
bound to the box: a box copied to another row does not open. After a change of key, put the old one into
``SECRET_KEY_FALLBACKS`` until everything has been sealed anew.
"""

import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from pinzhi.engine.errors import Unavailable

VERSION = b"\x01"
NONCE_BYTES = 12


def seal(plain: bytes, *, purpose: str, about: str) -> bytes:
    """Return the box holding ``plain``; only the same purpose and ``about`` open it."""
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + _cipher(settings.SECRET_KEY, purpose).encrypt(nonce, plain, about.encode())


def unseal(box: bytes, *, purpose: str, about: str) -> bytes:
    """Return what the box holds; Unavailable if it was sealed under another key, for something else, or is damaged."""
    version, nonce, sealed = box[:1], box[1 : 1 + NONCE_BYTES], box[1 + NONCE_BYTES :]
    if version == VERSION and len(nonce) == NONCE_BYTES:
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            try:
                return _cipher(secret, purpose).decrypt(nonce, sealed, about.encode())
            except InvalidTag:
                continue
    raise Unavailable(
        "accounts.sealed",
        "封存的内容打不开：平台密钥已换，或内容已损坏。请平台管理员把旧密钥放回备用密钥。",
        "The sealed content does not open: the platform's key has changed, or the content is damaged."
        " An operator can put the old key back among the fallbacks.",
        purpose=purpose,
    )


def device_keys(*, purpose: str, about: str) -> tuple[bytes, ...]:
    """Return the keys by which a device seals what it keeps ``about`` something: today's, then those before it.

    Each is 32 bytes, worked out anew whenever it is asked for and stored nowhere here.
    """
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return tuple(_derive(str(secret), f"{purpose}/device/{about}") for secret in secrets)


@lru_cache(maxsize=16)
def _cipher(secret: str, purpose: str) -> AESGCM:
    return AESGCM(_derive(secret, purpose))


def _derive(secret: str, purpose: str) -> bytes:
    info = f"pinzhi/{purpose}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret.encode())
