"""Tables of files: what a scanner said of each content."""

from django.db import models


class Screening(models.Model):
    """A content that a scanner looks at before it is given out; there only where a scanner is set. 检查.

    ``sender`` is the account that sent it first, to be told.
    """

    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    sender = models.PositiveBigIntegerField(null=True)
    state = models.CharField(max_length=8, default="waiting")  # waiting passed failed
    said = models.CharField(max_length=300, blank=True, default="")
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=("waiting", "passed", "failed")), name="screening_state"
            )
        ]

    def __str__(self) -> str:
        return f"{self.digest[:12]} {self.state}"
