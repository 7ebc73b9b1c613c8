"""Examine an entry: facts an officer found, his word on a condition, departments asked and what they answer."""

from datetime import date

from django.db import transaction

from pinzhi.engine.assessment.rounds.eligibility import Word, judge
from pinzhi.engine.errors import BadInput, Conflict, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.scheme_parts import FACTS
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.assessment.actions.common import hold_entry, note
from pinzhi.records.assessment.models import DepartmentAnswer, Entry, EntryFact, RuleWord
from pinzhi.records.assessment.queries.facts import known_facts, typed
from pinzhi.records.assessment.rules import parts_of, scheme_of


def find_fact(*, actor: Actor, entry_id: int, fact: str, value: str, source: str, when: Moment) -> EntryFact:
    """Keep a fact an officer found, with where it was found; it counts before what the applicant states."""
    require(actor, "assessment.run")
    with transaction.atomic():
        entry = _examined(actor, entry_id)
        if fact not in FACTS or typed(fact, value) is None:
            raise BadInput(
                "assessment.fact",
                "“{value}”不能作为“{fact}”：数字写数字，是否写 true 或 false。",
                "“{value}” is no value for “{fact}”: numbers as digits, flags as true or false.",
                fact=fact,
                value=value,
            )
        if not source.strip():
            raise _needs_ground(fact)
        kept = EntryFact.objects.create(
            entry=entry, fact=fact, value=value, source=f"officer: {source}"[:200], actor=actor.key, at=when.at
        )
        note(actor, "fact", entry, when, fact=fact, value=value, source=source)
    return kept


def say_word(*, actor: Actor, entry_id: int, rule: str, holds: bool, ground: str, when: Moment) -> RuleWord:
    """Keep an officer's word on a condition, with its grounds; a later word counts, the earlier stays."""
    require(actor, "assessment.run")
    with transaction.atomic():
        entry = _examined(actor, entry_id)
        word = Word(rule, holds, ground, actor.name)
        judge(scheme_of(entry.round), entry.category, known_facts(entry, when.on), [word])
        kept = RuleWord.objects.create(
            entry=entry, rule=rule, holds=holds, ground=ground, by_id=actor.account_id, at=when.at
        )
        note(actor, "word", entry, when, rule=rule, holds=holds, ground=ground)
    return kept


def ask_departments(*, actor: Actor, entry_id: int, when: Moment) -> list[DepartmentAnswer]:
    """Ask every department that the scheme names for an entry; their time runs from today. Asked once."""
    require(actor, "assessment.run")
    with transaction.atomic():
        entry = _examined(actor, entry_id)
        consultation = scheme_of(entry.round).consultation
        if consultation is None or entry.consultations.exists():
            raise Conflict(
                "assessment.consultation.asked",
                "已经征求过部门意见，或这个奖项不征求。",
                "The departments have been asked already, or this scheme asks none.",
            )
        asked = [
            one for one in consultation.departments if not one.categories or entry.category in one.categories
        ]  # fmt: skip
        rows = [
            DepartmentAnswer.objects.create(
                entry=entry, department=one.code, asked_on=when.on, by_id=actor.account_id, at=when.at
            )
            for one in asked
        ]
        note(actor, "consultation.ask", entry, when, departments=[one.code for one in asked])
    return rows


def record_answer(
    *, actor: Actor, entry_id: int, department: str, objects: bool, answered_on: date, ground: str, document: str,
    when: Moment,
) -> DepartmentAnswer:  # fmt: skip
    """Record what a department answered, and by which document; an objection needs its grounds."""
    require(actor, "assessment.run")
    with transaction.atomic():
        entry = _examined(actor, entry_id)
        row = DepartmentAnswer.objects.select_for_update().filter(entry=entry, department=department).first()
        if row is None:
            raise NotFound(
                "assessment.consultation.department", "没有征求过这个部门。", "This department was not asked."
            )
        if row.answered_on is not None:
            raise Conflict(
                "assessment.consultation.answered",
                "这个部门已于 {on} 答复。",
                "This department answered on {on}.",
                on=row.answered_on,
            )
        if objects and not ground.strip():
            raise _needs_ground(department)
        if not row.asked_on <= answered_on <= when.on:
            raise BadInput(
                "assessment.consultation.day",
                "答复日期 {found} 应在 {asked} 和今天之间。",
                "The day of the answer, {found}, should lie between {asked} and today.",
                found=answered_on,
                asked=row.asked_on,
            )
        row.answered_on, row.objects_to_it, row.ground, row.document = answered_on, objects, ground, document
        row.by_id, row.at = actor.account_id, when.at
        row.save()
        note(actor, "consultation.answer", entry, when, department=department, objects=objects, document=document)
    return row


def _examined(actor: Actor, entry_id: int) -> Entry:
    """Return an entry that is being examined; nobody examines an application of his own organisation."""
    entry = hold_entry(entry_id)
    if "city_officer" not in parts_of(actor, entry):
        require(actor, "assessment.run", None)
        raise Conflict(
            "assessment.own_entry",
            "这是你自己单位的申报，请换一位经办人。",
            "This is an application of your own organisation; another officer handles it.",
        )
    if entry.state != "eligibility_check":
        raise Conflict(
            "assessment.not_examined",
            "“{number}”现在不在资格审查阶段。",
            "“{number}” is not being examined for eligibility now.",
            number=entry.number,
        )
    return entry


def _needs_ground(about: str) -> BadInput:
    return BadInput(
        "assessment.round.ground",
        "请写明理由：“{about}”的结论要有依据。",
        "Give the grounds: a finding on “{about}” needs a reason.",
        about=about,
    )
