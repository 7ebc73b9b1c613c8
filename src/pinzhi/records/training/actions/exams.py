"""Set an examination and its window, give time, close, mark, mark again, confirm the results."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from secrets import token_hex

from django.db import transaction
from django.db.models import Max

from pinzhi.engine.assessment.conditions import Answer
from pinzhi.engine.errors import BadInput, Conflict, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.courses import Course
from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.engine.training.marking import Question, instrument_for, mark
from pinzhi.engine.training.papers import Drawn, commitment, draw
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.training.actions.ending import end
from pinzhi.records.training.actions.noting import note
from pinzhi.records.training.actions.telling import tell_exam, tell_results
from pinzhi.records.training.models import Exam, Mark, Sitting
from pinzhi.records.training.queries.bank import bank_items, on_paper, questions_of, withdrawn_keys
from pinzhi.records.training.queries.learning import latest_marks
from pinzhi.records.training.queries.visible import hold_session
from pinzhi.records.training.rules import course_of, is_over, kept, paper_of

_BATCH = 1_000
_MOST_EXTRA = 240


def set_exam(
    *,
    actor: Actor,
    key: str,
    held_on: date,
    opens_at: datetime,
    ends_at: datetime,
    when: Moment,
    seed: str = "",
    synthetic: bool = False,
) -> Exam:
    """Set an examination of a session: its window, its seed, its paper. A bank that is too small refuses it here.

    The paper's digest goes into the journal before anybody sits, so that it can be shown later that nobody chose
    questions for anybody.
    """
    _check_window(opens_at, ends_at)
    with transaction.atomic():
        session = hold_session(key)
        require(actor, "training.run", session)
        if session.cancelled_on is not None:
            raise Conflict("training.exam.cancelled", "这个培训班取消了。", "This session is cancelled.")
        rules = course_of(session)
        seed = seed or token_hex(16)
        paper = draw(rules, bank_items(), seed)
        number = (session.exams.aggregate(last=Max("number"))["last"] or 0) + 1
        made = Exam.objects.create(
            session=session, number=number, held_on=held_on, opens_at=opens_at, ends_at=ends_at, seed=seed,
            paper=kept(paper) if rules.paper == "one" else [], commitment=commitment(seed, paper),
            synthetic=synthetic,
        )  # fmt: skip
        note(actor, "exam.set", "exam", _key(made), when, session=session, commitment=made.commitment,
             opens_at=opens_at.isoformat(), ends_at=ends_at.isoformat())  # fmt: skip
        to_sit = session.enrolments.filter(state="admitted").exclude(sittings__marks__passed=True)
        tell_exam(made, list(to_sit.select_related("learner").order_by("place")), when)
    return made


def move_window(
    *, actor: Actor, exam_id: int, opens_at: datetime, ends_at: datetime, ground: str, when: Moment
) -> Exam:
    """Open earlier, close earlier or go on longer, with the ground; what has been marked already stays closed."""
    _check_window(opens_at, ends_at)
    _require_ground(ground)
    with transaction.atomic():
        held = _held(actor, exam_id)
        if held.released_on is not None or Mark.objects.filter(sitting__exam=held).exists():
            raise Conflict(
                "training.exam.marked",
                "这场考试已经阅卷，不能再改时间。需要的话，另设补考。",
                "This examination is marked; its time stays. Set a resit instead.",
            )
        held.opens_at, held.ends_at = opens_at, ends_at
        held.save(update_fields=["opens_at", "ends_at"])
        note(actor, "exam.window", "exam", _key(held), when, session=held.session, opens_at=opens_at.isoformat(),
             ends_at=ends_at.isoformat(), ground=ground.strip()[:500])  # fmt: skip
    return held


def give_time(*, actor: Actor, sitting_id: int, minutes: int, ground: str, when: Moment) -> Sitting:
    """Give a candidate more minutes, for a disability or a breakdown, with the ground; never past the window."""
    _require_ground(ground)
    if not 1 <= minutes <= _MOST_EXTRA:
        raise BadInput(
            "training.exam.extra", "加时应在 1 到 {most} 分钟之间。", "Between 1 and {most} minutes.", most=_MOST_EXTRA
        )
    with transaction.atomic():
        sitting = (
            Sitting.objects.select_for_update(of=("self",))
            .select_related("exam__session")
            .filter(pk=sitting_id)
            .first()
        )
        if sitting is None:
            raise NotFound("training.sitting", "没有这次考试。", "There is no such sitting.")
        require(actor, "training.run", sitting.exam.session)
        if sitting.ended_at is not None:
            raise Conflict("training.sitting.ended", "这份卷已经交了。", "This paper is handed in.")
        sitting.extra_minutes += minutes
        sitting.save(update_fields=["extra_minutes"])
        note(actor, "exam.extra_time", "sitting", str(sitting.pk), when, minutes=minutes, ground=ground.strip()[:500])
    return sitting


def mark_exam(*, actor: Actor, exam_id: int, when: Moment) -> int:
    """Mark every sitting that is over and has no mark; ends those whose time ran out. Returns how many were marked."""
    with transaction.atomic():
        held = _held(actor, exam_id)
        rules = course_of(held.session)
        sittings = list(held.sittings.select_for_update(of=("self",)).select_related("exam", "enrolment"))
        _end_those_over(actor, rules, sittings, when)
        running = [one for one in sittings if one.ended_at is None]
        marked = latest_marks(one.pk for one in sittings)
        todo = [one for one in sittings if one.ended_at is not None and one.pk not in marked]
        made = _marks(actor, rules, todo, {}, "", when)
        Mark.objects.bulk_create(made, batch_size=_BATCH)
        note(actor, "exam.mark", "exam", _key(held), when, session=held.session, marked=len(made),
             running=len(running), passed=sum(one.passed for one in made))  # fmt: skip
    return len(made)


def mark_again(*, actor: Actor, question_key: str, when: Moment) -> int:
    """Mark again what was marked with a question that is withdrawn since; what stood before stays in the history.

    A mark can only rise by it. Returns how many marks were added: those that changed.
    """
    require(actor, "training.decide")
    if not withdrawn_keys([question_key]):
        raise Conflict(
            "training.question.in_use",
            "这道题没有撤。先撤题，再重新阅卷。",
            "This question is not withdrawn. Do that first.",
        )
    added = 0
    with transaction.atomic():
        for held in Exam.objects.filter(sittings__marks__isnull=False).distinct().select_related("session"):
            added += _again(actor, held, question_key, when)
    return added


def confirm_results(*, actor: Actor, exam_id: int, when: Moment) -> Exam:
    """Confirm the results of an examination: candidates see theirs from now on; the training body alone cannot."""
    require(actor, "training.decide")
    with transaction.atomic():
        held = _held(actor, exam_id)
        unmarked = held.sittings.filter(marks__isnull=True).count()
        if unmarked or not held.sittings.exists():
            raise Conflict(
                "training.exam.unmarked",
                "还有 {count} 份没有阅卷，不能确认成绩。",
                "{count} papers are not marked; results cannot be confirmed.",
                count=unmarked,
            )
        if held.released_on is None:
            held.released_on = when.on
            held.save(update_fields=["released_on"])
            note(actor, "exam.confirm", "exam", _key(held), when, session=held.session)
            sat = held.sittings.select_related("enrolment__learner").order_by("enrolment__place")
            tell_results(held, [one.enrolment for one in sat], when)
    return held


def _again(actor: Actor, held: Exam, question_key: str, when: Moment) -> int:
    rules = course_of(held.session)
    found = held.sittings.select_related("exam", "enrolment").filter(marks__isnull=False).distinct()
    sittings = [one for one in found if any(two.id == question_key for two in paper_of(one))]
    before = latest_marks(one.pk for one in sittings)
    ground = f"撤题 {question_key}"
    fresh = _marks(actor, rules, sittings, before, ground, when)
    changed = [one for one in fresh if one.percent != before[one.sitting_id].percent]
    Mark.objects.bulk_create(changed, batch_size=_BATCH)
    if sittings:
        passing = [str(one.sitting_id) for one in changed if one.passed and not before[one.sitting_id].passed]
        note(actor, "exam.mark_again", "exam", _key(held), when, session=held.session, question=question_key,
             looked_at=len(sittings), changed=len(changed), now_passed=passing)  # fmt: skip
    return len(changed)


def _marks(
    actor: Actor, rules: Course, sittings: Sequence[Sitting], before: dict[int, Mark], ground: str, when: Moment
) -> list[Mark]:
    papers = {one.pk: paper_of(one) for one in sittings}
    questions = questions_of(papers.values())
    withdrawn = withdrawn_keys({item.id for paper in papers.values() for item in paper})
    instruments: dict[tuple[Drawn, ...], Instrument] = {}  # one for all where everybody has the same paper
    made = []
    for one in sittings:
        paper = papers[one.pk]
        asked = on_paper(questions, paper)
        if paper not in instruments:
            instruments[paper] = instrument_for(rules, paper, asked)
        gone = withdrawn & {item.id for item in paper}
        found = mark(rules, paper, asked, _answers(one, asked), withdrawn=gone, instrument=instruments[paper])
        made.append(
            Mark(
                sitting=one, number=before[one.pk].number + 1 if one.pk in before else 1, percent=str(found.percent),
                shown=found.shown, passed=found.passed,
                fields=[[part.code, str(part.points), str(part.earned)] for part in found.fields],
                withdrawn=sorted(gone), ground=ground, actor=actor.key, at=when.at,
            )
        )  # fmt: skip
    return made


def _answers(sitting: Sitting, questions: Mapping[str, Question]) -> dict[str, Answer]:
    return {
        item: chosen if questions[item].kind == "multiple" else chosen[0]
        for item, (_saved, chosen) in sitting.answers.items()
        if chosen
    }


def _end_those_over(actor: Actor, rules: Course, sittings: Iterable[Sitting], when: Moment) -> None:
    over = [one for one in sittings if one.ended_at is None and is_over(one, rules.minutes, when.at)]
    for one in over:
        end(one, rules, "time", when)
    Sitting.objects.bulk_update(over, ["ended_at", "ending", "answers_digest"], batch_size=_BATCH)


def _held(actor: Actor, exam_id: int) -> Exam:
    found = Exam.objects.select_for_update(of=("self",)).select_related("session").filter(pk=exam_id).first()
    if found is None:
        raise NotFound("training.exam", "没有这场考试。", "There is no such examination.")
    if not actor.has("city_officer"):
        require(actor, "training.run", found.session)
    return found


def _check_window(opens_at: datetime, ends_at: datetime) -> None:
    if not timedelta(0) < ends_at - opens_at:
        raise BadInput(
            "training.exam.window", "结束时间应晚于开始时间。", "The end of an examination is after its beginning."
        )


def _require_ground(ground: str) -> None:
    if not ground.strip():
        raise BadInput(
            "training.exam.ground", "要写理由，会留在审计记录里。", "Give the ground; it stays in the journal."
        )


def _key(exam: Exam) -> str:
    return f"{exam.session.key}/{exam.number}"
