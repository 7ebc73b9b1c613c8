"""Subscribe to bulletins: accounts at once, mail addresses after they confirmed; ended by one click."""

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from pinzhi.engine.errors import BadInput, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.briefs import Brief
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.accounts.sealing import seal
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.notices.letters import write_letter
from pinzhi.records.publishing.models import Subscription

ALL = "all"
PURPOSE = "subscriptions"
AGAIN = timedelta(minutes=10)  # a confirmation is mailed to one address no more often


def subscribe(*, actor: Actor, topic: str, when: Moment) -> Subscription:
    """Tell an account of the bulletins of a topic from now on."""
    require(actor, "accounts.own")
    _check_topic(topic)
    row, _ = Subscription.objects.update_or_create(
        topic=topic,
        user_id=actor.account_id,
        defaults={"ended_at": None, "confirmed_at": when.at},
        create_defaults={"asked_at": when.at, "confirmed_at": when.at, "ended_at": None},
    )
    return row


def unsubscribe(*, actor: Actor, topic: str, when: Moment) -> None:
    """Tell an account no more."""
    require(actor, "accounts.own")
    Subscription.objects.filter(topic=topic, user_id=actor.account_id, ended_at=None).update(ended_at=when.at)


def ask_by_mail(*, address: str, topic: str, language: str, when: Moment) -> None:
    """Mail an address the link by which it confirms that it wants to be told.

    The answer is the same whether the address is known or not, so that nobody finds out who reads bulletins.
    """
    address = address.strip().lower()
    _check_topic(topic)
    try:
        validate_email(address)
    except ValidationError:
        raise BadInput(
            "publishing.address",
            "“{address}”不是邮箱地址，应如 li@example.org。",
            "“{address}” is no mail address: write li@example.org.",
            address=address[:80],
        ) from None
    key, secret = _key_of(address), secrets.token_urlsafe(24)
    with transaction.atomic():
        row, made = Subscription.objects.select_for_update().get_or_create(
            topic=topic, address_key=key, defaults={"asked_at": when.at, "language": language}
        )
        if row.confirmed_at and not row.ended_at:
            return
        if not made and when.at - row.asked_at < AGAIN:
            return
        row.address = seal(address.encode(), purpose=PURPOSE, about=f"{topic}:{key}")
        row.token, row.asked_at, row.language = _digest(secret), when.at, language
        row.confirmed_at, row.ended_at = None, None
        row.save()
        link = f"{settings.ADDRESS}/bulletins/subscriptions/{secret}"
        subject = Text("请确认订阅质量简报", "Please confirm: quality bulletins")
        body = Text(
            f"有人用这个邮箱订阅了质量简报。是你的话，请打开下面的链接确认；不是，就不用管，不会再收到。\n\n{link}\n",
            f"Somebody asked to be sent quality bulletins at this address. If it was you, confirm here; if not, do"
            f" nothing and you will hear no more.\n\n{link}\n",
        )
        write_letter(
            address=address, subject=subject.in_language(language), body=body.in_language(language),
            once=f"subscription:{row.pk}:{row.token[:16]}", at=when.at,
        )  # fmt: skip


def found_by(secret: str) -> Subscription:
    """Return the subscription a link belongs to; NotFound for links that are too old or were never sent."""
    row = Subscription.objects.filter(token=_digest(secret)).exclude(token="").first()
    if row is None:
        raise NotFound(
            "publishing.subscription",
            "这个链接不再有效。可以重新订阅。",
            "This link is no longer valid. You can subscribe again.",
        )
    return row


def confirm(*, secret: str, when: Moment) -> Subscription:
    """Begin a subscription that was asked for by mail."""
    row = found_by(secret)
    Subscription.objects.filter(pk=row.pk, confirmed_at=None).update(confirmed_at=when.at, ended_at=None)
    row.refresh_from_db()
    return row


def end_secret(row: Subscription) -> str:
    """Return the secret in the mails of a subscription, by which one click ends it; nothing of it is stored."""
    digest = hmac.new(settings.SECRET_KEY.encode(), f"subscription:{row.pk}".encode(), hashlib.sha256).hexdigest()
    return f"{row.pk}-{digest[:32]}"


def end_by_mail(*, link: str, when: Moment) -> None:
    """End the subscription named in a mail's link; the same answer when it has ended already."""
    number, _, _digest_part = link.partition("-")
    row = Subscription.objects.filter(pk=int(number)).first() if number.isdigit() and len(number) < 18 else None
    if row is None or not hmac.compare_digest(end_secret(row), link):
        raise NotFound(
            "publishing.subscription",
            "这个链接不再有效。可以重新订阅。",
            "This link is no longer valid. You can subscribe again.",
        )
    Subscription.objects.filter(pk=row.pk, ended_at=None).update(ended_at=when.at, address=None)


def topics() -> dict[str, Text]:
    """Return what can be subscribed to: everything, or one scheduled brief."""
    briefs = {brief.id: brief.title for brief in rulebook().all_of(Brief)}
    return {ALL: Text("全部简报", "All bulletins"), **briefs}


def _check_topic(topic: str) -> None:
    if topic not in topics():
        raise BadInput(
            "publishing.topic", "没有“{topic}”这种简报。", "There are no bulletins “{topic}”.", topic=topic[:60]
        )


def _key_of(address: str) -> str:
    """Return a keyed digest by which an address is known again without being readable."""
    return hmac.new(settings.SECRET_KEY.encode(), f"address:{address}".encode(), hashlib.sha256).hexdigest()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
