"""`pinzhi import` at the terminal."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pinzhi.commands.import_ import command
from pinzhi.records.catalog import models

pytestmark = pytest.mark.django_db
GOOD = "code,name\n91370212MA0000015Y,青岛甲有限公司\n"
BAD = GOOD + "91370200MA0000024D,青岛乙有限公司\n"


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    monkeypatch.setenv("PINZHI_LANG", "en")
    settings.MEDIA_ROOT = tmp_path / "files"


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(one) for one in arguments])


def _write(folder: Path, text: str, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file_ends_with_zero_and_a_summary(tmp_path: Path) -> None:
    result = _run("organisations", _write(tmp_path, GOOD))

    assert result.exit_code == 0
    assert "list.csv: 1 rows: 1 new, 0 changed, 0 unchanged, 0 refused" in result.stdout
    assert models.ImportRun.objects.get().actor == "command:import"


def test_refused_rows_end_with_one_and_are_told_by_cell(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"

    result = _run("organisations", _write(tmp_path, BAD), "--rejects", rejects)

    assert result.exit_code == 1
    assert "list.csv:3: code “91370200MA0000024D”: refused: " in result.stderr
    assert "[catalog.credit_code.check]" in result.stderr
    assert f"Refused rows: {rejects}." in result.stdout
    assert "91370200MA0000024D" in rejects.read_text("utf-8-sig")
    assert models.Organisation.objects.count() == 1


def test_a_file_that_cannot_be_read_ends_with_two_and_the_others_go_in(tmp_path: Path) -> None:
    result = _run("organisations", tmp_path / "nowhere.csv", _write(tmp_path, GOOD))

    assert result.exit_code == 2
    assert "There is no file nowhere.csv" in result.stderr
    assert models.Organisation.objects.count() == 1


def test_a_dry_run_says_so_and_writes_nothing(tmp_path: Path) -> None:
    result = _run("organisations", _write(tmp_path, GOOD), "--dry-run")

    assert result.exit_code == 0
    assert "Dry run, nothing written. 1 rows: 1 new" in result.stdout
    assert not models.Organisation.objects.exists()


def test_unknown_columns_are_warned_of(tmp_path: Path) -> None:
    result = _run("organisations", _write(tmp_path, "name,colour\n青岛甲有限公司,red\n"))

    assert "Unknown columns, ignored: colour" in result.stderr


def test_chinese_is_spoken_where_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINZHI_LANG", "zh")

    result = _run("organisations", _write(tmp_path, BAD))

    assert "1 行" not in result.stderr
    assert "新增 1，更改 0，无变化 0，拒绝 1" in result.stdout
    assert "拒绝：" in result.stderr


def test_help_names_every_kind_in_both_languages() -> None:
    result = _run("--help")

    assert result.exit_code == 0
    for words in ("standards", "标准", "Documents", "文件公告", "退出码 Exit codes"):
        assert words in result.stdout


@pytest.mark.parametrize("arguments", [("planets", "x.csv"), ("standards",)])
def test_wrong_use_is_told(arguments: tuple[str, ...]) -> None:
    assert _run(*arguments).exit_code == 2


def test_a_rejects_file_goes_with_one_input(tmp_path: Path) -> None:
    path = _write(tmp_path, GOOD)

    assert _run("organisations", path, path, "--rejects", tmp_path / "r.csv").exit_code == 2
