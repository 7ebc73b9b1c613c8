"""Cases counted and leafed through part by part are those of one query, in the same order, for whoever looks."""

from datetime import date

import pytest

from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.actions.steps import Wish
from pinzhi.records.casework.models import Case
from pinzhi.records.casework.queries import day, desk
from pinzhi.records.casework.queries.filters import COLUMNS, ORDERS, Filter
from pinzhi.records.casework.queries.lists import scanned
from pinzhi.records.casework.queries.visible import visible_cases, visible_parts
from tests.records.casework.build import FIRM, Cast

pytestmark = pytest.mark.django_db
ON = date(2024, 1, 9)
VIEWERS = ("officer", "district", "other_district", "inspector", "supervisor", "firm", "lab", "citizen")


@pytest.fixture
def cast() -> Cast:
    """Cases in every column: overdue, due today, later, without a due day, waiting, closed; of two districts."""
    cast = Cast()
    for opened in ("01-02", "01-03", "01-08", "01-09"):
        cast.dust(day=opened)
        cast.assigned(opened)
    cast.dust(by=cast.inspector, day="01-09")
    cast.order("01-03")
    cast.completed("01-04")
    waiting = cast.assigned("01-03")
    cast.step(waiting, cast.officer, Wish("wait", ground="等回函"), "01-04")
    closed = cast.dust(day="01-03")
    cast.step(closed, cast.officer, Wish("dismiss", ground="不属实"), "01-04")
    Case.objects.filter(organisation_code=FIRM, number__endswith="2").update(district="370203", due_on=None)
    return cast


@pytest.mark.parametrize("who", VIEWERS)
def test_parts_are_disjoint_and_together_all_that_is_visible(cast: Cast, who: str) -> None:
    actor: Actor = getattr(cast, who)

    numbers = [case.number for part in visible_parts(actor) for case in part]

    assert sorted(numbers) == sorted(visible_cases(actor).values_list("number", flat=True))


@pytest.mark.parametrize("who", VIEWERS)
@pytest.mark.parametrize("order", ORDERS)
def test_a_column_is_counted_and_leafed_through_as_one_query_lists_it(cast: Cast, who: str, order: str) -> None:
    actor: Actor = getattr(cast, who)
    for asked in (Filter(column=column, order=order) for column in ("", *COLUMNS)):
        expected = [case.number for case in desk.filtered(actor, asked, ON)]

        found = desk.found(actor, asked, ON)
        assert found.count() == len(expected), asked
        assert [case.number for case in found.first(100)] == expected, asked
        pages = [found.first(2, start=start) for start in range(0, len(expected) + 2, 2)]
        assert [case.number for page in pages for case in page] == expected, asked
        assert [case.number for case in scanned(desk.filtered(actor, asked, ON)).first(100)] == expected, asked


def test_a_list_can_begin_with_what_was_opened_last(cast: Cast) -> None:
    newest = desk.found(cast.officer, Filter(order="newest"), ON).first(100)

    assert [case.opened_on for case in newest] == sorted((case.opened_on for case in newest), reverse=True)


@pytest.mark.parametrize("who", VIEWERS)
def test_each_day_of_the_calendar_leads_to_as_many_cases_as_it_counts(cast: Cast, who: str) -> None:
    actor: Actor = getattr(cast, who)

    weeks = day.due_weeks(actor, Filter(), ON, date(2024, 1, 1))

    days = {one.on: one.count for week in weeks for one in week}
    assert days == {on: desk.found(actor, Filter(due=on), ON).count() for on in days}
    assert sum(days.values()) == desk.found(actor, Filter(), ON).filter(due_on__isnull=False).count()


def test_the_calendar_marks_days_off_and_weekend_days_worked(cast: Cast) -> None:
    february = {
        one.on: one.is_working for week in day.due_weeks(cast.officer, Filter(), ON, date(2024, 2, 1)) for one in week
    }

    assert [february[date(2024, 2, on)] for on in (4, 9, 12, 18, 19)] == [True, True, False, True, True]
    assert day.due_weeks(cast.officer, Filter(), ON, date(2051, 2, 1))[0][0].is_working is None


def test_every_case_stands_in_one_column(cast: Cast) -> None:
    counts = desk.column_counts(cast.officer, Filter(), ON)

    assert sum(counts.values()) == Case.objects.count()
    assert all(counts.values()), counts


@pytest.mark.parametrize("who", VIEWERS)
def test_the_pictures_of_the_day_count_what_the_columns_count(cast: Cast, who: str) -> None:
    actor: Actor = getattr(cast, who)
    counts = desk.column_counts(actor, Filter(), ON)

    due = day.due_days(actor, Filter(), ON)
    weeks = day.weeks(actor, ON)

    assert due[0].count == counts["today"]
    assert sum(one.opened for one in weeks) == visible_cases(actor).count()
    assert sum(one.closed for one in weeks) == counts["closed"]
    open_cases = sum(counts.values()) - counts["closed"]
    assert sum(count for _, _, count in desk.theme_counts(actor)) == open_cases
