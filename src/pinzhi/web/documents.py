"""Documents to keep: reports as PDF and DOCX, both from the words that the page shows too."""

import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
import pylopdf_fonts_zh_cn
import typst
from django.utils.translation import gettext as _
from docx.oxml.ns import qn
from docx.shared import Pt

from pinzhi.records.assessment.queries.feedback import FeedbackReport, StageFeedback
from pinzhi.web.language import full_day, in_english, said

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_TEMPLATES = Path(__file__).parent / "documents"
_FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
_LATIN, _HAN = "Times New Roman", "SimSun"


def feedback_words(report: FeedbackReport) -> dict[str, Any]:
    """Return everything a feedback report says, in the reader's language, for the page, the PDF and the DOCX."""
    entry = report.entry
    return {
        "lang": "en" if in_english() else "zh",
        "region": "gb" if in_english() else "cn",
        "title": _("反馈报告"),
        "issuer": said(report.scheme),
        "scheme": said(report.scheme),
        "number": entry.number,
        "facts": [
            f"{entry.name}　{entry.number}　{said(report.category)}",
            _("{state}，{day}").format(state=said(report.state), day=full_day(report.ended_on)),
        ],
        "lead": _(
            "下面按条款列出评审组看到的优势和改进机会，以及得分所在的档。报告不写评审员的名字，也不写每个人的分。"
        ),
        "strengths": _("优势"),
        "improvements": _("改进机会"),
        "nothing": _("这份申报没有进入评分阶段，没有反馈意见。"),
        "stages": [_stage(one) for one in report.stages],
    }


def _stage(stage: StageFeedback) -> dict[str, Any]:
    return {
        "code": stage.code,
        "title": said(stage.title),
        "result": _("{instrument}：{percent}%，{judges} 位评审员").format(
            instrument=said(stage.instrument), percent=stage.percent, judges=stage.judges
        ),
        "sections": [
            {
                "title": f"{section.code} {said(section.title)}".strip(),
                "items": [
                    {
                        "title": f"{item.item} {said(item.title)}",
                        "band": _("{low} 至 {high}：{words}").format(
                            low=item.low, high=item.high, words=said(item.words)
                        )
                        if item.words
                        else "",
                        "strengths": list(item.strengths),
                        "improvements": list(item.improvements),
                    }
                    for item in section.items
                ],
            }
            for section in stage.sections
        ],
    }


def feedback_pdf(words: dict[str, Any], at: datetime) -> bytes:
    """Return a feedback report as a tagged PDF/A-2b; ``at`` is the time it says it was made."""
    return typst.compile(
        _TEMPLATES / "feedback.typ",
        format="pdf",
        font_paths=[_FONTS],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(words, ensure_ascii=False)},
        pdf_standards=["a-2b"],
        timestamp=int(at.timestamp()),
    )


def feedback_docx(words: dict[str, Any], at: datetime) -> bytes:
    """Return a feedback report as a DOCX with headings, so that it can be worked on."""
    document = docx.Document()
    _dress(document, words)
    document.core_properties.title = words["title"]
    document.core_properties.author = words["issuer"]
    document.core_properties.created = document.core_properties.modified = at
    document.add_paragraph(words["scheme"])
    document.add_heading(words["title"], level=0)
    for line in (*words["facts"], words["lead"]):
        document.add_paragraph(line)
    for stage in words["stages"]:
        document.add_heading(stage["title"], level=1)
        document.add_paragraph(stage["result"])
        for section in stage["sections"]:
            document.add_heading(section["title"], level=2)
            for item in section["items"]:
                _add_item(document, words, item)
    if not words["stages"]:
        document.add_paragraph(words["nothing"])
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _add_item(document: Any, words: dict[str, Any], item: dict[str, Any]) -> None:
    document.add_heading(item["title"], level=3)
    if item["band"]:
        document.add_paragraph(item["band"])
    for kind in ("strengths", "improvements"):
        if item[kind]:
            document.add_paragraph(words[kind]).paragraph_format.keep_with_next = True
        for text in item[kind]:
            document.add_paragraph(text, style="List Bullet")


def _dress(document: Any, words: dict[str, Any]) -> None:
    """Give every style a Chinese face and the language of the report: without them Word guesses both."""
    language = "en-GB" if words["lang"] == "en" else "zh-CN"
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "Heading 3", "List Bullet"):
        style = document.styles[name]
        style.font.name = _LATIN
        properties = style.element.get_or_add_rPr()
        properties.get_or_add_rFonts().set(qn("w:eastAsia"), _HAN)
        for odd in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            properties.rFonts.attrib.pop(qn(odd), None)
        tag = properties.find(qn("w:lang"))
        if tag is None:
            tag = properties.makeelement(qn("w:lang"), {})
            properties.append(tag)
        tag.set(qn("w:val"), language)
        tag.set(qn("w:eastAsia"), "zh-CN")
    document.styles["Normal"].font.size = Pt(10.5)
