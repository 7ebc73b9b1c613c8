"""On paper: printed, photographed askew and out of focus, and read back, the certificate still verifies."""

import random
from io import BytesIO

import pypdfium2
import pytest
import segno
from PIL import Image, ImageFilter

from pinzhi.engine.attestation.presented import PresentedCode, PresentedCredential
from pinzhi.engine.attestation.scans import presented_file
from pinzhi.engine.errors import BadInput
from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import SYSTEM
from pinzhi.records.attestation.actions.issuing import attest
from pinzhi.records.attestation.models import Credential
from pinzhi.records.attestation.printing import certificate_pdf
from pinzhi.records.attestation.queries.checking import check
from pinzhi.records.clock import moment
from tests.build_attestation import WHEN, make_statement
from tests.build_catalog import make_honour

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Credential:
    make_honour("mayor-8-08-017")
    return attest(actor=SYSTEM, statement=make_statement(), when=WHEN)


def _page(pdf: bytes, dpi: int = 200) -> Image.Image:
    with pypdfium2.PdfDocument(pdf) as document:
        return document[0].render(scale=dpi / 72).to_pil().convert("L")


def _photograph(page: Image.Image, *, turned: float, blur: float, noise: int, quality: int) -> bytes:
    """A telephone's picture of a sheet on a grey table: askew, a little out of focus, in poor light, as JPEG."""
    table = page.rotate(turned, expand=True, fillcolor=120, resample=Image.Resampling.BICUBIC)
    wide, high = table.size
    lean = (wide * 0.02, high * 0.015)
    seen = table.transform(
        table.size, Image.Transform.QUAD, (-lean[0], 0, 0, high, wide, high + lean[1], wide + lean[0], -lean[1]),
        resample=Image.Resampling.BICUBIC, fillcolor=120,
    ).filter(ImageFilter.GaussianBlur(blur))  # fmt: skip
    chance = random.Random(7)  # noqa: S311 - grain of a picture, the same each time
    grain = Image.frombytes("L", seen.size, chance.randbytes(seen.width * seen.height))
    darker = seen.point(lambda light: int(light * 0.7 + 25))
    noisy = Image.blend(darker, grain, noise / 100)
    kept = BytesIO()
    noisy.save(kept, "JPEG", quality=quality)
    return kept.getvalue()


@pytest.mark.parametrize(
    ("turned", "blur", "noise", "quality"),
    [(0, 0.0, 0, 90), (7, 1.0, 10, 70), (-23, 1.0, 15, 60), (93, 0.8, 20, 50), (181, 1.3, 12, 60)],
)
def test_a_printed_certificate_photographed_back_verifies(
    made: Credential, turned: float, blur: float, noise: int, quality: int
) -> None:
    picture = _photograph(_page(certificate_pdf(made)), turned=turned, blur=blur, noise=noise, quality=quality)

    given = presented_file(picture)

    assert isinstance(given, PresentedCode)
    assert given.link is not None
    (report,) = check(given, moment_on())
    assert (report.verdict, report.said and report.said.number) == ("valid", "08-017")


def moment_on() -> Moment:
    return Moment(moment().at, WHEN.on)


def test_the_pdf_itself_carries_the_credential(made: Credential) -> None:
    pdf = certificate_pdf(made)

    given = presented_file(pdf)

    assert isinstance(given, PresentedCredential)
    assert check(given, moment_on())[0].verdict == "valid"
    assert certificate_pdf(made) == pdf


def test_the_pdf_is_tagged_and_says_which_standards_it_keeps(made: Credential) -> None:
    pdf = certificate_pdf(made)

    assert b"/StructTreeRoot" in pdf
    with pypdfium2.PdfDocument(pdf) as document:
        assert document.is_tagged()
        text = document[0].get_textpage().get_text_range()
        assert document.get_metadata_value("Title") == "荣誉证书 08-017"
    for words in ("青岛示例精工有限公司", "The 8th Qingdao Mayor's Quality Award", "08-017", "91370212MA0000015Y"):
        assert words in text


def test_a_scan_as_pdf_without_attachment_is_read_from_its_picture(made: Credential) -> None:
    scan = BytesIO()
    _page(certificate_pdf(made)).save(scan, "PDF", resolution=200)

    given = presented_file(scan.getvalue())

    assert isinstance(given, PresentedCode)


@pytest.mark.parametrize(("times", "pages"), [(8, 1), (20, 2)])
def test_long_words_stay_on_the_sheet_and_the_code_stands_on_the_last(times: int, pages: int) -> None:
    long = make_statement(
        holder_name="青岛示例非常长的名称精密机械制造与服务" * 3,
        scope=Text(
            "精密减速机的设计、生产和服务；" * times, "Design, production and service of reducers; " * (times // 2)
        ),
        marks=tuple((f"第 {number} 项", "100.0") for number in range(8)),
    )
    made = attest(actor=SYSTEM, statement=long, when=WHEN)

    with pypdfium2.PdfDocument(certificate_pdf(made)) as document:
        assert len(document) == pages
        last = document[pages - 1].render(scale=200 / 72).to_pil().convert("L")
    assert isinstance(presented_file(_as_png(last)), PresentedCode)


def _as_png(image: Image.Image) -> bytes:
    kept = BytesIO()
    image.save(kept, "PNG")
    return kept.getvalue()


def test_a_code_that_leads_elsewhere_is_read_and_refused() -> None:
    drawn = BytesIO()
    segno.make_qr("https://pinzhi.example.org/verify/08-017").save(drawn, kind="png", scale=6)

    (report,) = check(presented_file(drawn.getvalue()), moment_on())

    assert report.verdict == "refused"


@pytest.mark.parametrize("why", ["none", "foreign", "broken", "large", "cut"])
def test_a_picture_without_a_code_of_ours_is_refused_with_advice(why: str) -> None:
    foreign = BytesIO()
    segno.make_qr("hello").save(foreign, kind="png", scale=6)
    plain = _as_png(Image.new("L", (300, 300), 200))
    data = {
        "none": plain,
        "foreign": foreign.getvalue(),
        "broken": b"%PDF-1.7 nothing",
        "large": b"\x89PNG\r\n\x1a\n" + b"\0" * (13 << 20),
        "cut": plain[:60],
    }[why]

    with pytest.raises(BadInput) as refused:
        presented_file(data)

    assert refused.value.code == "attestation.scan"
