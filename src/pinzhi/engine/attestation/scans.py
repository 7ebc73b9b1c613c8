"""Read a credential out of a picture or a PDF: a photograph of the code, a scan, or our own PDF with its attachment."""

import threading
import warnings
from collections.abc import Iterator
from io import BytesIO

import pypdfium2
import zxingcpp
from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError

from pinzhi.engine.attestation.presented import Presented, PresentedNumber, presented
from pinzhi.engine.errors import BadInput

LONGEST_BYTES = 12 << 20
_MOST_PIXELS = 40_000_000
_WIDEST = 2400  # pixels of the longer side that the reader is given; a telephone's picture has about 4,000
_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
_PAGES = 3
_DPI = 220
_ATTACHED = "credential.json"
_PDFIUM = threading.Lock()  # the library must not be entered twice at once
_MAGIC = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "image", b"\xff\xd8\xff": "image", b"RIFF": "image"}


def presented_file(data: bytes) -> Presented:
    """Return what a file presents: a credential as JSON or text, else the code in a picture or PDF.

    BadInput for a file that is too large, is broken, or shows no code of ours; the sentence says what to do.
    """
    media = next((kind for magic, kind in _MAGIC.items() if data.startswith(magic)), "text")
    if media == "text":
        return presented(data)
    if len(data) > LONGEST_BYTES:
        raise _wrong("large")
    texts = list(_pdf_texts(data) if media == "pdf" else _codes(_image(data)))
    for text in texts:
        try:
            found = presented(text)
        except BadInput:
            continue
        if not isinstance(found, PresentedNumber):
            return found
    raise _wrong("foreign" if texts else "none")


def _image(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit follows
            opened = Image.open(BytesIO(data), formats=("PNG", "JPEG", "WEBP"))
            if opened.width * opened.height > _MOST_PIXELS:
                raise _wrong("large")
            opened.draft("L", (_WIDEST, _WIDEST))
            return ImageOps.exif_transpose(opened).convert("L")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise _wrong("broken") from error


def _codes(image: Image.Image) -> Iterator[str]:
    """Yield the texts of the QR codes in a picture; a second look is taken at a smoother one when the first fails."""
    image.thumbnail((_WIDEST, _WIDEST))
    looks = (image, image.filter(ImageFilter.GaussianBlur(1.2)), image.resize((image.width // 2, image.height // 2)),
             ImageOps.autocontrast(image.filter(ImageFilter.MedianFilter(3)), cutoff=2))  # fmt: skip
    for look in looks:
        found = [one.text for one in zxingcpp.read_barcodes(look, formats=_QR)]
        if found:
            yield from found
            return


def _pdf_texts(data: bytes) -> Iterator[str]:
    """Yield the attached credential of our own PDF, else what the codes on its first pages say."""
    try:
        with _PDFIUM, pypdfium2.PdfDocument(data) as document:
            for place in range(min(document.count_attachments(), 20)):
                attachment = document.get_attachment(place)
                if attachment.get_name() == _ATTACHED:
                    yield bytes(attachment.get_data()).decode("utf-8", "replace")
                    return
            for number in range(min(len(document), _PAGES)):
                page = document[number]
                scale = min(_DPI / 72, _WIDEST / max(page.get_size()))
                yield from _codes(page.render(scale=scale, grayscale=True).to_pil().convert("L"))
    except (pypdfium2.PdfiumError, ValueError) as error:
        raise _wrong("broken") from error


_WHY = {
    "large": ("文件太大。请拍近一些、只拍码，或裁剪后再传（不超过 12 MB、4000 万像素）",
              "the file is too large: take only the code, or crop it (12 MB, 40 million pixels at most)"),
    "broken": ("文件打不开，可能没有传完", "the file cannot be opened; it may be cut off"),
    "none": ("图里没有找到码。请对正、打光、拍清楚，或输入码下面的编号",
             "no code was found in it: hold straight, with light, in focus; or type the number below the code"),
    "foreign": ("图里的码不是证书上的码", "the code in it is not that of a certificate"),
}  # fmt: skip


def _wrong(why: str) -> BadInput:
    zh, en = _WHY[why]
    return BadInput("attestation.scan", f"{zh}。", f"{en[0].upper()}{en[1:]}.", why=why)
