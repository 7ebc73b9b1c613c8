"""What figures of the one-stop service are counted from, on a day as known at a moment."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from pinzhi.records.casework.models import Case, CaseStep, SavingClaim, SavingFinding, VisitDay

ORDER = "nqi-order"
COMPLETED = "completed"
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Served:
    """The three figures: pages looked at, enterprises with a completed order, yuan saved as verified."""

    visits: int
    enterprises: int
    saved: Decimal


def served(on: date, known: datetime | None = None) -> Served:
    """Return the figures up to and with a day; ``known`` leaves out what was recorded later."""
    return Served(
        visits=visit_days(on, known).aggregate(n=Sum("count"))["n"] or 0,
        enterprises=completed_orders(on, known).exclude(reporter_code="").values("reporter_code").distinct().count(),
        # SQLite adds up as floats: exact to the cent for any sum a city comes to, once rounded to it
        saved=Decimal(verified_savings(on, known).aggregate(n=Sum("amount"))["n"] or 0).quantize(_CENT),
    )


def visit_days(on: date, known: datetime | None = None) -> QuerySet[VisitDay]:
    """Return the counts of pages looked at by people up to and with a day; robots and staff are not among them."""
    recorded = Q() if known is None else Q(recorded_at__lte=known)
    return VisitDay.objects.filter(recorded, on__lte=on).order_by("on", "recorded_at")


def completed_orders(on: date, known: datetime | None = None) -> QuerySet[Case]:
    """Return the orders completed by a day, whatever became of them since; by number."""
    done = CaseStep.objects.filter(_by("made", on, known), case=OuterRef("pk"), after=COMPLETED)
    return Case.objects.filter(Exists(done), kind=ORDER).order_by("number")


def verified_savings(on: date, known: datetime | None = None) -> QuerySet[SavingClaim]:
    """Return the claims verified by a day and not withdrawn by then; by id."""
    found = SavingFinding.objects.filter(_by("decided", on, known), claim=OuterRef("pk"))
    return SavingClaim.objects.filter(
        Exists(found.filter(verdict="verified")), ~Exists(found.filter(verdict="withdrawn"))
    ).order_by("pk")


def _by(prefix: str, on: date, known: datetime | None) -> Q:
    dated = Q(**{f"{prefix}_on__lte": on})
    return dated if known is None else dated & Q(**{f"{prefix}_at__lte": known})
