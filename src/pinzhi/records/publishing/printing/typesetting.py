"""The typesetter: one template at a time, with the fonts of the house and no others."""

import threading
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst

FOLDER = Path(__file__).parent
_FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
_ONE_AT_A_TIME = threading.Lock()
_INCH = 25.4  # mm


def pictures_of(template: str, inputs: Mapping[str, str], *, width_mm: float, width_px: int) -> tuple[bytes, ...]:
    """Return each page of a template as a PNG so many pixels wide."""
    with _ONE_AT_A_TIME:
        made = _compiler(template).compile(format="png", ppi=width_px * _INCH / width_mm, sys_inputs=dict(inputs))
    return (made,) if isinstance(made, bytes) else tuple(made or ())


def pdf_of(template: str, inputs: Mapping[str, str], *, standards: "list[typst.PDFStandard]", timestamp: int) -> bytes:
    """Return a template as PDF; the same inputs always give the same bytes."""
    with _ONE_AT_A_TIME:
        made = _compiler(template).compile(
            format="pdf", sys_inputs=dict(inputs), pdf_standards=list(standards), timestamp=timestamp
        )
    if not isinstance(made, bytes):
        raise TypeError(f"the compiler gave {type(made)}")
    return made


@lru_cache(maxsize=4)
def _compiler(template: str) -> typst.Compiler:
    """Return the compiler of a template: making it reads the fonts, so that each is kept."""
    return typst.Compiler(FOLDER / template, font_paths=[_FONTS], ignore_system_fonts=True)
