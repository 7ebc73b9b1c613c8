"""Check a credential or a code: who signed, with which key, what, whether it holds; and say what was not checked."""

from collections.abc import Mapping
from typing import Any

from pinzhi.engine.attestation.credentials import CONTEXTS, TYPES, day_of, statement_of
from pinzhi.engine.attestation.key_documents import KnownKey
from pinzhi.engine.attestation.lookalikes import Link
from pinzhi.engine.attestation.means import Means
from pinzhi.engine.attestation.moments import moment_from
from pinzhi.engine.attestation.origins import address_of, issuer_of, key_of, signer_of
from pinzhi.engine.attestation.presented import PresentedCode, PresentedCredential
from pinzhi.engine.attestation.proofs import proof_holds
from pinzhi.engine.attestation.reports import (
    Check,
    Report,
    Said,
    Verdict,
    failed,
    not_checked,
    passed,
    said_of,
    verdict_of,
)
from pinzhi.engine.attestation.standings import from_lists, from_register
from pinzhi.engine.errors import BadInput
from pinzhi.engine.texts import Text

_ODD = {
    "duplicate": Text("同一个字段写了两次，不同的软件会读出不同的内容",
                      "a field stands twice, so that two programs read two different things"),
    "float": Text("有带小数点的数字，没有唯一的写法", "it holds a number with a fraction, which has no single form"),
    "not_nfc": Text("文字不是合成形式（NFC），有软件改写过",
                    "its text is not in composed form (NFC): some program rewrote it"),
}  # fmt: skip
_AFTER_GENUINE = ("dates", "register", "status")


def verify_credential(given: PresentedCredential, means: Means) -> Report:
    """Check a credential in its JSON form."""
    document = given.document
    said, schema = _read(document)
    issuer, known = issuer_of(document, means)
    key, in_use = key_of(document, issuer, means)
    checks = (_form(given.oddities), schema, known, in_use, _signature(document, key))
    code = str(document.get("id", "")).rpartition("/")[2]
    return _concluded(checks, said, code, means, document=document)


def verify_code(given: PresentedCode, means: Means) -> Report:
    """Check the code from paper, and the link it stood in."""
    one = given.unpacked.compact
    address, issuers = address_of(given.link, means)
    _signer, checks = signer_of(given, issuers, means)
    none = Text("", "")
    said = Said(
        one.kind, "", one.number, one.holder, "", "", Text(one.title, ""), Text(one.grade, ""), none, none,
        one.granted_on, None, one.valid_until, one.synthetic,
    )  # fmt: skip
    return _concluded((address, *checks), said, one.code, means, ticket=one.ticket)


def refuse_link(link: Link, means: Means) -> Report:
    """Return the report on a link that carries no code and does not lead to a known issuer."""
    address, _issuers = address_of(link, means)
    return Report("refused", (address,), None, None, means.on, means.at)


def leads_to(link: Link, means: Means) -> bool:
    """Tell whether a link leads to a known issuer's site."""
    return any(link.site == one.address for one in means.issuers)


def _concluded(
    checks: tuple[Check, ...],
    said: Said | None,
    code: str,
    means: Means,
    *,
    document: Mapping[str, Any] | None = None,
    ticket: int = 0,
) -> Report:
    """Add the checks that make sense only for what is genuine, and say what follows from all."""
    if said is None or any(one.outcome == "failed" for one in checks):
        reason = "前面的检查没有通过，不再查", "not looked at, since an earlier check failed"
        checks += tuple(not_checked(name, *reason) for name in _AFTER_GENUINE)
        return Report("refused", checks, said, None, means.on, means.at, code)
    dates, term = _dates(said, means)
    standing, more = (
        from_register(code, document, said, means) if means.ask is not None else from_lists(document, ticket, means)
    )
    checks += (term, *more)
    return Report(verdict_of(checks, standing, dates), checks, said, standing, means.on, means.at, code)


def _form(oddities: tuple[str, ...]) -> Check:
    if not oddities:
        return passed("form", "有唯一的书写形式（RFC 8785）", "has one canonical form (RFC 8785)")
    found = [_ODD[one] for one in oddities]
    return Check("form", "failed", Text("；".join(one.zh for one in found), "; ".join(one.en for one in found)))


def _read(document: Mapping[str, Any]) -> tuple[Said | None, Check]:
    """Return what a credential says, and whether it is whole and at one with itself."""
    try:
        statement = statement_of(document)
        subject = document["credentialSubject"]
        _require(list(document["@context"])[:2] == list(CONTEXTS), "@context")
        _require(set(TYPES) <= set(document["type"]), "type")
        _require(all(name in document for name in ("id", "issuer", "credentialStatus")), "id")
        _require(subject["licenseNumber"] == statement.number, "licenseNumber")
        _require(subject["achievement"]["name"] == statement.title.zh == document["name"], "name")
        _require(day_of(moment_from(document["validFrom"])) == statement.valid_from, "validFrom")
        until = day_of(moment_from(document["validUntil"])) if "validUntil" in document else None
        _require(until == statement.valid_until, "validUntil")
    except BadInput as error:
        return None, Check("schema", "failed", error.text)
    except (KeyError, TypeError, ValueError) as error:
        zh, en = "缺少或前后不符：{field}", "missing, or at odds with the rest: {field}"
        return None, failed("schema", zh, en, field=str(error)[:60])
    return said_of(statement), passed("schema", "各项齐全，前后一致", "all there, and at one with itself")


def _require(fits: bool, name: str) -> None:
    if not fits:
        raise ValueError(name)


def _signature(document: Mapping[str, Any], key: KnownKey | None) -> Check:
    if key is None:
        return not_checked("signature", "没有可用的密钥", "there is no key to check it with")
    if proof_holds(document, key.public):
        return passed("signature", "与内容相符，一个字都没有改", "fits the content to the letter")
    zh, en = "与内容不符：签发后改动过，或不是用这把密钥签的", "does not fit: changed since, or signed with another key"
    return failed("signature", zh, en)


def _dates(said: Said, means: Means) -> tuple[Verdict | None, Check]:
    first, last = said.valid_from or said.granted_on, said.valid_until
    facts = {"first": first, "last": last, "on": means.on}
    if means.on < first:
        return "not_yet", failed("dates", "从 {first} 起有效", "valid from {first} on", **facts)
    if last is None:
        return None, passed("dates", "从 {first} 起，没有期限", "from {first} on, without a last day", **facts)
    if last < means.on:
        return "expired", failed("dates", "到 {last} 为止", "valid until {last}", **facts)
    return None, passed("dates", "{on} 在有效期内，到 {last}", "in force on {on}, until {last}", **facts)
