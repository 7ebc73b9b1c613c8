"""Tables of what rounds granted, and of the stands of an expo with what is shown on them."""

from django.db import models

from pinzhi.records.assessment.models.entries import Entry
from pinzhi.records.assessment.models.rounds import Round


class Grant(models.Model):
    """A row of the register that a round wrote for an entry, under a number of its own. 授予.

    ``key`` is what the register knows the row by. A series is the number's pattern with the serial left open; two
    workers who take the same serial of it are told apart by the constraint, and the later one takes the next.
    """

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="grants")
    grade = models.CharField(max_length=40)
    kind = models.CharField(max_length=12)  # certificate honour
    key = models.CharField(max_length=100)
    number = models.CharField(max_length=100)
    series = models.CharField(max_length=100)
    serial = models.PositiveIntegerField()
    scope_zh = models.CharField(max_length=1000, blank=True, default="")
    scope_en = models.CharField(max_length=1000, blank=True, default="")
    document = models.CharField(max_length=200, blank=True, default="")
    granted_on = models.DateField()
    valid_until = models.DateField(null=True)  # last day
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "grade"], name="grant_once"),
            models.UniqueConstraint(fields=["kind", "key"], name="grant_key_unique"),
            models.UniqueConstraint(fields=["series", "serial"], name="grant_serial_unique"),
        ]

    def __str__(self) -> str:
        return self.number


class Stand(models.Model):
    """A stand allotted to an exhibitor; taken back, the row goes and the journal keeps it. 展位."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="stands")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="stands")
    hall = models.CharField(max_length=10)
    number = models.PositiveIntegerField()
    allotted_on = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "hall", "number"], name="stand_unique")]

    def __str__(self) -> str:
        return f"{self.hall}-{self.number:03}"


class Exhibit(models.Model):
    """A product of the catalogue that an exhibitor shows. 展品."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="exhibits")
    product = models.ForeignKey("catalog.Product", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "product"], name="exhibit_once")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.product_id}"
