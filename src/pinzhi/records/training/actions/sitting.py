"""Sit an examination: begin, go on elsewhere, save answers, send. Each is one small transaction on one row.

Refusals tell what was kept. Nothing that was saved is ever lost: a save that cannot count leaves the row as it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.courses import Course
from pinzhi.engine.training.clock import honest, remaining_s, require_open, takes_answers
from pinzhi.engine.training.marking import Question
from pinzhi.engine.training.papers import commitment, draw
from pinzhi.engine.training.signals import pace
from pinzhi.records.accounts.permissions import Actor, may, require
from pinzhi.records.training.actions.ending import end
from pinzhi.records.training.actions.noting import note
from pinzhi.records.training.models import Enrolment, Exam, Sitting
from pinzhi.records.training.queries.bank import bank_items, question_of
from pinzhi.records.training.queries.learning import bars_for, progress_of
from pinzhi.records.training.queries.visible import no_sitting, own_sittings
from pinzhi.records.training.rules import course_of, deadline_of, kept, paper_of, window_of

_MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it is sent: the option codes, and which save of it the sender has seen (0 for none)."""

    chosen: tuple[str, ...]
    base: int


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save tells: the number of each answer's latest save, the time left, how many are answered."""

    numbers: Mapping[str, int]
    left_s: int
    answered: int
    at: datetime


def begin(*, actor: Actor, exam_id: int, browser: str, when: Moment) -> Sitting:
    """Begin an examination; the clock runs from now on the server. Whoever has begun goes on with the same clock."""
    require(actor, "training.sit")
    exam = Exam.objects.select_related("session").filter(pk=exam_id).first()
    if exam is None:
        raise NotFound("training.exam", "没有这场考试。", "There is no such examination.")
    begun = own_sittings(actor).filter(exam=exam).first()
    if begun is not None:
        return (
            begun
            if begun.holder == browser
            else go_on_here(actor=actor, sitting_id=begun.pk, browser=browser, when=when)
        )
    _refuse_insiders(actor, exam)
    require_open(window_of(exam), when.at)
    rules = course_of(exam.session)
    try:
        with transaction.atomic():
            own = _enrolment(actor, exam)
            _refuse_barred(own, exam, when)
            seed = f"{exam.seed}/{own.number}"
            paper = draw(rules, bank_items(), seed) if rules.paper == "each" else ()
            made = Sitting.objects.create(
                exam=exam, enrolment=own, paper=kept(paper), began_at=when.at, latest_at=when.at, holder=browser
            )
            pinned = {"commitment": commitment(seed, paper)} if paper else {}  # else the examination's own holds
            note(actor, "sitting.begin", "sitting", str(made.pk), when, session=exam.session,
                 exam=f"{exam.session.key}/{exam.number}", enrolment=own.number, **pinned)  # fmt: skip
    except IntegrityError:  # begun in two windows in this very moment
        return own_sittings(actor).get(exam=exam)
    return made


def go_on_here(*, actor: Actor, sitting_id: int, browser: str, when: Moment) -> Sitting:
    """Let another browser take a sitting over: the earlier one is told, and what it saved is all there."""
    with transaction.atomic():
        held, rules = _held(actor, sitting_id)
        _require_running(held, rules, when)
        if held.holder != browser:
            held.holder = browser
            held.taken_over += 1
            held.latest_at = honest(when.at, held.latest_at)
            held.save(update_fields=["holder", "taken_over", "latest_at"])
            note(actor, "sitting.take_over", "sitting", str(held.pk), when, times=held.taken_over)
    return held


def save_answers(*, actor: Actor, sitting_id: int, browser: str, answers: Mapping[str, Given], when: Moment) -> Saved:
    """Save answers: all of them or none.

    What is sent twice counts once. An answer that was saved anew since the sender looked is not overwritten by an
    older one. After the deadline nothing counts, to the second.
    """
    with transaction.atomic():
        held, rules = _held(actor, sitting_id)
        now = _require_running(held, rules, when)
        _require_holder(held, browser)
        changed = _changed(held, answers)
        for item, chosen in changed.items():
            before = held.answers.get(item)
            if before is None:
                name = pace(held.latest_at, now)
                held.paces[name] = held.paces.get(name, 0) + 1
            held.answers[item] = [(before[0] if before else 0) + 1, list(chosen)]
        if changed:
            held.latest_at = now
            held.save(update_fields=["answers", "paces", "latest_at"])
    return Saved(
        {item: held.answers[item][0] for item in answers if item in held.answers},
        remaining_s(deadline_of(held, rules.minutes), now),
        answered(held),
        now,
    )


def note_left(*, actor: Actor, sitting_id: int, browser: str, when: Moment) -> int:
    """Count that the page was left; told to the candidate beforehand, and never a verdict."""
    with transaction.atomic():
        held, rules = _held(actor, sitting_id)
        now = honest(when.at, held.latest_at)
        if held.ended_at is None and held.holder == browser and takes_answers(deadline_of(held, rules.minutes), now):
            held.left += 1
            held.save(update_fields=["left"])
    return held.left


def send(*, actor: Actor, sitting_id: int, browser: str, when: Moment) -> Sitting:
    """Hand the paper in; once. A paper whose time ran out meanwhile is handed in as it was kept."""
    with transaction.atomic():
        held, rules = _held(actor, sitting_id)
        if held.ended_at is not None:
            return held
        now = honest(when.at, held.latest_at)
        in_time = takes_answers(deadline_of(held, rules.minutes), now)
        if in_time:
            _require_holder(held, browser)
        end(held, rules, "sent" if in_time else "time", when)
        held.save(update_fields=["ended_at", "ending", "answers_digest"])
        note(actor, "sitting.send", "sitting", str(held.pk), when, session=held.exam.session, ending=held.ending,
             answered=answered(held), digest=held.answers_digest)  # fmt: skip
    return held


def answered(sitting: Sitting) -> int:
    """Return how many questions have an answer."""
    return sum(1 for _saved, chosen in sitting.answers.values() if chosen)


def _held(actor: Actor, sitting_id: int) -> tuple[Sitting, Course]:
    found = own_sittings(actor).select_for_update(of=("self",)).filter(pk=sitting_id).first()
    if found is None:
        raise no_sitting()
    return found, course_of(found.exam.session)


def _require_running(held: Sitting, rules: Course, when: Moment) -> datetime:
    """Return the moment that counts, or refuse: the paper is in, or its time is over, and so many answers are kept."""
    now = honest(when.at, held.latest_at)
    if held.ended_at is not None or not takes_answers(deadline_of(held, rules.minutes), now):
        raise Conflict(
            "training.sitting.over",
            "考试时间已到或已交卷，这一题没有算进去。到时已保存的 {kept} 题都在。",
            "The time is over or the paper is in; this answer does not count. The {kept} answers saved before are all"
            " kept.",
            kept=answered(held),
        )
    return now


def _require_holder(held: Sitting, browser: str) -> None:
    if held.holder != browser:
        raise Conflict(
            "training.sitting.elsewhere",
            "你已在另一个窗口或设备上继续考试，这里不再保存。已保存的 {kept} 题都在；要在这里考，点“在这里继续”。",
            "You went on in another window or on another device; nothing more is saved here. The {kept} answers saved"
            " are all kept. To go on here, press “Go on here”.",
            kept=answered(held),
        )


def _changed(held: Sitting, answers: Mapping[str, Given]) -> dict[str, tuple[str, ...]]:
    """Return what differs from what is kept; refuse unknown questions and options, and older saves."""
    if len(answers) > _MOST_AT_ONCE:
        raise BadInput("training.answer.many", "一次送来的题太多。", "Too many answers at once.")
    paper = paper_of(held)
    changed: dict[str, tuple[str, ...]] = {}
    for item, given in answers.items():
        asked = question_of(paper, item)
        if asked is None:
            raise BadInput(
                "training.answer.item",
                "这张卷子没有题“{item}”。没有保存。",
                "This paper has no question “{item}”. Nothing was saved.",
                item=item[:40],
            )
        number, before = held.answers.get(item, (0, []))
        chosen = _checked(asked, given)
        if list(chosen) == before:
            continue
        if given.base != number:
            raise Conflict(
                "training.answer.older",
                "这一题在别处已保存过新的答案（{kept}），没有用旧的盖掉。看过再改。",
                "A newer answer to this question is saved ({kept}); the older one did not replace it. Look and change"
                " it again.",
                kept=", ".join(before) or "—",
                item=item,
            )
        changed[item] = chosen
    return changed


def _checked(asked: Question, given: Given) -> tuple[str, ...]:
    codes = [one.code for one in asked.choices]
    chosen = tuple(code for code in codes if code in given.chosen)  # in the bank's order, each once
    if len(chosen) != len(set(given.chosen)) or (asked.kind != "multiple" and len(chosen) > 1):
        raise BadInput(
            "training.answer.option",
            "题“{item}”没有这样的选项。没有保存。",
            "Question “{item}” has no such option. Nothing was saved.",
            item=asked.id,
        )
    return chosen


def _enrolment(actor: Actor, exam: Exam) -> Enrolment:
    own = (
        Enrolment.objects.select_for_update(of=("self",))
        .filter(session=exam.session, learner__user_id=actor.account_id)
        .first()
    )
    if own is None:
        raise NotAllowed(
            "training.exam.enrolment",
            "你没有报名这个班。先用准考证号认领报名。",
            "You are not enrolled in this session. Claim your enrolment by its number first.",
        )
    return own


def _refuse_barred(own: Enrolment, exam: Exam, when: Moment) -> None:
    found = bars_for(own, exam.session, progress_of([own], when.on)[own.pk], when.on)
    if found:
        raise Conflict(
            "training.exam.barred",
            "还不能参加考试：{why_zh}。有疑问，请问培训机构。",
            "You cannot sit yet: {why}. Ask the training body if this is wrong.",
            why="; ".join(one.en for one in found),
            why_zh="；".join(one.zh for one in found),
        )


def _refuse_insiders(actor: Actor, exam: Exam) -> None:
    """Refuse those who keep the bank or run the session: they would examine themselves."""
    if may(actor, "training.decide") or may(actor, "training.run", exam.session):
        raise NotAllowed(
            "training.exam.insider",
            "管题库或办这个班的人不能参加它的考试。",
            "Who keeps the bank or runs the session does not sit its examination.",
        )
