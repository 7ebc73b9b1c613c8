"""Tell subscribers of a bulletin that was published: accounts in their inbox, addresses by letter."""

from django.conf import settings

from pinzhi.engine.periods import Moment
from pinzhi.engine.publishing.frozen import FrozenBulletin
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.sealing import unseal
from pinzhi.records.notices.actions import Accounts, send
from pinzhi.records.notices.letters import write_letter
from pinzhi.records.publishing.actions.subscribing import ALL, PURPOSE, end_secret
from pinzhi.records.publishing.models import Bulletin, Subscription


def tell_subscribers(bulletin: Bulletin, frozen: FrozenBulletin, when: Moment) -> int:
    """Send each subscriber one message; call it inside the transaction of publishing. Returns how many."""
    title = Text(frozen.headline.zh, frozen.headline.en or frozen.headline.zh)
    subject = Text(f"新简报：{title.zh}", f"New bulletin: {title.en}")
    body = Text(
        f"{frozen.owner.zh}发布了简报《{title.zh}》，{len(frozen.figures)} 个数字都能查到来历。",
        f"{frozen.owner.en} has published “{title.en}”; each of its {len(frozen.figures)} figures can be traced.",
    )
    link = f"/bulletins/{bulletin.slug}"
    wanted = Subscription.objects.filter(topic__in={ALL, bulletin.brief or ALL}, ended_at=None)
    wanted = wanted.exclude(confirmed_at=None)
    accounts = Accounts(tuple(wanted.exclude(user=None).values_list("user_id", flat=True).distinct()))
    told = send(
        to=accounts, subject=subject, body=body, link=link, about=("bulletin", bulletin.slug), when=when,
        once=f"bulletin:{bulletin.slug}",
    )  # fmt: skip
    letters = {row.address_key: row for row in wanted.filter(user=None).exclude(address=None).order_by("pk")}
    for row in letters.values():
        _write(row, bulletin, subject, body, link, when)
    return told + len(letters)


def _write(row: Subscription, bulletin: Bulletin, subject: Text, body: Text, link: str, when: Moment) -> None:
    address = unseal(bytes(row.address or b""), purpose=PURPOSE, about=f"{row.topic}:{row.address_key}").decode()
    stop = f"/bulletins/subscriptions/end/{end_secret(row)}"
    words = Text(
        f"{body.zh}\n\n{settings.ADDRESS}{link}\n\n不想再收到，打开这个链接退订：\n{settings.ADDRESS}{stop}\n",
        f"{body.en}\n\n{settings.ADDRESS}{link}\n\nTo hear no more, open this link:\n{settings.ADDRESS}{stop}\n",
    )
    write_letter(
        address=address, subject=subject.in_language(row.language), body=words.in_language(row.language),
        once=f"bulletin:{bulletin.slug}:{row.pk}", at=when.at, unsubscribe=stop,
    )  # fmt: skip
