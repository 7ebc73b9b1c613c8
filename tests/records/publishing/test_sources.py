"""Every source: each field can be asked, counted by and shown, with and without a moment."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from pinzhi.engine.rulebook.figure_parts import Where
from pinzhi.records.publishing.queries.listing import cell
from pinzhi.records.publishing.sources.names import SOURCES
from pinzhi.records.publishing.tables.asks import Ask
from pinzhi.records.publishing.tables.open import table
from pinzhi.records.publishing.times import AsOf

pytestmark = pytest.mark.django_db
TIMES = [AsOf(date(2023, 12, 31)), AsOf(date(2023, 12, 31), datetime(2024, 1, 4, tzinfo=UTC))]
VALUES: dict[str, Any] = {
    "text": {"is": "x"},
    "code": {"starts": "x"},
    "date": {"at_most": date(2023, 1, 1)},
    "number": {"at_least": 1},
    "flag": {"is": True},
}


@pytest.mark.parametrize("at", TIMES, ids=["now", "then"])
@pytest.mark.parametrize("name", SOURCES)
def test_every_field_can_be_asked(name: str, at: AsOf) -> None:
    source, records = SOURCES[name], table(name, at)
    asks = [Ask((Where.model_validate({"field": one} | VALUES[field.kind]),)) for one, field in source.fields.items()]
    plain = [one for one, field in source.fields.items() if field.flag is None]

    counted = records.numbers([*asks, *(Ask(unit="different", of=one) for one in plain)])

    assert len(counted) == len(asks) + len(plain)
    for one in plain:
        assert isinstance(records.grouped(Ask(), one), dict)
        assert isinstance(records.values(Ask(), one), list)
    for row in [*records.rows(Ask(), plain, start=0, limit=3), *records.keys(Ask(), plain)]:
        assert row.key
        assert [cell(source.fields[one], row.values[one], row.titles.get(one, "")) for one in plain]


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_names_fields_it_has(name: str) -> None:
    source = SOURCES[name]

    assert set(source.columns) <= set(source.fields)
    assert not source.repeats or source.repeats in source.fields
    assert source.personal == (name == "enrolments")
