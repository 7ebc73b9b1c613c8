"""A course and a bank of questions for tests of the engine: small, complete, with nothing that is not asked for."""

from datetime import date
from decimal import Decimal

from pinzhi.engine.rulebook.courses import BlueprintPart, Course, KnowledgeField, QuestionKind
from pinzhi.engine.texts import Text
from pinzhi.engine.training.marking import Choice, Question
from pinzhi.engine.training.papers import BankItem

PARTS = (
    ("law", "single", 4, "10"),
    ("law", "judge", 2, "5"),
    ("tools", "multiple", 2, "12.5"),
    ("tools", "single", 1, "25"),
)


def course(**changes: object) -> Course:
    """A course of two fields whose paper has nine questions."""
    given = {
        "id": "course",
        "title": Text("课程", "Course"),
        "source": "test",
        "checked_on": date(2024, 1, 1),
        "role": "officer",
        "role_title": Text("人", "Officer"),
        "certificate": Text("证", "Certificate"),
        "number_prefix": "TT",
        "basis": "test",
        "hours": 10,
        "attendance_share": Decimal("0.8"),
        "pass_at": Decimal(60),
        "resits": 1,
        "minutes": 30,
        "continuing_hours": 8,
        "validity_years": 3,
        "field": (
            KnowledgeField(code="law", title=Text("法律", "Law"), lessons=6),
            KnowledgeField(code="tools", title=Text("工具", "Tools"), lessons=4),
        ),
        "part": tuple(
            BlueprintPart(field=field, kind=kind, count=count, points=Decimal(points))  # type: ignore[arg-type]
            for field, kind, count, points in PARTS
        ),
    }
    return Course.model_validate(given | changes)


def question(number: int, field: str, kind: QuestionKind, difficulty: int = 1) -> Question:
    """A question whose right options are A, or A and C of a multiple choice."""
    codes = {"single": "ABCD", "multiple": "ABCD", "judge": "TF"}[kind]
    right = {"single": "A", "multiple": "AC", "judge": "T"}[kind]
    return Question(
        f"q{number:03}",
        1,
        field,
        kind,
        difficulty,
        Text(f"第 {number} 题", f"Question {number}"),
        tuple(Choice(code, Text(code, code), code in right) for code in codes),
    )


def bank(spare: int = 2) -> dict[str, Question]:
    """A bank that fills the blueprint with so many questions to spare in each part."""
    made: dict[str, Question] = {}
    for field, kind, count, _points in PARTS:
        for _ in range(count + spare):
            one = question(len(made), field, kind, len(made) % 3 + 1)  # type: ignore[arg-type]
            made[one.id] = one
    return made


def bank_items(questions: dict[str, Question]) -> list[BankItem]:
    """The same as a draw sees it."""
    return [BankItem(one.id, one.version, one.field, one.kind, one.difficulty) for one in questions.values()]
