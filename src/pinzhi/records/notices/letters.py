"""Letters: mail to addresses without an account, each sent once, the address forgotten afterwards."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from pinzhi.records.accounts.sealing import seal, unseal
from pinzhi.records.notices.mail import hand_over
from pinzhi.records.notices.models import Letter
from pinzhi.records.tasks.models import Task
from pinzhi.records.tasks.queue import enqueue

PURPOSE = "letters"
KIND = "letter"
KEPT = timedelta(days=30)  # an address of a letter that could not be sent


def write_letter(*, address: str, subject: str, body: str, once: str, at: datetime, unsubscribe: str = "") -> None:
    """Put a letter into the post, once for each ``once``; call it inside the transaction of what it tells of.

    ``unsubscribe`` is the address on this site that ends the subscription at one click (RFC 8058).
    """
    with transaction.atomic():
        letter, is_new = Letter.objects.get_or_create(
            once=once,
            defaults={
                "address": seal(address.encode(), purpose=PURPOSE, about=once),
                "subject": " ".join(subject.split())[:300],
                "body": body,
                "unsubscribe": unsubscribe,
            },
        )
        if is_new:
            enqueue(KIND, [str(letter.pk)], at=at)


def send_letter(letter_id: str, now: datetime) -> None:
    """Send a letter and forget its address; TaskError where the mail server does not take it."""
    letter = Letter.objects.filter(pk=letter_id).exclude(address=None).first()
    if letter is None or letter.address is None:
        return
    headers = {}
    if letter.unsubscribe:
        headers = {
            "List-Unsubscribe": f"<{settings.ADDRESS}{letter.unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    hand_over(
        subject=letter.subject,
        body=letter.body,
        address=unseal(bytes(letter.address), purpose=PURPOSE, about=letter.once).decode(),
        name=f"letter-{letter.pk}",
        headers=headers,
    )
    Letter.objects.filter(pk=letter.pk).update(address=None)


def forget_undelivered(now: datetime) -> int:
    """Forget the addresses of letters given up a month ago, and that they were to be sent; return how many."""
    with transaction.atomic():
        old = Task.objects.filter(kind=KIND, dead_at__lt=now - KEPT)
        count = Letter.objects.filter(pk__in=[int(key) for key in old.values_list("key", flat=True)]).update(
            address=None
        )
        old.delete()
    return count
