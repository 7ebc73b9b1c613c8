"""Enrol people in a session: one by one or a list, admit them, move the waiting list up, let them leave."""

from collections.abc import Iterable, Sequence
from secrets import token_hex

from django.db import transaction

from pinzhi.engine.errors import BadInput, Conflict, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.engine.training.enrolments import check_move, moves_up, place_for, session_state
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.catalog.models import Organisation
from pinzhi.records.training.actions import telling
from pinzhi.records.training.actions.lists import known_learners, looked_through
from pinzhi.records.training.actions.noting import note
from pinzhi.records.training.files import Row
from pinzhi.records.training.models import Enrolment, Learner, Session
from pinzhi.records.training.personal import TAIL, id_digests, sealed
from pinzhi.records.training.queries.visible import hold_session
from pinzhi.records.training.rules import dates_of

MOST_GROUND = 500


def enrol(
    *, actor: Actor, key: str, organisation_code: str, rows: Sequence[Row], when: Moment, synthetic: bool = False
) -> list[Enrolment]:
    """Enrol a list, wholly or not at all; who is enrolled already stays as he is, so twice is the same as once."""
    require(actor, "training.enrol", organisation_code)
    with transaction.atomic():
        session = hold_session(key)
        require_open(session, when)
        looked = looked_through(session, rows)
        if looked.faults:
            first = looked.faults[0]
            raise BadInput(
                "training.enrol.cells",
                "有 {count} 处错误，没有报名。第一处：第 {line} 行“{column_zh}”：{wrong_zh}",
                "{count} cells are wrong; nobody was enrolled. The first: line {line}, {column}: {wrong}",
                count=len(looked.faults),
                line=first.line,
                column=first.column.en,
                column_zh=first.column.zh,
                wrong=first.text.en,
                wrong_zh=first.text.zh,
            )
        people = _learners(looked.good, synthetic)
        made = enter(actor, session, _organisation(organisation_code), people, when, synthetic=synthetic)
        if made:
            note(actor, "enrol", "training_session", session.key, when, session=session,
                 organisation=organisation_code, numbers=[one.number for one in made])  # fmt: skip
    return made


def admit(*, actor: Actor, key: str, numbers: Sequence[str], when: Moment) -> dict[str, str]:
    """Admit those who applied, in the order in which they came; without a place they wait. Returns state by number."""
    with transaction.atomic():
        session = hold_session(key)
        require(actor, "training.run", session)
        rows = _asked(session, numbers)
        admitted = session.enrolments.filter(state="admitted").count()
        waiting = session.enrolments.filter(state="waiting").count()
        for one in rows:
            to = place_for(session.capacity, admitted, waiting)
            check_move(one.state, to)
            one.state = to
            admitted, waiting = (admitted + 1, waiting) if to == "admitted" else (admitted, waiting + 1)
        Enrolment.objects.bulk_update(rows, ["state"])
        told = {one.number: one.state for one in rows}
        note(actor, "admit", "training_session", session.key, when, session=session, states=told)
        telling.tell_admitted(session, [one for one in rows if one.state == "admitted"], when)
        telling.tell_waiting(session, [one for one in rows if one.state == "waiting"], when)
    return told


def reject(*, actor: Actor, key: str, numbers: Sequence[str], ground: str, when: Moment) -> None:
    """Do not admit, with the ground that the enterprise reads."""
    with transaction.atomic():
        session = hold_session(key)
        require(actor, "training.run", session)
        rows = _asked(session, numbers)
        for one in rows:
            check_move(one.state, "rejected")
            one.state, one.ground = "rejected", _ground(ground)
        Enrolment.objects.bulk_update(rows, ["state", "ground"])
        note(actor, "reject", "training_session", session.key, when, session=session, numbers=list(numbers),
             ground=ground)  # fmt: skip
        telling.tell_rejected(session, rows, ground.strip(), when)


def withdraw(*, actor: Actor, number: str, when: Moment) -> tuple[str, ...]:
    """Let somebody leave before the session begins; returns the numbers that moved up from the waiting list."""
    found = Enrolment.objects.filter(number=number).select_related("session").first()
    if found is None:
        raise _no_enrolment()
    require(actor, "training.enrol", found.organisation_code)
    with transaction.atomic():
        session = hold_session(found.session.key)
        row = Enrolment.objects.select_for_update().get(pk=found.pk)
        check_move(row.state, "withdrawn")
        if when.on >= session.starts_on:
            raise Conflict(
                "training.withdraw.late",
                "已经开课，不能退出。不再来的，按缺课处理。",
                "The session has begun; leaving is no longer possible. Who stays away is absent.",
            )
        row.state = "withdrawn"
        row.save(update_fields=["state"])
        moved = _move_up(session)
        numbers = tuple(one.number for one in moved)
        note(actor, "withdraw", "enrolment", row.number, when, session=session, moved_up=list(numbers))
        telling.tell_moved_up(session, moved, when)
    return numbers


def _move_up(session: Session) -> list[Enrolment]:
    admitted = session.enrolments.filter(state="admitted").count()
    waiting = {
        one.pk: one for one in session.enrolments.filter(state="waiting").select_related("learner").order_by("place")
    }
    moved = [waiting[pk] for pk in moves_up(session.capacity, admitted, list(waiting))]
    for one in moved:
        one.state = "admitted"
    Enrolment.objects.bulk_update(moved, ["state"])
    return moved


def enter(
    actor: Actor,
    session: Session,
    organisation: tuple[str, str],
    people: Iterable[tuple[Learner, str]],
    when: Moment,
    *,
    synthetic: bool,
) -> list[Enrolment]:
    """Write the enrolments of an organisation's people, each with his post; who had left a session comes again."""
    wanted = list(people)
    before = {one.learner_id: one for one in session.enrolments.filter(learner__in=[one.pk for one, _ in wanted])}
    place = session.enrolments.count()
    made, again = [], []
    for learner, post in wanted:
        if learner.pk in before:
            one = before[learner.pk]
            check_move(one.state, "applied")
            one.state, one.ground = "applied", ""
            again.append(one)
            continue
        place += 1
        made.append(
            Enrolment(
                session=session,
                learner=learner,
                number=f"{session.key}-{place:03}",
                organisation_code=organisation[0],
                organisation_name=organisation[1],
                post=post,
                place=place,
                by=actor.key,
                at=when.at,
                synthetic=synthetic,
            )
        )
    Enrolment.objects.bulk_create(made)
    Enrolment.objects.bulk_update(again, ["state", "ground"])
    return [*made, *again]


def require_open(session: Session, when: Moment) -> None:
    """Refuse a session in which nobody can be enrolled on the day."""
    state = session_state(
        dates_of(session),
        on=when.on,
        capacity=session.capacity,
        admitted=0,
        is_cancelled=session.cancelled_on is not None,
    )
    if state == "cancelled":
        raise Conflict("training.enrol.cancelled", "这个培训班取消了。", "This session is cancelled.")
    if state != "open":
        raise Conflict(
            "training.enrol.closed",
            "现在不能报名：报名时间是 {first} 到 {last}。",
            "Enrolment is not open: it runs from {first} to {last}.",
            first=session.enrol_from,
            last=session.enrol_until,
        )


def _learners(rows: Sequence[Row], synthetic: bool) -> list[tuple[Learner, str]]:
    """Return the person of each row with his post; who is not known yet is written."""
    numbers = [row.cells["id_number"].upper() for row in rows]
    known = known_learners(numbers)
    fresh = {number: _learner(row, synthetic) for number, row in zip(numbers, rows, strict=True) if number not in known}
    Learner.objects.bulk_create(fresh.values())
    people = known | fresh
    return [(people[number], row.cells.get("post", "")) for number, row in zip(numbers, rows, strict=True)]


def _learner(row: Row, synthetic: bool) -> Learner:
    key, number = f"L{token_hex(6)}", row.cells["id_number"].upper()
    return Learner(
        key=key,
        name=row.cells["name"],
        sealed=sealed(key, id_number=number, phone=row.cells["phone"]),
        id_digest=id_digests(number)[0],
        phone_tail=row.cells["phone"][-TAIL:],
        synthetic=synthetic,
    )


def _organisation(code: str) -> tuple[str, str]:
    found = Organisation.objects.filter(code=code).values_list("code", "name").first()
    if found is None:
        raise BadInput(
            "training.organisation",
            "名录里没有单位“{code}”。请先登记。",
            "The catalogue has no organisation “{code}”. Have it registered first.",
            code=code,
        )
    return found


def _asked(session: Session, numbers: Sequence[str]) -> list[Enrolment]:
    rows = list(session.enrolments.filter(number__in=list(numbers)).select_related("learner").order_by("place"))
    if len(rows) != len(set(numbers)) or not rows:
        raise _no_enrolment()
    return rows


def _no_enrolment() -> NotFound:
    return NotFound("training.enrolment", "没有这一报名。", "There is no such enrolment.")


def _ground(ground: str) -> str:
    if not ground.strip():
        raise BadInput("training.ground", "要写理由，报名单位会看到。", "Give the ground; the enterprise reads it.")
    return ground.strip()[:MOST_GROUND]
