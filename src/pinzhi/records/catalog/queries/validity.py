"""What is valid on a day, as conditions on the tables: certificates, approvals, standards."""

from datetime import date, timedelta

from django.db.models import Q, QuerySet

from pinzhi.engine.catalog.words import CERTIFICATE_STATES
from pinzhi.records.catalog.models import Capability, Certificate
from pinzhi.records.catalog.queries.shapes import State

# What a current standard is on any day: not said to be over, or still to come, without the day of it.
CURRENT_ALWAYS = ~Q(stated__in=("replaced", "withdrawn"), superseded_on=None, withdrawn_on=None) & ~Q(
    stated__in=("draft", "upcoming"), effective_on=None
)
SOON = timedelta(days=90)  # a certificate that ends within this is to be renewed


def valid_on(day: date) -> Q:
    """Return the condition under which ``certificate_state`` answers ``active`` on a day."""
    return (
        (Q(state="active") | Q(state_on__gt=day))
        & (Q(issued_on=None) | Q(issued_on__lte=day))
        & (Q(expires_on=None) | Q(expires_on__gte=day))
    )


def current_on(day: date) -> Q:
    """Return the condition under which ``standard_status`` answers ``current`` on a day."""
    return (
        (Q(superseded_on=None) | Q(superseded_on__gt=day))
        & (Q(withdrawn_on=None) | Q(withdrawn_on__gt=day))
        & (Q(published_on=None) | Q(published_on__lte=day))
        & (Q(effective_on=None) | Q(effective_on__lte=day))
        & CURRENT_ALWAYS
    )


def valid_certificates(on: date) -> QuerySet[Certificate]:
    """Return the certificates that are valid on a day."""
    return Certificate.objects.filter(valid_on(on))


def expires_soon(state: State, expires_on: date | None, on: date) -> bool:
    """Tell whether a valid certificate ends within ninety days."""
    return state.code == "active" and expires_on is not None and expires_on - on <= SOON


def capability_state(capability: Capability, on: date) -> State:
    """Return whether an approval holds on a day: both its days count."""
    if capability.valid_from and on < capability.valid_from:
        return State("upcoming", CERTIFICATE_STATES["upcoming"], "wait")
    if capability.valid_to and capability.valid_to < on:
        return State("expired", CERTIFICATE_STATES["expired"], "past")
    return State("active", CERTIFICATE_STATES["active"], "ok")
