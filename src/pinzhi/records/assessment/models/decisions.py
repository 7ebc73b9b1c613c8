"""Tables of the decision room: who is on the committee, what was moved, and how each voted."""

from django.db import models

from pinzhi.records.assessment.models.entries import Entry
from pinzhi.records.assessment.models.rounds import Round


class Member(models.Model):
    """A member of the committee of a round. 评审委员会委员."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    appointed_on = models.DateField()
    left_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "user"], name="member_unique")]

    def __str__(self) -> str:
        return self.name


class Motion(models.Model):
    """A vote on one entry: to propose it for a grade. 表决事项. Counted once; the count stays as it was."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="motions")
    stage = models.CharField(max_length=24)  # deliberation approval
    grade = models.CharField(max_length=40)
    recused = models.JSONField(default=dict)  # user id (text) to {"zh": …, "en": …}: found when it was opened
    opened_by = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    count = models.JSONField(null=True)  # the engine's Count, once closed
    carried = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "stage"], condition=models.Q(closed_at=None), name="motion_open_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.grade}"


class Ballot(models.Model):
    """How a member voted, on the record. 表决票."""

    motion = models.ForeignKey(Motion, on_delete=models.PROTECT, related_name="ballots")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="ballots")
    choice = models.CharField(max_length=8)  # yes no abstain
    reason = models.CharField(max_length=2000, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["motion", "member"], name="ballot_unique")]

    def __str__(self) -> str:
        return f"{self.motion_id} {self.member_id} {self.choice}"
