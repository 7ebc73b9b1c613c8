"""The rules a case is handled by: its type as a file, the working days, the roles somebody holds in it."""

from datetime import date
from typing import cast

from pinzhi.engine.assessment.rounds.seals import Pin
from pinzhi.engine.casework import cases as engine
from pinzhi.engine.errors import Conflict, NotFound
from pinzhi.engine.rulebook.case_parts import CaseRole
from pinzhi.engine.rulebook.case_types import CaseType
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.models import Case
from pinzhi.records.catalog.models import Institution, Organisation
from pinzhi.records.catalog.rulebook import rulebook

OPEN_LANES = ("active", "waiting")


def case_types() -> tuple[CaseType, ...]:
    """Return every edition of every case type."""
    return rulebook().all_of(CaseType)


def type_of(case: Case) -> CaseType:
    """Return the type of a case, in the edition under which it was opened."""
    return rulebook().file(CaseType, case.kind, case.edition)


def type_now(kind: str) -> CaseType:
    """Return the newest edition of a type; NotFound names the types there are."""
    known = [one for one in case_types() if one.id == kind]
    if not known:
        raise NotFound(
            "casework.type",
            "没有“{kind}”这类办件。有：{known_zh}。",
            "There is no case type “{kind}”. There is: {known}.",
            kind=kind[:60],
            known_zh="、".join(sorted({one.title.zh for one in case_types()})),
            known=", ".join(sorted({one.title.en for one in case_types()})),
        )
    return max(known, key=lambda one: (one.in_force_from is not None, one.in_force_from, one.edition))


def pin_of_type(kind: CaseType) -> Pin:
    """Return a type's edition with the digest of its file as it is today."""
    return Pin(kind.id, kind.edition, rulebook().digest(kind))


def pin_of(case: Case) -> Pin:
    """Return the edition under which a case was opened."""
    return Pin(case.kind, case.edition, case.digest)


def roles_in(actor: Actor, case: Case) -> frozenset[CaseRole]:
    """Return the roles somebody holds in a case.

    Nobody handles as an officer what concerns an organisation he acts for: he is its handler, provider or reporter
    alone.
    """
    if actor.trusted:
        return frozenset({"system", "officer"})
    held: set[CaseRole] = set()
    if _reports(actor, case):
        held.add("reporter")
    if case.handler_code and case.handler_code in actor.organisation_codes:
        held.add("handler")
    if case.provider_code and case.provider_code in actor.organisation_codes:
        held.add("provider")
    if actor.user_id is not None and actor.user_id == (case.verifier_id or _inspector_who_found_it(actor, case)):
        held.add("verifier")
    if actor.user_id is not None and case.expert_id == actor.user_id:
        held.add("expert")
    concerned = {case.organisation_code, case.handler_code, case.provider_code, case.reporter_code} - {""}
    if not concerned & actor.organisation_codes:
        held |= _offices(actor, case)
        if case.station and case.station in actor.points:
            held.add("station")
    return frozenset(held)


def roles_to_open(actor: Actor, station: str = "") -> frozenset[CaseRole]:
    """Return the roles in which somebody may bring a case; what a steward brings at his point, it brings."""
    if actor.trusted:
        return frozenset({"system", "officer"})
    if station and station in actor.points:
        return frozenset({"station"})
    held: set[CaseRole] = {"reporter"}
    if actor.has("city_officer", "district_officer"):
        held.add("officer")
    if actor.has("inspector"):
        held.add("verifier")
    if actor.has("expert"):
        held.add("expert")
    if actor.organisation_codes:
        held.add("handler")
    return frozenset(held)


def facts_of(case: Case) -> engine.Case:
    """Return a case as the engine sees it: what is filled, which files are there, every step."""
    files: dict[str, int] = {}
    for kind in case.files.values_list("kind", flat=True):
        files[kind] = files.get(kind, 0) + 1
    filled = {code for code, value in case.values.items() if value not in ("", None)}
    return engine.Case(
        key=case.number,
        pin=pin_of(case),
        state=case.state,
        given=frozenset(filled | set(case.values.get(SEALED, ()))),
        files=files,
        history=tuple(
            engine.Taken(code, before, after, cast(CaseRole, role), actor, on)
            for code, before, after, role, actor, on in case.steps.order_by("number").values_list(
                "code", "before", "after", "role", "actor", "made_on"
            )
        ),
        extensions=tuple(
            engine.Extended(deadline, days, on)
            for deadline, days, on in case.extensions.order_by("pk").values_list("deadline", "days", "decided_on")
        ),
        merged_into=case.merged_into.number if case.merged_into else "",
        days=_days_of(case),
    )


def _days_of(case: Case) -> dict[str, date]:
    """Return the dates of a case that end one of its clocks."""
    wanted = {one.until for one in type_of(case).deadline if case.values.get(one.until)}
    return {code: date.fromisoformat(case.values[code]) for code in wanted}


def require_listed(organisation: Organisation) -> None:
    """Refuse an institution that takes no orders: one that is not listed, or whose listing is suspended."""
    listing = Institution.objects.filter(organisation=organisation).first()
    if listing is None or listing.state != "listed":
        raise Conflict(
            "casework.provider",
            "“{name}”不能接单：{state_zh}。",
            "“{name}” takes no orders: {state}.",
            name=organisation.name,
            state_zh={"suspended": "已暂停", "delisted": "已退出"}.get(
                listing.state if listing else "", "不在机构名录"
            ),
            state={"suspended": "its listing is suspended", "delisted": "it left the directory"}.get(
                listing.state if listing else "", "it is not in the directory of institutions"
            ),
        )


SERVED = ("completed", "rated")  # states of an order whose service was delivered and taken
SEALED = "_sealed"  # in Case.values: codes of the personal fields that are filled


def _inspector_who_found_it(actor: Actor, case: Case) -> int | None:
    """Return the inspector who brought a case: unless somebody else is named, he looks whether it was put right."""
    return case.reporter_id if actor.has("inspector") and not case.reporter_code else None


def _reports(actor: Actor, case: Case) -> bool:
    if case.reporter_code:
        return case.reporter_code in actor.organisation_codes
    return case.reporter_id is not None and case.reporter_id == actor.user_id


def _offices(actor: Actor, case: Case) -> set[CaseRole]:
    held: set[CaseRole] = set()
    if actor.has("city_officer") or (actor.has("district_officer") and case.district in actor.districts):
        held.add("officer")
    if actor.has("supervisor"):
        held.add("supervisor")
    return held
