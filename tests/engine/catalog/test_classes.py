"""Industries, ICS, CCS and size."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.catalog.classes import (
    CCS_LETTERS,
    ICS_FIELDS,
    SECTIONS,
    ccs_code,
    ics_code,
    ics_codes,
    industry_code,
    industry_text,
    size_of_industrial,
)
from pinzhi.engine.errors import BadIdentifier
from pinzhi.engine.rulebook.load import open_rulebook

RULEBOOK = open_rulebook(Path(__file__).parents[3] / "rulebook", "qingdao")


@pytest.mark.parametrize(("text", "code"), [
    ("C", "C"), ("c34", "C34"), ("34", "C34"), ("3453", "C3453"), ("Ｃ345", "C345"), ("0111", "A0111"), ("97", "T97"),
])  # fmt: skip
def test_industry_code_adds_the_section(text: str, code: str) -> None:
    assert industry_code(text) == code


@pytest.mark.parametrize("text", ["", "A34", "98", "00", "U01", "C3", "C34531", "制造业", "٣٤"])
def test_industry_code_refuses_what_the_standard_does_not_have(text: str) -> None:
    with pytest.raises(BadIdentifier):
        industry_code(text)


def test_sections_are_those_of_the_rulebook() -> None:
    industries = RULEBOOK.codelist("industries")
    divisions = [code for code in industries.codes if len(code) == 3]

    assert industries.children("") == tuple(SECTIONS)
    assert len(divisions) == 97
    assert all(industry_code(code[1:]) == code and industries.parent(code) == code[0] for code in divisions)


def test_industry_text_reads_a_class_by_its_division() -> None:
    industries = RULEBOOK.codelist("industries")

    assert industry_text("C3453", industries).zh == "通用设备制造业"
    assert industry_text("C", industries).en == "Manufacturing"
    assert industry_text("?", industries).zh == "?"


@pytest.mark.parametrize(("text", "code"), [
    ("03.120.10", "03.120.10"), ("3.120.10", "03.120.10"), ("13.040", "13.040"), ("19", "19"),
    ("１７．０２０．", "17.020"),
])  # fmt: skip
def test_ics_code_normalises(text: str, code: str) -> None:
    assert ics_code(text) == code


@pytest.mark.parametrize("text", ["", "02", "03.12", "03.120.1", "03-120", "A00"])
def test_ics_code_refuses(text: str) -> None:
    with pytest.raises(BadIdentifier):
        ics_code(text)


def test_ics_codes_reads_several_each_once() -> None:
    assert ics_codes("03.120.10；13.040, 03.120.10") == ("03.120.10", "13.040")


@pytest.mark.parametrize(("text", "code"), [("A 00", "A00"), ("a18", "A18"), ("Z", "Z"), ("A00/09", "A00/09")])
def test_ccs_code_normalises(text: str, code: str) -> None:
    assert ccs_code(text) == code


@pytest.mark.parametrize("text", ["", "I00", "O 10", "A0", "A000", "00"])
def test_ccs_code_refuses(text: str) -> None:
    with pytest.raises(BadIdentifier):
        ccs_code(text)


def test_fields_and_letters_are_those_of_the_rulebook() -> None:
    assert frozenset(RULEBOOK.codelist("ics").codes) == ICS_FIELDS
    assert frozenset(RULEBOOK.codelist("ccs").codes) == CCS_LETTERS


@pytest.mark.parametrize(("staff", "revenue", "size"), [
    (1000, "40000", "large"), (1000, "39999.99", "medium"), (999, "40000", "medium"), (300, "2000", "medium"),
    (300, "1999", "small"), (20, "300", "small"), (19, "300", "micro"), (20, "299", "micro"), (0, "0", "micro"),
])  # fmt: skip
def test_size_needs_both_lower_limits(staff: int, revenue: str, size: str) -> None:
    assert size_of_industrial(staff, Decimal(revenue)) == size


@given(st.integers(0, 5000), st.integers(0, 100000), st.integers(0, 5000))
def test_size_never_falls_as_staff_grows(staff: int, revenue: int, more: int) -> None:
    order = ["micro", "small", "medium", "large"]

    before, after = (size_of_industrial(count, Decimal(revenue)) for count in (staff, staff + more))

    assert order.index(before) <= order.index(after)


@given(st.text(max_size=12))
def test_classes_raise_nothing_but_bad_identifier(text: str) -> None:
    for read in (industry_code, ics_code, ccs_code):
        try:
            assert read(read(text)) == read(text)
        except BadIdentifier:
            continue
