"""Correct what was published, or withdraw it: nothing that stood there goes away. 更正、撤回."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from pinzhi.engine.errors import BadInput, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.engine.publishing.checking import Standing, printed
from pinzhi.engine.publishing.frozen import FrozenBulletin, FrozenErratum, FrozenFigure, read_bulletin, read_erratum
from pinzhi.engine.publishing.texts import Reference, references
from pinzhi.engine.texts import Language, Text
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.publishing.actions.noting import LONGEST_GROUND, changed, held
from pinzhi.records.publishing.live import Figures
from pinzhi.records.publishing.models import Bulletin, Erratum, Publication
from pinzhi.records.publishing.rules import require_another, require_state
from pinzhi.records.publishing.sealing import sealed

LONGEST_WORDS = 200
NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class _New:
    """What a correction puts beside the old."""

    old: Text
    new: Text
    figure: str = ""
    on: date | None = None
    old_number: str = ""
    new_number: str = ""
    definition_digest: str = ""
    records_digest: str = ""


def correct_figure(
    *,
    actor: Actor,
    bulletin_id: int,
    figure: str,
    on: date | None,
    ground: Text,
    seen: int,
    when: Moment,
    figures: Figures,
    words: Text = NOTHING,
) -> Erratum:
    """Put the value that records give today, for the same day, beside a published one.

    ``words`` are the figure's own where none are given; words that do not hold are refused, and so is a correction of
    a value that comes out the same today.
    """
    publication, frozen = _published(actor, bulletin_id, ground)
    published = frozen.figure(figure, on)
    if published is None:
        raise NotFound(
            "publishing.no_such_figure",
            "这篇简报里没有 {figure} 这个数字。",
            "The figure {figure} does not stand in this bulletin.",
            figure=figure[:40],
        )
    wanted = (published.id, published.on)
    standing = figures.standings([wanted], when.at)[wanted]
    old_words, old_number = _stands_now(publication, frozen, published)
    _require_other(published, old_number, standing)
    new = figures.frozen([wanted], when.at)[0]
    _require_words(published, words, standing)
    chosen = Text(words.zh.strip() or new.words.zh, words.en.strip() or new.words.en)
    made = _New(
        old_words, chosen, published.id, published.on, old_number, new.number, new.definition_digest,
        new.records_digest,
    )  # fmt: skip
    return _kept(actor, publication, made, ground, seen, when)


def correct_words(
    *, actor: Actor, bulletin_id: int, old: Text, new: Text, ground: Text, seen: int, when: Moment
) -> Erratum:
    """Put right words beside wrong ones; a number that has a figure is corrected as a figure.

    The old words must stand in the text exactly once, in each language in which they are given.
    """
    publication, frozen = _published(actor, bulletin_id, ground)
    old, new = Text(old.zh.strip(), old.en.strip()), Text(new.zh.strip(), new.en.strip())
    if not old.zh or not new.zh or bool(old.en) != bool(new.en):
        raise BadInput(
            "publishing.erratum",
            "请写明原文和改为什么；英文要改就两边都写。",
            "Give the old words and the new; in English both or neither.",
        )
    if max(map(len, (old.zh, new.zh, old.en, new.en))) > LONGEST_WORDS:
        raise BadInput(
            "publishing.erratum_length",
            "一处更正最多 {longest} 个字符，请分成几处。",
            "A correction has at most {longest} characters; make several.",
            longest=LONGEST_WORDS,
        )
    _require_once(frozen, old.zh, "zh")
    if old.en:
        _require_once(frozen, old.en, "en")
    return _kept(actor, publication, _New(old, new), ground, seen, when)


def withdraw(*, actor: Actor, bulletin_id: int, ground: Text, seen: int, when: Moment) -> Bulletin:
    """Withdraw a published bulletin: its page stays and says since when and why. 撤回."""
    publication, _ = _published(actor, bulletin_id, ground)
    with transaction.atomic():
        bulletin = held(bulletin_id, seen)
        require_state(bulletin, "published")
        bulletin.state, bulletin.withdrawn_on = "withdrawn", when.on
        bulletin.withdrawn_zh, bulletin.withdrawn_en = ground.zh.strip(), ground.en.strip()
        changed(
            actor, bulletin, "withdraw", when, digest=publication.digest, ground=ground.zh.strip()
        )  # fmt: skip
    return bulletin


def _published(actor: Actor, bulletin_id: int, ground: Text) -> tuple[Publication, FrozenBulletin]:
    require(actor, "publishing.sign")
    bulletin = Bulletin.objects.filter(pk=bulletin_id).first()
    if bulletin is None:
        raise NotFound("publishing.bulletin", "没有这篇简报。", "There is no such bulletin.")
    require_state(bulletin, "published")
    require_another(actor, bulletin)
    if not 0 < len(ground.zh.strip()) <= LONGEST_GROUND or len(ground.en.strip()) > LONGEST_GROUND:
        raise BadInput(
            "publishing.ground",
            "请写明理由，最多 {longest} 个字；读者会看到。",
            "Give the reason, at most {longest} characters; readers see it.",
            longest=LONGEST_GROUND,
        )
    publication = Publication.objects.get(bulletin=bulletin)
    return publication, read_bulletin(publication.document)


def _stands_now(publication: Publication, frozen: FrozenBulletin, figure: FrozenFigure) -> tuple[Text, str]:
    """Return the words and the value that stand there today: those of the newest correction, else the first."""
    last = publication.errata.filter(figure=figure.id, on=figure.on).order_by("-number").first()
    if last is not None:
        erratum = read_erratum(last.document)
        return erratum.new, erratum.new_number
    return Text(_said(frozen, figure, "zh"), _said(frozen, figure, "en")), figure.number


def _said(frozen: FrozenBulletin, figure: FrozenFigure, language: Language) -> str:
    """Return the words by which a text says a figure the first time."""
    for ref in references(frozen.blocks(language)):
        if (ref.figure, ref.on or frozen.as_of) == (figure.id, figure.on):
            return frozen.words(ref, language)
    return figure.words.in_language(language)


def _require_other(published: FrozenFigure, number: str, standing: Standing) -> None:
    if standing.problem is not None or standing.number is None:
        problem = standing.problem or NOTHING
        raise BadInput(
            "publishing.no_value_now",
            "{figure} 今天算不出来：{zh}要撤下它，请撤回这篇简报。",
            "{figure} has no value today: {en} To take it down, withdraw the bulletin.",
            figure=published.id,
            zh=problem.zh,
            en=problem.en,
        )
    if printed(standing.number) == number:
        raise BadInput(
            "publishing.same_value",
            "{figure} 今天重算还是 {words}，没有要更正的。",
            "{figure} still comes out as {words_en} today: there is nothing to correct.",
            figure=published.id,
            words=standing.words.zh,
            words_en=standing.words.en,
        )


def _require_words(published: FrozenFigure, words: Text, standing: Standing) -> None:
    for given in filter(None, (words.zh.strip(), words.en.strip())):
        said = standing.read(given)
        if said is None or not said.holds:
            raise BadInput(
                "publishing.erratum_words",
                "“{words}”和今天的记录不符：{figure} 现在是 {own}。",
                "“{words}” does not hold: {figure} is {own_en} today.",
                words=given[:80],
                figure=published.id,
                own=standing.words.zh,
                own_en=standing.words.en,
            )


def _require_once(frozen: FrozenBulletin, words: str, language: Language) -> None:
    pieces = [piece for block in frozen.blocks(language) for piece in block.pieces if not isinstance(piece, Reference)]
    count = sum(piece.count(words) for piece in pieces)
    if count != 1:
        raise BadInput(
            "publishing.erratum_place",
            "“{words}”在正文里有 {count} 处，要正好一处。请写长一点；数字请按数字更正。",
            "“{words}” stands in the text {count} times; it must be once. Give more of it; correct numbers as figures.",
            words=words[:80],
            count=count,
        )


def _kept(actor: Actor, publication: Publication, made: _New, ground: Text, seen: int, when: Moment) -> Erratum:
    with transaction.atomic():
        bulletin = held(publication.bulletin_id, seen)
        require_state(bulletin, "published")
        number = publication.errata.count() + 1
        frozen = FrozenErratum(
            slug=bulletin.slug,
            publication=publication.digest,
            number=number,
            figure=made.figure,
            on=made.on,
            old=made.old,
            new=made.new,
            old_number=made.old_number,
            new_number=made.new_number,
            definition_digest=made.definition_digest,
            records_digest=made.records_digest,
            known_at=when.at,
            ground=Text(ground.zh.strip(), ground.en.strip()),
            decided_on=when.on,
        )
        kept = sealed(frozen)
        erratum = Erratum.objects.create(
            publication=publication,
            number=number,
            figure=made.figure,
            on=made.on,
            decided_on=when.on,
            at=when.at,
            actor_id=actor.user_id,
            document=kept.document,
            digest=kept.digest,
            key_id=kept.key_id,
            signature=kept.signature,
        )
        changed(
            actor, bulletin, "correct", when, number=number, figure=made.figure, old=made.old.zh, new=made.new.zh,
            digest=kept.digest, key=kept.key_id, signature=kept.signature,
        )  # fmt: skip
    return erratum
