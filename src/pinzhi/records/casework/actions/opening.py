"""Open a case: by people, by other engines, by phones; the same report sent again is the same case."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from pinzhi.engine.casework.cases import Doer
from pinzhi.engine.casework.workflow import open_with
from pinzhi.engine.errors import BadInput
from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.case_types import CaseType
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.casework.actions.holding import bring_up_to_date, note
from pinzhi.records.casework.actions.values import checked_values, keep_values
from pinzhi.records.casework.fields import place_words, spot_of
from pinzhi.records.casework.models import Case, CaseStep, NumberSeries
from pinzhi.records.casework.queries.points import point_of
from pinzhi.records.casework.rules import pin_of_type, roles_to_open, type_now
from pinzhi.records.catalog.models import Organisation
from pinzhi.records.catalog.rulebook import rulebook


@dataclass(frozen=True, slots=True)
class Parties:
    """Who holds a role in a case from its opening: organisations by code, an account by its id."""

    handler_code: str = ""
    provider_code: str = ""
    verifier_id: int | None = None


NOBODY = Parties()
LONGEST_TITLE = 200
LONGEST_ONCE = 120
# A notice is signed for by whoever it is sent to, the record of an inspection by whoever was inspected.
ANSWERED_BY_WHOM_IT_CONCERNS = ("notice", "inspection")
_TITLES = ("what", "need", "document", "title")  # the field whose words name a case, the first that is filled


def open_case(
    *,
    actor: Actor,
    kind: str,
    values: Mapping[str, str],
    when: Moment,
    district: str = "",
    reporter_code: str = "",
    station: str = "",
    found_on: date | None = None,
    once: str = "",
    parties: Parties = NOBODY,
    synthetic: bool = False,
) -> Case:
    """Open a case of a type, in its newest edition, and return it; ``parties`` are who deals with it from the start.

    ``once`` is the name under which another engine or a phone knows it: sent again, the case that stands is returned
    and nothing is written. ``station`` is the service point by which it came. Raises BadInput for a field that is
    missing or wrong, an unknown district or a day that has not come; NotFound for an unknown service point; NotAllowed
    where the actor may not bring such a case, or does not look after that point.
    """
    if once and (known := Case.objects.filter(once=once).first()):
        return known
    held = type_now(kind)
    checked = checked_values(held, values)
    given = frozenset(code for code, value in checked.items() if value)
    first = open_with(held, doer=Doer(actor.key, roles_to_open(actor, station)), given=given, on=when.on)
    if station and not actor.trusted:
        require(actor, "casework.point", point_of(station))
    _check_reporter(actor, reporter_code, station)
    found = found_on or when.on
    if found > when.on or len(once) > LONGEST_ONCE:
        raise BadInput(
            "casework.found_on",
            "发现日期是 {found}，不能晚于今天（{on}）。",
            "Found on {found}; that cannot be later than today ({on}).",
            found=found,
            on=when.on,
        )
    try:
        with transaction.atomic():
            case = _new(held, checked, when, district)
            _concern_reporter(case, reporter_code)
            case.found_on, case.station, case.once, case.synthetic = found, station, once or None, synthetic
            case.reporter_id, case.reporter_code = actor.user_id, reporter_code
            case.handler_code = parties.handler_code or case.handler_code
            case.provider_code, case.verifier_id = parties.provider_code, parties.verifier_id
            shown = keep_values(case, held, checked)
            case.save()
            CaseStep.objects.create(
                case=case,
                number=1,
                code=first.code,
                after=first.after,
                role=first.role,
                actor=first.actor,
                changed=shown,
                made_on=when.on,
                made_at=when.at,
            )
            bring_up_to_date(case, held, when.on)
            note(actor, "open", case, when, role=first.role, once=once)
    except IntegrityError:
        if once and (known := Case.objects.filter(once=once).first()):
            return known  # the same report came twice at once: the first is enough
        raise
    return case


def _new(kind: CaseType, values: Mapping[str, str], when: Moment, district: str) -> Case:
    pin = pin_of_type(kind)
    case = Case(
        number=next_number(kind.prefix, when.on.year),
        kind=kind.id,
        edition=kind.edition,
        digest=pin.digest,
        family=kind.family,
        theme=kind.theme,
        state=kind.first.code,
        phase=kind.first.phase,
        opened_on=when.on,
        opened_at=when.at,
        version=0,
    )
    place_case(case, kind, values, district)
    if kind.family in ANSWERED_BY_WHOM_IT_CONCERNS:
        case.handler_code = case.organisation_code
    return case


def _concern_reporter(case: Case, code: str) -> None:
    """Let an order concern whoever orders: lists show the name, and officers of its district handle it."""
    if case.family != "order" or case.organisation_code or not code:
        return
    known = Organisation.objects.filter(code=code).first()
    if known is not None:
        case.organisation_code, case.organisation_name = known.code, known.name
        case.district = case.district or known.district


def place_case(case: Case, kind: CaseType, values: Mapping[str, str], district: str = "") -> None:
    """Set what lists know a case by: title, place, organisation and district, from its fields."""
    by_kind = {field.kind: values[field.code] for field in kind.field if values.get(field.code)}
    title = next((values[code] for code in _TITLES if values.get(code)), "")
    if place := by_kind.get("place"):
        spot = spot_of(place)
        case.latitude, case.longitude = (spot.latitude, spot.longitude) if spot else (None, None)
    if organisation := by_kind.get("organisation"):
        known = Organisation.objects.filter(code=organisation).first()
        case.organisation_code = known.code if known else ""
        case.organisation_name = known.name if known else organisation
        case.district = case.district or (known.district if known else "")
    case.title = case.title or (title or case.organisation_name or place_words(place or "") or kind.title.zh)
    case.title = " ".join(case.title.split())[:LONGEST_TITLE]
    if district:
        if district not in rulebook().codelist("districts"):
            raise BadInput(
                "casework.district",
                "没有“{code}”这个区市。",
                "There is no district “{code}”.",
                code=district[:6],
            )
        case.district = district


def next_number(prefix: str, year: int) -> str:
    """Return the next number of a series, ``YC-2024-00001``; call it in the transaction that uses it."""
    key = f"{prefix}-{year}"
    NumberSeries.objects.get_or_create(key=key)
    series = NumberSeries.objects.select_for_update().get(key=key)
    series.last += 1
    series.save(update_fields=["last"])
    return f"{key}-{series.last:05d}"


def _check_reporter(actor: Actor, code: str, station: str) -> None:
    """Refuse a case in the name of others, except by officers and for who came to a service point."""
    if code and code not in actor.organisation_codes and not actor.has("city_officer", "district_officer"):
        if actor.trusted or station in actor.points:
            return
        raise BadInput(
            "casework.reporter",
            "你不能以“{code}”的名义提出。",
            "You cannot bring a case in the name of “{code}”.",
            code=code[:40],
        )
