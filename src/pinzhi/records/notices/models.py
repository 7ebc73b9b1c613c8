"""Tables of messages: what was told to whom, whether it was read, when its mail went; receivers of webhooks."""

from django.db import models


class Message(models.Model):
    """A message to one account, in both languages. 消息.

    ``once`` is the sender's key: an account gets a message of one key once. ``link`` is a path on this site.
    """

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="messages")
    once = models.CharField(max_length=200)
    subject_zh = models.CharField(max_length=200)
    subject_en = models.CharField(max_length=300)
    body_zh = models.TextField()
    body_en = models.TextField()
    link = models.CharField(max_length=300, blank=True, default="")
    about_kind = models.CharField(max_length=32)
    about_key = models.CharField(max_length=200)
    at = models.DateTimeField()
    on = models.DateField()  # the day it counts as
    read_at = models.DateTimeField(null=True)
    mail_sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "once"], name="message_once")]
        indexes = [
            models.Index(fields=["user", "-id"], name="message_of_user"),
            models.Index(fields=["user"], condition=models.Q(read_at=None), name="message_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.subject_zh}"


class Letter(models.Model):
    """A mail to an address that has no account, already in its reader's language. 邮件.

    ``address`` is sealed under the installation's key and goes once the mail is sent; a month later if it never was.
    """

    once = models.CharField(max_length=200, unique=True)
    address = models.BinaryField(null=True)
    subject = models.CharField(max_length=300)
    body = models.TextField()
    unsubscribe = models.CharField(
        max_length=300, blank=True, default=""
    )  # address that ends a subscription, one click

    def __str__(self) -> str:
        return self.once


class Webhook(models.Model):
    """A receiver of an organisation, or of the city, that is told what happens. 推送订阅.

    ``kinds`` are the kinds of things it is told of; ``secret`` signs what it is sent, sealed under the installation's
    key; without ``organisation_code`` it is the city's own.
    """

    organisation_code = models.CharField(max_length=40, blank=True, default="")
    name = models.CharField(max_length=100)
    url = models.CharField(max_length=500)
    kinds = models.JSONField(default=list)
    secret = models.BinaryField()
    made_by = models.CharField(max_length=64)  # key of an actor
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["organisation_code"], condition=models.Q(ended_at=None), name="webhook_of_organisation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.name}"


class Delivery(models.Model):
    """A message to a receiver, as it is sent; what becomes of it is a task. 推送.

    ``event_id`` stays the same however often it is sent, so that the receiver knows it again.
    """

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    once = models.CharField(max_length=200)
    event_id = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=32)
    body = models.TextField()
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["webhook", "once"], name="delivery_once")]
        indexes = [models.Index(fields=["webhook", "-id"], name="delivery_of_webhook")]

    def __str__(self) -> str:
        return self.event_id
