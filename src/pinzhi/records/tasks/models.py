"""Tables of background work: what is still to be done, and what was given up."""

from django.db import models


class Task(models.Model):
    """Something to be done outside a request: of which kind, with which thing. 后台任务.

    The row goes when it is done. ``due_at`` is when it is tried next; while a worker has it, when its claim runs out.
    """

    kind = models.CharField(max_length=32)
    key = models.CharField(max_length=200)
    since = models.DateTimeField()
    due_at = models.DateTimeField()
    # Counted when it is taken, so that one that kills its workers ends.
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True, default="")
    dead_at = models.DateTimeField(null=True)  # when it was given up

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="task_once")]
        indexes = [models.Index(fields=["kind", "due_at"], condition=models.Q(dead_at=None), name="task_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
