"""Instruments for tests, made from short words instead of files."""

from datetime import date
from typing import Any

from pinzhi.engine.rulebook.instruments import Instrument


def words(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def item(item_id: str, kind: str = "points", **more: Any) -> dict[str, Any]:
    return {"id": item_id, "kind": kind, "title": words(item_id), **more}


def option(code: str, points: int = 0, **more: Any) -> dict[str, Any]:
    return {"code": code, "title": words(code), "points": points, **more}


def section(code: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "title": words(code), **more}


def instrument(*items: dict[str, Any], **more: Any) -> Instrument:
    """An instrument with these items, checked like one from a file."""
    made = Instrument.model_validate(
        {
            "id": "sheet",
            "title": words("sheet"),
            "source": "a test",
            "checked_on": date(2026, 11, 23),
            "use": "ballot",
            "item": items,
            **more,
        }
    )
    assert list(made.faults()) == []
    return made
