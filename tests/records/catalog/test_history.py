"""The two times of a record: any day, as known at any moment, against a naive log."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from pinzhi.records.accounts.permissions import SYSTEM
from pinzhi.records.catalog.actions import record_change
from pinzhi.records.catalog.history import facts, states_of
from pinzhi.records.catalog.models import Organisation, OrganisationPast

CODES = ("91370212MA0000015Y", "91370200MA0000023D")
START = datetime(2024, 1, 1, tzinfo=UTC)
DAYS = [None, *(date(2020 + year, 1, 1) for year in range(4))]

Write = tuple[str, str, date | None]


class Log:
    """What was said, in order: reading it is slow and plainly right."""

    def __init__(self) -> None:
        self.said: list[tuple[datetime, Write]] = []

    def write(self, moment: datetime, write: Write) -> None:
        self.said.append((moment, write))

    def name(self, code: str, day: date, known_at: datetime) -> str | None:
        """Return the name on a day: of all states said to begin by then, the last to begin, as said last."""
        states: dict[date, str] = {}
        for moment, (about, name, since) in self.said:
            if about != code or moment > known_at:
                continue
            start = since or (max(states) if states else date.min)
            held = [begun for begun in states if begun <= start]
            if held and states[max(held)] == name:
                continue  # says what holds already
            states[start] = name
        begun = [start for start in states if start <= day]
        return states[max(begun)] if begun else None


writes = st.lists(
    st.tuples(st.sampled_from(CODES), st.sampled_from("甲乙丙丁"), st.sampled_from(DAYS)), min_size=1, max_size=9
)


class FactsAgainstLog(TestCase):
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(writes)
    def test_every_day_and_moment_reads_as_the_log_does(self, said: list[Write]) -> None:
        log = Log()
        for step, (code, name, since) in enumerate(said):
            moment = START + timedelta(hours=step)
            log.write(moment, (code, name, since))
            record_change(
                actor=SYSTEM, kind="organisation", key=code, values={"name": name}, valid_from=since, now=moment
            )

        for day, step in product(_days(), range(-1, len(said))):
            moment = START + timedelta(hours=step, minutes=30)
            found = {
                row["code"]: row["name"]
                for row in facts(Organisation, as_of=day, known_at=moment).values("code", "name")
            }
            expected = {code: name for code in CODES if (name := log.name(code, day, moment)) is not None}
            assert found == expected, (day, step)


def _days() -> Iterator[date]:
    for day in DAYS:
        if day is None:
            yield date(1990, 1, 1)
        else:
            yield day - timedelta(days=1)
            yield day


@pytest.fixture
def moved(db: None) -> int:
    """An organisation that moved in 2023; in February we learned it, in March that it had been small all along."""
    values = {"name": "青岛某某有限公司", "district": "370202", "size": "大型"}
    steps = [
        (values, None, datetime(2024, 1, 1, tzinfo=UTC)),
        ({"district": "370214"}, date(2023, 6, 1), datetime(2024, 2, 1, tzinfo=UTC)),
        ({"size": "小型"}, None, datetime(2024, 3, 1, tzinfo=UTC)),
    ]
    for said, since, moment in steps:
        key = record_change(actor=SYSTEM, kind="organisation", key=CODES[0], values=said, valid_from=since, now=moment)
    return key


def _district(day: date, moment: datetime | None = None) -> list[str]:
    return [row["district"] for row in facts(Organisation, as_of=day, known_at=moment).values("district")]


def test_a_change_keeps_the_state_before_and_what_was_known(moved: int) -> None:
    january, february = datetime(2024, 1, 15, tzinfo=UTC), datetime(2024, 2, 15, tzinfo=UTC)

    assert _district(date(2023, 5, 31)) == ["370202"]
    assert _district(date(2023, 6, 1)) == ["370214"]
    assert _district(date(2023, 6, 1), january) == ["370202"]
    assert _district(date(2023, 6, 1), february) == ["370214"]
    assert _district(date(2023, 6, 1), datetime(2023, 12, 31, tzinfo=UTC)) == []


def test_counts_and_values_read_both_halves(moved: int) -> None:
    then = facts(Organisation, as_of=date(2023, 1, 1))

    assert then.count(district="370202") == 1
    assert then.count(district="370214") == 0
    assert then.count_by("size") == {"large": 1}
    assert then.count_distinct("district") == 1
    assert then.exclude(size="large").count() == 0
    assert list(then.of(moved).values("id", "size")) == [{"id": moved, "size": "large"}]
    assert [row.subject_id for row in then.rows()] == [moved]


def test_states_of_a_record_follow_each_other(moved: int) -> None:
    states = [
        (state.valid_from, state.valid_to, state.district, state.size) for state in states_of(Organisation, moved)
    ]

    assert states == [
        (None, date(2023, 6, 1), "370202", "large"),
        (date(2023, 6, 1), None, "370214", "small"),
    ]


def test_nothing_is_written_when_nothing_differs(moved: int) -> None:
    before = OrganisationPast.objects.count()

    record_change(
        actor=SYSTEM,
        kind="organisation",
        key=CODES[0],
        values={"district": "370214"},
        valid_from=None,
        now=datetime(2024, 4, 1, tzinfo=UTC),
    )

    assert OrganisationPast.objects.count() == before
    assert Organisation.objects.get().recorded_at == datetime(2024, 3, 1, tzinfo=UTC)
