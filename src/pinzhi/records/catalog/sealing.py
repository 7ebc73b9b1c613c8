"""Seal what is not public about a person, under a key that belongs to this installation."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from pinzhi.engine.errors import Unavailable


def seal(values: Mapping[str, str]) -> bytes:
    """Return the values encrypted and signed."""
    return _box().encrypt(json.dumps(dict(values), ensure_ascii=False, sort_keys=True).encode())


def open_sealed(sealed: bytes | memoryview) -> dict[str, str]:
    """Return what was sealed; Unavailable if the key of the installation has changed."""
    try:
        opened: dict[str, str] = json.loads(_box().decrypt(bytes(sealed)))
    except InvalidToken as error:
        raise Unavailable(
            "catalog.personal_data.key",
            "个人信息打不开：平台密钥与存入时不同。请恢复原来的 PINZHI_SECRET_KEY。",
            "The personal data cannot be opened: the platform's key differs from the one they were sealed with."
            " Restore the former PINZHI_SECRET_KEY.",
        ) from error
    return opened


def _box() -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"pinzhi personal data").derive(
        settings.SECRET_KEY.encode()
    )
    return Fernet(urlsafe_b64encode(derived))
