"""Files that officers send: kept by the hash of their content between preview and confirmation, then removed."""

import re
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from time import time

from django.conf import settings

from pinzhi.engine.errors import BadInput, NotFound

UPLOAD_LIMIT_MB = 20  # larger files are for `pinzhi import`, which has no limit
_KEPT_S = 24 * 3600
_DIGEST = re.compile(r"[0-9a-f]{64}")


def keep_upload(blocks: Iterable[bytes]) -> str:
    """Keep a file and return the SHA-256 of its content, by which it is found again; only its owner may read it."""
    folder = _folder()
    _remove_forgotten(folder)
    draft = folder / f"draft-{token_hex(8)}"
    digest = sha256()
    size = 0
    try:
        draft.touch(mode=0o600)
        with draft.open("wb") as file:
            for block in blocks:
                size += len(block)
                if size > UPLOAD_LIMIT_MB << 20:
                    raise _too_large()
                digest.update(block)
                file.write(block)
        draft.replace(folder / digest.hexdigest())
    finally:
        draft.unlink(missing_ok=True)
    return digest.hexdigest()


def upload_path(digest: str) -> Path:
    """Return where a kept file is; NotFound when it was imported or removed."""
    path = _folder() / digest
    if not _DIGEST.fullmatch(digest) or not path.is_file():
        raise NotFound(
            "import.upload",
            "这个文件已经导入，或者上传超过一天被清除了。请重新上传。",
            "This file has been imported already, or was removed a day after it was sent. Send it again.",
        )
    return path


def forget_upload(digest: str) -> None:
    """Remove a file that is no longer needed."""
    upload_path(digest).unlink(missing_ok=True)


def _folder() -> Path:
    folder = Path(settings.MEDIA_ROOT) / "imports" / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _remove_forgotten(folder: Path) -> None:
    for path in folder.iterdir():
        if path.stat().st_mtime < time() - _KEPT_S:
            path.unlink(missing_ok=True)


def _too_large() -> BadInput:
    return BadInput(
        "import.upload.large",
        "文件超过 {limit} MB。请分成几个文件，或请平台管理员用命令 pinzhi import 导入，那里不限大小。",
        "The file is larger than {limit} MB. Split it, or ask an operator to use pinzhi import, which has no limit.",
        limit=UPLOAD_LIMIT_MB,
    )
