"""A bulletin as PDF in the layout of GB/T 9704-2012, tagged and kept for good, with the signed document attached."""

import json
import threading
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pylopdf_fonts_zh_cn
import typst

from pinzhi.records.publishing.printing.paper import Paper

if TYPE_CHECKING:
    from typst import PDFStandard  # stands in the stubs only

_TEMPLATE = Path(__file__).parent / "bulletin.typ"
_FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
STANDARDS: "list[PDFStandard]" = ["a-3a", "ua-1"]
_ONE_AT_A_TIME = threading.Lock()


def as_pdf(paper: Paper, *, document: str, at: datetime) -> bytes:
    """Return a printed bulletin; ``document`` is attached, ``at`` the time it says it was made.

    The same bulletin always gives the same bytes.
    """
    inputs = {"data": json.dumps(asdict(paper), ensure_ascii=False), "document": document}
    with _ONE_AT_A_TIME:
        made = _compiler().compile(
            format="pdf", sys_inputs=inputs, pdf_standards=STANDARDS, timestamp=int(at.timestamp())
        )
    if not isinstance(made, bytes):
        raise TypeError(f"the compiler gave {type(made)}")
    return made


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    """Return the compiler of the template: making it reads the fonts, so that one is kept."""
    return typst.Compiler(_TEMPLATE, font_paths=[_FONTS], ignore_system_fonts=True)
