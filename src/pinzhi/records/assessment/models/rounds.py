"""Tables of rounds: an edition of a scheme as it is run, with the dates of its stages."""

from django.db import models


class Round(models.Model):
    """An edition of a scheme being run. 评审轮次.

    ``digest`` is that of the scheme's file on the day of the call: entries are lodged under it. The lot's seed is
    published as a commitment first, and in the clear once the lot is drawn.
    """

    key = models.SlugField(max_length=60, unique=True)  # "mayor-8"
    scheme_id = models.CharField(max_length=60)
    edition = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    called_on = models.DateField()
    called_by = models.CharField(max_length=64)  # journal key of who called it
    lot_seed = models.CharField(max_length=64, blank=True, default="")
    lot_drawn_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    synthetic = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.key


class RoundStage(models.Model):
    """The dates of a stage in a round; ``closes_on`` is its last day, to 24:00. 阶段日期."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="stages")
    state = models.CharField(max_length=24)
    opens_on = models.DateField(null=True)
    closes_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "state"], name="round_stage_unique")]

    def __str__(self) -> str:
        return f"{self.round_id} {self.state}"
