"""Tell subscribers of a bulletin that was published."""

from pinzhi.engine.periods import Moment
from pinzhi.engine.publishing.frozen import FrozenBulletin
from pinzhi.engine.texts import Text
from pinzhi.records.notices.actions import Accounts, send
from pinzhi.records.publishing.models import Bulletin, Subscription

ALL = "all"


def tell_subscribers(bulletin: Bulletin, frozen: FrozenBulletin, when: Moment) -> int:
    """Send each subscriber one message; call it inside the transaction of publishing. Returns how many."""
    title = Text(frozen.title.zh, frozen.title.en or frozen.title.zh)
    topics = {ALL, bulletin.brief or ALL}
    wanted = Subscription.objects.filter(topic__in=topics, ended_at=None).exclude(confirmed_at=None)
    accounts = Accounts(tuple(wanted.exclude(user=None).values_list("user_id", flat=True).distinct()))
    return send(
        to=accounts,
        subject=Text(f"新简报：{title.zh}", f"New bulletin: {title.en}"),
        body=Text(
            f"{frozen.owner.zh}发布了简报《{title.zh}》，{len(frozen.figures)} 个数字都能查到来历。",
            f"{frozen.owner.en} has published “{title.en}”; each of its {len(frozen.figures)} figures can be traced.",
        ),
        link=f"/bulletins/{bulletin.slug}",
        about=("bulletin", bulletin.slug),
        when=when,
        once=f"bulletin:{bulletin.slug}",
    )
