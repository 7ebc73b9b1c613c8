"""Sign and publish a bulletin: what it says is compared once more, frozen, signed and noted. 签发."""

from django.db import transaction

from pinzhi.engine.errors import BadInput, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.engine.publishing.checking import CheckedText
from pinzhi.engine.publishing.frozen import FrozenFigure
from pinzhi.engine.texts import Language, Text
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.publishing.actions.noting import changed, held
from pinzhi.records.publishing.actions.telling import tell_subscribers
from pinzhi.records.publishing.live import Figures, checked, wanted_by, words_of
from pinzhi.records.publishing.models import Bulletin, BulletinText, Publication, PublishedFigure
from pinzhi.records.publishing.queries.drafts import newest_text
from pinzhi.records.publishing.rules import require_another, require_state
from pinzhi.records.publishing.sealing import frozen_bulletin, sealed


def publish(*, actor: Actor, bulletin_id: int, seen: int, when: Moment, figures: Figures) -> Publication:
    """Sign a reviewed bulletin and publish it; return what was frozen.

    Values are taken as known at ``when``: a record that comes while it is being signed does not count. Raises BadInput
    naming every sentence that does not hold, Conflict where somebody saved meanwhile, NotAllowed for its editors.
    """
    require(actor, "publishing.sign")
    bulletin = Bulletin.objects.filter(pk=bulletin_id).first()
    if bulletin is None:
        raise NotFound("publishing.bulletin", "没有这篇简报。", "There is no such bulletin.")
    require_state(bulletin, "reviewed")
    require_another(actor, bulletin)
    text = newest_text(bulletin)
    _require_complete(text)
    words = words_of(text)
    texts = checked(figures, words, when.at)
    require_holds(texts)
    frozen = frozen_bulletin(bulletin, words, figures.frozen(wanted_by(words), when.at), when)
    kept = sealed(frozen)
    with transaction.atomic():
        bulletin = held(bulletin_id, seen)
        require_state(bulletin, "reviewed")
        bulletin.state, bulletin.published_on = "published", when.on
        publication = Publication.objects.create(
            bulletin=bulletin,
            text=text,
            document=kept.document,
            digest=kept.digest,
            key_id=kept.key_id,
            signature=kept.signature,
            signer_id=actor.user_id,
            signed_at=when.at,
            known_at=when.at,
            as_of=text.as_of,
            published_on=when.on,
        )
        PublishedFigure.objects.bulk_create(
            _row(publication, place, one) for place, one in enumerate(frozen.figures, start=1)
        )
        changed(
            actor, bulletin, "publish", when, digest=kept.digest, key=kept.key_id, signature=kept.signature,
            text=text.number, figures=len(frozen.figures), untraced=[one.text.zh for one in texts["zh"].hints],
        )  # fmt: skip
        tell_subscribers(bulletin, frozen, when)
    return publication


def require_holds(texts: dict[Language, CheckedText]) -> None:
    """Refuse a text with a line that cannot be read or a sentence that does not hold; every one is named."""
    wrong = [
        Text(f"{fault.place.zh}：{fault.text.zh}", f"{fault.place.en}: {fault.text.en}")
        for one in texts.values()
        for fault in one.faults
    ]
    wrong += [
        verdict.text or Text(verdict.reference.figure, verdict.reference.figure)
        for one in texts.values()
        for verdict in one.failing
    ]
    if wrong:
        raise BadInput(
            "publishing.does_not_hold",
            "有 {count} 处和记录不符，不能签发：{wrong_zh}",
            "{count} places do not hold, so it cannot be signed: {wrong_en}",
            count=len(wrong),
            wrong_zh=" ".join(one.zh for one in wrong),
            wrong_en=" ".join(one.en for one in wrong),
        )


def _require_complete(text: BulletinText) -> None:
    """Chinese is required; English is either whole, with a title, or not there at all."""
    if not text.body_zh.strip():
        raise BadInput("publishing.empty", "正文是空的，不能签发。", "The Chinese text is empty; it cannot be signed.")
    if bool(text.title_en) != bool(text.body_en.strip()):
        raise BadInput(
            "publishing.english",
            "英文的标题和正文要么都有，要么都没有。",
            "In English there are either both a title and a text, or neither.",
        )


def _row(publication: Publication, place: int, figure: FrozenFigure) -> PublishedFigure:
    return PublishedFigure(
        publication=publication,
        place=place,
        figure=figure.id,
        edition=figure.edition,
        on=figure.on,
        number=figure.number,
        words_zh=figure.words.zh,
        words_en=figure.words.en,
        count=figure.count,
        definition_digest=figure.definition_digest,
        records_digest=figure.records_digest,
    )
