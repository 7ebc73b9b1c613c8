"""Tables of examinations: a paper set and pinned, sittings, marks."""

from django.db import models

from pinzhi.records.training.models.sessions import Enrolment, Session


class Exam(models.Model):
    """An examination of a session, the first or a resit. 考试.

    ``paper`` is drawn when the examination is set and pinned by ``commitment``; with a course of ``paper = "each"`` it
    is empty and every sitting holds its own. The window is of real moments: examinations run by the clock.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="exams")
    number = models.PositiveIntegerField()  # 1, then the resits
    held_on = models.DateField()
    opens_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    seed = models.CharField(max_length=64)
    paper = models.JSONField(default=list)  # [[question key, version, part, points], …]
    commitment = models.CharField(max_length=64, blank=True, default="")
    released_on = models.DateField(null=True)  # results confirmed; candidates see theirs
    synthetic = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "number"], name="exam_number_unique")]

    def __str__(self) -> str:
        return f"{self.session_id} {self.number}"


class Sitting(models.Model):
    """One candidate at one examination. 应试.

    ``answers`` holds for each question how often it was saved and the option codes, ``{"q1": [2, ["A"]]}``: one row,
    so that saving is one small write. ``latest_at`` is the latest moment the server has seen for it, which a clock set
    back cannot undo. ``holder`` is a digest of the browser session that may save.
    """

    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="sittings")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="sittings")
    paper = models.JSONField(default=list)  # as in Exam, where each has a draw of his own
    began_at = models.DateTimeField()
    extra_minutes = models.PositiveIntegerField(default=0)
    latest_at = models.DateTimeField()
    answers = models.JSONField(default=dict)
    holder = models.CharField(max_length=32)
    taken_over = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)  # how often the page was left
    paces = models.JSONField(default=dict)  # class of time → how many first answers
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=8, blank=True, default="")  # sent, time, closed
    answers_digest = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exam", "enrolment"], name="sitting_unique")]

    def __str__(self) -> str:
        return f"{self.exam_id} {self.enrolment_id}"


class Mark(models.Model):
    """A mark of a sitting; marking again adds a row with its ground, and the highest number counts. 成绩."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="marks")
    number = models.PositiveIntegerField()
    percent = models.CharField(max_length=60)  # exact: "125/2"
    shown = models.DecimalField(max_digits=5, decimal_places=1)
    passed = models.BooleanField()
    fields = models.JSONField(default=list)  # [[field, points, earned], …]
    withdrawn = models.JSONField(default=list)  # questions that counted as right for everybody
    ground = models.CharField(max_length=500, blank=True, default="")
    actor = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sitting", "number"], name="mark_number_unique")]

    def __str__(self) -> str:
        return f"{self.sitting_id} {self.number} {self.shown}"
