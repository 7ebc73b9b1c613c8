"""Who wants to be told of bulletins."""

from django.db import models


class Subscription(models.Model):
    """Somebody is told when a bulletin of a topic is published. 订阅.

    Either an account, told in its inbox and by its mail, or a mail address alone: sealed under the installation's key,
    known again by a keyed digest, told only once it was confirmed. ``token`` is the digest of the secret in the links
    that confirm and end it. ``topic`` is the id of a scheduled brief, or ``all``.
    """

    topic = models.CharField(max_length=60, default="all")
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, null=True, related_name="+")
    address = models.BinaryField(null=True)
    address_key = models.CharField(max_length=64, blank=True, default="")
    language = models.CharField(max_length=10, default="zh-hans")
    token = models.CharField(max_length=64, blank=True, default="")
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "user"], condition=models.Q(user__isnull=False), name="subscription_of_user"
            ),
            models.UniqueConstraint(
                fields=["topic", "address_key"], condition=~models.Q(address_key=""), name="subscription_of_address"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.pk}"
