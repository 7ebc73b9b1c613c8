"""Who sees which sessions, enrolments and sittings: start every page from here."""

from django.db.models import Q, QuerySet

from pinzhi.engine.errors import NotFound
from pinzhi.records.accounts.permissions import Actor, may
from pinzhi.records.training.models import Enrolment, Exam, Lesson, Session, Sitting, TrainingCertificate


def session_by_key(key: str) -> Session:
    """Return a session; sessions are public."""
    found = Session.objects.filter(key=key).first()
    if found is None:
        raise _no_session(key)
    return found


def hold_session(key: str) -> Session:
    """Return a session, held until the transaction ends: places are given one after the other."""
    found = Session.objects.select_for_update().filter(key=key).first()
    if found is None:
        raise _no_session(key)
    return found


def lesson_by_code(code: str) -> Lesson:
    """Return the lesson whose code hangs on the wall of the room."""
    found = Lesson.objects.select_related("session").filter(code=code).first()
    if found is None:
        raise NotFound("training.check_in.code", "这个签到码不认识。", "This check-in code is not known.")
    return found


def sessions_run_by(actor: Actor) -> QuerySet[Session]:
    """Return the sessions somebody runs: all of them for city officers, their own for training bodies."""
    if actor.trusted or actor.has("city_officer"):
        return Session.objects.order_by("-starts_on", "key")
    if actor.has("institution"):
        return Session.objects.filter(body_code__in=sorted(actor.organisation_codes)).order_by("-starts_on", "key")
    return Session.objects.none()


def enrolments_visible_to(actor: Actor) -> QuerySet[Enrolment]:
    """Return the enrolments somebody may see: of his sessions, of his organisations, and his own."""
    every = Enrolment.objects.select_related("session", "learner")
    if actor.trusted or actor.has("city_officer"):
        return every
    seen = Q(organisation_code__in=sorted(actor.organisation_codes))
    if actor.has("institution"):
        seen |= Q(session__body_code__in=sorted(actor.organisation_codes))
    if actor.is_signed_in:
        seen |= Q(learner__user_id=actor.user_id)
    return every.filter(seen)


def own_enrolments(actor: Actor) -> QuerySet[Enrolment]:
    """Return what the actor himself is enrolled in."""
    return (
        Enrolment.objects.filter(learner__user_id=actor.account_id)
        .select_related("session", "learner")
        .order_by("-session__starts_on")
    )


def exam_for(actor: Actor, key: str, number: int) -> Exam:
    """Return an examination to who runs its session; to others it is not there."""
    found = Exam.objects.select_related("session").filter(session__key=key, number=number).first()
    if found is None or not may(actor, "training.run", found.session):
        raise NotFound("training.exam", "没有这场考试。", "There is no such examination.")
    return found


def certificate_for(actor: Actor, number: str) -> TrainingCertificate:
    """Return a certificate to who runs its session; to others it is not there."""
    rows = TrainingCertificate.objects.select_related("enrolment__session", "learner")
    found = rows.filter(number=number).first()
    if found is None or not may(actor, "training.run", found.enrolment.session):
        raise NotFound("training.certificate", "没有这张证书。", "There is no such certificate.")
    return found


def own_sittings(actor: Actor) -> QuerySet[Sitting]:
    """Return the actor's own sittings and nobody else's, whatever else he may do."""
    return Sitting.objects.filter(enrolment__learner__user_id=actor.account_id).select_related(
        "exam__session", "enrolment__learner"
    )


def own_sitting(actor: Actor, sitting_id: int) -> Sitting:
    """Return one's own sitting; another's is not there."""
    found = own_sittings(actor).filter(pk=sitting_id).first()
    if found is None:
        raise no_sitting()
    return found


def no_sitting() -> NotFound:
    """Return the refusal that tells nothing of others' sittings."""
    return NotFound(
        "training.sitting",
        "没有这次考试，或者不是你的。从“考试”里重新进入。",
        "There is no such sitting, or it is not yours. Enter it again from “Examinations”.",
    )


def _no_session(key: str) -> NotFound:
    return NotFound("training.session", "没有培训班“{key}”。", "There is no session “{key}”.", key=key[:60])
