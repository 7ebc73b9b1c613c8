"""Read the question bank: for its keepers, for a draw, and for a paper that was drawn."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q, QuerySet

from pinzhi.engine.training.marking import Question as Asked
from pinzhi.engine.training.papers import BankItem, Drawn
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.training.models import Question, QuestionVersion
from pinzhi.records.training.rules import question


@dataclass(frozen=True, slots=True)
class BankLine:
    """A question as its keepers see it."""

    asked: Asked
    withdrawn: bool
    ground: str
    versions: int
    synthetic: bool


def bank_items() -> list[BankItem]:
    """Return what may be drawn: the latest version of each question that is not withdrawn."""
    return _items(_latest(Question.objects.filter(withdrawn_at=None)))


def bank_items_at(at: datetime) -> list[BankItem]:
    """Return what could be drawn at a moment: the version of each question that was the latest then."""
    written = Question.objects.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=at), versions__at__lte=at).distinct()
    return _items(_latest(written, Q(versions__at__lte=at)))


def bank_lines(actor: Actor, *, field: str = "", text: str = "") -> tuple[BankLine, ...]:
    """Return the bank to its keepers, by number."""
    require(actor, "training.decide")
    rows = [one for one in _latest(Question.objects.all()) if not field or one.field == field]
    rows = [
        one
        for one in rows
        if not text or text.casefold() in f"{one.question.key} {one.text_zh} {one.text_en}".casefold()
    ]
    return tuple(
        BankLine(question(one), one.question.withdrawn_at is not None, one.question.ground, one.number,
                 one.question.synthetic)
        for one in sorted(rows, key=lambda row: row.question.key)
    )  # fmt: skip


def questions_of(papers: Iterable[Iterable[Drawn]]) -> dict[tuple[str, int], Asked]:
    """Return the questions of papers by key and version, in one look."""
    wanted = {(one.id, one.version) for paper in papers for one in paper}
    rows = QuestionVersion.objects.filter(question__key__in=[key for key, _number in wanted]).select_related("question")
    return {(one.question.key, one.number): question(one) for one in rows if (one.question.key, one.number) in wanted}


def on_paper(questions: Mapping[tuple[str, int], Asked], paper: Iterable[Drawn]) -> dict[str, Asked]:
    """Return the questions of one paper by key, in the versions that it holds."""
    return {one.id: questions[one.id, one.version] for one in paper}


def question_of(paper: Iterable[Drawn], key: str) -> Asked | None:
    """Return one question of a paper; None for a key that the paper does not hold."""
    held = next((one for one in paper if one.id == key), None)
    if held is None:
        return None
    row = QuestionVersion.objects.select_related("question").get(question__key=key, number=held.version)
    return question(row)


def withdrawn_keys(keys: Iterable[str]) -> frozenset[str]:
    """Return which of some questions are withdrawn."""
    found = Question.objects.filter(~Q(withdrawn_at=None), key__in=list(keys))
    return frozenset(found.values_list("key", flat=True))


def _items(rows: Iterable[QuestionVersion]) -> list[BankItem]:
    return [BankItem(one.question.key, one.number, one.field, one.kind, one.difficulty) for one in rows]  # type: ignore[arg-type]


def _latest(questions: QuerySet[Question], versions: Q | None = None) -> list[QuestionVersion]:
    last = dict(questions.annotate(last=Max("versions__number", filter=versions)).values_list("pk", "last"))
    rows = QuestionVersion.objects.filter(question__in=last).select_related("question")
    return [one for one in rows if last[one.question_id] == one.number]
