"""Tables that figures are counted from: visits by day, ratings, savings; every row is dated and none is changed."""

from django.db import models


class VisitDay(models.Model):
    """How many pages people looked at on a day; nothing about who they were. 访问量.

    Rows of a day are added up. ``recorded_at`` is the end of the hour in which a row was counted: from then on the row
    does not change, so that a sum as known at a moment takes the rows recorded by then.
    """

    on = models.DateField()
    count = models.PositiveIntegerField()
    recorded_at = models.DateTimeField()
    synthetic = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["on", "recorded_at"], name="visit_day_unique")]

    def __str__(self) -> str:
        return f"{self.on} {self.count}"


class Rating(models.Model):
    """What somebody thinks of a service that was delivered, once for each order. 好差评.

    ``level`` is 5 (very satisfied) to 1; ``reasons`` are codes joined by ``;``. ``provider_code`` is that of the order
    on the day, so that past ratings stay with whom they were given to.
    """

    case = models.OneToOneField("casework.Case", on_delete=models.PROTECT, related_name="rating")
    level = models.PositiveSmallIntegerField()
    reasons = models.CharField(max_length=200, blank=True, default="")
    words = models.CharField(max_length=2000, blank=True, default="")
    provider_code = models.CharField(max_length=40)
    actor = models.CharField(max_length=64)
    rated_on = models.DateField()
    rated_at = models.DateTimeField()
    answered_in = models.ForeignKey("casework.Case", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(level__range=(1, 5)), name="rating_level")]
        indexes = [models.Index(fields=["provider_code", "level"], name="rating_by_provider")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.level}"


class SavingClaim(models.Model):
    """What an order saved an enterprise, as it states it; counted only once somebody verified it. 节约成本申报.

    ``amount`` is baseline minus actual, in yuan, never below zero. ``evidence`` are the digests of the files it stands
    on. A claim is never changed: what became of it are its findings.
    """

    case = models.ForeignKey("casework.Case", on_delete=models.PROTECT, related_name="savings")
    kind = models.CharField(max_length=20)  # engine.casework.savings.SavingKind
    baseline = models.DecimalField(max_digits=14, decimal_places=2)
    actual = models.DecimalField(max_digits=14, decimal_places=2)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    basis = models.CharField(max_length=1000)
    evidence = models.JSONField(default=list)
    actor = models.CharField(max_length=64)
    claimed_on = models.DateField()
    claimed_at = models.DateTimeField()
    synthetic = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gte=0, baseline__gte=0, actual__gte=0), name="saving_not_below_zero"
            )
        ]
        indexes = [models.Index(fields=["claimed_on"], name="saving_by_day")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.amount}"


class SavingFinding(models.Model):
    """What an officer found on a claim: verified or refused; one verified may be withdrawn later. 节约成本核实."""

    claim = models.ForeignKey(SavingClaim, on_delete=models.PROTECT, related_name="findings")
    verdict = models.CharField(max_length=10)  # verified refused withdrawn
    ground = models.CharField(max_length=1000)
    actor = models.CharField(max_length=64)
    decided_on = models.DateField()
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["claim", "verdict"], name="saving_finding_unique")]
        indexes = [models.Index(fields=["verdict", "decided_on"], name="saving_finding_by_day")]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.verdict}"
