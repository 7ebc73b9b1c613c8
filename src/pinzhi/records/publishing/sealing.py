"""Sign what is published with the house's key, and find out whether anything was changed since."""

import base64
import binascii
from dataclasses import dataclass

from pinzhi.engine.errors import BadInput
from pinzhi.engine.periods import Moment
from pinzhi.engine.publishing.frozen import (
    FrozenBulletin,
    FrozenErratum,
    FrozenFigure,
    digest_of,
    document_of,
    read_bulletin,
    read_erratum,
)
from pinzhi.engine.signatures import is_signed
from pinzhi.engine.texts import Text
from pinzhi.records import signing
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.publishing.live import Words
from pinzhi.records.publishing.models import Bulletin, Erratum, Publication, PublishedFigure

PURPOSE = "attestation"  # the key whose public half stands at /keys


@dataclass(frozen=True, slots=True)
class Sealed:
    """A document with its digest and signature, as it is kept."""

    document: str
    digest: str
    key_id: str
    signature: str


def frozen_bulletin(
    bulletin: Bulletin, words: Words, figures: tuple[FrozenFigure, ...], when: Moment
) -> FrozenBulletin:
    """Return the one document of a bulletin."""
    return FrozenBulletin(
        slug=bulletin.slug,
        brief=bulletin.brief,
        issue=bulletin.issue,
        issuer=rulebook().city.platform,
        owner=Text(bulletin.owner_zh, bulletin.owner_en),
        title=words.title,
        subtitle=words.subtitle,
        body=words.body,
        as_of=words.as_of,
        published_on=when.on,
        known_at=when.at,
        figures=figures,
        synthetic=bulletin.synthetic,
    )


def sealed(frozen: FrozenBulletin | FrozenErratum) -> Sealed:
    """Sign a document."""
    document, key = document_of(frozen), signing.signing_key(PURPOSE)
    signature = base64.b64encode(key.sign(document)).decode()
    return Sealed(document.decode(), digest_of(document), key.id, signature)


def faults_of(publication: Publication) -> tuple[Text, ...]:
    """Return what is wrong with a publication as it is kept: each thing that somebody changed, by itself."""
    found = list(_document_faults(publication))
    try:
        frozen = read_bulletin(publication.document)
    except BadInput as broken:
        return (*found, broken.text)
    rows = {(row.figure, row.on): row for row in publication.figures.all()}
    for figure in frozen.figures:
        row = rows.pop((figure.id, figure.on), None)
        found.extend(_row_faults(figure, row))
    for row in rows.values():
        found.append(
            Text(
                f"{row.figure}（{row.on}）在库里有，签名的文件里没有。",
                f"{row.figure} ({row.on}) stands in the table but not in the signed document.",
            )
        )
    return tuple(found)


def faults_of_erratum(erratum: Erratum) -> tuple[Text, ...]:
    """Return what is wrong with a correction as it is kept."""
    found = list(_document_faults(erratum))
    try:
        frozen = read_erratum(erratum.document)
    except BadInput as broken:
        return (*found, broken.text)
    if frozen.publication != erratum.publication.digest:
        found.append(Text("更正的不是这篇简报。", "It corrects another document than this one."))
    return tuple(found)


def _document_faults(kept: Publication | Erratum) -> tuple[Text, ...]:
    document = kept.document.encode()
    keys = {key.id: key.public for key in signing.public_keys(PURPOSE)}
    if kept.key_id not in keys:
        return (Text(f"签名的密钥 {kept.key_id} 不在了。", f"The key {kept.key_id} that signed it is gone."),)
    try:
        signature = base64.b64decode(kept.signature, validate=True)
    except (binascii.Error, ValueError):
        signature = b""
    if not is_signed(keys[kept.key_id], document, signature):
        return (
            Text("签名和文件不符：文件或签名被改过。", "The signature does not fit: document or signature changed."),
        )
    if digest_of(document) != kept.digest:
        return (Text("记下的摘要和文件不符。", "The digest that was kept does not fit the document."),)
    return ()


def _row_faults(figure: FrozenFigure, row: PublishedFigure | None) -> tuple[Text, ...]:
    if row is None:
        return (
            Text(
                f"{figure.id}（{figure.on}）在签名的文件里有，库里没有。",
                f"{figure.id} ({figure.on}) stands in the signed document but not in the table.",
            ),
        )
    pairs = (
        (Text("值", "value"), figure.number, row.number),
        (Text("说法", "words"), figure.words, Text(row.words_zh, row.words_en)),
        (Text("定义的摘要", "digest of the definition"), figure.definition_digest, row.definition_digest),
        (Text("记录的摘要", "digest of the records"), figure.records_digest, row.records_digest),
        (Text("记录数", "count of records"), figure.count, row.count),
    )
    return tuple(
        Text(
            f"{figure.id} 的{what.zh}被改过：签名的是 {signed}，库里是 {kept}。",
            f"The {what.en} of {figure.id} was changed: {signed} was signed, {kept} stands in the table.",
        )
        for what, signed, kept in pairs
        if signed != kept
    )
