"""Tables of what training leads to: certificates, continuing education, appointments."""

from django.db import models

from pinzhi.records.training.models.sessions import Enrolment, Learner


class TrainingCertificate(models.Model):
    """A certificate of training. 培训合格证书. Lapse and expiry follow from days and hours; only acts are states."""

    number = models.CharField(max_length=40, unique=True)
    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="certificate")
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="certificates")
    course_id = models.CharField(max_length=60)
    edition = models.CharField(max_length=20)
    role = models.CharField(max_length=60)
    granted_on = models.DateField()
    valid_until = models.DateField(null=True)
    state = models.CharField(max_length=12, default="active")  # active, withdrawn
    ended_on = models.DateField(null=True)
    ground = models.CharField(max_length=500, blank=True, default="")
    document = models.CharField(max_length=200, blank=True, default="")  # the decision by which it was withdrawn
    lapse_told = models.BooleanField(default=False)  # its credential is told that it lapsed
    recorded_at = models.DateTimeField()
    synthetic = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["learner", "role"], name="certificate_by_learner")]

    def __str__(self) -> str:
        return self.number


class ContinuingHours(models.Model):
    """Continuing education of a holder. 继续教育学时."""

    certificate = models.ForeignKey(TrainingCertificate, on_delete=models.PROTECT, related_name="continuing")
    on = models.DateField()
    hours = models.PositiveIntegerField()
    what = models.CharField(max_length=200)
    by = models.CharField(max_length=64)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.on} {self.hours}"


class Appointment(models.Model):
    """A chief quality or brand officer of an enterprise. 任职. States: engine.training.appointments.STATES."""

    number = models.CharField(max_length=40, unique=True)
    role = models.CharField(max_length=60)
    course_id = models.CharField(max_length=60)
    edition = models.CharField(max_length=20)
    organisation_code = models.CharField(max_length=40)
    organisation_name = models.CharField(max_length=200)
    district = models.CharField(max_length=6, blank=True, default="")
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="appointments")
    post = models.CharField(max_length=100, blank=True, default="")
    certificate = models.ForeignKey(
        TrainingCertificate, on_delete=models.PROTECT, null=True, related_name="appointments"
    )
    state = models.CharField(max_length=12, default="nominated")
    version = models.PositiveIntegerField(default=0)
    letter = models.CharField(max_length=100, blank=True, default="")  # 任命书文号
    nominated_on = models.DateField()
    appointed_on = models.DateField(null=True)
    filed_on = models.DateField(null=True)
    term_until = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="predecessors")
    recorded_at = models.DateTimeField()
    synthetic = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["organisation_code", "role"], name="appointment_by_enterprise"),
            models.Index(fields=["role", "state"], name="appointment_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_code", "role"],
                condition=models.Q(state__in=["appointed", "filed", "serving"]),
                name="appointment_one_in_office",
            )
        ]

    def __str__(self) -> str:
        return self.number


class AppointmentStep(models.Model):
    """A step of an appointment, never changed."""

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()
    before = models.CharField(max_length=12, blank=True, default="")
    after = models.CharField(max_length=12)
    letter = models.CharField(max_length=100, blank=True, default="")
    ground = models.CharField(max_length=500, blank=True, default="")
    successor = models.CharField(max_length=200, blank=True, default="")
    actor = models.CharField(max_length=64)
    made_on = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["appointment", "number"], name="appointment_step_unique")]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.before} → {self.after}"


class TargetEnterprise(models.Model):
    """An enterprise that should have such an officer, while it is listed: the denominator of coverage. 应设单位."""

    role = models.CharField(max_length=60)
    organisation_code = models.CharField(max_length=40)
    since = models.DateField()
    until = models.DateField(null=True)  # first day on which it is no longer listed
    source = models.CharField(max_length=200)
    ground = models.CharField(max_length=500, blank=True, default="")  # why it was taken off

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["role", "organisation_code"],
                condition=models.Q(until=None),
                name="target_enterprise_listed_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.organisation_code}"
