"""Rows that contradict themselves."""

from datetime import date

import pytest

from pinzhi.engine.catalog.intake import contradictions
from pinzhi.engine.catalog.intake.kinds import KINDS
from pinzhi.engine.catalog.intake.sheet import Reader

TODAY = date(2024, 1, 4)


def _found(kind: str, /, **cells: str) -> list[tuple[str, bool]]:
    """Return the rules that one row breaks, with whether each is only a warning."""
    sheet = Reader(KINDS[kind], tuple(cells), {}).sheet({name: [cell] for name, cell in cells.items()}, 1)
    contradictions.check(sheet, TODAY)
    return [(problem.code, problem.is_warning) for problem in sheet.problems]


def _standard(**cells: str) -> list[tuple[str, bool]]:
    return _found("standards", number="GB/T 19580-2012", title_zh="卓越绩效评价准则", **cells)


def test_a_sound_row_breaks_nothing() -> None:
    assert (
        _standard(published_on="2012-03-09", effective_on="2012-08-01", status="现行", replaces="GB/T 19580-2004") == []
    )


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ({"published_on": "2012-03-09", "effective_on": "2012-03-08"}, "import.standard.effective_before_published"),
        ({"published_on": "2012-03-09", "withdrawn_on": "2011"}, "import.standard.withdrawn_before_published"),
        ({"replaces": "ＧＢ／Ｔ 19580—2012"}, "import.standard.replaces_itself"),
        ({"partly_replaces": "GB/T 19580-2012"}, "import.standard.replaces_itself"),
        (
            {"replaces": "GB/T 1-2000;GB/T 2-2000", "partly_replaces": "GB/T 2-2000"},
            "import.standard.replaces_twice",
        ),
    ],
)
def test_contradictions_of_standards_are_refused(cells: dict[str, str], rule: str) -> None:
    assert _standard(**cells) == [(rule, False)]


def test_dates_are_compared_as_exactly_as_both_are_known() -> None:
    assert _standard(published_on="2012", effective_on="2012-01-01") == []
    assert _standard(published_on="2012-06", effective_on="2012-06-01") == []


@pytest.mark.parametrize(
    "cells",
    [
        {"status": "现行", "effective_on": "2024-06-01"},
        {"status": "现行", "withdrawn_on": "2020-01-01"},
        {"status": "即将实施", "effective_on": "2020-01-01"},
        {"status": "废止", "withdrawn_on": "2030-01-01"},
    ],
)
def test_a_status_against_the_dates_is_a_warning(cells: dict[str, str]) -> None:
    assert _standard(**cells) == [("import.standard.status_and_dates", True)]


def test_a_standard_without_any_title_is_a_warning() -> None:
    assert _found("standards", number="GB 1-2000", title_zh="", title_en="") == [("import.standard.untitled", True)]


def test_an_organisation_cannot_be_active_and_dissolved() -> None:
    row = {"code": "91370212MA0000015Y", "name": "青岛某某有限公司"}

    assert _found("organisations", **row, state="存续", dissolved_on="2020-01-01") == [
        ("import.organisation.active_but_dissolved", False)
    ]
    assert _found("organisations", **row, state="注销", established_on="2021", dissolved_on="2020-01-01") == [
        ("import.organisation.dissolved_before_established", False)
    ]


def test_certificates_end_after_they_begin_and_states_have_a_date() -> None:
    row = {"number": "03410Q10286R0S", "scheme": "qms", "holder": "青岛某某有限公司"}

    assert _found("certificates", **row, issued_on="2023-03-10", expires_on="2022-03-09") == [
        ("import.certificate.expires_before_issued", False)
    ]
    assert _found("certificates", **row, state="暂停", state_on="") == [("import.certificate.state_without_date", True)]


def test_a_place_has_a_whole_position_or_none() -> None:
    row = {"code": "licang-centre", "kind": "质量服务中心", "name_zh": "李沧质量服务中心"}

    assert _found("places", **row, latitude="36.1", longitude="") == [("import.place.half_a_position", False)]


def test_an_honour_goes_to_somebody() -> None:
    row = {"code": "mayor-7-01", "scheme": "mayor", "edition": "7", "grade": "excellence", "title_zh": "市长质量奖"}

    assert _found("honours", **row, issuer="市政府", recipient="") == [("import.honour.nobody", False)]
