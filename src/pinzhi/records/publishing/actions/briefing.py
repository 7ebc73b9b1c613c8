"""Draft the scheduled briefs that are due: each period once, told to those who write."""

from django.db import transaction

from pinzhi.engine.periods import Moment
from pinzhi.engine.publishing.schedules import Period, period_due, words_for
from pinzhi.engine.rulebook.briefs import Brief
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import SYSTEM, Actor
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.notices.actions import RoleHolders, send
from pinzhi.records.publishing.actions.editing import start_bulletin
from pinzhi.records.publishing.live import Words
from pinzhi.records.publishing.models import Bulletin


def draft_due_briefs(when: Moment, *, actor: Actor = SYSTEM, synthetic: bool = False) -> tuple[Bulletin, ...]:
    """Draft every brief in force whose day has come, unless its period has one; return those made now."""
    made = []
    for brief in rulebook().all_of(Brief):
        if not brief.holds(when.on):
            continue
        period = period_due(brief.schedule, when.on)
        if not Bulletin.objects.filter(brief=brief.id, period=period.first).exists():
            made.append(_draft(actor, brief, period, when, synthetic))
    return tuple(made)


def _draft(actor: Actor, brief: Brief, period: Period, when: Moment, synthetic: bool) -> Bulletin:
    issue = Bulletin.objects.filter(brief=brief.id).count() + 1
    headline, body = words_for(brief, period, issue)
    with transaction.atomic():
        bulletin = start_bulletin(
            actor=actor,
            slug=f"{brief.id}-{period.first:%Y-%m}"[:80],
            owner=brief.owner,
            words=Words(headline, body, period.last, brief.title),
            when=when,
            brief=brief.id,
            period=period.first,
            issue=issue,
            synthetic=synthetic,
        )
        send(
            to=RoleHolders("city_officer"),
            subject=Text(f"简报已起草：{headline.zh}", f"A brief is drafted: {headline.en}"),
            body=Text(
                f"定期简报《{brief.title.zh}》第 {issue} 期已按规则起草。看过、补上文字后送审。",
                f"Issue {issue} of the scheduled brief “{brief.title.en}” is drafted. Read it, add words, hand it in.",
            ),
            link=f"/desk/bulletins/{bulletin.slug}",
            about=("bulletin", bulletin.slug),
            when=when,
            once=f"brief:{bulletin.slug}",
        )
    return bulletin
