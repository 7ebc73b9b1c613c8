"""Invented standards."""

from collections import Counter, defaultdict
from functools import cache

import pytest

from pinzhi.engine.catalog.codes import parse
from pinzhi.records.catalog.demo.files import taken_families
from pinzhi.records.catalog.demo.standards import COLUMNS, LEVELS, generated_standards
from tests.records.catalog.demo.words import DEMO, vocabulary

ROWS = 20_000


@cache
def rows() -> list[dict[str, str]]:
    made = generated_standards(vocabulary(), ROWS, taken=taken_families(DEMO), drafters=("青岛甲", "青岛乙"))
    return [dict(zip(COLUMNS, row, strict=True)) for row in made]


def beyond_drafting() -> list[dict[str, str]]:
    return rows()[354:]


def test_every_row_is_marked_as_invented() -> None:
    assert {(row["source"], row["synthetic"]) for row in rows()} == {("演示生成", "1")}


def test_a_smaller_count_is_a_beginning_of_a_larger_one() -> None:
    few = generated_standards(vocabulary(), 1_000, taken=taken_families(DEMO), drafters=("青岛甲", "青岛乙"))

    assert [dict(zip(COLUMNS, row, strict=True)) for row in few] == rows()[:1_000]


def test_numbers_are_well_formed_of_the_level_wanted_and_once_each() -> None:
    numbers = [row["number"] for row in rows()]

    assert len(set(numbers)) == ROWS
    levels = Counter(parse(row["number"]).level for row in beyond_drafting())
    for level, share in LEVELS.items():
        assert levels[level] / len(beyond_drafting()) == pytest.approx(share, abs=0.02), level


def test_no_number_belongs_to_a_family_of_the_facts() -> None:
    families = {row["number"].rsplit("-", 1)[0].partition(".")[0] for row in rows()}
    real = {family.partition(".")[0] for family in taken_families(DEMO)}

    assert families.isdisjoint(real)  # nor is any a part of one
    assert "GB/T 19001" in taken_families(DEMO)


def test_families_have_editions_as_designed_and_each_replaces_the_one_before() -> None:
    families = defaultdict(list)
    for row in beyond_drafting():
        families[row["number"].rsplit("-", 1)[0]].append(row)
    sizes = Counter(map(len, families.values()))

    assert sizes[1] / len(families) == pytest.approx(0.70, abs=0.03)
    assert sizes[2] / len(families) == pytest.approx(0.20, abs=0.03)
    assert max(sizes) == 4
    for editions in families.values():
        numbers = [row["number"] for row in editions]
        assert [row["replaces"] for row in editions] == ["", *numbers[:-1]]
        assert sorted(row["published_on"] for row in editions) == [row["published_on"] for row in editions]


def test_last_editions_are_in_force_or_withdrawn_as_designed() -> None:
    replaced = {row["replaces"] for row in rows()}
    last = [row for row in beyond_drafting() if row["number"] not in replaced]

    assert sum(not row["withdrawn_on"] for row in last) / len(last) == pytest.approx(0.86, abs=0.02)
    assert all(row["withdrawn_on"] == "" for row in rows() if row["number"] in replaced)


def test_dates_are_in_order_and_half_of_the_last_year_is_not_in_force_yet() -> None:
    for row in rows():
        assert row["published_on"] <= row["effective_on"] or row["number"].endswith("-2023")
        assert row["published_on"] < "2024-01-04"
        assert not row["withdrawn_on"] or row["effective_on"] < row["withdrawn_on"] < "2024-01-04"
    last_year = [row for row in beyond_drafting() if row["number"].endswith("-2023")]

    soon = sum(row["effective_on"] > "2024-01-04" for row in last_year)

    assert soon / len(last_year) == pytest.approx(0.5, abs=0.06)


def test_three_fifths_have_an_english_title() -> None:
    assert sum(bool(row["title_en"]) for row in rows()) / ROWS == pytest.approx(0.60, abs=0.02)


def test_the_city_drafted_as_many_of_the_year_as_it_says() -> None:
    drafted = [row for row in rows() if "青岛" in row["drafters"] and row["number"].endswith("-2023")]
    levels = Counter(parse(row["number"]).level for row in drafted)

    assert levels["national"] == 293
    assert levels["industry"] == 61
    other = {parse(row["number"]).level for row in rows() if "青岛" in row["drafters"] and row not in drafted}
    assert other <= {"enterprise", "group"}
