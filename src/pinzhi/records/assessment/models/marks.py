"""Tables of judging: independent sheets, what the panel agreed on, what a stage came to; nothing is overwritten."""

from django.db import models

from pinzhi.records.assessment.models.entries import Entry
from pinzhi.records.assessment.models.experts import Assignment


class SheetVersion(models.Model):
    """An expert's sheet as it was saved; the last one before it was handed in counts. 评分表.

    ``answers`` are the items' answers, ``notes`` their strengths and improvements:
    ``{"4.1.2": {"strengths": ["…"], "improvements": ["…"]}}``.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="sheets")
    number = models.PositiveIntegerField()
    answers = models.JSONField(default=dict)
    notes = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True, default="")  # of answers and notes, once handed in
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assignment", "number"], name="sheet_version_unique")]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.number}"


class Question(models.Model):
    """A question of an expert to the head of the panel, and its answer. 留言."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="questions")
    item = models.CharField(max_length=40, blank=True, default="")
    text = models.CharField(max_length=2000)
    at = models.DateTimeField()
    answer = models.CharField(max_length=2000, blank=True, default="")
    answered_by = models.CharField(max_length=64, blank=True, default="")
    answered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.item}"


class Settlement(models.Model):
    """A percentage the panel agreed on, or one changed on site, with its reason; the latest counts. 合议、现场改分."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="settlements")
    stage = models.CharField(max_length=24)
    item = models.CharField(max_length=40)
    kind = models.CharField(max_length=12)  # consensus site
    percent = models.DecimalField(max_digits=5, decimal_places=2)
    reason = models.CharField(max_length=2000)
    expert_code = models.CharField(max_length=12)  # who wrote it down
    actor = models.CharField(max_length=64)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.entry_id} {self.stage} {self.item} {self.kind}"


class SurveyAnswer(models.Model):
    """A questionnaire filled in about an entry by somebody who is not named. 满意度问卷."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="survey_answers")
    stage = models.CharField(max_length=24)
    number = models.PositiveIntegerField()
    answers = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "stage", "number"], name="survey_answer_unique")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.stage} {self.number}"


class StageResult(models.Model):
    """What a stage came to for an entry, sealed; a later one replaces it, with its ground, and both stay. 阶段得分."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="results")
    stage = models.CharField(max_length=24)
    number = models.PositiveIntegerField()
    percent = models.CharField(max_length=200)  # exact fraction
    items = models.JSONField(default=dict)  # item to exact percentage
    marks_digest = models.CharField(max_length=64)
    judges = models.JSONField(default=dict)  # codes of the experts whose marks count, each with its exact percentage
    respondents = models.PositiveIntegerField(null=True)  # of a survey
    ground = models.CharField(max_length=1000, blank=True, default="")
    actor = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "stage", "number"], name="stage_result_unique")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.stage} {self.percent}"
