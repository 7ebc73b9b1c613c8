"""Pictures that people send: decoded whole and written anew without what cameras add; small ones to show."""

import struct
import warnings
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image, ImageOps
from PIL.ImageFile import ImageFile

from pinzhi.engine.errors import BadInput

MOST_PIXELS = 50_000_000  # a telephone takes 12 to 50 million; decoded, each takes four bytes of memory
LONGEST_SIDE = 4096
THUMBNAIL_SIDE = 480
_FORMATS = ("JPEG", "PNG", "WEBP")
_OPTIONS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 88, "optimize": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 88, "method": 4},
}


@dataclass(frozen=True, slots=True)
class Capture:
    """What the camera says of a picture: its own local time, and a place in WGS 84. Claims, not facts."""

    at: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None


def clean(path: Path, name: str) -> None:
    """Write a picture anew in its place: upright, at most 4096 pixels a side, without metadata but its colours.

    Raises BadInput for a picture that ends too early, holds something else, or would fill the memory; the size is read
    from the head before anything is decoded. Of an animation the first picture stays.
    """
    image = _decoded(path, name)
    kind, profile = image.format or "PNG", image.info.get("icc_profile")
    try:
        upright = ImageOps.exif_transpose(image)
    except (ValueError, TypeError, SyntaxError, struct.error):
        upright = image  # what the camera said cannot be read: the picture itself can
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if upright.mode == "P":
        upright = upright.convert("RGBA" if "transparency" in upright.info else "RGB")
    plain = Image.frombytes(upright.mode, upright.size, upright.tobytes())
    plain.save(path, kind, **_OPTIONS[kind], **({"icc_profile": profile} if profile else {}))


def capture_of(path: Path, name: str) -> Capture:
    """Return when and where a picture says it was taken; read it before ``clean``, which takes this away."""
    exif = _decoded(path, name).getexif()
    try:
        taken, place = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    except (ValueError, TypeError, SyntaxError, struct.error):
        return Capture()
    at = _moment(taken.get(ExifTags.Base.DateTimeOriginal, ""))
    latitude = _degrees(place, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, most=90)
    longitude = _degrees(place, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, most=180)
    if latitude is None or longitude is None:
        return Capture(at)
    return Capture(at, latitude, longitude)


def shrink(source: Path, target: Path) -> None:
    """Write a small picture of a kept one, as WebP, 480 pixels on its longer side."""
    image: Image.Image = _decoded(source, source.name)
    image.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    if image.mode not in ("RGB", "RGBA"):
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    image.save(target, "WEBP", quality=78)


def _decoded(path: Path, name: str) -> ImageFile:
    """Return a picture decoded whole; every way in which one can be broken is one refusal."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is the stricter one
            image = Image.open(path, formats=_FORMATS)
        with image:
            if image.width * image.height > MOST_PIXELS:
                raise _too_many_pixels(name, image.width, image.height)
            image.load()
    except Image.DecompressionBombError:
        raise _too_many_pixels(name, 0, 0) from None
    except (OSError, SyntaxError, ValueError, EOFError, struct.error) as broken:
        raise BadInput(
            "files.picture.broken",
            "“{name}”不是完整的图片，可能没有传完。请再传一次。",
            "“{name}” is no whole picture; it may have been cut off. Send it again.",
            name=name,
        ) from broken
    return image


def _too_many_pixels(name: str, width: int, height: int) -> BadInput:
    return BadInput(
        "files.picture.pixels",
        "“{name}”有 {width} × {height} 像素，超过 {most} 万像素。请缩小后再传。",
        "“{name}” has {width} × {height} pixels, more than {most_en} million. Make it smaller and send it again.",
        name=name,
        width=width or "?",
        height=height or "?",
        most=MOST_PIXELS // 10_000,
        most_en=MOST_PIXELS // 1_000_000,
    )


def _moment(text: object) -> datetime | None:
    try:
        return datetime.strptime(str(text).strip("\x00 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - cameras name no zone
    except ValueError:
        return None


def _degrees(place: dict[int, object], value: int, side: int, *, most: int) -> float | None:
    parts, sign = place.get(value), -1 if str(place.get(side, "")) in ("S", "W") else 1
    if not isinstance(parts, tuple) or len(parts) != 3:
        return None
    try:
        degrees = sign * sum(float(part) / 60**power for power, part in enumerate(parts))
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return round(degrees, 6) if -most <= degrees <= most else None  # also refuses what is not a number
