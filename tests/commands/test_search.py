"""`pinzhi search`: for a person, for a program, and a file of queries."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pinzhi.commands.search import command
from pinzhi.records.catalog.search.build import rebuild
from tests.records.catalog.search.small import TODAY, add_standard, make_catalogue


@pytest.fixture(autouse=True)
def catalogue(db: None, settings: Any) -> dict[str, Any]:
    """A small catalogue without an index: the command must see to that."""
    settings.TODAY = TODAY
    return make_catalogue()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def test_search_makes_a_missing_index_and_says_so_apart_from_the_answer() -> None:
    result = run("卓越绩效")

    assert result.exit_code == 0
    assert "making it" in result.stderr
    assert result.stdout == "standard\tGB/T 19580-2012\t卓越绩效评价准则\tcurrent  (+1)\n"


def test_search_brings_the_index_up_to_date() -> None:
    rebuild()
    add_standard("GB/T 77777-2024", "全新的标准")

    assert "GB/T 77777-2024" in run("全新的标准").stdout


def test_search_prints_json_with_numbers_and_registered_names() -> None:
    answer = json.loads(run("青岛", "--json", "--kind", "institution").stdout)

    assert answer["q"] == "青岛"
    assert answer["hits"] == [
        {"kind": "institution", "id": "青岛市产品质量检验研究院", "title": "青岛市产品质量检验研究院"}
    ]


def test_search_finding_nothing_says_so_and_exits_with_one() -> None:
    result = run("龘靐")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "nothing found" in result.stderr


def test_batch_answers_every_line_in_order(tmp_path: Path) -> None:
    lines = [
        json.dumps({"q": "GB/T 19580"}),
        json.dumps({"q": "海尔", "kind": "organisation"}),
        "not json",
        json.dumps({"q": 7}),
        json.dumps({"q": "海尔", "kind": "person"}),
        json.dumps({"q": "海尔", "limit": 10**30}),
        '{"q": "\\ud800"}',
        json.dumps({"q": "标准", "limit": 1}),
        "[" * 50_000,
        json.dumps({"q": "标准", "limit": True}),
    ]
    file = tmp_path / "queries.jsonl"
    file.write_bytes(b"\n".join(line.encode() for line in lines) + b'\n{"q": "\xff"}\n')

    result = run("--batch", str(file))

    assert result.exit_code == 0, result.output
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer.get("q", answer.get("error", {}).get("code")) for answer in answers] == [
        "GB/T 19580",
        "海尔",
        "search.batch.line",
        "search.batch.line",
        "search.kind",
        "search.batch.limit",
        "",
        "标准",
        "search.batch.line",
        "search.batch.limit",
        "search.batch.line",
    ]
    assert [hit["id"] for hit in answers[0]["hits"]] == ["GB/T 19580-2012", "GB/T 19580-2004"]
    assert answers[1]["hits"][0] == {"kind": "organisation", "id": "海尔集团公司", "title": "海尔集团公司"}
    assert len(answers[7]["hits"]) == 1
    assert all(isinstance(answer["ms"], float) for answer in answers if "hits" in answer)
    assert answers[2]["line"] == 3


def test_search_wants_a_query_or_a_file() -> None:
    assert run().exit_code == 2
    assert run("a", "--kind", "person").exit_code == 2
    assert run("a", "--limit", "0").exit_code == 2
