"""What becomes of a file that somebody sends: refused with nothing left behind, or kept clean and given out whole."""

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image

from pinzhi.engine.errors import BadInput, Unavailable
from pinzhi.records import pictures, stores
from pinzhi.records.storage import Sent, checked_path, keep, keep_photo, thumbnail_path
from tests.records.files.buckets import bucket_server, files_in

pytestmark = pytest.mark.django_db


def photograph(size: tuple[int, int] = (640, 480), kind: str = "JPEG") -> bytes:
    """A picture as a telephone takes it: turned, with time, place and the owner's name in its head."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Artist] = "示例"
    exif[ExifTags.IFD.Exif] = {ExifTags.Base.DateTimeOriginal: "2024:01:04 09:30:00"}
    exif[ExifTags.IFD.GPSInfo] = {
        ExifTags.GPS.GPSLatitudeRef: "N", ExifTags.GPS.GPSLatitude: (36.0, 15.0, 50.76),
        ExifTags.GPS.GPSLongitudeRef: "E", ExifTags.GPS.GPSLongitude: (120.0, 16.0, 54.12),
    }  # fmt: skip
    out = BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(out, kind, exif=exif)
    return out.getvalue()


def sent(content: bytes, name: str = "现场.jpg", size: int | None = None) -> Sent:
    return Sent(name, [content[:1000], content[1000:]], size)


def left_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(("kind", "name"), [("JPEG", "a.jpg"), ("PNG", "a.png"), ("WEBP", "a.webp")])
def test_a_picture_is_kept_upright_and_without_what_the_camera_added(kind: str, name: str) -> None:
    kept = keep(sent(photograph(kind=kind), name))
    content = checked_path(kept.digest).read_bytes()
    image = Image.open(BytesIO(content))
    assert (image.format, image.size, dict(image.getexif()), kept.size) == (kind, (480, 640), {}, len(content))
    assert "示例".encode() not in content


def test_the_same_picture_is_kept_once() -> None:
    assert keep(sent(photograph())) == keep(sent(photograph()))
    assert len(left_in(stores.folder())) == 1


def test_time_and_place_are_told_to_who_asks() -> None:
    _kept, capture = keep_photo(sent(photograph()))
    assert capture == pictures.Capture(datetime.fromisoformat("2024-01-04 09:30"), 36.264100, 120.281700)
    plain = BytesIO()
    Image.new("RGB", (4, 4)).save(plain, "PNG")
    assert keep_photo(sent(plain.getvalue(), "a.png"))[1] == pictures.Capture()


def test_a_large_picture_is_kept_smaller_and_shown_smaller_still() -> None:
    kept = keep(sent(photograph((1000, 5000))))  # turned, it is 5000 wide
    small = thumbnail_path(kept.digest)
    assert thumbnail_path(kept.digest) == small
    with Image.open(checked_path(kept.digest)) as image, Image.open(small) as shown:
        assert (image.size, shown.size, shown.format) == ((4096, 819), (480, 96), "WEBP")


def test_a_photo_cut_off_on_the_way_leaves_nothing() -> None:
    whole = photograph()
    half = whole[: len(whole) // 2]
    with pytest.raises(BadInput) as short:
        keep(sent(half, size=len(whole)))
    with pytest.raises(BadInput) as broken:
        keep(sent(half))  # a browser that says a length of its own
    assert (short.value.code, broken.value.code) == ("assessment.file.cut", "files.picture.broken")
    assert left_in(stores.folder()) == []


def test_a_picture_that_would_fill_the_memory_is_refused_by_its_head() -> None:
    bomb = BytesIO()
    Image.new("1", (12_000, 12_000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 50_000
    with pytest.raises(BadInput) as refusal:
        keep(sent(bomb.getvalue(), "a.png"))
    assert (refusal.value.code, refusal.value.facts["width"]) == ("files.picture.pixels", 12_000)
    assert left_in(stores.folder()) == []


def test_a_changed_content_is_not_given_out() -> None:
    kept = keep(sent(photograph()))
    stores.place_of(kept.digest).write_bytes(b"changed")
    with pytest.raises(Unavailable):
        checked_path(kept.digest)


def test_files_lie_in_a_bucket_that_nodes_share(settings: Any, tmp_path: Path) -> None:
    with bucket_server() as server:
        settings.STORAGES = {**settings.STORAGES, "files": server.storage}
        kept = keep(sent(photograph()))
        key = f"{kept.digest[:2]}/{kept.digest}"
        assert set(files_in(server)) == {key}
        assert server.signed  # every request carried a signature of the access key
        settings.MEDIA_ROOT = tmp_path / "another-node"
        assert checked_path(kept.digest).read_bytes() == files_in(server)[key]
        stores.place_of(kept.digest).write_bytes(b"a copy that rotted")
        with pytest.raises(Unavailable):
            checked_path(kept.digest)
        assert checked_path(kept.digest).read_bytes() == files_in(server)[key]  # fetched anew
        with pytest.raises(Unavailable):
            checked_path("0" * 64)
