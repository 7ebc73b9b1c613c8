"""Which questions apply, and which answers are allowed."""

from typing import Any

import pytest

from pinzhi.engine.assessment.answers import answer_faults, applicable, asked_answers
from tests.engine.assessment.sheets import instrument, item, option

YES = {"item": "export", "equals": "yes"}
BRANCHING = instrument(
    item("export", "single", option=(option("yes"), option("no"))),
    item("countries", "number", digits=0, at_least=1, at_most=200, when=YES),
    item("many", "text", longest=5, required=False, when={"item": "countries", "at_least": 10}),
)


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ({}, ("export",)),
        ({"export": "no", "countries": "20"}, ("export",)),
        ({"export": "yes"}, ("export", "countries")),
        ({"export": "yes", "countries": "9"}, ("export", "countries")),
        ({"export": "yes", "countries": "20"}, ("export", "countries", "many")),
        ({"export": "no", "countries": "20", "many": "x"}, ("export",)),
    ],
)
def test_a_branch_opens_by_answers_that_were_themselves_asked_for(answers: dict[str, Any], asked: tuple[str]) -> None:
    assert applicable(BRANCHING, answers) == asked
    assert set(asked_answers(BRANCHING, answers)) == set(asked) & set(answers)


def test_a_draft_may_be_incomplete_and_a_finished_sheet_may_not() -> None:
    assert answer_faults(BRANCHING, {}, complete=False) == ()
    assert [(one.item, one.rule) for one in answer_faults(BRANCHING, {}, complete=True)] == [("export", "required")]
    whole = {"export": "yes", "countries": "20"}
    assert answer_faults(BRANCHING, whole, complete=True) == ()


HASH = "a" * 64
EVERYTHING = instrument(
    item("points", points=50),
    item("single", "single", option=(option("a", 1), option("b"))),
    item("multiple", "multiple", at_least=1, at_most=2, option=(option("a"), option("b"), option("none", alone=True))),
    item("likert", "likert"),
    item("number", "number", at_least=0, at_most=10, digits=1),
    item("above", "number", at_least=3),
    item("text", "text", longest=5),
    item(
        "table",
        "table",
        rows_at_least=1,
        rows_at_most=2,
        column=(
            {"code": "name", "title": {"zh": "名", "en": "Name"}},
            {"code": "value", "title": {"zh": "值", "en": "Value"}, "kind": "number", "required": False},
        ),
    ),
    item("files", "evidence", files_at_most=1),
)


@pytest.mark.parametrize(
    ("item_id", "answer", "rule"),
    [
        ("points", "55", None),
        ("points", "100.0", None),
        ("points", "57", "step"),
        ("points", "105", "range"),
        ("points", "-5", "range"),
        ("points", "NaN", "range"),
        ("points", "a lot", "range"),
        ("single", "a", None),
        ("single", "c", "option"),
        ("single", ["a"], "option"),
        ("multiple", ["a", "b"], None),
        ("multiple", ["a", "a"], "doubled"),
        ("multiple", ["a", "x"], "option"),
        ("multiple", ["none", "a"], "alone"),
        ("likert", "5", None),
        ("likert", "6", "range"),
        ("likert", "2.5", "range"),
        ("number", "10", None),
        ("number", "9.50", None),
        ("number", "9.55", "digits"),
        ("number", "10.1", "range"),
        ("number", "1e1", "number"),
        ("number", "Infinity", "number"),
        ("above", "2", "range"),
        ("text", "12345", None),
        ("text", "123456", "longest"),
        ("text", ["x"], "text"),
        ("table", [{"name": "x", "value": "1.5"}], None),
        ("table", [{"name": "x"}, {"name": "y"}, {"name": "z"}], "rows"),
        ("table", [{"name": " ", "value": "1"}], "cell"),
        ("table", [{"name": "x", "value": "much"}], "cell"),
        ("table", [{"name": "x", "colour": "red"}], "cell"),
        ("table", "x", "table"),
        ("files", [HASH], None),
        ("files", [HASH, HASH], "files"),
        ("files", ["../etc/passwd"], "file"),
        ("absent", "x", "unknown"),
    ],
)
def test_an_answer_is_allowed_or_says_what_would_be_right(item_id: str, answer: Any, rule: str | None) -> None:
    faults = answer_faults(EVERYTHING, {item_id: answer}, complete=False)

    assert [one.rule for one in faults] == ([rule] if rule else [])
    assert all(one.text.zh and one.text.en and "{" not in one.text.en for one in faults)
