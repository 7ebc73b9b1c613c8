"""The tag on a line that is not yet sealed: made with a secret that is no part of the database."""

import os
from functools import lru_cache

from django.conf import settings

from pinzhi.engine.journal.lines import tag
from pinzhi.records.signing import derived_secrets, signing_key


def make_tag(line: bytes) -> bytes:
    """Return the tag of a line that is about to be written."""
    return tag(_secrets()[0], line)


def is_tagged(line: bytes, found: bytes) -> bool:
    """Tell whether the platform wrote this line, under the key in use or one before it."""
    return any(tag(secret, line) == found for secret in _secrets())


def _secrets() -> tuple[bytes, ...]:
    folder = str(settings.KEYS)
    try:
        changed = os.stat(folder).st_mtime_ns
    except FileNotFoundError:
        signing_key("journal")
        changed = os.stat(folder).st_mtime_ns
    return _derived(folder, changed)


@lru_cache(maxsize=8)
def _derived(folder: str, changed_ns: int) -> tuple[bytes, ...]:
    """Return the secrets; a new key changes the folder, and so the memory's key."""
    return derived_secrets("journal", "pinzhi.line.tag")
