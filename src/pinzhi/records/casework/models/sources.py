"""Tables of what comes by itself: systems that hand over problems, such as monitoring."""

from django.db import models


class Source(models.Model):
    """A system that hands over problems by itself, known by the secret it signs with. 上报系统.

    ``kinds`` are the case types it may bring; ``secret`` is sealed under the installation's key.
    """

    key = models.CharField(max_length=12, unique=True)  # in its address
    name = models.CharField(max_length=100)
    kinds = models.JSONField(default=list)
    secret = models.BinaryField()
    made_by = models.CharField(max_length=64)  # key of an actor
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.key} {self.name}"
