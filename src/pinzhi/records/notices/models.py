"""Tables of messages: what was told to whom, whether it was read, and what became of its mail."""

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
