"""Bulletins on paper: the same words in every kind of file, in the layout of GB/T 9704-2012."""

import io
import zipfile
from dataclasses import replace

import docx
import pypdfium2
import pytest
from docx.oxml import parse_xml

from pinzhi.engine.texts import Text
from pinzhi.records.publishing.actions.correcting import correct_figure
from pinzhi.records.publishing.live import LANGUAGES
from pinzhi.records.publishing.models import Bulletin
from pinzhi.records.publishing.printing.docx import as_docx
from pinzhi.records.publishing.printing.paper import Paper, paper
from pinzhi.records.publishing.printing.pdf import as_pages, as_pdf
from pinzhi.records.publishing.printing.plain import as_text
from pinzhi.records.publishing.printing.proof import proof
from pinzhi.records.publishing.queries.published import Published, published
from tests.records.publishing.build import WORDS, Desk, at

pytestmark = pytest.mark.django_db
MM = 72 / 25.4
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture
def page() -> Published:
    desk = Desk()
    bulletin = desk.published().bulletin
    desk.figures.numbers["A21"] = 53
    correct_figure(
        actor=desk.chair, bulletin_id=bulletin.pk, figure="A21", on=None,
        ground=Text("一家的称号被撤销。", "One honour was revoked."), seen=Bulletin.objects.get().version,
        when=at("01-10"), figures=desk.figures,
    )  # fmt: skip
    return published("quality-year")


def pdf_of(page: Published, said: Paper) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(as_pdf(said, document=page.publication.document, at=page.publication.signed_at))


def test_plain_text_has_codes_behind_numbers_and_both_values_of_a_correction(page: Published) -> None:
    lines = as_text(paper(page, "zh")).splitlines()

    assert lines[:6] == [
        "质量简报", "质量发展处（演示）　2024年1月4日", "", "七届评出54家", "质量年", "",
    ]  # fmt: skip
    assert lines[6] == "* 2024年1月10日更正：“54”（A21）改为“53”。一家的称号被撤销。"
    assert "## 七届评出54（→ 53）〔A21〕个" in lines
    assert "连续七〔A20〕届评审，先后有54（→ 53）〔A21〕个单位获奖。" in lines
    assert "[A20]　7个　历届市长质量奖获奖者　2023-12-31　00000000" in lines


def test_a_corrected_number_of_the_headline_says_so_in_the_headline() -> None:
    desk = Desk()
    words = replace(WORDS, title=Text("七届评出[[A21|54]]家", "[[A21|54]] recipients"))
    bulletin = desk.published(words=words).bulletin
    desk.figures.numbers["A21"] = 53
    correct_figure(
        actor=desk.chair, bulletin_id=bulletin.pk, figure="A21", on=None, ground=Text("撤销一家。", "One revoked."),
        seen=Bulletin.objects.get().version, when=at("01-10"), figures=desk.figures,
    )  # fmt: skip

    found = published("quality-year")
    assert [paper(found, language).title for language in LANGUAGES] == [
        "七届评出54（更正：53）家", "54 (corrected: 53) recipients",
    ]  # fmt: skip


def test_a_proof_says_that_it_is_one_and_prints_what_has_no_value_as_it_was_written() -> None:
    desk = Desk()
    words = replace(WORDS, body=Text("先后有[[A21|54]]个，又有[[Z99|5]]个。", ""))

    said = paper(proof(desk.draft(words=words), words, desk.figures, at()), "zh")

    assert said.notes == ("草稿，没有签发；数字是今天的。",)
    assert [(run.words, run.code) for run in said.leaves[0].runs if run.words in ("54", "5")] == [
        ("54", "A21"), ("5", ""),
    ]  # fmt: skip
    assert len(as_pages(said)) == 1


def test_english_paper_says_it_in_english(page: Published) -> None:
    text = as_text(paper(page, "en"))

    assert "Over 7〔A20〕 rounds, 54（→ 53）〔A21〕 recipients were honoured." in text
    assert "* Corrected on 10 January 2024: “54” (A21) becomes “53”. One honour was revoked." in text


def test_the_pdf_keeps_to_the_margins_of_the_standard_and_carries_the_signed_document(page: Published) -> None:
    made = pdf_of(page, paper(page, "zh"))

    sheet = made[0]
    assert [round(side / MM) for side in sheet.get_size()] == [210, 297]
    words = sheet.get_textpage()
    boxes = [words.get_charbox(index) for index in range(words.count_chars())]
    boxes = [box for box in boxes if box[2] > box[0]]
    assert min(box[0] for box in boxes) >= 28 * MM - 1
    assert max(box[2] for box in boxes) <= (210 - 26) * MM + 1
    assert max(box[3] for box in boxes) <= (297 - 37) * MM + 1
    assert "七届评出 54 家" in words.get_text_bounded()
    assert made.count_attachments() == 1
    assert bytes(made.get_attachment(0).get_data()).decode() == page.publication.document


def test_a_page_of_the_pdf_has_22_lines_of_28_characters(page: Published) -> None:
    said = paper(page, "zh")
    long = replace(said.leaves[1], runs=(replace(said.leaves[1].runs[0], words="质" * 28 * 40),))
    words = pdf_of(page, replace(said, leaves=(long,)))[1].get_textpage()

    lines = [line for line in words.get_text_bounded().splitlines() if set(line) == {"质"}]
    assert (len(lines), {len(line) for line in lines[:-1]}) == (22, {28})


def test_the_docx_names_its_faces_languages_and_grid(page: Published) -> None:
    written = as_docx(paper(page, "zh"), at=page.publication.signed_at)
    made = zipfile.ZipFile(io.BytesIO(written))

    styles = parse_xml(made.read("word/styles.xml"))
    normal = next(one for one in styles.iter(f"{WORD}style") if one.get(f"{WORD}styleId") == "Normal")
    fonts, language = next(normal.iter(f"{WORD}rFonts")), next(normal.iter(f"{WORD}lang"))
    assert fonts.get(f"{WORD}eastAsia") == "仿宋"
    assert (language.get(f"{WORD}val"), language.get(f"{WORD}eastAsia")) == ("zh-CN", "zh-CN")
    document = parse_xml(made.read("word/document.xml"))
    margins, grid = next(document.iter(f"{WORD}pgMar")), next(document.iter(f"{WORD}docGrid"))
    assert [round(int(margins.get(f"{WORD}{side}", "0")) / 56.7) for side in ("top", "left", "right", "bottom")] == [
        37, 28, 26, 35,
    ]  # fmt: skip
    assert grid.get(f"{WORD}linePitch") == "579"
    indents = [one.get(f"{WORD}firstLineChars") for one in document.iter(f"{WORD}ind")]
    assert "200" in indents
    heading = next(one for one in docx.Document(io.BytesIO(written)).paragraphs if one.style.name == "Heading 1")
    assert heading.text == "一、七届评出5453（更正）〔A21〕个"
    assert [run.text for run in heading.runs if run.font.strike] == ["54"]
