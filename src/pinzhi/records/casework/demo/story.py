"""Load the demonstration's cases: every step through the acts, on the day the file says."""

import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.demo import ENTERPRISE, INSTITUTION, MAIL_DOMAIN
from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import Actor, actor_for
from pinzhi.records.casework.actions.keeping import add_file
from pinzhi.records.casework.actions.opening import open_case
from pinzhi.records.casework.actions.rating import RATE, rate_order
from pinzhi.records.casework.actions.steps import Wish, take_step
from pinzhi.records.casework.demo.pictures import drawn_photo
from pinzhi.records.casework.models import Case
from pinzhi.records.casework.rules import type_of
from pinzhi.records.catalog.models import Organisation
from pinzhi.records.clock import today
from pinzhi.records.storage import Sent

_ROLES = {
    "officer": "city_officer",
    "district": "district_officer",
    "firm": "enterprise",
    "lab": "institution",
    "inspector": "inspector",
    "expert": "expert",
    "citizen": "citizen",
}
_VALUES = {"measures": "已洒水清扫并加盖防尘网。", "price": "3200", "deliverable": "YS-BG-001"}
_RATING = 5
_GROUND = "经现场核查。"


def load_cases() -> bool:
    """Make the cases unless they are there; return whether they were made. All of them or none.

    A city without a file for them, or without the demonstration's organisations, has no such cases.
    """
    file = Path(settings.RULEBOOK) / settings.CITY / "demo" / "cases.toml"
    organisations = Organisation.objects.filter(code__in=(ENTERPRISE, INSTITUTION)).count()
    if Case.objects.exists() or not file.is_file() or organisations < 2:
        return False
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    with transaction.atomic():
        for told in content["case"]:
            _tell(told)
    return True


def _tell(told: Mapping[str, Any]) -> None:
    actor = _actor(told.get("by", "officer"))
    found: date = told["found"]
    values = dict(told["values"])
    if "place" in values:  # what was found somewhere was found at the demonstration's own enterprise
        values["organisation"] = ENTERPRISE
    case = open_case(
        actor=actor,
        kind=told["kind"],
        values=values,
        when=_at(found),
        district=told.get("district", ""),
        reporter_code=ENTERPRISE if told.get("by") == "firm" else "",
        synthetic=True,
    )
    for code, who, on in told["steps"]:
        _step(case, code, _actor(who), on)
    if told.get("again"):
        Case.objects.filter(pk=case.pk).update(seen_before=told["again"])


def _step(case: Case, code: str, actor: Actor, on: date) -> None:
    step = type_of(case).step_of(code)
    if step is None:
        raise ValueError(f"{case.number}: no step {code}")
    for need in step.evidence:
        add_file(actor=actor, case_id=case.pk, kind=need.kind, sent=_evidence(need.kind), when=_at(on))
    assign: dict[Any, str] = {}
    for role in step.assigns:
        assign[role] = {"handler": ENTERPRISE, "provider": INSTITUTION}[role]
    if code == RATE:
        rate_order(actor=actor, case_id=case.pk, level=_RATING, seen=None, when=_at(on))
        return
    values = {name: _VALUES[name] for name in step.needs if name in _VALUES}
    wish = Wish(code, _GROUND if step.ground else "", values, assign)
    take_step(actor=actor, case_id=case.pk, wish=wish, seen=None, when=_at(on))


def _evidence(kind: str) -> Sent:
    """Return what stands for evidence of a kind: a drawn photo before or after the work, a document for the rest."""
    if kind in ("before", "after"):
        return Sent(f"{kind}.png", [drawn_photo(covered=kind == "after")])
    return Sent(f"{kind}.pdf", [(Path(settings.RULEBOOK) / settings.CITY / "demo" / "evidence.pdf").read_bytes()])


def _actor(who: str) -> Actor:
    user = User.objects.get(email=f"{_ROLES[who].replace('_', '-')}@{MAIL_DOMAIN}")
    return actor_for(user, today())


def _at(on: date) -> Moment:
    return Moment(datetime(on.year, on.month, on.day, 2, tzinfo=UTC), on)
