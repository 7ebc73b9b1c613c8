"""A bulletin as PDF in the layout of GB/T 9704-2012, tagged and kept for good, with the signed document attached."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from pinzhi.records.publishing.printing.paper import Paper
from pinzhi.records.publishing.printing.typesetting import pdf_of, pictures_of

if TYPE_CHECKING:
    from typst import PDFStandard  # stands in the stubs only

TEMPLATE = "bulletin.typ"
STANDARDS: "list[PDFStandard]" = ["a-3a", "ua-1"]
A4_MM = 210
PAGE_PX = 840  # width of a page as a picture: sharp at the size of a desk, small enough to send while somebody types


def as_pdf(paper: Paper, *, document: str, at: datetime) -> bytes:
    """Return a printed bulletin; ``document`` is attached, ``at`` the time it says it was made.

    The same bulletin always gives the same bytes.
    """
    return pdf_of(TEMPLATE, _inputs(paper, document), standards=STANDARDS, timestamp=int(at.timestamp()))


def as_pages(paper: Paper) -> tuple[bytes, ...]:
    """Return the pages of the PDF as pictures (PNG), for whoever writes."""
    return pictures_of(TEMPLATE, _inputs(paper, "{}"), width_mm=A4_MM, width_px=PAGE_PX)


def _inputs(paper: Paper, document: str) -> dict[str, str]:
    return {"data": json.dumps(asdict(paper), ensure_ascii=False), "document": document}
