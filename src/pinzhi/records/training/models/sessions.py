"""Tables of sessions: when a course is held, who enrolled, who came."""

from django.db import models


class Session(models.Model):
    """A course held once. 培训班. Its state follows from its days: engine.training.enrolments.session_state."""

    key = models.SlugField(max_length=40, unique=True)  # "cqo-2024-1"
    course_id = models.CharField(max_length=60)
    edition = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)  # of the course's file on the day the session was planned
    body_code = models.CharField(max_length=40)  # the training body, by its code in the catalogue
    body_name = models.CharField(max_length=200)
    mode = models.CharField(max_length=8)  # site, online, mixed
    place = models.CharField(max_length=200, blank=True, default="")
    online_at = models.URLField(max_length=300, blank=True, default="")  # the classroom on line, for who is admitted
    district = models.CharField(max_length=6, blank=True, default="")
    capacity = models.PositiveIntegerField()
    enrol_from = models.DateField()
    enrol_until = models.DateField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    exam_on = models.DateField(null=True)
    cancelled_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    synthetic = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["course_id", "starts_on"], name="session_by_course")]

    def __str__(self) -> str:
        return self.key


class Lesson(models.Model):
    """A block of lessons on a day: attendance is taken once for it. 课次."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="lessons")
    number = models.PositiveIntegerField()
    on = models.DateField()
    title = models.CharField(max_length=200)
    hours = models.PositiveIntegerField()  # lessons of the course's length
    code = models.CharField(max_length=16, unique=True)  # in the address of the check-in, on the wall of the room

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "number"], name="lesson_number_unique")]

    def __str__(self) -> str:
        return f"{self.session_id} {self.number}"


class Learner(models.Model):
    """A person who learns. 学员. Identity number and telephone lie in ``sealed``; only tails are in the clear."""

    key = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=100)
    user = models.OneToOneField("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    sealed = models.BinaryField()  # a small JSON object under the key of the installation: phone, id_number
    id_digest = models.CharField(max_length=64, unique=True)  # keyed: finds the same person, tells no number
    phone_tail = models.CharField(max_length=4)
    synthetic = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.key


class Enrolment(models.Model):
    """A person enrolled in a session by his enterprise. 报名. ``number`` is the admission number. 准考证号."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="enrolments")
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="enrolments")
    number = models.CharField(max_length=60, unique=True)
    organisation_code = models.CharField(max_length=40)
    organisation_name = models.CharField(max_length=200)
    post = models.CharField(max_length=100, blank=True, default="")
    state = models.CharField(max_length=12, default="applied")  # engine.training.enrolments.STATES
    ground = models.CharField(max_length=500, blank=True, default="")  # of a rejection or a withdrawal
    place = models.PositiveIntegerField()  # the order in which they came
    wrong_claims = models.PositiveIntegerField(default=0)
    by = models.CharField(max_length=64)  # journal key of who enrolled him
    at = models.DateTimeField()
    synthetic = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "learner"], name="enrolment_unique")]
        indexes = [
            models.Index(fields=["organisation_code"], name="enrolment_by_organisation"),
            models.Index(fields=["session", "state", "place"], name="enrolment_by_state"),
        ]

    def __str__(self) -> str:
        return self.number


class Attendance(models.Model):
    """Whether somebody came to a lesson. 签到. Corrections change the row; the journal keeps who and when."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attendance")
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="attendance")
    present = models.BooleanField()
    how = models.CharField(max_length=8)  # roll, qr
    by = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "lesson"], name="attendance_unique")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.lesson_id} {self.present}"
