"""Tables of experts: who they are, what ties them, which entries they were given."""

from django.db import models

from pinzhi.records.assessment.models.entries import Entry
from pinzhi.records.assessment.models.rounds import Round


class Expert(models.Model):
    """An expert on the city's roster. 专家.

    ``fields`` are codes of competence joined by ``;``: letters of GB/T 4754 for industries, ``quality`` for the
    method itself. ``code`` is what results show instead of the name.
    """

    user = models.OneToOneField("accounts.User", on_delete=models.PROTECT, related_name="expert")
    code = models.CharField(max_length=12, unique=True)  # "E-014"
    name = models.CharField(max_length=100)
    employer_code = models.CharField(max_length=40, blank=True, default="")
    employer_name = models.CharField(max_length=200, blank=True, default="")
    fields = models.CharField(max_length=200, blank=True, default="")
    senior = models.BooleanField(default=False)
    synthetic = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.code


class ExpertTie(models.Model):
    """A tie of an expert to an organisation. 利益关系."""

    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="ties")
    kind = models.CharField(max_length=16)  # employment advisory shareholding competitor
    credit_code = models.CharField(max_length=40)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)  # entered by mistake: no longer counts, still in the record

    def __str__(self) -> str:
        return f"{self.expert_id} {self.kind} {self.credit_code}"


class ExpertRelative(models.Model):
    """A relative of an expert: only a keyed digest of the name is kept, enough to compare with leaders. 亲属."""

    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="relatives")
    name_digest = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["expert", "name_digest"], name="expert_relative_unique")]

    def __str__(self) -> str:
        return f"{self.expert_id} {self.name_digest[:8]}"


class Panellist(models.Model):
    """An expert called to a round; he sees nothing before he has answered the declaration. 轮次专家."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="panellists")
    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="calls")
    least = models.PositiveIntegerField(default=0)  # load: at least, at most so many entries
    most = models.PositiveIntegerField(default=10)
    called_on = models.DateField()
    declared_at = models.DateTimeField(null=True)
    left_on = models.DateField(null=True)
    left_ground = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "expert"], name="panellist_unique")]

    def __str__(self) -> str:
        return f"{self.round_id} {self.expert_id}"


class Declaration(models.Model):
    """A conflict that somebody declared: the expert, the applicant, or an officer. 回避声明."""

    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="declarations")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="declarations")
    kind = models.CharField(max_length=16)  # engine.rulebook.scheme_parts.ConflictKind
    ground = models.CharField(max_length=1000)
    actor = models.CharField(max_length=64)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.expert_id} {self.entry_id} {self.kind}"


class AssignmentRun(models.Model):
    """A run of the assignment for a stage: what went in, what came out, how it was proven. 分配."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="runs")
    stage = models.CharField(max_length=24)
    status = models.CharField(max_length=12)  # optimal infeasible
    total = models.BigIntegerField(default=0)
    bound = models.BigIntegerField(default=0)
    proof = models.CharField(max_length=60, blank=True, default="")
    input_hash = models.CharField(max_length=64)
    shortages = models.JSONField(default=list)  # [{"zh": …, "en": …}]
    actor = models.CharField(max_length=64)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.round_id} {self.stage} {self.status}"


class Assignment(models.Model):
    """An entry given to an expert for a stage; one that ended stays with its ground. 评审任务."""

    run = models.ForeignKey(AssignmentRun, on_delete=models.PROTECT, null=True, related_name="assignments")
    stage = models.CharField(max_length=24)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="assignments")
    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="assignments")
    score = models.IntegerField(default=0)
    pinned = models.BooleanField(default=False)
    lead = models.BooleanField(default=False)  # 组长
    reason = models.JSONField(default=dict)  # {"zh": …, "en": …}
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_ground = models.JSONField(default=dict)  # {"zh": …, "en": …}
    submitted_at = models.DateTimeField(null=True)  # when the sheet was handed in for good

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["stage", "entry", "expert"], condition=models.Q(ended_at=None), name="assignment_unique"
            )
        ]
        indexes = [models.Index(fields=["expert", "stage"], name="assignment_by_expert")]

    def __str__(self) -> str:
        return f"{self.stage} {self.entry_id} {self.expert_id}"
