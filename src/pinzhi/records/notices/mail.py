"""Send the mail of messages: claimed by one process at a time, tried again with growing pauses, given up in the end."""

import logging
import threading
from datetime import datetime
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError, close_old_connections, connection
from django.db.models import Q
from django.utils import timezone

from pinzhi.engine.texts import Text
from pinzhi.records.notices.letters import deliver_letters
from pinzhi.records.notices.models import Message
from pinzhi.records.notices.tries import CLAIM, TRIES, Delivery, pause_after

log = logging.getLogger(__name__)
AT_ONCE = 200
_EVERY_S = 20.0


def deliver(now: datetime, *, limit: int = AT_ONCE) -> Delivery:
    """Send what is due and say what became of it; several processes may do so at once.

    A mail is sent at least once: a process killed between the mail server's answer and the note of it sends again.
    """
    due = Q(mail__in=("waiting", "sending"), mail_due_at__lte=now)
    ids = list(Message.objects.filter(due).order_by("mail_due_at", "pk").values_list("pk", flat=True)[:limit])
    sent = refused = given_up = 0
    backend = get_connection(fail_silently=False)
    for message_id in ids:
        # The conditional update decides between two processes that saw the same mail due: one row changes for one.
        if not Message.objects.filter(due, pk=message_id).update(mail="sending", mail_due_at=now + CLAIM):
            continue
        message = Message.objects.select_related("user").get(pk=message_id)
        error = _try(message, backend)
        if not error:
            Message.objects.filter(pk=message_id).update(mail="sent", mail_sent_at=now, mail_due_at=None, mail_error="")
            sent += 1
        else:
            refused += 1
            given_up += _note_failure(message, error, now)
    letters = deliver_letters(now, backend, limit=limit)
    return Delivery(sent + letters.sent, refused + letters.refused, given_up + letters.given_up)


def keep_delivering(stop: threading.Event) -> None:
    """Send mail until told to stop: the life of a thread beside the follower. What goes wrong is logged and waits."""
    while not stop.wait(_EVERY_S):
        close_old_connections()
        try:
            deliver(timezone.now())
        except (DatabaseError, OSError) as failure:
            log.error("mail: %s; trying again", failure)
            connection.close()
    connection.close()


def _try(message: Message, backend: BaseEmailBackend) -> str:
    """Send one mail in its reader's language; return what went wrong, empty if nothing did."""
    user = message.user
    if not user.is_active:
        return "account closed"
    subject = Text(message.subject_zh, message.subject_en).in_language(user.language)
    mail = EmailMessage(
        subject=f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{' '.join(subject.split())}",
        body=_text_of(message, user.language),
        to=[user.email],
        connection=backend,
    )
    try:
        mail.send()
    except (SMTPException, OSError, UnicodeError) as failure:
        return f"{type(failure).__name__}: {failure}"[:300]
    return ""


def _text_of(message: Message, language: str) -> str:
    body = Text(message.body_zh, message.body_en).in_language(language)
    if not message.link:
        return body
    lead = Text("请在这里办理：", "See to it here: ").in_language(language)
    return f"{body}\n\n{lead}{getattr(settings, 'ADDRESS', '')}{message.link}\n"


def _note_failure(message: Message, error: str, now: datetime) -> int:
    tries = message.mail_tries + 1
    gives_up = tries >= TRIES
    Message.objects.filter(pk=message.pk).update(
        mail="failed" if gives_up else "waiting",
        mail_tries=tries,
        mail_due_at=None if gives_up else now + pause_after(tries),
        mail_error=error,
    )
    log.warning("mail not sent: message=%s tries=%s", message.pk, tries)
    return int(gives_up)
