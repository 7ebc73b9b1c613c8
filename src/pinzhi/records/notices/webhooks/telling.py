"""Put what happened into the queue for every receiver it concerns; no words of people, only what it is about."""

import json
import secrets
from collections.abc import Iterable

from django.conf import settings

from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.records.notices.models import Delivery, Webhook
from pinzhi.records.notices.webhooks.kinds import KINDS, TEST
from pinzhi.records.tasks.queue import enqueue

KIND = "webhook"


def tell_webhooks(
    *, codes: Iterable[str], subject: Text, link: str, about: tuple[str, str], when: Moment, once: str
) -> None:
    """Tell the receivers of these organisations, each once; an empty code is the city's own.

    An organisation gets the subject of the message that its people get; the city, whose receivers stand outside every
    role, only what kind of thing it is. Neither gets the text, which may quote what somebody wrote.
    """
    kind, key = about
    if kind not in KINDS:
        return
    for webhook in Webhook.objects.filter(organisation_code__in=set(codes), ended_at=None):
        if kind in webhook.kinds:
            title = subject if webhook.organisation_code else KINDS[kind]
            _put(webhook, title=title, link=link, about=(kind, key), when=when, once=once)


def try_out(webhook: Webhook, when: Moment) -> None:
    """Send a receiver something to try it out."""
    title = Text("这是一条试推送", "This is a trial")
    once = f"{TEST}/{secrets.token_hex(8)}"
    _put(webhook, title=title, link="/desk/webhooks", about=(TEST, str(webhook.pk)), when=when, once=once)


def _put(webhook: Webhook, *, title: Text, link: str, about: tuple[str, str], when: Moment, once: str) -> None:
    kind, key = about
    body = {
        "type": f"notice.{kind}",
        "timestamp": when.at.isoformat(),
        "data": {
            "kind": kind,
            "key": key,
            "organisation": webhook.organisation_code,
            "title": {"zh-Hans": title.zh, "en": title.en},
            "link": f"{settings.ADDRESS}{link}" if link else "",
        },
    }
    delivery, is_new = Delivery.objects.get_or_create(
        webhook=webhook,
        once=once,
        defaults={
            "event_id": f"msg_{secrets.token_hex(16)}",
            "kind": kind,
            "body": json.dumps(body, ensure_ascii=False, separators=(",", ":")),
            "at": when.at,
        },
    )
    if is_new:
        enqueue(KIND, [str(delivery.pk)], at=when.at)
