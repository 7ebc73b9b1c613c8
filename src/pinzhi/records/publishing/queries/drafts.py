"""Bulletins as those who write and sign them see them."""

from dataclasses import dataclass
from datetime import date, datetime

from pinzhi.engine.errors import Conflict
from pinzhi.engine.publishing.checking import CheckedText, same_figures
from pinzhi.engine.publishing.texts import Fault
from pinzhi.engine.texts import Language, Text
from pinzhi.records.accounts.permissions import Actor, may
from pinzhi.records.publishing.live import Figures, Words, checked, words_of
from pinzhi.records.publishing.models import Bulletin, BulletinText
from pinzhi.records.publishing.queries.visible import visible_bulletins
from pinzhi.records.publishing.rules import EDITED, SHAPES, STATE_WORDS, editors_of

PAGE = 50


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A bulletin in the desk's list."""

    slug: str
    title: Text
    state: Text
    shape: str
    as_of: date
    editor: str
    saved_at: datetime
    returned: str
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Saved:
    """A text as it was saved: by whom, when."""

    number: int
    editor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """A text beside the figures: both languages checked, and the figures that stand in one language alone."""

    texts: dict[Language, CheckedText]
    only_zh: tuple[str, ...]
    only_en: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether it may be signed."""
        return all(one.holds for one in self.texts.values())

    @property
    def hints(self) -> tuple[Fault, ...]:
        """The numbers typed by hand, in both languages."""
        return tuple(hint for one in self.texts.values() for hint in one.hints)

    @property
    def wrong(self) -> int:
        """How many places keep it from being signed."""
        return sum(len(one.faults) + len(one.failing) for one in self.texts.values())


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything the desk shows of one bulletin, and what its reader may do with it now."""

    bulletin: Bulletin
    text: BulletinText
    state: Text
    shape: str
    review: Review
    saved: tuple[Saved, ...]
    may_edit: bool
    may_submit: bool
    may_review: bool
    may_sign: bool
    may_send_back: bool
    may_correct: bool
    wrote_it: bool
    reviewer: str


def drafts(actor: Actor, states: tuple[str, ...] = ()) -> tuple[DraftRow, ...]:
    """Return the bulletins on the desk, those waiting first, then newest first."""
    rows = visible_bulletins(actor).prefetch_related("texts__editor").order_by("-id")
    if states:
        rows = rows.filter(state__in=states)
    order = {"submitted": 0, "reviewed": 0, "draft": 1}
    shown = sorted(rows[:PAGE], key=lambda one: order.get(one.state, 2))
    return tuple(_row(one) for one in shown)


def _row(bulletin: Bulletin) -> DraftRow:
    text = max(bulletin.texts.all(), key=lambda one: one.number)
    return DraftRow(
        slug=bulletin.slug,
        title=text.headline,
        state=STATE_WORDS[bulletin.state],
        shape=SHAPES[bulletin.state],
        as_of=text.as_of,
        editor=text.editor.name if text.editor else "",
        saved_at=text.at,
        returned=bulletin.returned,
        synthetic=bulletin.synthetic,
    )


def reviewed(figures: Figures, words: Words) -> Review:
    """Return a text, saved or not, beside the figures as they are known now."""
    texts = checked(figures, words, None)
    only_zh, only_en = same_figures(texts["zh"], texts["en"])
    has_english = bool(words.body.en.strip())
    return Review(
        texts,
        tuple(sorted(only_zh)) if has_english else (),
        tuple(sorted(only_en)) if has_english else (),
    )


def dossier(actor: Actor, bulletin: Bulletin, figures: Figures) -> Dossier:
    """Return a bulletin with everything the desk shows of it."""
    texts = list(bulletin.texts.select_related("editor").order_by("-number"))
    newest = texts[0]
    review = reviewed(figures, words_of(newest))
    wrote_it = actor.user_id is not None and actor.user_id in editors_of(bulletin)
    edits, signs = may(actor, "publishing.edit"), may(actor, "publishing.sign")
    return Dossier(
        bulletin=bulletin,
        text=newest,
        state=STATE_WORDS[bulletin.state],
        shape=SHAPES[bulletin.state],
        review=review,
        saved=tuple(Saved(one.number, one.editor.name if one.editor else "—", one.at) for one in texts),
        may_edit=edits and bulletin.state in EDITED,
        may_submit=edits and bulletin.state == "draft",
        may_review=(edits or signs) and bulletin.state == "submitted" and not wrote_it,
        may_sign=signs and bulletin.state == "reviewed" and not wrote_it and review.holds,
        may_send_back=(edits or signs) and bulletin.state in ("submitted", "reviewed"),
        may_correct=signs and bulletin.state == "published" and not wrote_it,
        wrote_it=wrote_it,
        reviewer=bulletin.reviewer.name if bulletin.reviewer else "",
    )


def newest_text(bulletin: Bulletin) -> BulletinText:
    """Return the text that counts."""
    text = bulletin.texts.order_by("-number").first()
    if text is None:
        raise Conflict("publishing.empty", "这篇简报还没有正文。", "This bulletin has no text yet.")
    return text


def saved_text(bulletin: Bulletin, number: int) -> BulletinText | None:
    """Return a text as it was saved."""
    return bulletin.texts.filter(number=number).first()
