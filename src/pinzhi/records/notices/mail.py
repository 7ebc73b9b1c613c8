"""Send the mail of messages and letters; each is a task, so that it waits where the mail server is away."""

from datetime import datetime
from smtplib import SMTPException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage

from pinzhi.engine.texts import Text
from pinzhi.records.notices.models import Message
from pinzhi.records.tasks.queue import TaskError


def send_message(message_id: str, now: datetime) -> None:
    """Send the mail of a message in its reader's language; TaskError where the mail server does not take it."""
    message = Message.objects.select_related("user").filter(pk=message_id, mail_sent_at=None).first()
    if message is None or not message.user.is_active:
        return
    user = message.user
    subject = Text(message.subject_zh, message.subject_en).in_language(user.language)
    hand_over(subject=subject, body=_text_of(message, user.language), address=user.email, name=f"message-{message.pk}")
    Message.objects.filter(pk=message.pk).update(mail_sent_at=now)


def hand_over(*, subject: str, body: str, address: str, name: str, headers: dict[str, str] | None = None) -> None:
    """Give one mail to the mail server; TaskError says what it answered where it did not take it.

    ``name`` becomes the mail's Message-ID: sent twice, by a worker that died between the server's answer and the note
    of it, the reader's mail programme knows it for the same.
    """
    mail = EmailMessage(
        subject=f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{' '.join(subject.split())}",
        body=body,
        to=[address],
        headers={"Message-ID": f"<{name}@{urlsplit(settings.ADDRESS).hostname}>", **(headers or {})},
    )
    try:
        mail.send()
    except (SMTPException, OSError, UnicodeError) as failure:
        raise TaskError(f"{type(failure).__name__}: {failure}") from failure


def _text_of(message: Message, language: str) -> str:
    body = Text(message.body_zh, message.body_en).in_language(language)
    if not message.link:
        return body
    lead = Text("请在这里办理：", "See to it here: ").in_language(language)
    return f"{body}\n\n{lead}{settings.ADDRESS}{message.link}\n"
