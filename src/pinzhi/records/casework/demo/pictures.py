"""Drawn photos of the demonstration: heaps by a road, one of them bare or covered."""

from io import BytesIO

from PIL import Image, ImageDraw


def drawn_photo(*, covered: bool = False) -> bytes:
    """Return a drawn photo as PNG: two heaps, the right one bare as it was found, or covered as it was put right."""
    image = Image.new("RGB", (640, 480), "#dbe3e6")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 230, 640, 480), fill="#cdbfab")
    draw.polygon(((60, 300), (200, 150), (330, 300)), fill="#5d7c66")
    draw.polygon(((270, 330), (430, 140), (600, 330)), fill="#5d7c66" if covered else "#a78b66")
    written = BytesIO()
    image.save(written, "PNG")
    return written.getvalue()
