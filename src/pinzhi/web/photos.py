"""Photos on a page: the picture itself or a small one, never anything else as a page."""

from django.http import FileResponse

from pinzhi.records.storage import checked_path, thumbnail_path

SIZES = ("large", "small")
_MAGIC = ((b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"RIFF", "image/webp"))


def photo_answer(digest: str, name: str, size: str) -> FileResponse:
    """Answer with a kept photo, in one of ``SIZES``; whoever calls it has checked that it may be seen.

    Raises Unavailable where the content is missing, was changed or has not passed its screening.
    """
    if size == "small":
        return FileResponse(thumbnail_path(digest).open("rb"), content_type="image/webp")
    path = checked_path(digest)
    with path.open("rb") as stream:
        head = stream.read(4)
    kind = next((kind for magic, kind in _MAGIC if head.startswith(magic)), "application/octet-stream")
    return FileResponse(path.open("rb"), content_type=kind, filename=name)
