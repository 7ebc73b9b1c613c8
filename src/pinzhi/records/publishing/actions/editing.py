"""Write bulletins: begin one, save its text so that no other text is lost, hand it in for review."""

import re
from datetime import date

from django.db import IntegrityError, transaction

from pinzhi.engine.errors import BadInput
from pinzhi.engine.periods import Moment
from pinzhi.engine.publishing.texts import LONGEST_TEXT
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.publishing.actions.noting import changed, held, note
from pinzhi.records.publishing.live import Words
from pinzhi.records.publishing.models import Bulletin, BulletinText
from pinzhi.records.publishing.rules import EDITED, require_state

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,79}")
RESERVED = frozenset({"subscriptions", "corrections", "new", "check"})  # addresses of other pages
LONGEST_TITLE = 200
LONGEST_TITLE_EN = 300


def start_bulletin(
    *,
    actor: Actor,
    slug: str,
    owner: Text,
    words: Words,
    when: Moment,
    brief: str = "",
    period: date | None = None,
    issue: int = 0,
    synthetic: bool = False,
) -> Bulletin:
    """Begin a bulletin with its first text and return it.

    Raises BadInput for an address that cannot be one or is taken, a missing title or a day that has not come.
    """
    require(actor, "publishing.edit")
    if not _SLUG.fullmatch(slug) or slug in RESERVED:
        raise BadInput(
            "publishing.slug",
            "地址“{slug}”不行或已有他用：只用小写字母、数字和连字符，2 到 80 个字符，如 2024-quality-year。",
            "The address “{slug}” will not do, or means another page: small letters, digits and hyphens, 2 to 80 of"
            " them, such as 2024-quality-year.",
            slug=slug[:80],
        )
    _check(words, when)
    bulletin = Bulletin(
        slug=slug,
        kind="brief" if brief else "bulletin",
        brief=brief,
        period=period,
        issue=issue,
        owner_zh=owner.zh[:100],
        owner_en=owner.en[:200],
        synthetic=synthetic,
    )
    try:
        with transaction.atomic():
            bulletin.save()
            _keep(actor, bulletin, words, when)
            note(actor, bulletin, "start", when)
    except IntegrityError:
        raise BadInput(
            "publishing.slug_taken",
            "地址“{slug}”已有一篇简报。请换一个。",
            "There is a bulletin at “{slug}” already. Choose another address.",
            slug=slug,
        ) from None
    return bulletin


def save_text(*, actor: Actor, bulletin_id: int, words: Words, seen: int, when: Moment) -> Bulletin:
    """Keep a new text of a bulletin; every earlier one stays.

    ``seen`` is the version the editor had before him: of two who save, the later is refused with Conflict, so that he
    can join both texts. A text that waits for review or signature is a draft again: what is signed is what was read.
    """
    require(actor, "publishing.edit")
    _check(words, when)
    with transaction.atomic():
        bulletin = held(bulletin_id, seen)
        require_state(bulletin, *sorted(EDITED))
        text = _keep(actor, bulletin, words, when)
        bulletin.state, bulletin.reviewer, bulletin.reviewed_at = "draft", None, None
        changed(actor, bulletin, "save", when, text=text.number)
    return bulletin


def submit(*, actor: Actor, bulletin_id: int, seen: int, when: Moment) -> Bulletin:
    """Hand a bulletin in for review."""
    require(actor, "publishing.edit")
    with transaction.atomic():
        bulletin = held(bulletin_id, seen)
        require_state(bulletin, "draft")
        bulletin.state, bulletin.returned = "submitted", ""
        changed(actor, bulletin, "submit", when)
    return bulletin


def _keep(actor: Actor, bulletin: Bulletin, words: Words, when: Moment) -> BulletinText:
    last = bulletin.texts.order_by("-number").values_list("number", flat=True).first() or 0
    return BulletinText.objects.create(
        bulletin=bulletin,
        number=last + 1,
        title_zh=words.title.zh.strip(),
        title_en=words.title.en.strip(),
        subtitle_zh=words.subtitle.zh.strip(),
        subtitle_en=words.subtitle.en.strip(),
        body_zh=words.body.zh,
        body_en=words.body.en,
        as_of=words.as_of,
        editor_id=actor.user_id,
        at=when.at,
    )


def _check(words: Words, when: Moment) -> None:
    if not words.title.zh.strip():
        raise BadInput("publishing.title", "简报要有标题。", "A bulletin needs a title.")
    for title, longest in (
        (words.title.zh, LONGEST_TITLE),
        (words.subtitle.zh, LONGEST_TITLE),
        (words.title.en, LONGEST_TITLE_EN),
        (words.subtitle.en, LONGEST_TITLE_EN),
    ):
        if len(title.strip()) > longest:
            raise BadInput(
                "publishing.title_length",
                "标题最多 {longest} 个字符，现在是 {length} 个。",
                "A title has at most {longest} characters; this has {length}.",
                longest=longest,
                length=len(title.strip()),
            )
    if max(len(words.body.zh), len(words.body.en)) > LONGEST_TEXT:
        raise BadInput(
            "publishing.length",
            "正文最多 {longest} 个字符。请分成两篇。",
            "A text has at most {longest} characters. Make two bulletins of it.",
            longest=LONGEST_TEXT,
        )
    if words.as_of > when.on:
        raise BadInput(
            "publishing.as_of",
            "数字的日期是 {as_of}，还没有到（今天是 {on}）。",
            "The figures' day, {as_of}, has not come yet (today is {on}).",
            as_of=words.as_of,
            on=when.on,
        )
