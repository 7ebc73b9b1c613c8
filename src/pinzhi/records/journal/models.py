"""Table of the journal: append-only, one row for each thing that matters."""

from django.db import models


class Entry(models.Model):
    """Who did what to what, when, under which edition. 审计记录."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=64)  # "user:17", "system", "command:import"
    action = models.CharField(max_length=64)  # stable string such as "catalog.import"
    object_kind = models.CharField(max_length=32)
    object_key = models.CharField(max_length=200)
    edition = models.CharField(max_length=100, blank=True, default="")
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["object_kind", "object_key", "id"], name="journal_by_object"),
            models.Index(fields=["at"], name="journal_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.action} {self.object_kind} {self.object_key}"
