"""Keep the question bank: write versions, import a list, withdraw a question."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from pinzhi.engine.errors import BadInput, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.training.actions.noting import note
from pinzhi.records.training.files import CellFault, Column, Row
from pinzhi.records.training.models import Question, QuestionVersion

KINDS = ("single", "multiple", "judge")
_OPTIONS = "ABCDEF"
_LONGEST = 1_000
COLUMNS = (
    Column("key", Text("编号", "Number")),
    Column("field", Text("部分", "Field")),
    Column("kind", Text("题型", "Kind")),
    Column("difficulty", Text("难度", "Difficulty")),
    Column("text_zh", Text("题目", "Question (zh)")),
    Column("text_en", Text("题目（英文）", "Question (en)")),
    *(
        Column(f"{code}_{language}", Text(f"{code}{zh}", f"{code} ({language})"), required=False)
        for code in _OPTIONS
        for language, zh in (("zh", ""), ("en", "（英文）"))
    ),
    Column("right", Text("答案", "Key")),
    Column("rationale_zh", Text("解析", "Rationale (zh)"), required=False),
    Column("rationale_en", Text("解析（英文）", "Rationale (en)"), required=False),
    Column("basis", Text("依据", "Basis"), required=False),
)
_TITLES = {one.key: one.title for one in COLUMNS}
_JUDGED = (
    {"code": "T", "zh": "对", "en": "True"},
    {"code": "F", "zh": "错", "en": "False"},
)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did or would do: new questions, new versions, the same as before, and what is wrong."""

    new: int
    changed: int
    same: int
    faults: tuple[CellFault, ...]


def import_questions(
    *,
    actor: Actor,
    rows: Sequence[Row],
    fields: frozenset[str],
    when: Moment,
    dry_run: bool = False,
    synthetic: bool = False,
) -> Imported:
    """Write a list of questions; rows that are wrong are told cell by cell, and then nothing is written.

    What stands there already in the same words is left alone; other words are a new version, and papers that were
    drawn keep the version they had. The journal is told keys and numbers, never what is asked.
    """
    require(actor, "training.decide")
    read = [_read(row, fields) for row in rows]
    faults = [fault for _content, found in read for fault in found]
    doubled = _doubled(rows)
    if faults or doubled:
        return Imported(0, 0, 0, tuple(sorted([*faults, *doubled], key=lambda one: one.line)))
    with transaction.atomic():
        latest = _latest()
        keys = {one.key: one for one in Question.objects.all()}
        fresh = [Question(key=key, synthetic=synthetic) for key in _keys(rows) if key not in keys]
        versions, same = [], 0
        for row, (content, _found) in zip(rows, read, strict=True):
            before = latest.get(row.cells["key"])
            if before is not None and all(getattr(before, name) == value for name, value in content.items()):
                same += 1
                continue
            versions.append((row.cells["key"], before.number + 1 if before else 1, content))
        report = Imported(len(fresh), len(versions) - len(fresh), same, ())
        if dry_run or not versions:
            return report
        Question.objects.bulk_create(fresh)
        keys = {one.key: one for one in Question.objects.all()}
        QuestionVersion.objects.bulk_create(
            QuestionVersion(question=keys[key], number=number, by=actor.key, at=when.at, **content)
            for key, number, content in versions
        )
        note(actor, "bank.import", "question_bank", "bank", when,
             versions=[f"{key} {number}" for key, number, _content in versions])  # fmt: skip
    return report


def withdraw_question(*, actor: Actor, key: str, ground: str, when: Moment) -> Question:
    """Draw a question no more, with the ground; what was marked with it is marked again by `exams.mark_again`."""
    require(actor, "training.decide")
    if not ground.strip():
        raise BadInput("training.question.ground", "要写撤题的理由。", "Give the ground for withdrawing a question.")
    with transaction.atomic():
        found = Question.objects.select_for_update().filter(key=key).first()
        if found is None:
            raise NotFound("training.question", "没有这道题。", "There is no such question.")
        if found.withdrawn_at is None:
            found.withdrawn_at, found.ground = when.at, ground.strip()[:500]
            found.save(update_fields=["withdrawn_at", "ground"])
            note(actor, "bank.withdraw", "question", key, when, ground=found.ground)
    return found


def _latest() -> dict[str, QuestionVersion]:
    numbers = dict(Question.objects.annotate(last=Max("versions__number")).values_list("pk", "last"))
    rows = QuestionVersion.objects.select_related("question").all()
    return {one.question.key: one for one in rows if numbers.get(one.question_id) == one.number}


def _keys(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(row.cells["key"] for row in rows))


def _doubled(rows: Sequence[Row]) -> list[CellFault]:
    seen: dict[str, int] = {}
    found = []
    for row in rows:
        key = row.cells.get("key", "")
        if key in seen:
            found.append(_fault(row, "key", f"与第 {seen[key]} 行重复。", f"The same as on line {seen[key]}."))
        seen.setdefault(key, row.line)
    return found


def _read(row: Row, fields: frozenset[str]) -> tuple[dict[str, object], list[CellFault]]:
    """Return a row as a version's content, and what is wrong with its cells."""
    cells = row.cells
    found: list[CellFault] = []
    kind = cells.get("kind", "")
    if not cells.get("key") or not all(one.isalnum() or one in "-_" for one in cells["key"]):
        found.append(_fault(row, "key", "编号用字母、数字和连字符。", "A number takes letters, digits and hyphens."))
    if cells.get("field") not in fields:
        known = ", ".join(sorted(fields))
        found.append(_fault(row, "field", f"应为 {known} 之一。", f"Expected one of {known}."))
    if kind not in KINDS:
        found.append(_fault(row, "kind", f"应为 {', '.join(KINDS)} 之一。", f"Expected one of {', '.join(KINDS)}."))
    if cells.get("difficulty") not in ("1", "2", "3"):
        found.append(_fault(row, "difficulty", "应为 1、2 或 3。", "Expected 1, 2 or 3."))
    for name in ("text_zh", "text_en"):
        if not 0 < len(cells.get(name, "")) <= _LONGEST:
            found.append(_fault(row, name, "写 1 到 1000 字。", "Expected 1 to 1000 characters."))
    choices = _choices(row, kind, found)
    content: dict[str, object] = {
        "field": cells.get("field", ""),
        "kind": kind,
        "difficulty": int(cells["difficulty"]) if cells.get("difficulty") in ("1", "2", "3") else 1,
        "text_zh": cells.get("text_zh", ""),
        "text_en": cells.get("text_en", ""),
        "choices": choices,
        "rationale_zh": cells.get("rationale_zh", "")[:_LONGEST],
        "rationale_en": cells.get("rationale_en", "")[:_LONGEST],
        "basis": cells.get("basis", "")[:200],
    }
    return content, found


def _choices(row: Row, kind: str, found: list[CellFault]) -> list[dict[str, object]]:
    right = set(row.cells.get("right", "").upper().replace(",", "").replace(" ", "").replace("、", ""))
    if kind == "judge":
        given: list[dict[str, str]] = [dict(one) for one in _JUDGED]
    else:
        given = []
        for code in _OPTIONS:
            zh, en = row.cells.get(f"{code}_zh", ""), row.cells.get(f"{code}_en", "")
            if bool(zh) != bool(en):
                found.append(_fault(row, f"{code}_zh", "中英文要都写或都不写。", "Give both languages or neither."))
            if zh and en:
                given.append({"code": code, "zh": zh, "en": en})
        if len(given) < 2:
            found.append(_fault(row, "A_zh", "至少两个选项。", "Give at least two options."))
    codes = {one["code"] for one in given}
    wanted = len(right) >= 1 if kind == "multiple" else len(right) == 1
    if not right <= codes or not wanted:
        hint = "、".join(sorted(codes))
        found.append(_fault(row, "right", f"答案应是选项 {hint} 里的。", f"The key is among the options {hint}."))
    return [{**one, "right": one["code"] in right} for one in given]


def _fault(row: Row, column: str, zh: str, en: str) -> CellFault:
    return CellFault(row.line, _TITLES[column], row.cells.get(column, "")[:40], Text(zh, en))
