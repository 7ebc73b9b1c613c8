"""Carry what was announced into the catalogue, where winners are found, counted and traced."""

from datetime import date

from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.records.accounts.permissions import SYSTEM
from pinzhi.records.assessment.models import Entry
from pinzhi.records.catalog.actions import record_change
from pinzhi.records.catalog.models import Organisation


def give_honour(entry: Entry, scheme: Scheme, *, when: Moment, effective_on: date, state: str = "announced") -> None:
    """Write the honour of an announced entry into the catalogue, or that it was revoked; nothing for no grade."""
    grade = next((one for one in scheme.grade if one.code == entry.grade), None)
    if grade is None or not scheme.honours:
        return
    kind = next(one.object for one in scheme.category if one.code == entry.category)
    is_known = Organisation.objects.filter(code=entry.organisation_code).exists()
    values = {
        "scheme": scheme.honours,
        "edition": scheme.edition,
        "grade": grade.code,
        "title_zh": f"{scheme.title.zh}{grade.title.zh}",
        "title_en": f"{scheme.title.en}, {grade.title.en}",
        "organisation": entry.organisation_code if is_known else "",
        "team": entry.name if kind == "team" else "",
        "recipient": entry.name,
        "issuer": scheme.decider.zh,
        "awarded_on": effective_on.isoformat(),
        "state": state,
        "region": entry.district,
        "source": entry.round.key,
        "synthetic": "1" if entry.synthetic else "0",
    }
    key = f"{entry.round.key}-{entry.number}"
    record_change(actor=SYSTEM, kind="honour", key=key, values=values, valid_from=None, now=when.at)
