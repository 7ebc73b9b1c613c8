"""Tables of surveillance: what was given to an assessor, what he found, and what came of it."""

from django.db import models

OPEN_TASKS = ("given", "reported", "returned")


class SurveillanceTask(models.Model):
    """A surveillance of one certificate or title, given to an assessor. 监督任务.

    What is due is worked out from the register and never kept; a row begins when somebody is given the task.
    ``version`` counts its changes: whoever changes it names the version he saw.
    """

    subject_kind = models.CharField(max_length=16)  # certificate honour
    subject_key = models.CharField(max_length=200)
    scheme = models.CharField(max_length=40)
    holder_code = models.CharField(max_length=40, blank=True, default="")
    holder_name = models.CharField(max_length=200)
    district = models.CharField(max_length=6, blank=True, default="")
    issuer_code = models.CharField(max_length=40, blank=True, default="")
    number = models.PositiveSmallIntegerField()  # of the term, from 1; a repetition has the same
    method = models.CharField(max_length=16)  # rulebook.surveillance.Kind
    due_on = models.DateField(null=True)  # the day by which it has to be passed
    unannounced = models.BooleanField(default=False)  # the holder does not see it before it was carried out
    assessor = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    visit_on = models.DateField(null=True)
    report_by = models.DateField()
    given_by = models.CharField(max_length=64)
    given_on = models.DateField()
    state = models.CharField(max_length=10, default="given")  # given reported returned closed called-off
    version = models.PositiveIntegerField(default=1)
    instrument = models.CharField(max_length=60, blank=True, default="")
    instrument_edition = models.CharField(max_length=40, blank=True, default="")
    answers = models.JSONField(default=dict)  # item code to answer, of the checklist
    carried_out_on = models.DateField(null=True)
    result = models.CharField(max_length=10, blank=True, default="")  # conforms minor major
    summary = models.TextField(blank=True, default="")
    reported_at = models.DateTimeField(null=True)
    return_ground = models.CharField(max_length=1000, blank=True, default="")
    closed_by = models.CharField(max_length=64, blank=True, default="")
    closed_on = models.DateField(null=True)
    synthetic = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_key"],
                condition=models.Q(state__in=OPEN_TASKS),
                name="surveillance_one_open_task",
            ),
            models.CheckConstraint(
                condition=models.Q(result__in=("", "conforms", "minor", "major")), name="surveillance_result"
            ),
        ]
        indexes = [
            models.Index(fields=["assessor", "state"], name="surveillance_by_assessor"),
            models.Index(fields=["subject_kind", "subject_key", "-id"], name="surveillance_by_subject"),
            models.Index(fields=["state", "report_by"], name="surveillance_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_key} {self.number} {self.state}"


class Finding(models.Model):
    """What an assessor found against a requirement. 不符合项.

    ``case`` is the number of the case in which it is put right, and which alone says how far that is; empty while
    nobody has confirmed the report.
    """

    task = models.ForeignKey(SurveillanceTask, on_delete=models.PROTECT, related_name="findings")
    number = models.PositiveSmallIntegerField()
    grade = models.CharField(max_length=8)  # minor major
    item = models.CharField(max_length=60, blank=True, default="")  # of the checklist, or a clause
    text = models.CharField(max_length=4000)
    correct_by = models.DateField()
    case = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "number"], name="finding_number_unique")]

    def __str__(self) -> str:
        return f"{self.task_id}.{self.number} {self.grade} {self.case}"


class EvidenceFile(models.Model):
    """A file brought to a surveillance; its content lies in the store of all rooms. 证据."""

    task = models.ForeignKey(SurveillanceTask, on_delete=models.PROTECT, related_name="files")
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    media = models.CharField(max_length=16)
    name = models.CharField(max_length=200)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task", "digest"], condition=models.Q(removed_at=None), name="evidence_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
