"""Cells of a file: what is read, and what is refused with which rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.catalog import words
from pinzhi.engine.catalog.intake import cells
from pinzhi.engine.catalog.intake.cells import CellDate
from pinzhi.engine.errors import BadInput
from pinzhi.engine.texts import Text


def _rule(read: cells.Read, cell: str) -> str:
    with pytest.raises(BadInput) as refusal:
        read(cell)
    return refusal.value.code


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2015", CellDate("2015-01-01", "y")),
        ("2015-06", CellDate("2015-06-01", "m")),
        ("2015-06-30", CellDate("2015-06-30", "d")),
        ("2015/6/30", CellDate("2015-06-30", "d")),
        ("2015.6.3", CellDate("2015-06-03", "d")),
        ("20150630", CellDate("2015-06-30", "d")),
        ("2015年6月30日", CellDate("2015-06-30", "d")),
        ("2015年6月", CellDate("2015-06-01", "m")),
        ("2015-06-30 00:00:00", CellDate("2015-06-30", "d")),
        ("2024-02-29", CellDate("2024-02-29", "d")),
    ],
)
def test_day_reads_three_precisions(cell: str, expected: CellDate) -> None:
    assert cells.day(cell) == expected


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        ("2023-02-29", "import.date.impossible"),
        ("2023-13-01", "import.date.impossible"),
        ("2023-04-31", "import.date.impossible"),
        ("20230431", "import.date.impossible"),
        ("2023-00-10", "import.date.impossible"),
        ("1023-01-01", "import.date.year"),
        ("9999-12-31", "import.date.year"),
        ("30/06/2015", "import.date.form"),
        ("昨天", "import.date.form"),
        ("2015-06-30 12:34:56", "import.date.form"),
        ("2015063", "import.date.form"),
    ],
)
def test_day_refuses_impossible_dates(cell: str, rule: str) -> None:
    assert _rule(cells.day, cell) == rule


def test_whole_day_needs_the_day() -> None:
    assert cells.whole_day("2015-06-30") == "2015-06-30"
    assert _rule(cells.whole_day, "2015-06") == "import.date.day_missing"


@given(st.dates())
def test_day_reads_back_every_date_of_the_range(day: object) -> None:
    if not 1800 <= day.year <= 2200:  # type: ignore[attr-defined]
        return

    assert cells.day(str(day)) == CellDate(str(day), "d")


def test_text_runs_blanks_together_and_refuses_what_cannot_be_shown() -> None:
    read = cells.text(10)

    assert read("质量　管理\n 体系") == "质量 管理 体系"
    assert _rule(read, "质量\x00管理") == "import.text.control"
    assert _rule(read, "\ufffd质量") == "import.text.control"
    assert _rule(read, "\ud800") == "import.text.control"
    assert _rule(read, "一" * 11) == "import.text.long"


@given(st.text(max_size=40))
def test_text_gives_one_clean_line_or_refuses(cell: str) -> None:
    try:
        line = cells.text(30)(cell.strip())
    except BadInput:
        return

    assert len(line) <= 30
    assert "\n" not in line
    assert "\x00" not in line


@pytest.mark.parametrize("cell", ["current", "现行", "Current", "CURRENT", "有效"])
def test_word_takes_ids_and_words_of_both_languages(cell: str) -> None:
    assert cells.word(words.STANDARD_STATUS, 有效="current")(cell) == "current"


def test_word_refuses_others_and_names_the_choice() -> None:
    with pytest.raises(BadInput) as refusal:
        cells.word(words.SIZES)("巨型")

    assert refusal.value.text == Text(
        "应为以下之一：大型、中型、小型、微型。", "Expected one of: large, medium, small, micro."
    )


def test_several_keeps_each_entry_once_in_order() -> None:
    read = cells.several(cells.text(20), limit=20)

    assert read("海尔；海信; 海尔;;双星") == "海尔;海信;双星"
    assert _rule(read, ";".join(f"名称{number}" for number in range(9))) == "import.text.long"


def test_listed_takes_codes_old_codes_and_names() -> None:
    districts = {"370214": Text("城阳区", "Chengyang")}
    read = cells.listed(districts, r"[1-9]\d{5}", code="import.district", zh="", en="")

    assert [read("370214"), read("城阳区"), read("chengyang"), read("370205")] == ["370214"] * 3 + ["370205"]
    assert _rule(read, "37021") == "import.district"


def test_count_takes_whole_numbers_only() -> None:
    assert [cells.count("0"), cells.count("1,250"), cells.count("12.0")] == [0, 1250, 12]
    for cell in ("-1", "1.5", "many", "2147483648", "9" * 30, "１２", "²"):
        assert _rule(cells.count, cell) == "import.number.whole"


def test_degrees_are_kept_to_five_places() -> None:
    assert cells.degrees(90)("36.0671234") == "36.06712"
    for cell in ("91", "-90.1", "NaN", "inf", "36°"):
        assert _rule(cells.degrees(90), cell) == "import.degrees"


def test_kilovolts_are_read_with_and_without_the_unit() -> None:
    assert [cells.kilovolts(cell) for cell in ("500", "500kV", "0.4 kV")] == ["500.00000", "500.00000", "0.40000"]
    for cell in ("0", "-10", "2001", "NaN", "500V"):
        assert _rule(cells.kilovolts, cell) == "import.kilovolts"


def test_yes_or_no_reads_both_languages() -> None:
    assert [cells.yes_or_no(cell) for cell in ("是", "TRUE", "1", "演示", "否", "no")] == [True] * 4 + [False] * 2
    assert _rule(cells.yes_or_no, "也许") == "import.yes_no"


def test_address_takes_links_only() -> None:
    assert cells.address("https://www.qingdao.gov.cn/a") == "https://www.qingdao.gov.cn/a"
    assert cells.address("www.qingdao.gov.cn") == "http://www.qingdao.gov.cn"
    for cell in ("javascript:alert(1)", "file:///etc/passwd", "http://", "data:text/html,x"):
        assert _rule(cells.address, cell) == "import.address"


def test_citizen_id_tests_its_check_character() -> None:
    assert cells.citizen_id("11010519491231002x") == "11010519491231002X"
    assert _rule(cells.citizen_id, "110105194912310021") == "import.citizen_id"
    assert _rule(cells.citizen_id, "1101051949") == "import.citizen_id"
