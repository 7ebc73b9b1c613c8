"""The register of chief quality and brand officers, as enterprises and officers see it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from pinzhi.engine.texts import Text
from pinzhi.engine.training.appointments import STATES, Step, steps_for
from pinzhi.records.accounts.permissions import Actor, may
from pinzhi.records.catalog.queries.shapes import State
from pinzhi.records.training.models import Appointment, TrainingCertificate
from pinzhi.records.training.queries.standing import HOLDING, CertificateLine, certificate_lines
from pinzhi.records.training.rules import course

SHAPES = {"nominated": "wait", "appointed": "run", "filed": "run", "serving": "ok", "changed": "past",
           "dismissed": "bad", "ended": "past"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class AppointmentLine:
    """An appointment and the steps that the actor may take with it."""

    row: Appointment
    steps: tuple[Step, ...]
    role: Text

    @property
    def state(self) -> State:
        """The state as a word with its shape."""
        return State(self.row.state, STATES[self.row.state], SHAPES[self.row.state])


def visible_appointments(actor: Actor) -> QuerySet[Appointment]:
    """Return the appointments somebody sees: of his enterprises, of his district, or all."""
    every = Appointment.objects.select_related("learner", "certificate", "successor")
    if actor.trusted or actor.has("city_officer"):
        return every
    seen = Q(organisation_code__in=sorted(actor.organisation_codes))
    if actor.has("district_officer"):
        seen |= Q(district__in=sorted(actor.districts))
    return every.filter(seen)


def appointment_lines(actor: Actor, *, state: str = "", most: int = 200) -> tuple[AppointmentLine, ...]:
    """Return appointments with the steps that are open to the actor, those that wait first."""
    rows = visible_appointments(actor)
    if state in STATES:
        rows = rows.filter(state=state)
    order = list(STATES)
    listed = sorted(rows.order_by("-nominated_on", "number")[:most], key=lambda one: order.index(one.state))
    return tuple(
        AppointmentLine(one, _steps(actor, one), course(one.course_id, one.edition).role_title) for one in listed
    )


def _steps(actor: Actor, one: Appointment) -> tuple[Step, ...]:
    found: dict[str, Step] = {}
    if may(actor, "training.enrol", one.organisation_code):
        found |= {step.after: step for step in steps_for(one.state, "enterprise")}
    if may(actor, "training.file", one):
        found |= {step.after: step for step in steps_for(one.state, "officer")}
    return tuple(found.values())


def nominees(actor: Actor, on: date) -> tuple[CertificateLine, ...]:
    """Return the certificates of the actor's enterprises by which somebody may be nominated."""
    rows = TrainingCertificate.objects.filter(
        enrolment__organisation_code__in=sorted(actor.organisation_codes), state="active"
    ).select_related("learner", "enrolment")
    busy = set(
        Appointment.objects.filter(state__in=["nominated", "appointed", "filed", "serving"]).values_list(
            "certificate_id", flat=True
        )
    )
    lines = certificate_lines(rows.order_by("number"), on)
    return tuple(one for one in lines if one.state in HOLDING and one.row.pk not in busy)
