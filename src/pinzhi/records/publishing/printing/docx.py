"""A bulletin as DOCX in the layout of GB/T 9704-2012, to be worked on: named faces, real headings, tagged languages."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import docx
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from pinzhi.records.publishing.printing.paper import Leaf, Paper, Run

# The faces the standard asks for; they belong to the reader's machine and are not shipped.
SONG, FANG, HEI, LATIN = "方正小标宋简体", "仿宋", "黑体", "Times New Roman"
RED = RGBColor(0xC8, 0x16, 0x1D)
QUIET = RGBColor(0x44, 0x51, 0x5D)
LINE = Pt(28.95)  # 22 lines in 225 mm
CHARACTERS = 28
# What the built-in styles bring along: a blue line, a blue twin for runs, list numbers, bold and slanted other scripts.
_BUILT_IN = ("w:pBdr", "w:link", "w:numPr", "w:contextualSpacing", "w:bCs", "w:iCs", "w:szCs", "w:kern")
_THIN = "B5AFA2"
_NUMERALS = "一二三四五六七八九十"


def as_docx(paper: Paper, *, at: datetime) -> bytes:
    """Return a printed bulletin as a DOCX; ``at`` is the time it says it was made."""
    document = docx.Document()
    _page(document, paper)
    _styles(document, paper)
    properties = document.core_properties
    properties.title, properties.author, properties.subject = paper.title, paper.owner, paper.subtitle
    properties.language = "en-GB" if paper.language == "en" else "zh-CN"
    properties.created = properties.modified = at
    _head(document, paper)
    for note in paper.notes:
        document.add_paragraph(note, style="Pinzhi Note")
    for leaf in paper.leaves:
        _leaf(document, paper, leaf)
    _codes(document, paper)
    _colophon(document, paper)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _page(document: Any, paper: Paper) -> None:
    """Set A4, the margins and the grid of the standard, and page numbers outside on left and right pages."""
    section = document.sections[0]
    section.start_type = WD_SECTION.NEW_PAGE
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    if paper.language == "zh":
        grid = section._sectPr.find(qn("w:docGrid"))
        if grid is None:
            grid = OxmlElement("w:docGrid")
            section._sectPr.append(grid)
        grid.set(qn("w:type"), "linesAndChars")
        grid.set(qn("w:linePitch"), "579")  # twentieths of a point
        grid.set(qn("w:charSpace"), str(round((156 / 25.4 * 72 / CHARACTERS - 16) * 4096)))
    document.settings.odd_and_even_pages_header_footer = True
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        footer.is_linked_to_previous = False
        _page_number(footer.paragraphs[0], side)


def _page_number(paragraph: Any, side: Any) -> None:
    paragraph.alignment = side
    indent = paragraph.paragraph_format
    indent.left_indent = indent.right_indent = Pt(14)
    paragraph.add_run("— ")
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("separate", ""), ("shown", "1"), ("end", "")):
        part = OxmlElement({"": "w:instrText", "shown": "w:t"}.get(kind, "w:fldChar"))
        if text:
            part.text = text
        else:
            part.set(qn("w:fldCharType"), kind)
        run._r.append(part)
    paragraph.add_run(" —")
    for one in paragraph.runs:
        one.font.size = Pt(14)


def _styles(document: Any, paper: Paper) -> None:
    """Give every style its faces and the language: without them a word processor guesses both."""
    zh = paper.language == "zh"
    added = ("Pinzhi Banner", "Pinzhi Imprint", "Pinzhi Note", "Pinzhi Small")
    for name in added:
        document.styles.add_style(name, 1).base_style = document.styles["Normal"]
    _style(document, paper, "Normal", FANG, 16)
    body = document.styles["Normal"].paragraph_format
    body.space_before = body.space_after = Pt(0)
    body.line_spacing_rule, body.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    _style(document, paper, "Title", SONG, 22, centred=True)
    _style(document, paper, "Subtitle", HEI, 16, centred=True)
    _style(document, paper, "Heading 1", HEI, 16)
    _style(document, paper, "Pinzhi Banner", SONG, 45 if zh else 32, colour=RED, centred=True, line=Pt(60))
    _style(document, paper, "Pinzhi Imprint", FANG, 14 if zh else 11)
    _style(document, paper, "Pinzhi Note", FANG, 14)
    _style(document, paper, "Pinzhi Small", FANG, 10.5, colour=QUIET, line=Pt(16))


def _style(
    document: Any,
    paper: Paper,
    name: str,
    face: str,
    size: float,
    *,
    colour: RGBColor | None = None,
    centred: bool = False,
    line: Pt | None = None,
) -> None:
    style = document.styles[name]
    style.font.name, style.font.size = LATIN, Pt(size)
    style.font.bold = style.font.italic = False
    style.font.color.rgb = colour or RGBColor(0, 0, 0)
    properties = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), face)
    for odd in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(odd), None)
    tag = properties.find(qn("w:lang"))
    if tag is None:
        tag = OxmlElement("w:lang")
        properties.append(tag)
    tag.set(qn("w:val"), "en-GB" if paper.language == "en" else "zh-CN")
    tag.set(qn("w:eastAsia"), "zh-CN")
    layout = style.paragraph_format
    layout.space_before = layout.space_after = Pt(0)
    if line is not None:
        layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, line
    if centred:
        layout.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for odd in _BUILT_IN:
        for one in list(style.element.iter(qn(odd))):
            one.getparent().remove(one)


def _head(document: Any, paper: Paper) -> None:
    banner = document.add_paragraph(paper.banner, style="Pinzhi Banner")
    banner.paragraph_format.space_before, banner.paragraph_format.space_after = Mm(18), Mm(6)
    if paper.issue:
        document.add_paragraph(paper.issue).alignment = WD_ALIGN_PARAGRAPH.CENTER
    line = document.add_paragraph(f"{paper.owner}\t{paper.day}")
    line.paragraph_format.tab_stops.add_tab_stop(Mm(156), 2)  # right
    _rule(line, "bottom", 10, "C8161D")
    title = document.add_paragraph(paper.title, style="Title")
    title.paragraph_format.space_before = LINE
    if paper.subtitle:
        document.add_paragraph(paper.subtitle, style="Subtitle").paragraph_format.space_before = Pt(6)
    document.add_paragraph()


def _leaf(document: Any, paper: Paper, leaf: Leaf) -> None:
    if leaf.kind == "picture":
        _picture(document, leaf)
        return
    zh = paper.language == "zh"
    if leaf.kind == "heading":
        number = _NUMERALS[leaf.number - 1] + "、" if zh and leaf.number <= 10 else f"{leaf.number}. "
        paragraph = document.add_paragraph(number, style="Heading 1")
    else:
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    if zh:
        _indent(paragraph)
    else:
        paragraph.paragraph_format.space_before = Pt(6)
    for run in leaf.runs:
        _run(paragraph, paper, run)


def _indent(paragraph: Any) -> None:
    """Indent by two characters, both as a length and as a count, as Chinese word processors want it."""
    paragraph.paragraph_format.first_line_indent = Pt(32)
    paragraph._p.get_or_add_pPr().find(qn("w:ind")).set(qn("w:firstLineChars"), "200")


def _run(paragraph: Any, paper: Paper, run: Run) -> None:
    old = paragraph.add_run(run.words)
    if run.new:
        old.font.strike = True
        paragraph.add_run(run.new)
        mark = paragraph.add_run("（更正）" if paper.language == "zh" else " (corrected)")
        mark.font.size, mark.font.color.rgb = Pt(9), RED
    if run.code:
        code = paragraph.add_run(f"〔{run.code}〕")
        code.font.size, code.font.superscript, code.font.color.rgb = Pt(10), True, QUIET


def _picture(document: Any, leaf: Leaf) -> None:
    """Print a picture as its table: name and number, the one that is meant in bold."""
    document.add_paragraph(leaf.caption, style="Pinzhi Small").paragraph_format.keep_with_next = True
    table = _table(document, (56, 24), [(bar.name, bar.number) for bar in leaf.bars])
    for row, bar in zip(table.rows, leaf.bars, strict=True):
        row.cells[1].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        for cell in row.cells:
            cell.paragraphs[0].runs[0].bold = bar.here
    document.add_paragraph()


def _codes(document: Any, paper: Paper) -> None:
    if not paper.codes:
        return
    document.add_paragraph(
        f"{paper.codes_title}　{paper.as_of}", style="Pinzhi Small"
    ).paragraph_format.space_before = LINE
    lines = [(f"〔{one.code}〕", one.words, one.title, one.on, one.digest) for one in paper.codes]
    table = _table(document, (18, 34, 60, 24, 20), [paper.codes_heads, *lines])
    repeated = OxmlElement("w:tblHeader")  # the head stands on every page again
    table.rows[0]._tr.get_or_add_trPr().append(repeated)


def _table(document: Any, widths_mm: Sequence[int], lines: Sequence[Sequence[str]]) -> Any:
    """Add a table of small print with a thin line under each row and columns of these widths; return it."""
    table = document.add_table(rows=0, cols=len(widths_mm))
    table.autofit = False
    for line in lines:
        row = table.add_row()
        cannot_split = OxmlElement("w:cantSplit")
        row._tr.get_or_add_trPr().append(cannot_split)
        for cell, words in zip(row.cells, line, strict=True):
            cell.paragraphs[0].style = document.styles["Pinzhi Small"]
            cell.paragraphs[0].add_run(words)
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    borders = OxmlElement("w:tblBorders")
    for side in ("bottom", "insideH"):
        borders.append(_line(side, 4, _THIN))
    table._tbl.tblPr.append(borders)
    return table


def _colophon(document: Any, paper: Paper) -> None:
    first = document.add_paragraph(f"{paper.colophon}\t{paper.printed}", style="Pinzhi Imprint")
    first.paragraph_format.tab_stops.add_tab_stop(Mm(151), 2)
    first.paragraph_format.left_indent, first.paragraph_format.space_before = Pt(14), LINE
    _rule(first, "top", 8)
    last = document.add_paragraph(f"{paper.address}\n{paper.checks}", style="Pinzhi Small")
    last.paragraph_format.left_indent = Pt(14)
    _rule(last, "top", 6)
    _rule(last, "bottom", 8)


def _rule(paragraph: Any, side: str, eighths: int, colour: str = "000000") -> None:
    """Draw a line above or below a paragraph; its width in eighths of a point."""
    properties = paragraph._p.get_or_add_pPr()
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        properties.insert_element_before(
            borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
        )
    borders.append(_line(side, eighths, colour, space=4))


def _line(side: str, eighths: int, colour: str, space: int = 0) -> Any:
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(eighths)), ("space", str(space)), ("color", colour)):
        line.set(qn(f"w:{name}"), value)
    return line
