"""What a process started for verification runs first: Django is set up before anything with tables is imported."""

import importlib
import os
from typing import Any

from pinzhi.engine.journal.audit import Span

_READING = "pinzhi.records.journal.reading"


def begin(where: tuple[dict[str, Any], str]) -> None:
    """Set Django up and make this process read the journal of the one that started it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pinzhi.config.settings")
    importlib.import_module("django").setup()
    importlib.import_module(_READING).begin(where)


def examined(first: int, end: int) -> tuple[Span, int]:
    """Examine the positions from one up to another."""
    span: tuple[Span, int] = importlib.import_module(_READING).examined(first, end)
    return span
