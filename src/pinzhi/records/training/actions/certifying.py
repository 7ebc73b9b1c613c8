"""Grant certificates of training, record continuing education, withdraw a certificate."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Count

from pinzhi.engine.attestation.statements import Statement
from pinzhi.engine.errors import BadInput, Conflict, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.engine.training.marking import valid_until
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.attestation.actions.issuing import attest, note_state
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.training.actions.noting import note
from pinzhi.records.training.models import ContinuingHours, Enrolment, Exam, TrainingCertificate
from pinzhi.records.training.queries.learning import latest_marks
from pinzhi.records.training.rules import course, course_of

MOST_HOURS = 80


def grant_certificates(*, actor: Actor, exam_id: int, when: Moment) -> list[TrainingCertificate]:
    """Grant certificates to all who passed a confirmed examination and have none; again, it grants what is missing."""
    require(actor, "training.decide")
    with transaction.atomic():
        exam = Exam.objects.select_for_update(of=("self",)).select_related("session").filter(pk=exam_id).first()
        if exam is None or exam.released_on is None:
            raise Conflict(
                "training.exam.unconfirmed",
                "成绩还没有确认，不能发证。",
                "The results are not confirmed; no certificate is granted.",
            )
        rules = course_of(exam.session)
        sittings = list(exam.sittings.select_related("enrolment__learner", "enrolment__session"))
        marks = latest_marks(one.pk for one in sittings)
        passed = [one.enrolment for one in sittings if one.pk in marks and marks[one.pk].passed]
        have = set(
            TrainingCertificate.objects.filter(enrolment__in=[one.pk for one in passed]).values_list(
                "enrolment_id", flat=True
            )
        )
        due = sorted((one for one in passed if one.pk not in have), key=lambda one: one.number)
        made = _made(due, rules.number_prefix, when)
        for one in made:
            attest(actor=actor, statement=statement_of(one), when=when)
        if made:
            note(actor, "certificate.grant", "exam", f"{exam.session.key}/{exam.number}", when, session=exam.session,
                 numbers=[one.number for one in made])  # fmt: skip
    return made


def _made(due: Iterable[Enrolment], prefix: str, when: Moment) -> list[TrainingCertificate]:
    year = when.on.year
    start = TrainingCertificate.objects.filter(number__startswith=f"{prefix}-{year}-").aggregate(n=Count("pk"))["n"]
    rows = []
    for place, one in enumerate(due, start=start + 1):
        rules = course_of(one.session)
        rows.append(
            TrainingCertificate(
                number=f"{prefix}-{year}-{place:05}", enrolment=one, learner=one.learner, course_id=rules.id,
                edition=rules.edition, role=rules.role, granted_on=when.on, valid_until=valid_until(rules, when.on),
                recorded_at=when.at, synthetic=one.synthetic,
            )
        )  # fmt: skip
    return TrainingCertificate.objects.bulk_create(rows)


def statement_of(one: TrainingCertificate) -> Statement:
    """Return what a credential says of a certificate: the name that stands on it, nothing else of the person."""
    rules, city = course(one.course_id, one.edition), rulebook().city
    return Statement(
        kind="training_certificate",
        key=one.number,
        number=one.number,
        holder_name=one.learner.name,
        holder_code="",
        holder_kind="person",
        title=rules.certificate,
        grade=None,
        scheme_id=one.course_id,
        edition=one.edition,
        scope=Text(f"{rules.title.zh}，{rules.hours} 学时", f"{rules.title.en}, {rules.hours} lessons"),
        issuer=city.operator,
        basis=rules.basis,
        granted_on=one.granted_on,
        valid_from=one.granted_on,
        valid_until=one.valid_until,
        synthetic=one.synthetic,
    )


def record_hours(*, actor: Actor, number: str, on: date, hours: int, what: str, when: Moment) -> ContinuingHours:
    """Record continuing education: by the training body for its own graduates, or by a city officer."""
    with transaction.atomic():
        held = _held(number)
        require(actor, "training.run", held.enrolment.session)
        if not 1 <= hours <= MOST_HOURS or not what.strip() or not held.granted_on <= on <= when.on:
            raise BadInput(
                "training.hours",
                "学时应为 1 到 {most}，内容要写，日期应在发证之后、今天以前。",
                "Lessons are 1 to {most}, with what was learnt, on a day from the grant until today.",
                most=MOST_HOURS,
            )
        row = ContinuingHours.objects.create(
            certificate=held, on=on, hours=hours, what=what.strip()[:200], by=actor.key, at=when.at
        )
        note(actor, "certificate.hours", "training_certificate", number, when, hours=hours, on=on.isoformat())
    return row


def withdraw_certificate(*, actor: Actor, number: str, ground: str, document: str, when: Moment) -> TrainingCertificate:
    """Withdraw a certificate, with the ground and the number of the decision; what it said stays recorded."""
    require(actor, "training.decide")
    if not ground.strip() or not document.strip():
        raise BadInput(
            "training.ground",
            "要写撤销的理由和决定的文号。",
            "Give the ground for the withdrawal and the number of the decision.",
        )
    with transaction.atomic():
        held = _held(number)
        if held.state != "active":
            raise Conflict("training.certificate.state", "这张证书已经撤销。", "This certificate is withdrawn already.")
        held.state, held.ended_on, held.ground = "withdrawn", when.on, ground.strip()[:500]
        held.document = document.strip()[:200]
        held.save(update_fields=["state", "ended_on", "ground", "document"])
        note_state(actor=actor, kind="training_certificate", key=number, state="withdrawn", since=when.on,
                   ground=held.ground, when=when)  # fmt: skip
        note(actor, "certificate.withdraw", "training_certificate", number, when, ground=held.ground,
             document=held.document)  # fmt: skip
    return held


def _held(number: str) -> TrainingCertificate:
    found = (
        TrainingCertificate.objects.select_for_update(of=("self",))
        .select_related("enrolment__session", "learner")
        .filter(number=number)
        .first()
    )
    if found is None:
        raise NotFound("training.certificate", "没有这张证书。", "There is no such certificate.")
    return found
