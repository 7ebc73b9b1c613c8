"""Appointments as they stood on a day, by the steps that had been taken, and as they were known on another."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from pinzhi.engine.training.appointments import COVERS
from pinzhi.records.catalog.queries.registers import end_of_day
from pinzhi.records.training.models import Appointment, AppointmentStep


def filed_by(on: date, known: date | None = None) -> QuerySet[Any, Any]:
    """Return the appointments filed by a day, each with the state (``then``) that it had on it.

    With ``known``, only what was recorded by the end of that day counts.
    """
    steps = AppointmentStep.objects.filter(appointment=OuterRef("pk"), made_on__lte=on)
    if known is not None:
        steps = steps.filter(recorded_at__lt=end_of_day(known))
    then = Subquery(steps.order_by("-number").values("after")[:1])
    return Appointment.objects.filter(Exists(steps.filter(after="filed"))).annotate(then=then)


def serving_by(on: date, known: date | None = None) -> QuerySet[Any, Any]:
    """Return those of them that served: who covers his enterprise."""
    return filed_by(on, known).filter(then__in=COVERS)
