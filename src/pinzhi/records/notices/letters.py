"""Letters: mail to addresses without an account, each sent once, the address forgotten afterwards."""

from datetime import datetime
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Q

from pinzhi.records.accounts.sealing import seal, unseal
from pinzhi.records.notices.models import Letter
from pinzhi.records.notices.tries import CLAIM, TRIES, Delivery, pause_after

PURPOSE = "letters"


def write_letter(*, address: str, subject: str, body: str, once: str, at: datetime, unsubscribe: str = "") -> None:
    """Put a letter into the post, once for each ``once``; call it inside the transaction of what it tells of.

    ``unsubscribe`` is the address on this site that ends the subscription at one click (RFC 8058).
    """
    Letter.objects.get_or_create(
        once=once,
        defaults={
            "address": seal(address.encode(), purpose=PURPOSE, about=once),
            "subject": " ".join(subject.split())[:300],
            "body": body,
            "unsubscribe": unsubscribe,
            "mail_due_at": at,
        },
    )


def deliver_letters(now: datetime, backend: BaseEmailBackend, *, limit: int) -> Delivery:
    """Send the letters that are due; several processes may do so at once."""
    due = Q(mail__in=("waiting", "sending"), mail_due_at__lte=now)
    ids = list(Letter.objects.filter(due).order_by("mail_due_at", "pk").values_list("pk", flat=True)[:limit])
    sent = refused = given_up = 0
    for letter_id in ids:
        # The conditional update decides between two processes that saw the same letter due.
        if not Letter.objects.filter(due, pk=letter_id).update(mail="sending", mail_due_at=now + CLAIM):
            continue
        letter = Letter.objects.get(pk=letter_id)
        error = _try(letter, backend)
        if error:
            refused += 1
            given_up += _note_failure(letter, error, now)
        else:
            sent += 1
            Letter.objects.filter(pk=letter_id).update(mail="sent", mail_due_at=None, mail_error="", address=None)
    return Delivery(sent, refused, given_up)


def _try(letter: Letter, backend: BaseEmailBackend) -> str:
    if letter.address is None:
        return "no address"
    address = unseal(bytes(letter.address), purpose=PURPOSE, about=letter.once).decode()
    headers = {}
    if letter.unsubscribe:
        headers = {
            "List-Unsubscribe": f"<{settings.ADDRESS}{letter.unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    mail = EmailMessage(
        subject=f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{letter.subject}",
        body=letter.body,
        to=[address],
        headers=headers,
        connection=backend,
    )
    try:
        mail.send()
    except (SMTPException, OSError, UnicodeError) as failure:
        return f"{type(failure).__name__}: {failure}"[:300]
    return ""


def _note_failure(letter: Letter, error: str, now: datetime) -> int:
    tries = letter.mail_tries + 1
    gives_up = tries >= TRIES
    change = {
        "mail": "failed" if gives_up else "waiting",
        "mail_tries": tries,
        "mail_due_at": None if gives_up else now + pause_after(tries),
        "mail_error": error,
    }
    Letter.objects.filter(pk=letter.pk).update(**change, **({"address": None} if gives_up else {}))
    return int(gives_up)
