"""A year of the demonstration, replayed act by act: on a dozen days every number of every desk is a plain count."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from pinzhi.engine.casework import cases as engine
from pinzhi.engine.casework.deadlines import clocks
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.actions.clock import do_what_is_due
from pinzhi.records.casework.actions.keeping import add_file
from pinzhi.records.casework.actions.opening import open_case
from pinzhi.records.casework.actions.past import PastCase, PastStep
from pinzhi.records.casework.actions.steps import Wish, take_step
from pinzhi.records.casework.demo.service import PastOrder, past_orders
from pinzhi.records.casework.models import Case
from pinzhi.records.casework.queries import day, desk
from pinzhi.records.casework.queries.filters import Filter
from pinzhi.records.casework.rules import pin_of, type_now, type_of
from pinzhi.records.catalog.models import Organisation
from pinzhi.records.catalog.rulebook import calendar
from pinzhi.records.inspections.demo.problems import notices, problems
from pinzhi.records.storage import Sent
from tests.build import make_actor
from tests.build_catalog import make_institution, make_organisation
from tests.records.casework.build import PNG

pytestmark = pytest.mark.django_db
LAB, DISTRICT = "12370200MA0000031D", "370214"
FIRMS = [f"TEST{number:014d}" for number in range(12)]
EVERY_ORDER, EVERY_PROBLEM = 6, 4  # of the demonstration's, so that the year takes seconds
LATE, WAITS = 5, 4  # every fifth problem is put right late, every fourth waits for others first
LOOKS = [date(2023, month, 1) + timedelta(days=month * 5 % 27) for month in range(1, 13)]


@dataclass(frozen=True, slots=True)
class City:
    """Who acts in the year, by the role of the demonstration's steps."""

    officer: Actor
    closer: Actor
    district: Actor
    supervisor: Actor
    inspector: Actor
    lab: Actor
    citizen: Actor
    firms: Mapping[str, Actor]

    def desks(self) -> dict[str, Actor]:
        """Everybody whose desk is looked at."""
        return {
            "officer": self.officer, "district": self.district, "supervisor": self.supervisor,
            "inspector": self.inspector, "lab": self.lab, "citizen": self.citizen, "firm": self.firms[FIRMS[0]],
        }  # fmt: skip

    def doer(self, past: PastCase, step: PastStep) -> Actor:
        """Who takes a step of the demonstration: closing takes another officer than checking."""
        if step.code == "close":
            return self.closer
        by = {"officer": self.officer, "verifier": self.inspector, "provider": self.lab}
        return by.get(step.role) or self.firms[past.handler]


@pytest.fixture
def city() -> City:
    make_institution(make_organisation("青岛演示检测有限公司", LAB, district="370213", kind="institution"))
    for number, code in enumerate(FIRMS):
        district = DISTRICT if number % 3 else "370211"
        make_organisation(f"青岛演示{number}有限公司", code, district=district, kind="enterprise", synthetic=True)
    return City(
        officer=make_actor("city_officer"),
        closer=make_actor("city_officer", district="370200"),
        district=make_actor("district_officer", district=DISTRICT),
        supervisor=make_actor("supervisor"),
        inspector=make_actor("inspector"),
        lab=make_actor("institution", organisation_code=LAB),
        citizen=make_actor("citizen"),
        firms={code: make_actor("enterprise", organisation_code=code) for code in FIRMS},
    )


def test_on_a_dozen_days_of_a_year_every_number_of_every_desk_is_a_plain_count(city: City) -> None:
    acts = sorted(the_year(city), key=lambda act: act[0])
    told: Counter[str] = Counter()
    for look in LOOKS:
        while acts and acts[0][0] <= look:
            _on, act = acts.pop(0)
            act()
        do_what_is_due(at(look))
        those = [Standing(case, look) for case in Case.objects.prefetch_related("steps").order_by("pk")]
        for who, actor in city.desks().items():
            own = [one for one in those if sees(who, actor, one.case)]
            assert numbers_of_the_desk(actor, look) == counted(own, look), (who, look)
            told.update(one.column for one in own)

    assert acts  # the last look is before the year's end
    assert min(told[column] for column in ("overdue", "today", "open", "waiting", "closed")) > 0, told


# ---- the numbers of a desk, and the same counted plainly ------------------------------------------------------------
def numbers_of_the_desk(actor: Actor, on: date) -> dict[str, Any]:
    """What the desk's queries say: columns, themes, what falls due, the month, the weeks."""
    asked = Filter()
    return {
        "columns": desk.column_counts(actor, asked, on),
        "board": {one.code: (one.count, len(one.lines)) for one in desk.board(actor, asked, on)},
        "themes": {code: count for code, _title, count in desk.theme_counts(actor) if count},
        "strip": {one.on: one.count for one in day.due_days(actor, asked, on) if one.count},
        "month": {one.on: one.count for week in day.due_weeks(actor, asked, on, on) for one in week if one.count},
        "weeks": {one.monday: (one.opened, one.closed) for one in day.weeks(actor, on)},
    }


class Standing:
    """A case on a day, worked out from its steps and the file of its type, without what is kept for lists."""

    def __init__(self, case: Case, on: date) -> None:
        self.case = case
        steps = sorted(case.steps.all(), key=lambda step: step.number)
        kind = type_of(case)
        state = kind.state_of(steps[-1].after)
        assert state is not None
        self.phase = state.phase
        self.closed_on = steps[-1].made_on if self.phase == "closed" else None
        self.due: date | None = None
        if self.phase != "closed":
            history = tuple(
                engine.Taken(one.code, one.before, one.after, one.role, one.actor, one.made_on)  # type: ignore[arg-type]
                for one in steps
            )
            facts = engine.Case(case.number, pin_of(case), state.code, frozenset(), {}, history)
            running = [one for one in clocks(kind, facts, on=on, days=calendar()) if one.is_running]
            self.due = min((one.last_day for one in running if one.last_day), default=None)
        self.column = self._column(on)

    def _column(self, on: date) -> str:
        if self.phase in ("closed", "waiting"):
            return self.phase
        if self.due is None or self.due > on:
            return "open"
        return "today" if self.due == on else "overdue"


def counted(those: list[Standing], on: date) -> dict[str, Any]:
    """The same numbers, by counting."""
    columns = {
        code: sum(one.column == code for one in those) for code in ("overdue", "today", "open", "waiting", "closed")
    }
    still_open = [one for one in those if one.phase != "closed"]
    due = Counter(one.due for one in still_open if one.due)
    ahead = [on]
    while len(ahead) < 10:
        ahead.append(calendar().add(ahead[-1], 1))
    first = on.replace(day=1) - timedelta(days=on.replace(day=1).weekday())
    last = (on.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    last += timedelta(days=6 - last.weekday())
    mondays = [on - timedelta(days=on.weekday(), weeks=back) for back in range(12)]
    return {
        "columns": columns,
        "board": {code: (count, min(6, count)) for code, count in columns.items() if code != "closed"},
        "themes": dict(Counter(one.case.theme for one in still_open)),
        "strip": {one: due[one] for one in ahead if due[one]},
        "month": {one: count for one, count in due.items() if first <= one <= last},
        "weeks": {
            monday: tuple(
                sum(1 for one in found if one is not None and monday <= one < monday + timedelta(days=7))
                for found in ([one.case.opened_on for one in those], [one.closed_on for one in those])
            )
            for monday in mondays
        },
    }


def sees(who: str, actor: Actor, case: Case) -> bool:
    """Who may know of a case, in plain words."""
    concerned = {case.reporter_code, case.handler_code, case.provider_code}
    match who:
        case "officer" | "supervisor":
            return True
        case "district":
            return case.district == DISTRICT
        case "firm" | "lab":
            return bool(concerned & actor.organisation_codes)
    return case.reporter_id == actor.user_id and not case.reporter_code


# ---- the year, as acts by day ---------------------------------------------------------------------------------------
Act = tuple[date, Any]


def the_year(city: City) -> Iterator[Act]:
    """Yield every act of the year: problems of the zone, notices, orders of services, complaints."""
    firms = list(Organisation.objects.filter(code__in=FIRMS).order_by("code"))
    for number, one in enumerate(list(problems(firms))[::EVERY_PROBLEM]):
        yield from led(city, troubled(one, number), city.inspector)
    for one in notices(firms, "gaoxin-risk-2023", "责任告知书"):
        yield from led(city, one, city.officer)
    for order in past_orders()[::EVERY_ORDER]:
        if order.opened_by == "reporter":
            yield from led(city, as_case(order), city.firms[order.reporter_code], order.reporter_code)
    for month in range(1, 13):
        values = {"what": "检测报告迟了一周", "about": "institution", "detail": "x", "contact": "13900000000"}
        yield from led(city, PastCase("", "complaint", values, "reporter", date(2023, month, 9), ()), city.citizen)


def troubled(one: PastCase, number: int) -> PastCase:
    """A problem that went less smoothly: put right ten days late, or waiting for others in between."""
    assign, *rest = one.steps
    if number % LATE == 0:
        return replace(one, steps=(assign, *(replace(step, on=step.on + timedelta(days=10)) for step in rest)))
    if number % WAITS == 0:
        wait, go_on = (
            PastStep(code, "officer", assign.on + timedelta(days=by)) for code, by in (("wait", 1), ("go-on", 40))
        )
        return replace(
            one, steps=(assign, wait, go_on, *(replace(step, on=step.on + timedelta(days=42)) for step in rest))
        )
    return one


def as_case(order: PastOrder) -> PastCase:
    """An order as a case: its rating is an act of its own, and no number of the desk."""
    steps = tuple(PastStep(one.step, one.role, one.on) for one in order.steps if one.step != "rate")
    values = {code: value for code, value in order.values.items() if code != "rating"}
    return PastCase(order.once, "nqi-order", values, "reporter", order.opened_on, steps, order.reporter_code)


def led(city: City, one: PastCase, opener: Actor, reporter_code: str = "") -> Iterator[Act]:
    """Yield the acts of a case: opened with what it opens with, each step with what it needs."""
    kind = type_now(one.kind)
    later = {name for step in one.steps if (taken := kind.step_of(step.code)) for name in taken.needs}
    made: list[int] = []

    def opened() -> None:
        values = {
            code: value
            for code, value in one.values.items()
            if code not in later or code in kind.opens_with or code == "service"
        }
        case = open_case(
            actor=opener, kind=one.kind, values=values, when=at(one.opened_on), district=one.district,
            reporter_code=reporter_code,
        )  # fmt: skip
        made.append(case.pk)

    yield one.opened_on, opened
    for step in one.steps:
        yield step.on, lambda step=step: stepped(city, one, step, made[0])


def stepped(city: City, one: PastCase, step: PastStep, case_id: int) -> None:
    """Take a step with the files, words and people it takes."""
    taken, doer = type_now(one.kind).step_of(step.code), city.doer(one, step)
    assert taken is not None
    for need in taken.evidence:
        sent = Sent(f"{need.kind}.png", [PNG], len(PNG))
        add_file(actor=doer, case_id=case_id, kind=need.kind, sent=sent, when=at(step.on))
    assign: dict[Any, str] = {role: {"provider": LAB}.get(role, one.handler) for role in taken.assigns}
    values = {name: one.values[name] for name in taken.needs if name in one.values}
    wish = Wish(step.code, "按现场情况" if taken.ground else "", values, assign)
    take_step(actor=doer, case_id=case_id, wish=wish, seen=None, when=at(step.on))


def at(on: date) -> Moment:
    return Moment(datetime(on.year, on.month, on.day, 2, tzinfo=UTC), on)
