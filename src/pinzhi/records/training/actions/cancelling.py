"""Cancel a session that has not begun, and move its people to another of the same course."""

from django.db import transaction

from pinzhi.engine.errors import BadInput, Conflict, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.engine.training.enrolments import LIVE
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.training.actions.enrolling import MOST_GROUND, enter, require_open
from pinzhi.records.training.actions.noting import note
from pinzhi.records.training.actions.telling import tell_cancelled
from pinzhi.records.training.models import Enrolment, Session
from pinzhi.records.training.queries.pages import may_be_cancelled, others_open
from pinzhi.records.training.queries.visible import hold_session, session_by_key


def cancel_session(*, actor: Actor, key: str, ground: str, when: Moment) -> Session:
    """Cancel a session with the ground: enrolments end with it, and everybody concerned is told what there is to do."""
    said = ground.strip()[:MOST_GROUND]
    if not said:
        raise BadInput("training.session.ground", "要写取消的理由。", "Give the ground for cancelling.")
    with transaction.atomic():
        held = hold_session(key)
        require(actor, "training.run", held)
        if not may_be_cancelled(held, when.on):
            raise Conflict(
                "training.session.begun",
                "培训班已经开始或取消，不能再取消。",
                "The session has begun or is cancelled already.",
            )
        held.cancelled_on = when.on
        held.save(update_fields=["cancelled_on"])
        rows = list(held.enrolments.filter(state__in=LIVE).select_related("learner").order_by("place"))
        for one in rows:
            one.state, one.ground = "cancelled", said
        Enrolment.objects.bulk_update(rows, ["state", "ground"])
        note(actor, "session.cancel", "training_session", held.key, when, session=held, ground=said,
             numbers=[one.number for one in rows])  # fmt: skip
        tell_cancelled(held, rows, said, others_open(held, when.on), when)
    return held


def transfer(*, actor: Actor, key: str, to: str, organisation_code: str, when: Moment) -> list[Enrolment]:
    """Enrol an organisation's people of a cancelled session in another of the same course; twice is the same as once.

    Nobody types an identity number again: the persons are those of the session that was cancelled.
    """
    require(actor, "training.enrol", organisation_code)
    left = session_by_key(key)
    with transaction.atomic():
        session = hold_session(to)
        if left.cancelled_on is None or session.course_id != left.course_id:
            raise Conflict(
                "training.transfer",
                "只能从取消的培训班转到同一课程的另一个班。",
                "People move from a cancelled session to another of the same course.",
            )
        require_open(session, when)
        rows = left.enrolments.filter(state="cancelled", organisation_code=organisation_code).select_related("learner")
        there = set(session.enrolments.filter(state__in=LIVE).values_list("learner_id", flat=True))
        moving = [one for one in rows.order_by("place") if one.learner_id not in there]
        if not moving:
            raise NotFound("training.transfer.nobody", "没有要转的人，或者都已转过。", "Nobody is left to move.")
        firm = (organisation_code, moving[0].organisation_name)
        made = enter(
            actor, session, firm, [(one.learner, one.post) for one in moving], when,
            synthetic=all(one.synthetic for one in moving),
        )  # fmt: skip
        note(actor, "transfer", "training_session", session.key, when, session=session, left=left.key,
             organisation=organisation_code, numbers=[one.number for one in made])  # fmt: skip
    return made
