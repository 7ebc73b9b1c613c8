"""Where the contents of files lie: a folder of this machine, or a bucket that all nodes share."""

from pathlib import Path
from secrets import token_hex
from shutil import copyfileobj

from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage, storages

BUCKET = "files"  # the alias in settings.STORAGES, there only where PINZHI_FILES_URL names a bucket


def put(draft: Path, digest: str) -> None:
    """Keep a finished draft as the content of a hash; the draft is gone afterwards. What is there already stays."""
    bucket = _bucket()
    if bucket is not None and not bucket.exists(_key(digest)):
        with draft.open("rb") as file:
            bucket.save(_key(digest), File(file))
    place = place_of(digest)
    place.parent.mkdir(parents=True, exist_ok=True)
    draft.replace(place)


def local(digest: str) -> Path | None:
    """Return the content of a hash on this machine, fetched from the bucket where needed; None where it is nowhere."""
    place = place_of(digest)
    if place.is_file():
        return place
    bucket = _bucket()
    if bucket is None or not bucket.exists(_key(digest)):
        return None
    draft = folder() / f"draft-{token_hex(8)}"
    try:
        draft.touch(mode=0o600)
        with bucket.open(_key(digest)) as source, draft.open("wb") as target:
            copyfileobj(source, target)
        place.parent.mkdir(parents=True, exist_ok=True)
        draft.replace(place)  # two that fetch at once bring the same content
    finally:
        draft.unlink(missing_ok=True)
    return place


def forget_copy(digest: str) -> None:
    """Drop this machine's copy of what lies in a bucket; a folder that is the only place of a content keeps it."""
    if _bucket() is not None:
        place_of(digest).unlink(missing_ok=True)


def place_of(digest: str) -> Path:
    """Return where the content of a hash lies on this machine, or would."""
    return folder() / digest[:2] / digest


def folder() -> Path:
    """Return the folder of contents and drafts, made where it is missing."""
    found = Path(settings.MEDIA_ROOT) / "files"
    found.mkdir(parents=True, exist_ok=True)
    return found


def _bucket() -> Storage | None:
    return storages[BUCKET] if BUCKET in settings.STORAGES else None


def _key(digest: str) -> str:
    return f"{digest[:2]}/{digest}"
