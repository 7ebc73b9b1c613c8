"""What happened to an organisation, as sentences."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from pinzhi.records.catalog.queries.organisations import Event
from pinzhi.web.addresses import address_of
from pinzhi.web.language import dated
from pinzhi.web.templatetags.catalog import show


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a history; ``is_key`` ones stand out."""

    day: str
    sentence: SafeString
    address: str
    is_key: bool


def told(events: Sequence[Event]) -> list[Told]:
    """Return events as the reader reads them, in their order."""
    sentences = {
        "established": _("成立"),
        "dissolved": _("注销"),
        "renamed": _("改名，此前叫{subject}"),
        "honoured": _("获{subject}"),
        "certified": _("获证：{subject}"),
        "audited": _("接受监督检查：{subject}"),
        "certificate_expired": _("证书过期：{subject}"),
        "certificate_suspended": _("证书暂停：{subject}"),
        "certificate_withdrawn": _("证书撤销：{subject}"),
        "certificate_cancelled": _("证书注销：{subject}"),
        "standard_published": _("参与起草的标准发布：{subject}"),
    }
    return [
        Told(
            day=dated(event.day.on, event.day.precision),
            sentence=format_html(sentences[event.what], subject=show(event.subject)),
            address=address_of(event.thing.kind, event.thing.key) if event.thing else "",
            is_key=event.is_key,
        )
        for event in events
    ]
