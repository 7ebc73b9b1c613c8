"""How the catalogue is kept: changes for the index, the installation, imports."""

from django.db import models


class SearchChange(models.Model):
    """The outbox of the search index: records first_id..last_id of a kind changed. Ids are in commit order."""

    kind = models.CharField(max_length=16)  # standard organisation certificate place product document
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.first_id}–{self.last_id}"


class Installation(models.Model):
    """One row: the identity of this database, so that an index made from another one is noticed."""

    identity = models.UUIDField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.identity)


class ImportRun(models.Model):
    """One import: what was read, how far it got (each batch commits with it), what was refused."""

    kind = models.CharField(max_length=16)
    file_name = models.CharField(max_length=300)
    file_digest = models.CharField(max_length=64)  # SHA-256 of the file, to resume only the very same one
    state = models.CharField(max_length=16, default="running")  # running done failed
    actor = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    rows_read = models.BigIntegerField(default=0)  # rows of the file that are settled; a resumed run starts after
    created = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    rejects_file = models.CharField(max_length=300, blank=True, default="")
    message_zh = models.TextField(blank=True, default="")
    message_en = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["kind", "file_digest"], name="import_run_by_file")]

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name} {self.state}"
