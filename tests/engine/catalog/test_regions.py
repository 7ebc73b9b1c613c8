"""Regions, mergers, and totals by district and zone."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.catalog.regions import Located, check_region_code, lies_in, region_level, totals
from pinzhi.engine.errors import BadIdentifier
from pinzhi.engine.rulebook.load import open_rulebook

DISTRICTS = open_rulebook(Path(__file__).parents[3] / "rulebook", "qingdao").codelist("districts")


@pytest.mark.parametrize(("text", "code", "level"), [
    ("37", "37", "province"), ("3702", "3702", "city"), ("370200", "3702", "city"), ("370000", "37", "province"),
    (" ３７０２１３ ", "370213", "district"),
])  # fmt: skip
def test_check_region_code_normalises(text: str, code: str, level: str) -> None:
    assert check_region_code(text) == code
    assert region_level(code) == level


@pytest.mark.parametrize("text", ["", "3", "370", "37021", "3702131", "037021", "青岛", "٣٧"])
def test_check_region_code_refuses(text: str) -> None:
    with pytest.raises(BadIdentifier):
        check_region_code(text)


def test_lies_in_reads_the_digits() -> None:
    assert lies_in("370213", "3702")
    assert not lies_in("370213", "3701")
    assert not lies_in("370213", "")


@pytest.mark.parametrize(("code", "on", "counts_under"), [
    ("370282", date(2015, 6, 30), "370282"),
    ("370282", date(2017, 12, 31), "370215"),
    ("370284", date(2011, 12, 31), "370284"),
    ("370284", date(2012, 12, 31), "370211"),
    ("370205", date(2012, 12, 31), "370203"),
    ("370211", date(2005, 1, 1), "370211"),
    ("999999", date(2024, 1, 4), "999999"),
])  # fmt: skip
def test_a_merged_district_counts_where_it_went(code: str, on: date, counts_under: str) -> None:
    assert DISTRICTS.current(code, on) == counts_under


def test_the_city_has_ten_districts_today_and_others_before() -> None:
    assert len(DISTRICTS.in_force(date(2024, 1, 4))) == 10
    assert set(DISTRICTS.in_force(date(2010, 1, 1))) - set(DISTRICTS.in_force(date(2024, 1, 4))) == {
        "370205", "370282", "370284",
    }  # fmt: skip


def test_totals_count_a_firm_in_a_zone_once_for_the_city() -> None:
    firms = [
        Located("a", "370214", ("gaoxin",)),
        Located("b", "370282", ("langu", "gaoxin")),
        Located("b", "370282", ("langu", "gaoxin")),
        Located("c", ""),
    ]

    counted = totals(firms, DISTRICTS, date(2024, 1, 4))

    assert (counted.city, counted.elsewhere) == (3, 1)
    assert {code: count for code, count in counted.districts.items() if count} == {"370214": 1, "370215": 1}
    assert counted.zones == {"gaoxin": 2, "langu": 1}


LOCATED = st.builds(
    Located,
    st.sampled_from("abcdefgh"),
    st.sampled_from([*DISTRICTS.codes, "", "370102"]),
    st.lists(st.sampled_from(["gaoxin", "langu"])).map(tuple),
)


@given(st.lists(LOCATED), st.dates(date(2005, 1, 1), date(2030, 1, 1)))
def test_districts_add_up_to_the_city(things: list[Located], on: date) -> None:
    counted = totals(things, DISTRICTS, on)

    assert sum(counted.districts.values()) + counted.elsewhere == counted.city == len({one.key for one in things})
