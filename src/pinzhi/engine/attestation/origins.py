"""Who signed: the site a link leads to, the issuer named, the key used and whether it was in use then."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pinzhi.engine.attestation.key_documents import DRIFT, KnownIssuer, KnownKey
from pinzhi.engine.attestation.lookalikes import Link, resemblance
from pinzhi.engine.attestation.means import Means
from pinzhi.engine.attestation.moments import moment_from, moment_text
from pinzhi.engine.attestation.presented import PresentedCode
from pinzhi.engine.attestation.proofs import PURPOSE, SUITE, TYPE
from pinzhi.engine.attestation.reports import Check, failed, not_checked, passed

_SHOWN = 120  # characters of somebody else's text in a reason


def address_of(link: Link | None, means: Means) -> tuple[Check, tuple[KnownIssuer, ...]]:
    """Say whether a link leads to a known issuer; only that one can have signed what stands in it."""
    if link is None:
        return not_checked("address", "只有码，没有网址", "there is a code without an address"), means.issuers
    known = tuple(one for one in means.issuers if one.address == link.site)
    if known:
        return passed("address", "通向 {site}", "leads to {site}", site=link.site), known
    site = link.site[:_SHOWN]
    for one in means.issuers:
        like = resemblance(link.site, one.address)
        if like is not None:
            zh, en = "{site} 不是 {known}：{like}", "{site} is not {known}: {like}"
            return failed("address", zh, en, site=site, known=one.address, like=like), means.issuers
    zh, en = "通向 {site}，不是已知的签发方", "leads to {site}, which is no known issuer"
    return failed("address", zh, en, site=site), means.issuers


def issuer_of(document: Mapping[str, Any], means: Means) -> tuple[KnownIssuer | None, Check]:
    """Return the known issuer that a document names, or say who the stranger is not."""
    issuer = document.get("issuer")
    name = str(issuer.get("id", "") if isinstance(issuer, Mapping) else issuer)
    known = next((one for one in means.issuers if one.id == name), None)
    if known is not None:
        return known, passed("issuer", "是 {site}", "is {site}", site=known.address)
    return None, _stranger(name[:_SHOWN], means)


def key_of(document: Mapping[str, Any], issuer: KnownIssuer | None, means: Means) -> tuple[KnownKey | None, Check]:
    """Return the key that a document's proof names, and whether it was in use when the proof says it was made."""
    if issuer is None:
        return None, not_checked("key", "签发方未知", "the issuer is unknown")
    proof = document.get("proof")
    proof = proof if isinstance(proof, Mapping) else {}
    if (proof.get("type"), proof.get("cryptosuite"), proof.get("proofPurpose")) != (TYPE, SUITE, PURPOSE):
        return None, failed("key", "没有 eddsa-jcs-2022 证明", "it carries no proof of the suite eddsa-jcs-2022")
    name = str(proof.get("verificationMethod"))
    key = next((one for one in issuer.keys if one.id == name), None)
    if key is None:
        return None, _unpublished(name)
    try:
        created = moment_from(proof.get("created"))
    except ValueError:
        return None, failed("key", "签名没有写明时间", "the proof does not say when it was made")
    return key, in_use(key, created, means)


def in_use(key: KnownKey, created: datetime, means: Means) -> Check:
    """Say whether a key was in use at the moment a signature says it was made, and that this moment is past."""
    facts = {"key": key.id.rpartition("#")[2], "moment": moment_text(created)}
    if created > means.at + DRIFT:
        zh, en = "签名写的时间 {moment} 还没有到", "it says it was signed at {moment}, which is to come"
        return failed("key", zh, en, **facts)
    if not key.signed_at(created):
        zh, en = "密钥 {key} 在 {moment} 不在使用中", "the key {key} was not in use at {moment}"
        return failed("key", zh, en, **facts)
    if key.until:
        zh, en = "{key}，{moment} 签名时在用，此后换了新的", "{key}, in use when it signed at {moment}, retired since"
        return passed("key", zh, en, **facts)
    return passed("key", "{key}，{moment} 签名", "{key}, signed at {moment}", **facts)


def signer_of(
    given: PresentedCode, issuers: tuple[KnownIssuer, ...], means: Means
) -> tuple[KnownIssuer | None, tuple[Check, ...]]:
    """Return who of these signed a code, with the checks of issuer, key and signature."""
    name = given.unpacked.compact.key_id
    held = [(one, key) for one in issuers if (key := one.key(name))]
    if not held:
        unknown = not_checked("signature", "没有可用的密钥", "there is no key to check it with")
        return None, (_nobody(issuers), _unpublished(name), unknown)
    for one, key in held:
        if given.unpacked.is_by(one.id, key.public):
            known = passed("issuer", "是 {site}", "is {site}", site=one.address)
            holds = passed("signature", "与内容相符", "fits the content")
            return one, (known, in_use(key, given.unpacked.compact.signed_at, means), holds)
    zh, en = "与内容不符：改动过，或不是签发方签的", "does not fit: it was changed, or the issuer did not sign it"
    return None, (failed("signature", zh, en),)


def _nobody(issuers: tuple[KnownIssuer, ...]) -> Check:
    if not issuers:
        return failed("issuer", "没有给出任何签发方的密钥文件", "no issuer's key document was given")
    return failed("issuer", "不是已知的签发方", "is no known issuer")


def _unpublished(name: str) -> Check:
    zh, en = "签发方没有公布过密钥 {key}", "the issuer never published the key {key}"
    return failed("key", zh, en, key=name[:_SHOWN])


def _stranger(name: str, means: Means) -> Check:
    """Say who an unknown issuer is not: look-alikes are told from honest strangers."""
    if not means.issuers:
        return _nobody(())
    host = name.removeprefix("did:web:").replace("%3A", ":").rpartition("://")[2].partition("/")[0]
    for one in means.issuers:
        scheme, _, _known = one.address.partition("://")
        like = resemblance(f"{scheme}://{host}", one.address)
        if like is not None:
            zh, en = "{found} 不是 {known}，只是像：{like}", "{found} is not {known}, only like it: {like}"
            return failed("issuer", zh, en, found=name, known=one.address, like=like)
    known = ", ".join(one.address for one in means.issuers)
    zh = "{found} 不在已知的签发方之列（{known}）：签名即使是真的，也不是这里签发的"
    en = "{found} is none of the known issuers ({known}): even if its signature is good, it was not issued here"
    return failed("issuer", zh, en, found=name, known=known)
