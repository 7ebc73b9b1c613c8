"""`pinzhi judging`: the contract of its files, its last line, its exit codes, and what bad files get."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pinzhi.commands.judging import INFEASIBLE, command
from pinzhi.engine.errors import BadInput

ENTRIES = "entry,demand\nE1,2\nE2,2\nE3,2\n"
REVIEWERS = "reviewer,min_load,max_load,employer,senior\nR1,1,2,甲,yes\nR2,1,2,乙,no\nR3,1,2,甲,no\nR4,1,2,,yes\n"
PAIRS = (
    "entry,reviewer,score\nE1,R2,8\nE1,R3,3\nE1,R4,0\nE2,R1,7\nE2,R3,2\nE2,R4,5\nE3,R1,8\nE3,R2,6\nE3,R3,5\nE3,R4,4\n"
)


def assign(tmp_path: Path, *options: str, **files: str) -> Result:
    """Run `assign` on the example of two conflicts, some of its files changed."""
    texts = {"entries": ENTRIES, "reviewers": REVIEWERS, "pairs": PAIRS} | files
    arguments = ["--out", str(tmp_path / "out.csv"), *options]
    for name, text in texts.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        arguments += [f"--{name}", str(tmp_path / f"{name}.csv")]
    return CliRunner().invoke(command, ["assign", *arguments])


def last(result: Result) -> dict[str, Any]:
    return dict(json.loads(result.stdout.splitlines()[-1]))


def test_assign_writes_the_best_assignment_and_proves_it(tmp_path: Path) -> None:
    result = assign(tmp_path)

    told = last(result)
    assert result.exit_code == 0
    assert {key: told[key] for key in ("status", "total", "bound", "worst_entry_total", "reason", "pairs")} == {
        "status": "optimal",
        "total": 37,
        "bound": 37,
        "worst_entry_total": 11,
        "reason": "",
        "pairs": 6,
    }
    assert (tmp_path / "out.csv").read_text() == (
        "entry,reviewer,score\nE1,R2,8\nE1,R3,3\nE2,R1,7\nE2,R4,5\nE3,R1,8\nE3,R2,6\n"
    )
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".")] == []


def test_assign_keeps_pins_employers_and_seniors(tmp_path: Path) -> None:
    pairs = PAIRS.replace("score", "score,pinned").replace("\nE", ",\nE")[:-1] + ",\n"
    pairs = pairs.replace("score,pinned,", "score,pinned").replace("E1,R4,0,", "E1,R4,0,yes")

    result = assign(tmp_path, "--one-per-employer", "--one-senior", pairs=pairs)

    rows = [row.split(",")[:2] for row in (tmp_path / "out.csv").read_text().splitlines()[1:]]
    assert result.exit_code == 0
    assert ["E1", "R4"] in rows
    assert not {("E2", "R1"), ("E2", "R3")} <= {(entry, reviewer) for entry, reviewer in rows}
    assert all({r for e, r in rows if e == entry} & {"R1", "R4"} for entry in ("E1", "E2", "E3"))


def test_the_order_of_lines_changes_nothing(tmp_path: Path) -> None:
    first = assign(tmp_path)
    header, *rows = PAIRS.splitlines()
    entries, *named = ENTRIES.splitlines()

    again = assign(
        tmp_path,
        pairs="\n".join([header, *reversed(rows)]),
        entries="\ufeff" + "\r\n".join([entries, *reversed(named)]) + "\r\n",
    )

    assert last(again) == last(first)


def test_what_is_infeasible_names_entries_and_reviewers_and_writes_nothing(tmp_path: Path) -> None:
    result = assign(tmp_path, entries=ENTRIES.replace("E1,2", "E1,4"))

    told = last(result)
    assert result.exit_code == INFEASIBLE
    assert (told["status"], told["total"], told["worst_entry_total"]) == ("infeasible", None, None)
    assert told["shortages"] == [
        {"kind": "demand", "entries": ["E1"], "reviewers": ["R2", "R3", "R4"], "needed": 4, "possible": 3, "short": 1}
    ]
    assert all(name in told["reason"] for name in ("E1", "R2", "R3", "R4"))
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("code", "where", "files"),
    [
        ("judging.whole", "pairs.csv line 3, column score", {"pairs": PAIRS.replace("R3,3", "R3,3.5")}),
        ("judging.whole", "entries.csv line 2, column demand", {"entries": ENTRIES.replace("E1,2", "E1,")}),
        ("judging.id.unknown", "pairs.csv line 2, column entry", {"pairs": PAIRS.replace("E1,R2", "E9,R2")}),
        ("judging.id.doubled", "entries.csv line 4, column entry", {"entries": ENTRIES.replace("E3", "E1")}),
        ("judging.pair.doubled", "pairs.csv line 3, column reviewer", {"pairs": PAIRS.replace("R3,3", "R2,3")}),
        (
            "judging.loads",
            "reviewers.csv line 2, column min_load",
            {"reviewers": REVIEWERS.replace("R1,1,2", "R1,3,2")},
        ),
        ("judging.amount", "entries.csv line 3, column demand", {"entries": ENTRIES.replace("E2,2", "E2,-1")}),
        ("judging.yes_no", "reviewers.csv line 3, column senior", {"reviewers": REVIEWERS.replace("乙,no", "乙,也许")}),
        ("judging.file.columns", "pairs.csv line 1", {"pairs": PAIRS.replace("score", "points")}),
        ("judging.file.cells", "pairs.csv line 5", {"pairs": PAIRS.replace("E2,R1,7", "E2,R1,7,9")}),
        ("judging.file.form", "pairs.csv is not a CSV file", {"pairs": PAIRS.replace("E1,R2", '"E1,R2')}),
        ("judging.file.columns", "entries.csv line 1", {"entries": ""}),
    ],
)
def test_a_bad_file_is_refused_with_file_line_and_column(
    tmp_path: Path, code: str, where: str, files: dict[str, str]
) -> None:
    result = assign(tmp_path, **files)

    assert isinstance(result.exception, BadInput)
    assert (result.exception.code, where in result.exception.text.en) == (code, True), result.exception.text.en
    assert not (tmp_path / "out.csv").exists()


def test_a_rule_needs_its_column(tmp_path: Path) -> None:
    bare = "reviewer,min_load,max_load\nR1,1,2\nR2,1,2\nR3,1,2\nR4,1,2\n"

    assert assign(tmp_path, reviewers=bare).exit_code == 0
    refused = assign(tmp_path, "--one-senior", reviewers=bare).exception
    assert isinstance(refused, BadInput)
    assert refused.facts["wrong"] == "senior"


def test_it_works_without_settings_or_database(tmp_path: Path) -> None:
    """Also where the home folder cannot be made and no database answers."""
    scores = tmp_path / "scores.csv"
    scores.write_text("entry,judge,score\nA,J,88.125\n")
    code = "import atexit, sys; atexit.register(lambda: print('django' in sys.modules, 'scipy.stats' in sys.modules));"
    code += "from pinzhi.commands.main import main; main()"
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PINZHI_HOME": "/dev/null/home"}

    ended = subprocess.run(
        [sys.executable, "-c", code, "judging", "aggregate", str(scores), "--method", "median"],
        env=environment | {"PINZHI_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"},
        capture_output=True,
        text=True,
        check=True,
    )

    first, result, loaded = ended.stdout.splitlines()
    assert (first, loaded) == ("1\tA\t88.13", "False False")
    assert json.loads(result)["results"][0]["score"] == "88.13"


@pytest.mark.parametrize(("arguments", "ended"), [(["--nonsense"], 2), (["assign"], 2), (["aggregate", "none.csv"], 2)])
def test_wrong_use_ends_with_two(arguments: list[str], ended: int) -> None:
    assert CliRunner().invoke(command, arguments).exit_code == ended


def scored(tmp_path: Path, rows: str, *arguments: str) -> Result:
    (tmp_path / "scores.csv").write_text("entry,judge,score\n" + rows)
    return CliRunner().invoke(command, [arguments[0], str(tmp_path / "scores.csv"), *arguments[1:]])


INCOMPLETE = "A,1,79\nA,2,85\nB,2,83\nB,3,89\nC,1,74\nC,3,86\n"


# Methods reference, sections 2.1 and 2.2c.
@pytest.mark.parametrize(
    ("method", "rows", "expected"),
    [
        ("severity", INCOMPLETE, [("A", "85.00", 1), ("B", "83.00", 2), ("C", "80.00", 3)]),
        ("mean", INCOMPLETE, [("A", "82.00", 2), ("B", "86.00", 1), ("C", "80.00", 3)]),
        (
            "trimmed_mean",
            "".join(f"A,{judge},{mark}\n" for judge, mark in enumerate((92, 88, 85, 90, 79, 91, 87))),
            [("A", "88.20", 1)],
        ),
    ],
)
def test_aggregate_tells_score_and_rank(
    tmp_path: Path, method: str, rows: str, expected: list[tuple[str, str, int]]
) -> None:
    result = scored(tmp_path, rows, "aggregate", "--method", method)

    assert result.exit_code == 0
    assert [(one["entry"], one["score"], one["rank"]) for one in last(result)["results"]] == expected


@pytest.mark.parametrize(
    ("method", "rows", "code"),
    [
        ("zscore", INCOMPLETE, "judging.zscore.few"),
        ("severity", "A,1,79\nA,2,85\nB,3,83\nB,4,89\n", "judging.not_connected"),
    ],
)
def test_a_method_that_has_no_answer_says_so_in_the_last_line(
    tmp_path: Path, method: str, rows: str, code: str
) -> None:
    result = scored(tmp_path, rows, "aggregate", "--method", method)

    told = last(result)
    assert (result.exit_code, told["results"], told["code"]) == (3, [], code)
    assert told["reason"]


# Methods reference, section 5.4.
def test_anybody_draws_the_lot_again() -> None:
    result = CliRunner().invoke(command, ["lot", "demo", *"EDCBA"])

    assert (result.exit_code, last(result)["order"]) == (0, ["C", "E", "D", "B", "A"])
    assert last(result)["commitment"] == "2a97516c354b68848cdbd8f54a226a0a55b21ed138e207ad6c5cbb9c00aa5aea"
    assert CliRunner().invoke(command, ["lot", "demo", "A", "A"]).exit_code == 2


# Methods reference, sections 3.1 and 3.3.
def test_agree_tells_what_is_known_and_why_the_rest_is_not(tmp_path: Path) -> None:
    table = [[85, 88, 80], [78, 82, 75], [92, 90, 88], [70, 78, 69]]
    rows = "".join(f"E{e},J{j},{mark}\n" for e, row in enumerate(table) for j, mark in enumerate(row))

    whole, part = last(scored(tmp_path, rows, "agree")), last(scored(tmp_path, INCOMPLETE, "agree"))

    assert round(whole["icc"]["single"], 4) == 0.7983
    assert round(whole["alpha_interval"], 4) == 0.7536
    assert whole["undefined"] == {}
    assert (part["kendall_w"], list(part["undefined"])) == (None, ["kendall_w"])


def test_a_second_mark_of_a_judge_is_refused_with_its_line(tmp_path: Path) -> None:
    refused = scored(tmp_path, "A,1,79\nA,1,80\n", "agree").exception

    assert isinstance(refused, BadInput)
    assert (refused.code, refused.facts["line"]) == ("judging.mark.doubled", 3)


@pytest.mark.parametrize("mark", ["", "nan", "1e99", "八十", "1_0", "inf"])
def test_a_mark_that_is_no_number_is_refused_with_its_line(tmp_path: Path, mark: str) -> None:
    refused = scored(tmp_path, f"A,1,79\nA,2,{mark}\n", "agree").exception

    assert isinstance(refused, BadInput)
    assert (refused.code, refused.facts["line"], refused.facts["column"]) == ("judging.number", 3, "score")
