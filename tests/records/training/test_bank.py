"""The bank: imports with errors by cell, versions, and nobody else looks in."""

import pytest

from pinzhi.engine.errors import BadInput, NotAllowed
from pinzhi.records.journal.models import Entry
from pinzhi.records.training.actions.bank import import_questions, withdraw_question
from pinzhi.records.training.files import Row
from pinzhi.records.training.models import Question, QuestionVersion
from pinzhi.records.training.queries.bank import bank_items, bank_lines
from pinzhi.records.training.rules import course
from tests.build import make_actor
from tests.records.training.classroom import COURSE, at, questions

pytestmark = pytest.mark.django_db
FIELDS = frozenset({"law", "tools"})


def _row(line: int = 2, **changes: str) -> Row:
    cells = {"key": "q-1", "field": "law", "kind": "single", "difficulty": "1", "text_zh": "题", "text_en": "Question",
             "A_zh": "甲", "A_en": "a", "B_zh": "乙", "B_en": "b", "right": "A"}  # fmt: skip
    return Row(line, cells | changes)


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"key": "a b"}, "编号"),
        ({"field": "art"}, "部分"),
        ({"kind": "essay"}, "题型"),
        ({"difficulty": "4"}, "难度"),
        ({"text_en": ""}, "题目（英文）"),
        ({"B_zh": "", "B_en": ""}, "A"),
        ({"B_en": ""}, "B"),
        ({"right": "C"}, "答案"),
        ({"right": "A,B"}, "答案"),
        ({"right": ""}, "答案"),
        ({"kind": "judge", "right": "A"}, "答案"),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_is_written(changes: dict[str, str], column: str) -> None:
    officer = make_actor("city_officer")

    found = import_questions(actor=officer, rows=[_row(key="good"), _row(3, **changes)], fields=FIELDS, when=at())

    assert column in {one.column.zh for one in found.faults}
    assert {one.line for one in found.faults} == {3}
    assert Question.objects.count() == 0


def test_a_changed_question_is_a_new_version_and_the_same_is_nothing() -> None:
    officer = make_actor("city_officer")
    rows = [_row(), _row(3, key="q-2", kind="multiple", right="A,B")]

    dry = import_questions(actor=officer, rows=rows, fields=FIELDS, when=at(), dry_run=True)
    first = import_questions(actor=officer, rows=rows, fields=FIELDS, when=at())
    same = import_questions(actor=officer, rows=rows, fields=FIELDS, when=at())
    changed = import_questions(actor=officer, rows=[_row(text_zh="新题")], fields=FIELDS, when=at())

    assert [(one.new, one.changed, one.same) for one in (dry, first, same, changed)] == [
        (2, 0, 0), (2, 0, 0), (0, 0, 2), (0, 1, 0),
    ]  # fmt: skip
    assert [one.version for one in bank_items() if one.id == "q-1"] == [2]
    assert QuestionVersion.objects.filter(question__key="q-1").count() == 2


def test_the_journal_is_told_numbers_and_never_what_is_asked() -> None:
    import_questions(actor=make_actor("city_officer"), rows=[_row(text_zh="秘密的题")], fields=FIELDS, when=at())

    line = Entry.objects.get(action="training.bank.import")
    assert line.detail == {"versions": ["q-1 1"]}


@pytest.mark.parametrize("role", ["enterprise", "institution", "expert", "chair", "supervisor", "operator", "citizen"])
def test_nobody_but_city_officers_sees_or_changes_the_bank(role: str) -> None:
    actor = make_actor(role)

    with pytest.raises(NotAllowed):
        bank_lines(actor)
    with pytest.raises(NotAllowed):
        import_questions(actor=actor, rows=[_row()], fields=FIELDS, when=at())
    with pytest.raises(NotAllowed):
        withdraw_question(actor=actor, key="q-1", ground="x", when=at())


def test_a_withdrawn_question_is_drawn_no_more_and_needs_a_ground() -> None:
    officer = make_actor("city_officer")
    import_questions(actor=officer, rows=questions(course(*COURSE)), when=at(),
                     fields=frozenset(one.code for one in course(*COURSE).field))  # fmt: skip
    before = len(bank_items())

    with pytest.raises(BadInput):
        withdraw_question(actor=officer, key="law-single-0", ground=" ", when=at())
    withdraw_question(actor=officer, key="law-single-0", ground="过时", when=at())

    assert len(bank_items()) == before - 1
    assert [one.ground for one in bank_lines(officer) if one.withdrawn] == ["过时"]
