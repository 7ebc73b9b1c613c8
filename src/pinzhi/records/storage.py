"""Files that people send: kept by the hash of their content, their type found in the content, never in the name."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from secrets import token_hex

import puremagic

from pinzhi.engine.errors import BadInput, Unavailable
from pinzhi.records import pictures, stores
from pinzhi.records.files import screening
from pinzhi.records.pictures import Capture

LIMIT_MB = 20
MEDIA = {
    ".pdf": "pdf",
    ".jpg": "image",
    ".jpeg": "image",
    ".png": "image",
    ".webp": "image",
    ".docx": "text",
    ".xlsx": "sheet",
}
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "text": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "sheet": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "image": "application/octet-stream",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as somebody sent it: its name, its blocks, how long it said it would be, and the account to tell of it."""

    name: str
    blocks: Iterable[bytes]
    size: int | None = None
    by: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it lies on disk: the SHA-256 of its content, its size in bytes, its kind found in the content."""

    digest: str
    size: int
    media: str


def keep(sent: Sent) -> Kept:
    """Keep the content of a file; the same content is kept once. The room notes who sent it, to what, under which name.

    A picture is written anew without what its camera added: the kept content is not the one that was sent. Raises
    BadInput for an empty file, one that is too large, one cut off on the way, one of a type that is not taken, one
    whose content is not what its name says, a picture that cannot be decoded whole, and a content that a scanner
    refused before. A refused file leaves nothing behind.
    """
    return _keep(sent)[0]


def keep_photo(sent: Sent) -> tuple[Kept, Capture]:
    """Keep a file as ``keep`` does and return what its camera said of time and place, which the file has no more."""
    return _keep(sent)


def path_of(digest: str) -> Path:
    """Return where the content of a hash lies on this machine, or would."""
    return stores.place_of(digest)


def checked_path(content: str) -> Path:
    """Return the path of a content by its hash; Unavailable where it is missing, was changed or has not passed."""
    screening.require_passed(content)
    place = stores.local(content)
    if place is None or not _is(place, content):
        stores.forget_copy(content)  # the next time it is fetched anew
        raise Unavailable(
            "assessment.file.lost",
            "这个文件的内容找不到，或已被改动。请联系平台管理员，按校验码 {digest} 从备份恢复。",
            "The content of this file is missing or was changed. Ask an operator to restore {digest} from a backup.",
            digest=content[:12],
        )
    return place


def thumbnail_path(content: str) -> Path:
    """Return the path of a small picture (WebP) of a kept picture, made when it is first asked for."""
    screening.require_passed(content)
    small = stores.folder() / "small" / content[:2] / f"{content}.webp"
    if not small.is_file():
        source = checked_path(content)
        small.parent.mkdir(parents=True, exist_ok=True)
        draft = small.with_name(f"{token_hex(8)}.draft")
        try:
            pictures.shrink(source, draft)
            draft.replace(small)
        finally:
            draft.unlink(missing_ok=True)
    return small


def _keep(sent: Sent) -> tuple[Kept, Capture]:
    draft, size, capture = stores.folder() / f"draft-{token_hex(8)}", 0, Capture()
    try:
        draft.touch(mode=0o600)
        with draft.open("wb") as file:
            for block in sent.blocks:
                size += len(block)
                if size > LIMIT_MB << 20:
                    raise _too_large(sent.name)
                file.write(block)
        _check_whole(sent, size)
        media = media_of(sent.name, draft)
        if media == "image":
            capture = pictures.capture_of(draft, sent.name)
            pictures.clean(draft, sent.name)
        kept = Kept(_digest(draft), draft.stat().st_size, media)
        screening.ask(kept.digest, name=sent.name, sender=sent.by)
        stores.put(draft, kept.digest)
    finally:
        draft.unlink(missing_ok=True)
    return kept, capture


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, sha256).hexdigest()


def _is(path: Path, digest: str) -> bool:
    return path.is_file() and _digest(path) == digest


def media_of(name: str, path: Path) -> str:
    """Return the kind of a file by its content; BadInput where it is not taken or its name says something else."""
    said = MEDIA.get(Path(name).suffix.lower(), "")
    found = _sniffed(path)
    if not said or not found:
        raise BadInput(
            "assessment.file.type",
            "“{name}”不是可以提交的文件。可以提交 PDF、JPG、PNG、WebP、DOCX 和 XLSX。",
            "“{name}” cannot be sent. PDF, JPG, PNG, WebP, DOCX and XLSX can.",
            name=name,
        )
    if said != found:
        raise BadInput(
            "assessment.file.lies",
            "“{name}”的内容和扩展名不符：内容是{found}，扩展名说是{said}。请用原来的程序另存为正确的格式。",
            "“{name}” is not what its name says: the content is {found}, the name says {said}. Save it anew in the "
            "right format.",
            name=name,
            found=found,
            said=said,
        )
    return found


def _sniffed(path: Path) -> str:
    try:
        matches = puremagic.magic_file(str(path))
    except (puremagic.PureError, ValueError):
        return ""
    return next((MEDIA[one.extension] for one in matches if one.extension in MEDIA), "")


def _check_whole(sent: Sent, size: int) -> None:
    if size == 0:
        raise BadInput(
            "assessment.file.empty", "“{name}”是空的。", "“{name}” is empty.", name=sent.name
        )  # fmt: skip
    if sent.size is not None and size != sent.size:
        raise BadInput(
            "assessment.file.cut",
            "“{name}”没有传完：应有 {wanted} 字节，收到 {found} 字节。请再传一次。",
            "“{name}” was cut off: {wanted} bytes announced, {found} arrived. Send it again.",
            name=sent.name,
            wanted=sent.size,
            found=size,
        )


def _too_large(name: str) -> BadInput:
    return BadInput(
        "assessment.file.large",
        "“{name}”超过 {limit} MB。请压缩图片，或分成几个文件。",
        "“{name}” is larger than {limit} MB. Shrink its pictures or split it.",
        name=name,
        limit=LIMIT_MB,
    )
