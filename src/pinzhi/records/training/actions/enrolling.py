"""Enrol people in a session: one by one or a list, admit them, move the waiting list up, let them leave."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_hex

from django.db import transaction

from pinzhi.engine.catalog.intake.cells import citizen_id
from pinzhi.engine.errors import BadInput, Conflict, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.engine.training.enrolments import check_move, moves_up, place_for, session_state
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.catalog.models import Organisation
from pinzhi.records.training.actions.noting import note
from pinzhi.records.training.files import CellFault, Column, Row
from pinzhi.records.training.models import Enrolment, Learner, Session
from pinzhi.records.training.personal import TAIL, id_digests, sealed
from pinzhi.records.training.queries.visible import hold_session
from pinzhi.records.training.rules import dates_of

COLUMNS = (
    Column("name", Text("姓名", "Name"), ("学员姓名",)),
    Column("id_number", Text("身份证号", "Citizen's number"), ("身份证号码", "身份证")),
    Column("phone", Text("手机", "Mobile"), ("手机号", "电话", "phone")),
    Column("post", Text("职务", "Post"), ("岗位",), required=False),
)
_PHONE = re.compile(r"1[3-9]\d{9}")
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Looked:
    """What a list would do: who is new here, who is enrolled already, and what is wrong cell by cell."""

    good: tuple[Row, ...]
    known: tuple[Row, ...]
    faults: tuple[CellFault, ...]


def look_through(*, actor: Actor, key: str, organisation_code: str, rows: Sequence[Row]) -> Looked:
    """Check a list without writing anything: the dry run."""
    require(actor, "training.enrol", organisation_code)
    session = Session.objects.filter(key=key).first()
    if session is None:
        raise NotFound("training.session", "没有培训班“{key}”。", "There is no session “{key}”.", key=key[:60])
    return _looked(session, rows)


def enrol(
    *, actor: Actor, key: str, organisation_code: str, rows: Sequence[Row], when: Moment, synthetic: bool = False
) -> list[Enrolment]:
    """Enrol a list, wholly or not at all; who is enrolled already stays as he is, so twice is the same as once."""
    require(actor, "training.enrol", organisation_code)
    with transaction.atomic():
        session = hold_session(key)
        _require_open(session, when)
        looked = _looked(session, rows)
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
        made = _enrolled(actor, session, _organisation(organisation_code), looked.good, when, synthetic)
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
        note(actor, "withdraw", "enrolment", row.number, when, session=session, moved_up=list(moved))
    return moved


def _move_up(session: Session) -> tuple[str, ...]:
    admitted = session.enrolments.filter(state="admitted").count()
    waiting = {one.pk: one for one in session.enrolments.filter(state="waiting").order_by("place")}
    moved = [waiting[pk] for pk in moves_up(session.capacity, admitted, list(waiting))]
    for one in moved:
        one.state = "admitted"
    Enrolment.objects.bulk_update(moved, ["state"])
    return tuple(one.number for one in moved)


def _looked(session: Session, rows: Sequence[Row]) -> Looked:
    faults = [fault for row in rows for fault in _row_faults(row)]
    wrong = {fault.line for fault in faults}
    numbers: dict[str, int] = {}
    for row in rows:
        if row.line in wrong:
            continue
        number = row.cells["id_number"].upper()
        if number in numbers:
            faults.append(
                _fault(row, 1, Text(f"与第 {numbers[number]} 行重复。", f"The same as on line {numbers[number]}."))
            )
        numbers.setdefault(number, row.line)
    learners = _learners(list(numbers))
    for row in rows:
        learner = learners.get(row.cells.get("id_number", "").upper())
        if row.line not in wrong and learner is not None and learner.name != row.cells["name"]:
            faults.append(
                _fault(
                    row,
                    0,
                    Text(
                        "与这个身份证号以前登记的姓名不同。请核对。",
                        "Not the name under which this number is known. Compare the card.",
                    ),
                )
            )
    enrolled = set(
        session.enrolments.exclude(state__in=["withdrawn", "rejected"])
        .filter(learner__in=[one.pk for one in learners.values()])
        .values_list("learner_id", flat=True)
    )
    bad = {fault.line for fault in faults}
    fine = [row for row in rows if row.line not in bad]
    known = [row for row in fine if _pk(learners, row) in enrolled]
    good = [row for row in fine if _pk(learners, row) not in enrolled]
    return Looked(tuple(good), tuple(known), tuple(sorted(faults, key=lambda one: one.line)))


def _pk(learners: dict[str, Learner], row: Row) -> int | None:
    learner = learners.get(row.cells["id_number"].upper())
    return learner.pk if learner else None


def _row_faults(row: Row) -> list[CellFault]:
    found: list[CellFault] = []
    name = row.cells.get("name", "")
    if not 0 < len(name) <= _LONGEST_NAME:
        found.append(_fault(row, 0, Text("写姓名。", "Give the name.")))
    try:
        citizen_id(row.cells.get("id_number", ""))
    except BadInput as error:
        found.append(_fault(row, 1, error.text))
    if not _PHONE.fullmatch(row.cells.get("phone", "")):
        found.append(
            _fault(row, 2, Text("手机号是 11 位，以 1 开头。", "A mobile number has 11 digits and begins with 1."))
        )
    if len(row.cells.get("post", "")) > _LONGEST_NAME:
        found.append(_fault(row, 3, Text("最多 100 字。", "At most 100 characters.")))
    return found


def _fault(row: Row, column: int, text: Text) -> CellFault:
    one = COLUMNS[column]
    return CellFault(row.line, one.title, row.cells.get(one.key, "")[:40], text)


def _learners(id_numbers: Sequence[str]) -> dict[str, Learner]:
    """Return those known already by their numbers, whichever key they were first kept under."""
    by_digest = {digest: number for number in id_numbers for digest in id_digests(number)}
    found = Learner.objects.filter(id_digest__in=by_digest)
    return {by_digest[one.id_digest]: one for one in found}


def _enrolled(
    actor: Actor, session: Session, organisation: tuple[str, str], rows: Sequence[Row], when: Moment, synthetic: bool
) -> list[Enrolment]:
    known = _learners([row.cells["id_number"].upper() for row in rows])
    fresh = [_learner(row, synthetic) for row in rows if row.cells["id_number"].upper() not in known]
    Learner.objects.bulk_create(fresh)
    by_digest = {one.id_digest: one for one in (*fresh, *known.values())}
    before = {one.learner_id: one for one in session.enrolments.filter(learner__in=[k.pk for k in known.values()])}
    place = session.enrolments.count()
    made, again = [], []
    for row in rows:
        learner = next(by_digest[d] for d in id_digests(row.cells["id_number"].upper()) if d in by_digest)
        if learner.pk in before:  # he had left, or was not admitted, and comes again
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
                post=row.cells.get("post", ""),
                place=place,
                by=actor.key,
                at=when.at,
                synthetic=synthetic,
            )
        )
    Enrolment.objects.bulk_create(made)
    Enrolment.objects.bulk_update(again, ["state", "ground"])
    return [*made, *again]


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


def _require_open(session: Session, when: Moment) -> None:
    state = session_state(
        dates_of(session),
        on=when.on,
        capacity=session.capacity,
        admitted=0,
        is_cancelled=session.cancelled_on is not None,
    )
    if state != "open":
        raise Conflict(
            "training.enrol.closed",
            "现在不能报名：报名时间是 {first} 到 {last}。",
            "Enrolment is not open: it runs from {first} to {last}.",
            first=session.enrol_from,
            last=session.enrol_until,
        )


def _asked(session: Session, numbers: Sequence[str]) -> list[Enrolment]:
    rows = list(session.enrolments.filter(number__in=list(numbers)).order_by("place"))
    if len(rows) != len(set(numbers)) or not rows:
        raise _no_enrolment()
    return rows


def _no_enrolment() -> NotFound:
    return NotFound("training.enrolment", "没有这一报名。", "There is no such enrolment.")


def _ground(ground: str) -> str:
    if not ground.strip():
        raise BadInput("training.ground", "要写理由，报名单位会看到。", "Give the ground; the enterprise reads it.")
    return ground.strip()[:500]
