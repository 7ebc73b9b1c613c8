"""Tables of the question bank: confidential, versions are added and never changed."""

from django.db import models


class Question(models.Model):
    """A question of the bank. 试题. Withdrawn ones are drawn no more; their versions stay for papers that had them."""

    key = models.SlugField(max_length=40, unique=True)
    withdrawn_at = models.DateTimeField(null=True)
    ground = models.CharField(max_length=500, blank=True, default="")  # why it was withdrawn
    synthetic = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.key


class QuestionVersion(models.Model):
    """What a question asks, its options and its key, as of a version; the highest number is the one in use."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    field = models.CharField(max_length=40)
    kind = models.CharField(max_length=8)  # single, multiple, judge
    difficulty = models.PositiveSmallIntegerField()  # 1 easy, 3 hard
    text_zh = models.CharField(max_length=1000)
    text_en = models.CharField(max_length=1000)
    choices = models.JSONField()  # [{"code": "A", "zh": …, "en": …, "right": true}, …]
    rationale_zh = models.CharField(max_length=1000, blank=True, default="")
    rationale_en = models.CharField(max_length=1000, blank=True, default="")
    basis = models.CharField(max_length=200, blank=True, default="")
    by = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "number"], name="question_version_unique")]

    def __str__(self) -> str:
        return f"{self.question_id} {self.number}"
