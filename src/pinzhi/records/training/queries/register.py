"""The public register of chief quality and brand officers: who was filed for which enterprise, as of any day."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from pinzhi.engine.errors import BadInput, NotFound
from pinzhi.engine.texts import Text
from pinzhi.engine.training.appointments import STATES
from pinzhi.engine.training.rates import Coverage
from pinzhi.records.catalog.models import Organisation
from pinzhi.records.catalog.queries.register_statistics import Share
from pinzhi.records.catalog.queries.registers import check_known
from pinzhi.records.catalog.queries.shapes import Ref, State, district_ref, organisation_ref
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.training.models import Appointment, AppointmentStep
from pinzhi.records.training.queries.appointed import filed_by, serving_by
from pinzhi.records.training.queries.officers import SHAPES
from pinzhi.records.training.queries.outcomes import coverage_of
from pinzhi.records.training.rules import course, courses

PAGE = 50
CHUNK = 500  # rows read at a time for a file
# Before it is filed an appointment is the enterprise's own affair.
PUBLIC: Mapping[str, Text] = {code: STATES[code] for code in ("filed", "serving", "changed", "dismissed", "ended")}


@dataclass(frozen=True, slots=True)
class AppointmentsAsked:
    """What is asked of the register; empty means all. ``on`` is the day it is about, ``known`` when that was known."""

    on: date
    known: date | None = None
    text: str = ""
    role: str = ""
    state: str = ""
    district: str = ""
    year: str = ""  # in which it was filed

    def pairs(self) -> dict[str, str]:
        """Return what is asked besides the day, by the names in addresses."""
        given = {"q": self.text, "role": self.role, "state": self.state, "district": self.district, "year": self.year}
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True, slots=True)
class OfficerLine:
    """An officer in the register, of whom it shows the name and nothing else."""

    appointment: Ref
    officer: Text
    role: Text
    organisation: Ref
    district: Ref | None
    appointed_on: date | None
    filed_on: date | None
    term_until: date | None
    state: State
    synthetic: bool


@dataclass(frozen=True, slots=True)
class OfficersPage:
    """One page of the register."""

    total: int
    page: int
    pages: int
    lines: tuple[OfficerLine, ...]


@dataclass(frozen=True, slots=True)
class OfficerStatistics:
    """What the register comes to on a day, part by part."""

    states: tuple[Share, ...]
    roles: tuple[Share, ...]
    districts: tuple[Share, ...]
    years: tuple[Share, ...]
    coverage: tuple[tuple[Text, Coverage], ...]


def officers_page(asked: AppointmentsAsked, *, page: int = 1) -> OfficersPage:
    """Return one page, those filed last first; BadInput for an unknown filter value, NotFound beyond the last page."""
    rows = _rows(asked)
    total = rows.count()
    pages = max(1, -(-total // PAGE))
    if not 1 <= page <= pages:
        raise NotFound(
            "training.register.page", "这个登记册有 {pages} 页。", "This register has {pages} pages.", pages=pages
        )
    return OfficersPage(total, page, pages, tuple(_lines(rows[(page - 1) * PAGE : page * PAGE], asked.on)))


def officer_lines(asked: AppointmentsAsked) -> Iterator[OfficerLine]:
    """Yield everything that is asked of the register, in order."""
    keys = list(_rows(asked).values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        some = keys[start : start + CHUNK]
        yield from _lines(_rows(asked).filter(pk__in=some), asked.on)


def serving_on(on: date, known: date | None = None) -> tuple[int, int]:
    """Return how many officers serve on a day, as known on another or now, and in how many enterprises."""
    found = serving_by(on, known)
    return found.count(), found.values("organisation_code").distinct().count()


def statistics_on(on: date, known: date | None = None) -> OfficerStatistics:
    """Return what the register comes to: every state, and those in office by role, by district and by year of filing.

    Each part in office says of how many enterprises, too. Coverage is of the enterprises listed as having to appoint.
    """
    states = filed_by(on, known).values_list("then").annotate(Count("pk"))
    serving = list(serving_by(on, known).values_list("role", "district", "filed_on__year", "organisation_code"))
    counted = dict(states)
    districts = rulebook().codelist("districts")
    at = [(role, districts.current(place, on) if place in districts else "", f"{year}", firm)
          for role, place, year, firm in serving]  # fmt: skip
    roles = roles_on(on)
    return OfficerStatistics(
        states=tuple(Share(code, PUBLIC[code], counted[code]) for code in PUBLIC if counted.get(code)),
        roles=_shares([(role, firm) for role, _place, _year, firm in at], lambda code: roles[code]),
        districts=_shares([(place, firm) for _role, place, _year, firm in at], _district_words),
        years=_shares([(year, firm) for _role, _place, year, firm in at], lambda code: Text(code, code)),
        coverage=tuple((roles[role], coverage_of(role, on)) for role in roles),
    )


def _shares(found: list[tuple[str, str]], words: Callable[[str], Text]) -> tuple[Share, ...]:
    counts = Counter(code for code, _firm in found)
    firms = Counter(code for code, _firm in set(found))
    ranked = sorted(counts.items(), key=lambda one: (one[0] == "", -one[1], one[0]))
    return tuple(Share(code, words(code), count, firms[code]) for code, count in ranked)


def _district_words(code: str) -> Text:
    return rulebook().codelist("districts").text(code) if code else Text("区市未写明", "District not given")


def roles_on(on: date) -> dict[str, Text]:
    """Return the roles that have a register, by code."""
    return {one.role: one.role_title for one in courses(on)}


def _rows(asked: AppointmentsAsked) -> QuerySet[Appointment]:
    _check(asked)
    found = filed_by(asked.on, asked.known)
    if asked.role:
        found = found.filter(role=asked.role)
    if asked.state:
        found = found.filter(then=asked.state)
    if asked.year:
        found = found.filter(filed_on__year=int(asked.year))
    if asked.district:
        districts = rulebook().codelist("districts")
        wanted = districts.current(asked.district, asked.on)
        codes = [one for one in districts.codes if districts.current(one, asked.on) == wanted]
        found = found.filter(district__in=codes)
    for word in asked.text.split()[:8]:
        found = found.filter(
            Q(number__icontains=word)
            | Q(organisation_name__icontains=word)
            | Q(organisation_code__icontains=word)
            | Q(learner__name__icontains=word)
        )
    return found.select_related("learner").order_by("-filed_on", "number")


def _check(asked: AppointmentsAsked) -> None:
    known = {"role": roles_on(asked.on), "state": PUBLIC, "district": rulebook().codelist("districts")}
    for name, value in asked.pairs().items():
        odd_year = name == "year" and not (value.isascii() and value.isdigit() and len(value) == 4 and value > "0000")
        if "\0" in value or odd_year or (name in known and value not in known[name]):
            raise BadInput(
                "training.register.filter",
                "任职登记册不认识“{name}＝{value}”。",
                "The register of appointments does not know “{name} = {value}”.",
                name=name,
                value=value[:60],
            )
    check_known(asked.on, asked.known)


def _lines(rows: QuerySet[Appointment], on: date) -> Iterator[OfficerLine]:
    found = list(rows)
    firms = {one.code: one for one in Organisation.objects.filter(code__in={row.organisation_code for row in found})}
    for row in found:
        firm, state = firms.get(row.organisation_code), str(getattr(row, "then", row.state))
        named = Ref("organisation", "", Text(row.organisation_name, ""))
        yield OfficerLine(
            appointment=Ref("verify-number", row.number, Text(row.number, row.number)),
            officer=Text(row.learner.name, ""),
            role=course(row.course_id, row.edition).role_title,
            organisation=organisation_ref(firm) if firm else named,
            district=district_ref(row.district, on),
            appointed_on=row.appointed_on,
            filed_on=row.filed_on,
            term_until=row.term_until,
            state=State(state, STATES[state], SHAPES[state]),
            synthetic=row.synthetic,
        )


def register_version() -> str:
    """Return what changes whenever an appointment does, for the downloads of the register."""
    return str(AppointmentStep.objects.order_by("-pk").values_list("pk", flat=True).first())
