"""Expectations of figures: read from a table, met or not at their very edges."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from pinzhi.engine.errors import BadInput
from pinzhi.engine.publishing.expectations import Expectation, read_expectations

HEADER = "id,op,value,upper,unit\n"


def expected(row: str) -> Expectation:
    (only,) = read_expectations(HEADER + row)
    return only


@pytest.mark.parametrize(
    ("row", "number", "met"),
    [
        ("A21,eq,54,,count", Decimal(54), True),
        ("A21,eq,54,,count", Decimal(55), False),
        ("A33,gt_lt,1200,1300,enrolments", Decimal(1200), False),
        ("A33,gt_lt,1200,1300,enrolments", Decimal(1201), True),
        ("A33,gt_lt,1200,1300,enrolments", Decimal(1300), False),
        ("A45,ge_lt,395000,405000,firms", Decimal(395000), True),
        ("A45,ge_lt,395000,405000,firms", Decimal(405000), False),
        ("A52,ge,6,,fields", Decimal(6), True),
        ("A52,ge,6,,fields", Decimal(5), False),
        ("A14,ratio,0.333333,,share", Fraction(1, 3), True),
        ("A34,ratio,0.93,,share", Fraction(925, 1000), True),
        ("A34,ratio,0.93,,share", Fraction(9249, 10000), False),
        ("C06,date,2026-12-31,,end", date(2026, 12, 31), True),
        ("C06,date,2026-12-31,,end", Decimal(2026), False),
        ("A20,eq,2023,,year", date(2023, 1, 1), False),
    ],
)
def test_a_value_meets_it_or_not(row: str, number: Decimal | Fraction | date, met: bool) -> None:
    assert expected(row).met_by(number) is met


def test_the_day_and_the_size_of_a_row_are_read() -> None:
    text = "id,op,value,upper,unit,on,size\r\nA45,ge_lt,395000,405000,firms,2023-12-31,city\r\n"

    (row,) = read_expectations("\ufeff" + text)

    assert row == Expectation(
        2, "A45", "ge_lt", Decimal(395000), Decimal(405000), "firms", date(2023, 12, 31), "city"
    )  # fmt: skip
    assert row.words() == "395000 ≤ x < 405000"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,op,upper\n", "Line 1, column value: the column is missing."),
        ("id,op,value,upper,unit,note\n", "Line 1, column note: there is no such column."),
        (HEADER + "A21,is,54,,\n", "Line 2, column op: “is”; expected one of eq, gt_lt, ge_lt, ge, ratio, date."),
        (HEADER + "A21,eq,many,,\n", "Line 2, column value: “many”; expected a number."),
        (HEADER + "A21,eq,NaN,,\n", "Line 2, column value: “NaN”; expected a number."),
        (HEADER + "A21,eq,54,60,\n", "Line 2, column upper: given with gt_lt and ge_lt, and only then."),
        (HEADER + "A33,gt_lt,1200,1200,\n", "Line 2, column upper: 1200; expected more than 1200."),
        (HEADER + "C05,date,2024-1,,\n", "Line 2, column value: “2024-1”; expected a day, 2023-12-31."),
        (HEADER + "A21,eq,54,,\n\nA21,eq,55,,\n", "Line 4, column id: A21 stands in line 2 too."),
        (HEADER + "A21,eq,54\n", "Line 2: more or fewer cells than the header."),
        (HEADER + ",eq,54,,\n", "Line 2, column id: no figure is named."),
    ],
)
def test_a_bad_table_is_refused_by_line_and_column(text: str, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_expectations(text)

    assert refused.value.text.en == said
