"""Tables of the journal, each append-only: lines, and what seals them (leaves, nodes, signed heads)."""

from django.db import models


class Entry(models.Model):
    """Who did what to what, when, under which edition, from where. 审计记录."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=64)  # "user:17", "system", "command:import"
    action = models.CharField(max_length=64)  # stable string such as "catalog.import"
    object_kind = models.CharField(max_length=32)
    object_key = models.CharField(max_length=200)
    edition = models.CharField(max_length=100, blank=True, default="")
    detail = models.JSONField(default=dict)
    origin = models.CharField(max_length=64, blank=True, default="")  # records.journal.origin; "" in the oldest lines
    tag = models.BinaryField(default=b"")  # keyed digest of the line, whose key is no part of the database

    class Meta:
        indexes = [
            models.Index(fields=["object_kind", "object_key", "id"], name="journal_by_object"),
            models.Index(fields=["at"], name="journal_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.action} {self.object_kind} {self.object_key}"


class Leaf(models.Model):
    """A line's place in the tree, from zero, and its digest. No foreign key: a line that goes must leave a trace."""

    position = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True, null=True)  # None: the line was lost with the database it stood in
    digest = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.position} {self.entry_id}"


class Node(models.Model):
    """The root of a complete subtree, of levels 8, 16, 24 …: from these a proof is made without reading all leaves."""

    level = models.SmallIntegerField()
    place = models.BigIntegerField()  # counted from zero in its level
    digest = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "place"], name="journal_node_once")]

    def __str__(self) -> str:
        return f"{self.level} {self.place}"


class Head(models.Model):
    """A signed head (engine.journal.heads). 签名头."""

    number = models.BigIntegerField(primary_key=True)
    size = models.BigIntegerField(unique=True)
    root = models.BinaryField()
    chain = models.BinaryField()
    previous = models.BinaryField()
    at = models.CharField(max_length=27)  # text, as it was signed
    key = models.CharField(max_length=100)
    signature = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.number} {self.size}"


class Progress(models.Model):
    """How far sealing has come: one row, the only one here that changes. Losing it costs a longer search, no line.

    ``gaps`` are the ids below ``last_entry_id`` that were not there: each may belong to a transaction still under way.
    """

    last_entry_id = models.BigIntegerField(default=0)
    gaps = models.JSONField(
        default=list
    )  # [first id, last id, transaction id before which it must have ended, seconds]

    def __str__(self) -> str:
        return str(self.last_entry_id)
