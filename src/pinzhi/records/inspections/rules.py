"""The rules an inspection is recorded by: its checklist as a file; how inspectors are named in public."""

from pinzhi.engine.casework.checklists import suits_a_phone
from pinzhi.engine.errors import BadInput
from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.inspections.models import Inspection

LEVELS: dict[str, Text] = {
    "general": Text("一般风险", "General risk"),
    "larger": Text("较大风险", "Larger risk"),
    "major": Text("重大风险", "Major risk"),
}
FIELDS: dict[str, Text] = {
    "water": Text("水", "Water"),
    "gas": Text("气", "Gas"),
    "safety": Text("安全", "Safety"),
}
KINDS: dict[str, Text] = {
    "water": Text("涉水", "Water user"),
    "waste-gas": Text("废气", "Waste gas"),
}
# Whose field fits a kind of target, the nearest first; safety concerns every target.
FITTING: dict[str, tuple[str, ...]] = {"water": ("water", "safety"), "waste-gas": ("gas", "safety")}


def checklists() -> tuple[Instrument, ...]:
    """Return the instruments that serve as checklists on site."""
    return tuple(one for one in rulebook().all_of(Instrument) if suits_a_phone(one))


def checklist(instrument: str, edition: str) -> Instrument:
    """Return a checklist by its id and edition; BadInput names those there are."""
    found = next((one for one in checklists() if (one.id, one.edition) == (instrument, edition)), None)
    if found is None:
        raise BadInput(
            "inspections.checklist",
            "没有“{id} {edition}”这张检查表。有：{known}。",
            "There is no checklist “{id} {edition}”. There is: {known}.",
            id=instrument[:60],
            edition=edition[:20],
            known=", ".join(sorted({f"{one.id} {one.edition}" for one in checklists()})),
        )
    return found


def checklist_of(inspection: Inspection) -> Instrument:
    """Return the checklist an inspection is recorded by, in the edition under which it was opened."""
    return checklist(inspection.instrument, inspection.edition)


def inspector_code(user_id: int) -> str:
    """Return how an inspector is named in public: ``J0017``."""
    return f"J{user_id:04d}"


def expert_code(user_id: int) -> str:
    """Return how an expert on a visit is named in public: ``Z0017``."""
    return f"Z{user_id:04d}"
