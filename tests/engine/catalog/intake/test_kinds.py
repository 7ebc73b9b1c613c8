"""Columns of import files: headers in both languages, known apart from each other."""

import pytest

from pinzhi.engine.catalog.intake.columns import match_headers, squashed
from pinzhi.engine.catalog.intake.kinds import KINDS, STANDARDS
from pinzhi.engine.catalog.intake.sheet import Reader, digests


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_no_header_means_two_columns(kind: object) -> None:
    headers = [(squashed(header), column.name) for column in kind.columns for header in column.headers]  # type: ignore[attr-defined]

    assert len({header for header, _ in headers}) == len(set(headers))


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_headers_are_known_in_either_language(kind: object) -> None:
    names = [column.name for column in kind.columns]  # type: ignore[attr-defined]

    for headers in (names, [c.zh for c in kind.columns], [c.en.upper() for c in kind.columns]):  # type: ignore[attr-defined]
        assert list(match_headers(kind, headers)) == names  # type: ignore[arg-type]


@pytest.mark.parametrize("code", ["999999", "100000", "370", "380212"])
def test_district_lies_in_a_province(code: str) -> None:
    sheet = Reader(KINDS["organisations"], ("district",), {}).sheet({"district": [code]}, 1)

    assert [problem.code for problem in sheet.problems] == ["import.district"]


def test_header_marks_and_blanks_do_not_matter() -> None:
    headers = ["*标准号", " Title EN ", "颜色", "发布日期（必填）"]

    assert match_headers(STANDARDS, headers) == {"number": 0, "title_en": 1, "published_on": 3}


def test_a_sheet_gives_fields_and_problems_by_cell() -> None:
    reader = Reader(STANDARDS, ("number", "published_on", "replaces"), {})

    sheet = reader.sheet(
        {
            "number": ["GB/T 19580-2012", "", "四号"],
            "published_on": ["2012-03", "2012-13", ""],
            "replaces": ["GB/T 19580-2004", "", ""],
        },
        3,
    )

    assert sheet.values["canonical"][0] == "GB/T 19580-2012"
    assert sheet.values["family"][0] == "GB/T 19580"
    assert (sheet.values["published_on"][0], sheet.values["published_precision"][0]) == ("2012-03-01", "m")
    assert sheet.values["replaces"] == [("GB/T 19580-2004",), (), ()]
    assert [(problem.row, problem.field, problem.code) for problem in sheet.problems] == [
        (2, "number", "catalog.standard_number"),
        (1, "number", "import.missing"),
        (1, "published_on", "import.date.impossible"),
    ]
    assert sheet.refused == {1, 2}


def test_digests_tell_content_and_columns_apart() -> None:
    values = {"a": ["1", "1", "2"], "b": ["x", "x", "x"]}

    first, same, other = digests(values, ("a", "b"))

    assert first == same != other
    assert digests(values, ("a",))[0] != first
    assert digests({"a": ["1"], "b": ["x"]}, ("a", "b")) == [first]
