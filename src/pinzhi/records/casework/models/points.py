"""Tables of service points: who walked in on a day, and who of the staff is on duty when."""

from django.db import models


class WalkIn(models.Model):
    """Somebody who came to a service point with a need. 来访登记.

    ``number`` counts the visitors of a point on a day. No name, telephone or document is asked for: what somebody
    needs, for which kind of service and, where it is for one, for which organisation. ``case`` is the order that it
    was handed on as. ``once`` is the name of the form it came by: sent again it is the same visitor.
    """

    point = models.CharField(max_length=60)  # code of the place
    on = models.DateField()
    number = models.PositiveSmallIntegerField()
    need = models.CharField(max_length=500)
    service = models.CharField(max_length=20, blank=True, default="")  # code of the list of services
    organisation_code = models.CharField(max_length=40, blank=True, default="")
    organisation_name = models.CharField(max_length=200, blank=True, default="")  # as written where it is not known
    state = models.CharField(max_length=10, default="waiting")  # engine.casework.walkins.STATES
    taken_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    case = models.OneToOneField("casework.Case", on_delete=models.PROTECT, null=True, related_name="walk_in")
    once = models.CharField(max_length=120, null=True, unique=True)
    synthetic = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["point", "on", "number"], name="walk_in_number_unique")]
        indexes = [models.Index(fields=["point", "state", "on"], name="walk_in_by_state")]

    def __str__(self) -> str:
        return f"{self.point} {self.on} {self.number}"


class Shift(models.Model):
    """Somebody of the staff of a service point on duty on a day. 值班表."""

    point = models.CharField(max_length=60)  # code of the place
    on = models.DateField()
    starts = models.TimeField()
    ends = models.TimeField()
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["point", "on", "user", "starts"], name="shift_unique"),
            models.CheckConstraint(condition=models.Q(ends__gt=models.F("starts")), name="shift_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return f"{self.point} {self.on} {self.starts:%H:%M}–{self.ends:%H:%M}"
