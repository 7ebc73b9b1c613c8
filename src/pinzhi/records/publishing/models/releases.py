"""What was released of figures over people, once and for all."""

from django.db import models


class GroupRelease(models.Model):
    """A figure over people as it was counted for the end of a quarter; it stays, whatever comes later. 群体数字发布.

    ``digest`` is that of the definition. ``answers`` are the numbers counted, each with its records; ``parts`` those of
    every value of ``dimension``, ``hidden`` the values that are withheld. Where not ``is_shown``, nothing of it is.
    """

    figure = models.CharField(max_length=12)
    on = models.DateField()
    made_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    is_shown = models.BooleanField()
    answers = models.JSONField()
    dimension = models.CharField(max_length=40, blank=True, default="")
    parts = models.JSONField(default=dict)
    hidden = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["figure", "on"], name="group_release_once")]

    def __str__(self) -> str:
        return f"{self.figure} {self.on}"
