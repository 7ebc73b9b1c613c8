"""Have a receiver told, end it, try it out, send again what was given up."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db import transaction

from pinzhi.engine.errors import BadInput, Conflict
from pinzhi.engine.periods import Moment
from pinzhi.engine.webhooks import SECRET_BYTES, written_secret
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.accounts.sealing import seal
from pinzhi.records.journal.actions import write
from pinzhi.records.notices.models import Delivery, Webhook
from pinzhi.records.notices.webhooks.delivering import PURPOSE
from pinzhi.records.notices.webhooks.kinds import KINDS
from pinzhi.records.notices.webhooks.posting import checked_url
from pinzhi.records.notices.webhooks.reading import own_webhook
from pinzhi.records.notices.webhooks.telling import KIND, try_out
from pinzhi.records.tasks.models import Task

MOST = 10
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """A receiver just entered; ``secret`` is never shown again."""

    webhook_id: int
    secret: str


def subscribe(
    *, actor: Actor, organisation_code: str, name: str, url: str, kinds: Iterable[str], when: Moment
) -> NewWebhook:
    """Have a receiver told of some kinds of things that concern an organisation, or the city (an empty code)."""
    require(actor, "notices.webhook", organisation_code)
    name, chosen = name.strip(), sorted(set(kinds))
    if not 1 <= len(name) <= LONGEST_NAME or not chosen or not set(chosen) <= KINDS.keys():
        raise BadInput(
            "notices.webhook.form",
            "起个名字（最长 {longest} 个字），至少选一类：{known_zh}。",
            "Give it a name of at most {longest} characters and choose at least one kind: {known}.",
            longest=LONGEST_NAME,
            known_zh="、".join(text.zh for text in KINDS.values()),
            known=", ".join(text.en for text in KINDS.values()),
        )
    url = checked_url(url)
    secret = secrets.token_bytes(SECRET_BYTES)
    with transaction.atomic():
        if Webhook.objects.filter(organisation_code=organisation_code, ended_at=None).count() >= MOST:
            raise Conflict(
                "notices.webhook.most",
                "最多同时有 {most} 个推送地址。先停用一个。",
                "There can be at most {most} receivers at a time. End one first.",
                most=MOST,
            )
        webhook = Webhook.objects.create(
            organisation_code=organisation_code,
            name=name,
            url=url,
            kinds=chosen,
            secret=seal(secret, purpose=PURPOSE, about=url),
            made_by=actor.key,
            made_at=when.at,
        )
        _note(actor, "subscribe", webhook, when)
    return NewWebhook(webhook.pk, written_secret(secret))


def end(*, actor: Actor, webhook_id: int, when: Moment) -> None:
    """End a receiver: nothing more is sent, also what waits; ending it twice changes nothing."""
    webhook = own_webhook(actor, webhook_id)
    with transaction.atomic():
        if Webhook.objects.filter(pk=webhook.pk, ended_at=None).update(ended_at=when.at):
            _note(actor, "end", webhook, when)


def send_trial(*, actor: Actor, webhook_id: int, when: Moment) -> None:
    """Send a receiver something to try it out."""
    webhook = own_webhook(actor, webhook_id)
    with transaction.atomic():
        try_out(webhook, when)
        _note(actor, "trial", webhook, when)


def send_again(*, actor: Actor, webhook_id: int, when: Moment) -> int:
    """Send again all that was given up for a receiver, with the ids it had; return how many."""
    webhook = own_webhook(actor, webhook_id)
    unsent = Delivery.objects.filter(webhook=webhook, sent_at=None).values_list("pk", flat=True)
    with transaction.atomic():
        dead = Task.objects.filter(kind=KIND, key__in=[str(pk) for pk in unsent]).exclude(dead_at=None)
        count = dead.update(dead_at=None, due_at=when.at, tries=0)
        if count:
            _note(actor, "retry", webhook, when)
    return count


def _note(actor: Actor, act: str, webhook: Webhook, when: Moment) -> None:
    write(
        at=when.at,
        actor=actor.key,
        action=f"notices.webhook.{act}",
        object_kind="webhook",
        object_key=str(webhook.pk),
        detail={"organisation": webhook.organisation_code, "host": urlsplit(webhook.url).hostname},
    )
