"""Tables of measures across programmes: what happened to an organisation, and what is proposed because of it."""

from django.db import models


class MeasureEvent(models.Model):
    """Something of one organisation that touches everything else it holds. 跨项目事件."""

    kind = models.CharField(max_length=32)  # rulebook.measures.EventKind
    organisation_code = models.CharField(max_length=40)
    organisation_name = models.CharField(max_length=200)
    district = models.CharField(max_length=6, blank=True, default="")
    about_kind = models.CharField(max_length=24)  # certificate honour surveillance report
    about_key = models.CharField(max_length=200)
    happened_on = models.DateField()
    ground = models.CharField(max_length=1000)
    document = models.CharField(max_length=200, blank=True, default="")
    edition = models.CharField(max_length=120)  # of the rules: id/edition
    by = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "about_kind", "about_key", "happened_on"], name="measure_event_once"
            )
        ]
        indexes = [models.Index(fields=["organisation_code"], name="measure_event_by_code")]

    def __str__(self) -> str:
        return f"{self.kind} {self.organisation_code} {self.happened_on}"


class Measure(models.Model):
    """What is proposed for one title, certificate or appointment because of an event; an officer decides. 措施."""

    event = models.ForeignKey(MeasureEvent, on_delete=models.PROTECT, related_name="measures")
    target_kind = models.CharField(max_length=24)  # certificate honour training_certificate appointment
    target_key = models.CharField(max_length=200)
    title_zh = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True, default="")
    proposed = models.CharField(max_length=24)  # rulebook.measures.MeasureKind
    basis_zh = models.CharField(max_length=300)
    basis_en = models.CharField(max_length=300)
    due_on = models.DateField()
    state = models.CharField(max_length=10, default="proposed")  # proposed confirmed declined
    ground = models.CharField(max_length=1000, blank=True, default="")
    document = models.CharField(max_length=200, blank=True, default="")
    decided_by = models.CharField(max_length=64, blank=True, default="")
    decided_on = models.DateField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "target_kind", "target_key"], name="measure_once_a_target")
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="measure_by_state")]

    def __str__(self) -> str:
        return f"{self.target_key} {self.proposed} {self.state}"


class RegisterWatch(models.Model):
    """Up to which moment, and day, the clock has looked at the register."""

    name = models.CharField(max_length=40, unique=True)
    looked_at = models.DateTimeField()
    looked_on = models.DateField()  # the day it counted as

    def __str__(self) -> str:
        return f"{self.name} {self.looked_at:%Y-%m-%d %H:%M}"
