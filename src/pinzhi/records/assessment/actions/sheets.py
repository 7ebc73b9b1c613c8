"""Judges keep their sheets, hand them in for good, and ask the head of the panel; nothing said is overwritten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from pinzhi.engine.assessment.answers import answer_faults
from pinzhi.engine.assessment.conditions import Answers, number_of
from pinzhi.engine.assessment.rounds.consensus import check_percent
from pinzhi.engine.assessment.rounds.seals import digest
from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.instrument_parts import PointsItem
from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.engine.rulebook.scheme_parts import Stage
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.assessment.actions.common import hold_entry, note
from pinzhi.records.assessment.models import Assignment, Question, SheetVersion
from pinzhi.records.assessment.queries.sheets import check_item, last_sheet, no_such_item, sheet_of_stage
from pinzhi.records.assessment.queries.visible import assigned

MOST_NOTES = 20  # of one kind, for one item
LONGEST_NOTE = 1000
LONGEST_QUESTION = 2000
_SLOT_SECONDS = 600  # saves within the same ten minutes of the clock are one row
_KINDS = ("strengths", "improvements")

Notes = Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class ItemSheet:
    """What a judge says of one item: the answer, empty for none yet, and what is strong and what could be better."""

    item: str
    answer: str
    strengths: Sequence[str] = ()
    improvements: Sequence[str] = ()


def save_sheet(
    *, actor: Actor, assignment_id: int, base: int, answers: Answers, notes: Notes, when: Moment
) -> SheetVersion:
    """Keep a sheet as it stands; ``base`` is the number of the version it was written on, 0 for a new one.

    Raises NotFound for a task that is not the actor's, Conflict where it was handed in, where its stage is over and
    where another window has saved meanwhile, and BadInput for a mark or a note that the instrument does not allow.
    """
    require(actor, "assessment.judge")
    with transaction.atomic():
        task = _held_task(actor, assignment_id)
        _check_open(task, base)
        stage, instrument = sheet_of_stage(task.entry, task.stage)
        _check_answers(stage, instrument, answers, complete=False)
        return _keep(actor, task, answers, _tidy(instrument, notes), when)


def save_item(*, actor: Actor, assignment_id: int, base: int, said: ItemSheet, when: Moment) -> SheetVersion:
    """Keep what a judge says of one item, the others as they are; refused as ``save_sheet`` is."""
    require(actor, "assessment.judge")
    with transaction.atomic():
        task = _held_task(actor, assignment_id)
        last = last_sheet(task)
        answers, notes = (dict(last.answers), dict(last.notes)) if last else ({}, {})
        answers.pop(said.item, None)
        if said.answer.strip():
            answers[said.item] = said.answer.strip()
        notes[said.item] = {"strengths": list(said.strengths), "improvements": list(said.improvements)}
        return save_sheet(actor=actor, assignment_id=task.pk, base=base, answers=answers, notes=notes, when=when)


def submit_sheet(*, actor: Actor, assignment_id: int, seen: int, when: Moment) -> Assignment:
    """Hand a sheet in for good: from then on nobody changes it. Refused while an item is open.

    The journal learns that it was handed in and its digest, not what it says.
    """
    require(actor, "assessment.judge")
    with transaction.atomic():
        entry = hold_entry(_own(actor, assignment_id).entry_id)
        task = _held_task(actor, assignment_id)
        _check_open(task, seen)
        stage, instrument = sheet_of_stage(entry, task.stage)
        last = last_sheet(task)
        _check_answers(stage, instrument, last.answers if last else {}, complete=True)
        if last is None:
            raise _nothing_yet()
        last.digest = digest({"answers": last.answers, "notes": last.notes})
        last.save(update_fields=["digest"])
        task.submitted_at = when.at
        task.save(update_fields=["submitted_at"])
        note(actor, "sheet.hand_in", entry, when, stage=task.stage, expert=task.expert.code, digest=last.digest)
    return task


def ask(*, actor: Actor, assignment_id: int, item: str, text: str, when: Moment) -> Question:
    """Ask the head of the panel about an item, or about the whole where ``item`` is empty."""
    require(actor, "assessment.judge")
    with transaction.atomic():
        task = _held_task(actor, assignment_id)
        if item:
            check_item(task.entry, task.stage, item)
        asked = Question.objects.create(
            assignment=task, item=item, text=_said(text, LONGEST_QUESTION), at=when.at
        )  # fmt: skip
        note(actor, "sheet.ask", task.entry, when, stage=task.stage, expert=task.expert.code, item=item)
    return asked


def answer(*, actor: Actor, question_id: int, text: str, when: Moment) -> Question:
    """Answer a judge's question, once, as the head of his panel."""
    require(actor, "assessment.judge")
    with transaction.atomic():
        asked = Question.objects.select_for_update().filter(pk=question_id).first()
        task = asked.assignment if asked else None
        leads = assigned(actor).filter(entry_id=task.entry_id, stage=task.stage).first() if task else None
        if asked is None or task is None or leads is None:
            raise NotFound("assessment.question", "没有这条留言，或你看不到它。", "There is no such question for you.")
        if not leads.lead:
            raise not_lead()
        if asked.answered_at is not None:
            raise Conflict("assessment.question.answered", "这条留言已经答复。", "This question is answered already.")
        asked.answer, asked.answered_by, asked.answered_at = _said(text, LONGEST_QUESTION), actor.key, when.at
        asked.save(update_fields=["answer", "answered_by", "answered_at"])
        note(actor, "sheet.answer", leads.entry, when, stage=leads.stage, expert=leads.expert.code, item=asked.item)
    return asked


def not_lead() -> NotAllowed:
    """Return the refusal of what only the head of a panel does."""
    return NotAllowed("assessment.panel.lead", "这一步由组长办理。", "This is for the head of the panel.")


def _own(actor: Actor, assignment_id: int) -> Assignment:
    found = assigned(actor).filter(pk=assignment_id).first()
    if found is None:
        raise NotFound("assessment.task", "没有这个评审任务，或它不是你的。", "There is no such task of yours.")
    return found


def _held_task(actor: Actor, assignment_id: int) -> Assignment:
    """Return the actor's own task, held until the transaction ends and read after that."""
    Assignment.objects.select_for_update().filter(pk=assignment_id).first()
    return _own(actor, assignment_id)


def _check_open(task: Assignment, base: int) -> None:
    if task.submitted_at is not None:
        raise Conflict(
            "assessment.sheet.handed_in",
            "这份评分已经提交，不能再改。发现有错，请告诉组长，合议时改。",
            "This sheet has been handed in and stays as it is. Tell the head of the panel what is wrong.",
        )
    if task.entry.state != task.stage:
        raise Conflict(
            "assessment.sheet.stage",
            "“{number}”已不在这一阶段，评分已经关闭。",
            "“{number}” is no longer in this stage; its sheets are closed.",
            number=task.entry.number,
        )
    last = last_sheet(task)
    if (last.number if last else 0) != base:
        raise Conflict(
            "assessment.sheet.window",
            "这份评分在另一个窗口里保存过。你写的内容还在这一页上，看过新的内容再保存。",
            "This sheet was saved in another window. What you wrote is still on this page: look at what is new, then "
            "save it again.",
        )


def _check_answers(stage: Stage, instrument: Instrument, answers: Answers, *, complete: bool) -> None:
    faults = answer_faults(instrument, answers, complete=complete)
    missing = [fault.item for fault in faults if fault.rule == "required"]
    if missing:
        raise BadInput(
            "assessment.sheet.incomplete",
            "还有 {count} 项没有评：{items}。评完再提交。",
            "{count} items have no mark yet: {items}. Mark them, then hand in.",
            count=len(missing),
            items="、".join(missing),
        )
    for fault in faults:
        raise BadInput(
            "assessment.sheet.answer",
            "{item}：{wrong_zh}",
            "{item}: {wrong}",
            item=fault.item,
            wrong=fault.text.en,
            wrong_zh=fault.text.zh,
        )
    for item, given in answers.items():
        percent = number_of(given)
        if isinstance(instrument.items[item], PointsItem) and percent is not None:
            check_percent(percent, stage.step)


def _keep(actor: Actor, task: Assignment, answers: Answers, notes: Notes, when: Moment) -> SheetVersion:
    """Add a version; one of the same ten minutes goes on in its row, with the next number."""
    last = last_sheet(task)
    number = last.number + 1 if last else 1
    if last is not None and _slot(last.at.timestamp()) == _slot(when.at.timestamp()):
        last.number, last.answers, last.notes, last.at = number, dict(answers), dict(notes), when.at
        last.save(update_fields=["number", "answers", "notes", "at"])
        return last
    kept = SheetVersion.objects.create(
        assignment=task, number=number, answers=dict(answers), notes=dict(notes), at=when.at
    )
    note(actor, "sheet.save", task.entry, when, stage=task.stage, expert=task.expert.code, number=number)
    return kept


def _slot(seconds: float) -> int:
    return int(seconds // _SLOT_SECONDS)


def _tidy(instrument: Instrument, notes: Notes) -> dict[str, dict[str, list[str]]]:
    """Return notes without blank lines; items about which nothing is said are left out."""
    tidy: dict[str, dict[str, list[str]]] = {}
    for item, by_kind in notes.items():
        if item not in instrument.items:
            raise no_such_item(item)
        kept = {kind: [one.strip() for one in by_kind.get(kind, ()) if one.strip()] for kind in _KINDS}
        if any(len(found) > MOST_NOTES or any(len(one) > LONGEST_NOTE for one in found) for found in kept.values()):
            raise BadInput(
                "assessment.sheet.notes",
                "{item}：优势和改进机会各最多 {most} 条，每条最多 {longest} 字。",
                "{item}: at most {most} strengths and {most} improvements, each of at most {longest} characters.",
                item=item,
                most=MOST_NOTES,
                longest=LONGEST_NOTE,
            )
        if any(kept.values()):
            tidy[item] = kept
    return tidy


def _said(text: str, longest: int) -> str:
    if not 0 < len(text.strip()) <= longest:
        raise BadInput(
            "assessment.question.text",
            "请写 1 到 {most} 字。",
            "Write between 1 and {most} characters.",
            most=longest,
        )
    return text.strip()


def _nothing_yet() -> BadInput:
    return BadInput("assessment.sheet.empty", "还没有评分，不能提交。", "Nothing has been marked yet.")
