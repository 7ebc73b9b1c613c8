"""Tables of random draws: sealed first, opened later, never changed."""

from django.db import models


class Draw(models.Model):
    """A draw of targets and inspectors. 双随机抽取.

    ``lists`` is what is drawn from, frozen when the draw is announced together with the ``commitment`` to its seed; the
    seed lies in ``box`` and is written into ``seed`` when the draw is opened or called off. ``visits`` is the outcome.
    """

    code = models.SlugField(max_length=40, unique=True)
    plan = models.ForeignKey("inspections.Plan", on_delete=models.PROTECT, related_name="draws")
    lists = models.JSONField()
    digest = models.CharField(max_length=64)
    commitment = models.CharField(max_length=64, unique=True)
    box = models.BinaryField()
    opens_on = models.DateField()  # not before
    announced_at = models.DateTimeField()
    announced_by = models.CharField(max_length=64)
    seed = models.CharField(max_length=64, blank=True, default="")
    visits = models.JSONField(default=list)
    opened_on = models.DateField(null=True)
    opened_at = models.DateTimeField(null=True)
    opened_by = models.CharField(max_length=64, blank=True, default="")
    called_off = models.CharField(max_length=300, blank=True, default="")  # why
    synthetic = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["-announced_at"], name="draw_by_time")]

    def __str__(self) -> str:
        return self.code
