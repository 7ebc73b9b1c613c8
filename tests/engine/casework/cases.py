"""The dust problem of the rulebook, its calendar, and cases that went part of its way."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pinzhi.engine.assessment.rounds.seals import Pin
from pinzhi.engine.casework.cases import Case, Doer, Extended, Offer, Taken
from pinzhi.engine.casework.workflow import open_with, take
from pinzhi.engine.rulebook.calendars import Calendar, working_days
from pinzhi.engine.rulebook.case_parts import CaseRole
from pinzhi.engine.rulebook.case_types import CaseType
from pinzhi.engine.rulebook.load import open_rulebook

RULEBOOK = open_rulebook(Path(__file__).parents[3] / "rulebook", "qingdao")
DAYS = working_days(RULEBOOK.all_of(Calendar))
DUST = RULEBOOK.file(CaseType, "dust-problem", "1")
PIN = Pin(DUST.id, DUST.edition, RULEBOOK.digest(DUST))
OFFICER, HANDLER, VERIFIER = (
    Doer(f"user:{number}", frozenset({role})) for number, role in ((1, "officer"), (2, "handler"), (3, "verifier"))
)
CLOSER = Doer("user:4", frozenset({"officer"}))
GIVEN = frozenset({"what", "category", "place"})
THURSDAY = date(2024, 1, 4)


def opened(on: date = THURSDAY) -> Case:
    first = open_with(DUST, doer=OFFICER, given=GIVEN, on=on)
    return Case("YC-2024-0001", PIN, first.after, GIVEN, history=(first,))


def after(case: Case, taken: Taken, assign: Mapping[CaseRole, str] | None = None) -> Case:
    """Return the case with a step written down, as the record does."""
    return Case(
        case.key,
        case.pin,
        taken.after,
        case.given,
        case.files,
        (*case.history, taken),
        case.extensions,
        {**case.assigned, **(assign or {})},
        case.merged_into,
    )


def went(case: Case, *steps: tuple[str, Doer, date]) -> Case:
    """Return the case after steps, each with what it takes."""
    for code, doer, on in steps:
        step = DUST.step_of(code)
        assert step is not None
        offer = Offer("as examined", dict.fromkeys(step.assigns, "user:2"))
        case = Case(
            case.key, case.pin, case.state, case.given | {"measures"}, {"before": 1, "after": 1}, case.history,
            case.extensions, case.assigned,
        )  # fmt: skip
        case = after(case, take(DUST, PIN, case, code, doer=doer, on=on, offer=offer), offer.assign)
    return case


def extended(case: Case, *extensions: Extended) -> Case:
    return Case(case.key, case.pin, case.state, case.given, case.files, case.history, extensions, case.assigned)
