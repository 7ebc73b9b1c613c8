"""Appoint chief quality and brand officers: nominate, appoint, file, hand over, dismiss, end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Count

from pinzhi.engine.attestation.statements import Statement
from pinzhi.engine.errors import BadInput, Conflict, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.engine.training.appointments import CLOSED, By, check_said, step_between, term_end
from pinzhi.records.accounts.permissions import SYSTEM, Actor, may, require
from pinzhi.records.attestation.actions.issuing import attest, note_state
from pinzhi.records.catalog.models import Organisation
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.notices.actions import OrganisationPeople, send
from pinzhi.records.training.actions.noting import note
from pinzhi.records.training.models import Appointment, AppointmentStep, TrainingCertificate
from pinzhi.records.training.queries.standing import holds
from pinzhi.records.training.rules import appointed_by, course

KIND = "appointment"
_LETTERS = {"chief-quality-officer": "CQO", "chief-brand-officer": "CBO"}


@dataclass(frozen=True, slots=True)
class Said:
    """What is said with a step: the letter's number, the ground, the successor's appointment number or “暂缺”."""

    letter: str = ""
    ground: str = ""
    successor: str = ""


def nominate(
    *, actor: Actor, organisation_code: str, role: str, certificate_number: str, post: str, when: Moment
) -> Appointment:
    """Nominate somebody who holds a training certificate of the role and was enrolled by the enterprise."""
    require(actor, "training.enrol", organisation_code)
    rules = appointed_by(role, when.on)
    with transaction.atomic():
        held = (
            TrainingCertificate.objects.select_related("learner", "enrolment").filter(number=certificate_number).first()
        )
        if held is None or held.role != role or held.enrolment.organisation_code != organisation_code:
            raise BadInput(
                "training.nominate.certificate",
                "本单位没有这一岗位的培训证书“{number}”。先报名培训。",
                "Your organisation has no training certificate “{number}” for this role. Enrol somebody first.",
                number=certificate_number[:60],
            )
        firm = Organisation.objects.filter(code=organisation_code).first()
        made = Appointment.objects.create(
            number=_number(role, when), role=role, course_id=rules.id, edition=rules.edition,
            organisation_code=organisation_code,
            organisation_name=firm.name if firm else held.enrolment.organisation_name,
            district=firm.district if firm else "", learner=held.learner, post=post.strip()[:100], certificate=held,
            nominated_on=when.on, recorded_at=when.at, synthetic=held.synthetic,
        )  # fmt: skip
        _write_step(actor, made, "", Said(), when)
    return made


def take_step(*, actor: Actor, number: str, to: str, seen: int, said: Said, when: Moment) -> Appointment:
    """Take an appointment one step on; who may is in the table of steps, and so is what must be said with it."""
    with transaction.atomic():
        held = _held(number)
        if held.version != seen:
            raise Conflict(
                "training.appointment.moved",
                "“{number}”刚才已由别人办理。看过新的情况再办。",
                "Somebody has moved “{number}” meanwhile. Look at where it stands now.",
                number=number,
            )
        _move(actor, held, to, said, when)
    return held


def hand_over(*, actor: Actor, number: str, seen: int, successor: str, ground: str, when: Moment) -> Appointment:
    """Let a serving officer leave and name who follows, a nominee of the same enterprise and role, in one act."""
    with transaction.atomic():
        held = take_step(
            actor=actor,
            number=number,
            to="changed",
            seen=seen,
            said=Said(ground=ground, successor=successor),
            when=when,
        )
        if successor.strip() != "暂缺":
            follows = Appointment.objects.filter(
                number=successor.strip(), organisation_code=held.organisation_code, role=held.role, state="nominated"
            ).first()
            if follows is None:
                raise BadInput(
                    "training.appointment.successor",
                    "接任人应是本单位同一岗位已提名的人；没有就写“暂缺”。",
                    "The successor is somebody nominated for the same post of this enterprise, or “暂缺” for vacant.",
                )
            held.successor = follows
            held.save(update_fields=["successor"])
    return held


def move_what_is_due(when: Moment) -> int:
    """Let filed officers serve, and end terms that are over; returns how many moved. Run it daily."""
    moved = 0
    due = Appointment.objects.filter(state="filed") | Appointment.objects.filter(
        state="serving", term_until__lt=when.on
    )
    for number in due.order_by("number").values_list("number", flat=True):
        with transaction.atomic():
            held = _held(number)
            if held.state == "filed":
                _move(SYSTEM, held, "serving", Said(), when)
                moved += 1
            elif held.state == "serving" and held.term_until is not None and held.term_until < when.on:
                _move(SYSTEM, held, "ended", Said(), when)
                moved += 1
    return moved


def statement_of(held: Appointment) -> Statement:
    """Return what a credential says of an appointment that is filed."""
    rules, city = course(held.course_id, held.edition), rulebook().city
    return Statement(
        kind="appointment",
        key=held.number,
        number=held.number,
        holder_name=held.learner.name,
        holder_code=held.organisation_code,
        holder_kind="person",
        title=rules.role_title,
        grade=None,
        scheme_id=held.course_id,
        edition=held.edition,
        scope=Text(held.organisation_name, held.organisation_name),
        issuer=city.operator,
        basis=rules.basis,
        granted_on=held.filed_on or held.nominated_on,
        valid_from=held.appointed_on or held.nominated_on,
        valid_until=held.term_until,
        synthetic=held.synthetic,
    )


def _move(actor: Actor, held: Appointment, to: str, said: Said, when: Moment) -> None:
    step = step_between(held.state, to)
    _require_part(actor, held, step.by)
    certificate = held.certificate.number if held.certificate and holds(held.certificate, when.on) else ""
    check_said(
        step,
        {"letter": said.letter, "ground": said.ground, "certificate": certificate, "successor": said.successor},
    )
    before, held.state, held.version = held.state, to, held.version + 1
    if to == "appointed":
        term = course(held.course_id, held.edition).term
        held.letter, held.appointed_on = said.letter.strip()[:100], when.on
        held.term_until = term_end(when.on, term.years) if term else None
    if to == "filed":
        held.filed_on = when.on
    if to in CLOSED:
        held.ended_on = when.on
    try:
        with transaction.atomic():
            held.save()
    except IntegrityError:
        raise Conflict(
            "training.appointment.in_office",
            "本单位这一岗位已有人在任，先办变更或解聘。",
            "The enterprise has somebody in this office already. Change or dismiss him first.",
        ) from None
    _write_step(actor, held, before, said, when)
    if to == "filed":
        attest(actor=actor, statement=statement_of(held), when=when)
    if to in CLOSED and held.filed_on is not None:
        note_state(actor=actor, kind=KIND, key=held.number, state="withdrawn" if to == "dismissed" else "cancelled",
                   since=when.on, ground=said.ground or to, when=when)  # fmt: skip
    if to in ("filed", "ended"):
        _tell_enterprise(held, to, when)


def _require_part(actor: Actor, held: Appointment, parts: Sequence[By]) -> None:
    if actor.trusted:
        return
    if "enterprise" in parts and may(actor, "training.enrol", held.organisation_code):
        return
    require(actor, "training.file" if "officer" in parts else "training.enrol",
            held if "officer" in parts else held.organisation_code)  # fmt: skip


def _write_step(actor: Actor, held: Appointment, before: str, said: Said, when: Moment) -> None:
    AppointmentStep.objects.create(
        appointment=held, number=held.version, before=before, after=held.state, letter=said.letter.strip()[:100],
        ground=said.ground.strip()[:500], successor=said.successor.strip()[:200], actor=actor.key, made_on=when.on,
        recorded_at=when.at,
    )  # fmt: skip
    note(actor, f"appointment.{held.state}", KIND, held.number, when, before=before, ground=said.ground.strip()[:500])


def _tell_enterprise(held: Appointment, to: str, when: Moment) -> None:
    what = Text("已备案", "is filed") if to == "filed" else Text("任期已满", "has come to the end of the term")
    send(
        to=OrganisationPeople(held.organisation_code),
        subject=Text(f"任职 {held.number} {what.zh}", f"Appointment {held.number} {what.en}"),
        body=Text(
            f"{held.organisation_name}的任职 {held.number} {what.zh}。",
            f"Appointment {held.number} of {held.organisation_name} {what.en}.",
        ),
        link="/desk/training/appointments",
        about=(KIND, held.number),
        when=when,
        once=f"training.appointment.{held.number}.{to}",
    )


def _held(number: str) -> Appointment:
    found = (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("learner", "certificate")
        .filter(number=number)
        .first()
    )
    if found is None:
        raise NotFound("training.appointment", "没有这一任职。", "There is no such appointment.")
    return found


def _number(role: str, when: Moment) -> str:
    letters = _LETTERS.get(role, "RZ")
    made = Appointment.objects.filter(number__startswith=f"{letters}-{when.on.year}-").aggregate(n=Count("pk"))["n"]
    return f"{letters}-{when.on.year}-{made + 1:04}"


def remind_to_file(when: Moment) -> int:
    """Remind enterprises whose appointment is not filed within its days; each once."""
    told = 0
    for held in Appointment.objects.filter(state="appointed").select_related("learner"):
        term = course(held.course_id, held.edition).term
        if term is None or held.appointed_on is None:
            continue
        last = held.appointed_on + timedelta(days=term.file_within_days)
        if when.on >= last - timedelta(days=7):
            told += send(
                to=OrganisationPeople(held.organisation_code),
                subject=Text(f"任职 {held.number} 待备案", f"Appointment {held.number} is to be filed"),
                body=Text(f"请在 {last} 前备案。", f"Please have it filed until {last}."),
                link="/desk/training/appointments", about=(KIND, held.number), when=when,
                once=f"training.appointment.{held.number}.file",
            )  # fmt: skip
    return told
