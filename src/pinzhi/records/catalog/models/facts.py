"""What every record of the catalogue carries, and its earlier states."""

from django.db import models

PRECISIONS = [("d", "day"), ("m", "month"), ("y", "year")]


class Fact(models.Model):
    """What every record of the catalogue carries."""

    valid_from = models.DateField(null=True, blank=True)  # null: for as long as anybody asks
    valid_to = models.DateField(null=True, blank=True)  # first day on which it is no longer true
    recorded_at = models.DateTimeField()
    digest = models.BigIntegerField(default=0)  # 64 bits of the imported content: unchanged rows are not written
    synthetic = models.BooleanField(default=False)  # 演示: invented for a demonstration
    source = models.CharField(max_length=100, blank=True, default="")  # where the row came from, with its licence

    class Meta:
        abstract = True


class Past(models.Model):
    """What the twin tables add: whose state it was, and until when it was believed."""

    subject_id = models.BigIntegerField(db_index=True)
    recorded_until = models.DateTimeField(null=True)

    class Meta:
        abstract = True
