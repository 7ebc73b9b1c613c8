"""What every door says of a figure: days that can be asked for, addresses, words, numbers in pictures."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.test import RequestFactory
from django.utils.translation import override

from pinzhi.engine.errors import BadInput
from pinzhi.engine.rulebook.figure_parts import Count, Ratio, Style, Where, Wording
from pinzhi.engine.rulebook.figures import Figure
from pinzhi.engine.texts import Text
from pinzhi.records.publishing.queries.values import Value
from pinzhi.records.publishing.times import AsOf
from pinzhi.web import figures as shared
from pinzhi.web.downloads import Table
from pinzhi.web.figure_files import decimal, value_document, values_table

ON = AsOf(date(2023, 12, 31))


def figure_of(style: Style = "exact", *, digits: int = 0) -> Figure:
    """A figure as the rulebook would give it."""
    honours = Where.model_validate({"field": "scheme", "is": "mayor"})
    share = style in ("percent", "fraction")
    given: dict[str, Any] = {"from": "honours", "where": (honours,)}
    return Figure(
        id="A21",
        title=Text("获奖者", "Recipients"),
        unit=Text("个单位", "organisations"),
        definition=Text("是什么", "What it is"),
        excludes=Text("不是什么", "What it is not"),
        owner=Text("某处", "A division"),
        theme="awards",
        source="a test",
        checked_on=date(2026, 11, 29),
        count=None if share else Count.model_validate(given),
        ratio=Ratio.model_validate(given | {"part": (honours,)}) if share else None,
        wording=Wording(style=style, digits=digits),
    )


def value_of(number: Any, style: Style = "exact", words: str = "54", problem: Text | None = None) -> Value:
    return Value(figure_of(style), "d" * 64, ON, number, Text(words, words), problem=problem)


def _asked(query: str) -> AsOf:
    return shared.asked(RequestFactory().get(f"/figures/A21{query}"))


def test_nothing_asked_is_today_as_known_now(demo_day: date) -> None:
    assert _asked("") == AsOf(demo_day)


def test_day_of_knowledge_is_its_end_where_the_city_is(demo_day: date) -> None:
    at = _asked("?on=2023-12-31&known=2024-01-03")

    assert at == AsOf(date(2023, 12, 31), datetime(2024, 1, 3, 16, tzinfo=UTC))
    assert shared.query_of(at) == "?on=2023-12-31&known=2024-01-03"


def test_moment_of_knowledge_comes_back_as_it_was_asked(demo_day: date) -> None:
    query = "?on=2023-12-31&known=20240103T100000Z"

    assert shared.query_of(_asked(query)) == query


@pytest.mark.parametrize(
    "query",
    [
        "?on=yesterday",
        "?on=2024-01-05",
        "?on=1989-12-31",
        "?on=2023-02-30",
        "?known=soon",
        "?known=2100-01-01",
        "?known=0001-01-01",
        "?known=9999-12-31",
        "?known=9999-12-31T23:59:59-12:00",
        "?on=%00",
    ],
)
def test_day_out_of_range_is_refused(demo_day: date, query: str) -> None:
    with pytest.raises(BadInput):
        _asked(query)


@pytest.mark.parametrize(
    ("style", "number", "zh", "en"),
    [
        ("exact", Decimal(12667), "12,667", "12,667"),
        ("percent", Fraction(93, 100), "93%", "93%"),
        ("percent", Fraction(1, 3), "33.3%", "33.3%"),
        ("fraction", Fraction(1, 3), "33.3%", "33.3%"),
        ("wan", Decimal(9_800_000), "980 万", "9,800,000"),
        ("wan", Decimal(500), "500", "500"),
        ("exact", Decimal("2.50"), "2.5", "2.5"),
        ("exact", None, "—", "—"),
        ("exact", date(2023, 1, 2), "2023-01-02", "2023-01-02"),
    ],
)
def test_numbers_in_pictures_have_no_rounding_words(style: Style, number: Any, zh: str, en: str) -> None:
    figure = figure_of(style)

    assert shared.amount(figure, number) == zh
    with override("en"):
        assert shared.amount(figure, number) == en


def test_value_is_printed_in_digits_with_its_unit() -> None:
    value = value_of(Decimal(12667), words="12667")

    assert (shared.value_words(value), shared.unit_words(value)) == ("12,667", "个单位")
    assert shared.spoken(value) == "12,667 个单位，截至 2023-12-31，看来历"


def test_rounded_words_stay_and_the_exact_number_stands_beside_them() -> None:
    value = value_of(Decimal(1237), "over", "1200余")

    assert (shared.value_words(value), shared.exact_words(value)) == ("1200余", "1,237")


def test_reason_stands_where_there_is_no_number() -> None:
    value = value_of(None, words="—", problem=Text("没有记录，算不出来。", "There are no records."))

    assert (shared.value_words(value), shared.unit_words(value)) == ("没有记录，算不出来。", "")
    document = value_document(value)
    assert (document["number"], document["exact"], document["problem"]["en"]) == (None, None, "There are no records.")
    assert _cells(values_table([value]))["number"] is None


def test_documents_keep_fractions_exact() -> None:
    document = value_document(value_of(Fraction(1, 3), "fraction", "1/3"))

    assert (document["exact"], document["number"]) == ("1/3", 1 / 3)
    assert decimal(Fraction(1, 4)) == Decimal("0.25")


def test_near_figures_are_offered_for_an_unknown_one() -> None:
    offered = [figure_of().model_copy(update={"id": one}) for one in ("A21", "A20", "B12", "A02")]

    assert [one.id for one in shared.near(offered, "a22")][:2] == ["A21", "A20"]
    assert [one.id for one in shared.containing(offered, "b12")] == ["B12"]
    assert len(shared.containing(offered, "是什么")) == 4


def _cells(table: Table) -> dict[str, Any]:
    (row,) = table.rows
    return dict(zip(table.columns, row, strict=True))
