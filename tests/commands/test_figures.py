"""`pinzhi figures`: shown, held against a table, and what is wrong with the table or the question."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pinzhi.commands import figures_rows, figures_show
from pinzhi.engine.errors import BadInput, NotFound
from tests.build_catalog import make_honour

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_day")]
HEADER = "id,op,value,upper,unit\n"


def figures(verb: str, *arguments: object, language: str = "en") -> Result:
    command = {"rows": figures_rows.command, "show": figures_show.command}[verb]
    return CliRunner(env={"PINZHI_LANG": language}).invoke(command, [str(one) for one in arguments])


def table(tmp_path: Path, rows: str) -> Path:
    file = tmp_path / "list.csv"
    file.write_text(HEADER + rows, encoding="utf-8")
    return file


def test_rows_that_are_equal_end_well(tmp_path: Path) -> None:
    make_honour("mayor-7-award-01")

    told = figures("rows", table(tmp_path, "A21,eq,1,,count\n"))

    assert told.exit_code == 0, told.output
    assert told.output == (
        "✓ A21    1             1  count  equal\n1 rows: 1 equal, 0 not, 0 need a larger demo city.\n"
    )  # fmt: skip


def test_a_difference_ends_with_one_and_says_both_numbers(tmp_path: Path) -> None:
    make_honour("mayor-7-award-01")

    told = figures("rows", table(tmp_path, "A21,gt_lt,1200,1300,count\nX1,eq,1,,\n"), language="zh")

    assert told.exit_code == 1
    assert told.output == (
        "✗ A21    1200 < x < 1300             1  count  不一致\n"
        "✗ X1     1                           —    没有这个数字\n"
        "2 行：0 行一致，2 行不一致，0 行要更大的演示城市。\n"
    )


def test_rows_are_told_to_programs_too(tmp_path: Path) -> None:
    make_honour("mayor-7-award-01")

    told = figures("rows", table(tmp_path, "A21,eq,1,,count\n"), "--json", "--on", "2021-12-19")

    (row,) = json.loads(told.output)
    assert row == {
        "id": "A21",
        "on": "2021-12-19",
        "expected": "1",
        "unit": "count",
        "computed": "0",
        "words": {"zh": "0", "en": "0"},
        "verdict": "differs",
    }


def test_a_bad_table_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.csv"
    broken.write_bytes(b"id,op,value\nA21,eq,\xff\n")

    told = [figures("rows", one) for one in (broken, table(tmp_path, "A21,eq,x,,\n"))]

    assert [one.exception.code for one in told if isinstance(one.exception, BadInput)] == [
        "publishing.expectation.file",
        "publishing.expectation",
    ]


def test_a_figure_is_shown_with_what_it_says_and_what_not() -> None:
    make_honour("mayor-7-award-01")

    told = figures("show", "A21")

    assert told.exit_code == 0, told.output
    first, second, *more = told.output.splitlines()
    assert (first, second) == ("A21 Recipients of the Mayor's Quality Award", "  1 recipients · 1")
    assert more[0] == "  2023-12-31"
    assert [line.split(":")[0] for line in more[1:]] == ["  Says", "  Leaves out", "  Source", "  Definition"]


def test_a_figure_is_shown_as_known_then() -> None:
    make_honour("mayor-7-award-01")  # recorded on 1 June 2023

    before = json.loads(figures("show", "A21", "--known", "2023-05-31", "--json").output)
    after = json.loads(figures("show", "A21", "--known", "2023-06-01T09:00", "--json").output)

    assert (before["number"], after["number"]) == ("0", "1")
    assert after["known"] == "2023-06-01T09:00:00+08:00"


def test_an_unknown_figure_and_a_moment_that_is_none_are_refused() -> None:
    unknown, moment = figures("show", "A2100"), figures("show", "A21", "--known", "yesterday")

    assert isinstance(unknown.exception, NotFound)
    assert isinstance(moment.exception, BadInput)
    assert moment.exception.text.en == "“yesterday” is no moment. Write 2024-01-04 or 2024-01-04T09:00."
