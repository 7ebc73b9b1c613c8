"""Many days counted from one reading come to what each day comes to by itself, to the last record."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from pinzhi.engine.publishing.spans import days_of
from pinzhi.engine.rulebook.figure_parts import Span, Where
from pinzhi.records.casework.models import Case, CaseStep, SavingClaim, SavingFinding
from pinzhi.records.publishing.definitions import figures
from pinzhi.records.publishing.queries.trends import trend
from pinzhi.records.publishing.queries.values import figure_value
from pinzhi.records.publishing.tables.asks import Ask, Period, Unit
from pinzhi.records.publishing.tables.open import table
from pinzhi.records.publishing.tables.over_days import counted_over
from pinzhi.records.publishing.times import AsOf
from tests.build_catalog import make_certificate, make_honour, make_organisation
from tests.records.publishing.random_facts import certificate_of, conditions, days, held, holder_of, holders

MANY = [date(2022, 1, 31) + timedelta(days=120 * month) for month in range(7)]
spans = st.sampled_from(
    [
        None,
        {"span": "to-date"},
        {"span": "year"},
        {"span": "full-year"},
        {"span": "last-year"},
        {"span": "quarter"},
        {"span": "months", "months": 7},
        {"span": "fixed", "from": date(2022, 8, 1), "to": date(2023, 3, 31)},
    ]
)
moments = st.none() | days.map(lambda day: datetime(day.year, day.month, day.day, tzinfo=UTC))
steps = st.lists(
    st.lists(st.tuples(st.sampled_from(["closed", "reported", "completed"]), days, days), max_size=4),
    max_size=5,
)


def agree(source: str, asks: dict[date, list[Ask]], known: datetime | None) -> None:
    one_by_one = {day: tuple(table(source, AsOf(day, known)).numbers(asks[day])) for day in asks}
    assert counted_over(source, asks, known) == one_by_one


def asked(where: Any, span: Any, field: str, *units: tuple[Unit, str]) -> dict[date, list[Ask]]:
    conditions = tuple(Where.model_validate(one) for one in where)
    asks = {}
    for day in MANY:
        period = Period(field, days_of(Span.model_validate({"field": field, **span}), day)) if span else None
        asks[day] = [Ask(conditions, period, unit, of) for unit, of in units]
    return asks


class TestManyDays(TestCase):
    """Random facts with histories, conditions, periods and states of knowledge."""

    @hypothesis_settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(holders, held, conditions, spans, moments)
    def test_of_certificates(
        self, holders: list[Any], held: list[Any], conditions: list[Any], span: Any, known: datetime | None
    ) -> None:
        numbers = count(1)
        made = [holder_of(next(numbers), *one) for one in holders]
        for one in held:
            certificate_of(next(numbers), made, *one)

        agree("certificates", asked(conditions, span, "issued_on", ("rows", ""), ("different", "holder")), known)

    @hypothesis_settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(steps, st.sampled_from(["closed", "completed"]), st.booleans(), spans, moments)
    def test_of_orders(self, made: list[Any], flag: str, wanted: bool, span: Any, known: datetime | None) -> None:
        for number, acts in enumerate(made):
            _order(number, acts)

        where = [{"field": flag, "is": wanted}]
        agree("orders", asked(where, span, "found_on", ("rows", ""), ("different", "organisation")), known)

    @hypothesis_settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.tuples(days, st.none() | days, st.none() | days), max_size=6), moments)
    def test_of_savings(self, made: list[Any], known: datetime | None) -> None:
        case = _order(1, [])
        for number, (claimed, verified, withdrawn) in enumerate(made):
            _saving(case, number, claimed, verified, withdrawn)

        asks = asked([{"field": "verified", "is": True}], None, "claimed_on", ("total", "amount"))
        agree("savings", asks, known)


def _order(number: int, acts: list[Any]) -> Case:
    first = acts[0][1] if acts else MANY[0]
    case = Case.objects.create(
        number=f"B-{number}", kind="nqi-order", edition="1", digest="", family="order", theme="service", state="x",
        phase="new", title="一件", reporter_code=f"X{number % 2}", found_on=first, opened_on=first,
        opened_at=_at(first),
    )  # fmt: skip
    for place, (after, on, learned) in enumerate(acts, start=1):
        CaseStep.objects.create(
            case=case, number=place, code="go", after=after, role="officer", actor="test", made_on=on,
            made_at=_at(learned),
        )  # fmt: skip
    return case


def _saving(case: Case, number: int, claimed: date, verified: date | None, withdrawn: date | None) -> None:
    claim = SavingClaim.objects.create(
        case=case, kind="money", baseline=0, actual=0, amount=Decimal(10 ** (number % 4)) + Decimal("0.05"), basis="",
        actor="test", claimed_on=claimed, claimed_at=_at(claimed),
    )  # fmt: skip
    for verdict, on in (("verified", verified), ("withdrawn", withdrawn)):
        if on is not None:
            SavingFinding.objects.create(
                claim=claim, verdict=verdict, ground="", actor="test", decided_on=on, decided_at=_at(on)
            )


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


@pytest.mark.django_db
def test_every_shipped_figure_has_the_trend_that_its_days_have() -> None:
    holder = make_organisation()
    make_certificate(holder, "Q1", issued_on=date(2022, 12, 5))
    make_honour("a", awarded_on=date(2023, 6, 1))
    make_honour("b", awarded_on=date(2022, 6, 1), grade="nomination")

    for name in figures(date(2024, 1, 4)):
        point = trend(name, date(2024, 1, 4), months=2)[0]
        assert point.number == figure_value(name, AsOf(point.day)).number


@pytest.mark.django_db
def test_a_trend_takes_a_statement_for_each_side_of_history_however_many_days() -> None:
    make_certificate(make_organisation(), "Q1")
    cache.clear()

    with CaptureQueriesContext(connection) as asked:
        points = trend("A60", date(2024, 1, 4))

    assert [one.number for one in points[-2:]] == [1, 1]
    assert len([one for one in asked.captured_queries if "COUNT" in one["sql"]]) == 2
