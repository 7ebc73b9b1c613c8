"""Checking: every kind of bad credential has its outcome, and says which check it failed and why."""

import json
import unicodedata
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from pinzhi.engine.attestation.key_documents import key_document, known_issuer
from pinzhi.engine.attestation.means import Means
from pinzhi.engine.attestation.presented import PresentedCode, PresentedCredential, PresentedLink, presented
from pinzhi.engine.attestation.reports import Report, Standing
from pinzhi.engine.attestation.verification import refuse_link, verify_code, verify_credential
from pinzhi.engine.errors import BadInput
from pinzhi.engine.texts import Text
from tests.build_attestation import ADDRESS, SIGNED, Signer, make_statement

AT, ON = datetime(2024, 1, 5, tzinfo=UTC), date(2024, 1, 5)
OURS = Signer()
THEIRS = Signer(address="https://other.example.org", privates=(b"\x07" * 32,))
MEANS = Means(issuers=(OURS.known,), at=AT, on=ON)
ROTATED = Signer(privates=(b"\x01" * 32, b"\x02" * 32),
                 since=(datetime(2023, 1, 1, tzinfo=UTC), datetime(2024, 1, 4, 12, tzinfo=UTC)))  # fmt: skip


def _of(document: dict[str, Any] | str, means: Means = MEANS) -> Report:
    given = presented(document if isinstance(document, str) else json.dumps(document, ensure_ascii=False))
    assert isinstance(given, PresentedCredential)
    return verify_credential(given, means)


def _of_code(text: str, means: Means = MEANS) -> Report:
    given = presented(text)
    assert isinstance(given, PresentedCode)
    return verify_code(given, means)


def _outcomes(report: Report) -> dict[str, str]:
    return {one.name: one.outcome for one in report.checks}


def _changed(path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    document = deepcopy(OURS.credential())
    place: Any = document
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return document


def test_without_the_network_a_good_credential_is_genuine_and_says_what_was_not_checked() -> None:
    report = _of(OURS.credential())

    assert report.verdict == "unconfirmed"
    assert _outcomes(report) == {
        "form": "passed", "schema": "passed", "issuer": "passed", "key": "passed", "signature": "passed",
        "dates": "passed", "register": "not_checked", "status": "not_checked",
    }  # fmt: skip
    assert report.said is not None
    assert (report.said.holder, report.said.number) == ("青岛示例精工有限公司", "08-017")


def _lists(revoked: tuple[int, ...] = (), suspended: tuple[int, ...] = (), **more: Any) -> Means:
    lists = [OURS.status_list("revocation", revoked, **more), OURS.status_list("suspension", suspended, **more)]
    return replace(MEANS, lists={one["id"]: one for one in lists})


@pytest.mark.parametrize(
    ("means", "verdict"),
    [
        (_lists(), "valid"),
        (_lists(revoked=(4, 6)), "valid"),
        (_lists(suspended=(5,)), "suspended"),
        (_lists(revoked=(5,), suspended=(5,)), "withdrawn"),
        (_lists(until="2024-01-04T00:00:00Z"), "unconfirmed"),
        (replace(MEANS, lists={f"{ADDRESS}/status/revocation-1": THEIRS.status_list("revocation", ())}), "unconfirmed"),
        (replace(MEANS, lists={f"{ADDRESS}/status/revocation-1": {"issuer": OURS.issuer.id}}), "unconfirmed"),
    ],
)
def test_with_status_lists_at_hand_the_state_is_known(means: Means, verdict: str) -> None:
    assert _of(OURS.credential(), means).verdict == verdict
    assert _of_code(f"{ADDRESS}/verify#{OURS.code()}", means).verdict == verdict


@pytest.mark.parametrize(
    ("state", "is_issued", "replaced_by", "verdict"),
    [
        ("active", True, "", "valid"),
        ("suspended", True, "", "suspended"),
        ("withdrawn", True, "", "withdrawn"),
        ("cancelled", True, "", "cancelled"),
        ("expired", True, "", "expired"),
        ("upcoming", True, "", "not_yet"),
        ("active", True, "fedcba9876543210", "replaced"),
        ("withdrawn", True, "fedcba9876543210", "withdrawn"),
        ("active", False, "", "refused"),
    ],
)
def test_the_register_decides_the_state(state: str, is_issued: bool, replaced_by: str, verdict: str) -> None:
    standing = Standing(is_issued, state, date(2024, 1, 4), "", replaced_by, AT)
    means = replace(MEANS, ask=lambda code, document, said: standing)

    assert _of(OURS.credential(), means).verdict == verdict
    assert _of_code(OURS.code(), means).verdict == verdict


@pytest.mark.parametrize(
    ("path", "value", "failing"),
    [
        (("awardedDate",), "2020-01-04T00:00:00+08:00", "signature"),
        (("credentialSubject", "register", "holder_name"), "青岛另一家有限公司", "signature"),
        (("credentialSubject", "identifier", 0, "identityHash"), "青岛另一家有限公司", "signature"),
        (("credentialSubject", "register", "marks"), [["总得分率", "99.99"]], "signature"),
        (("credentialSubject", "licenseNumber"), "08-001", "schema"),
        (("credentialSubject", "achievement", "name"), "另一个奖", "schema"),
        (("validUntil",), "2039-01-03T23:59:59+08:00", "schema"),
        (("validUntil",), "tomorrow", "schema"),
        (("credentialStatus",), [], "signature"),
        (("@context",), ["https://www.w3.org/2018/credentials/v1"], "schema"),
        (("type",), ["VerifiableCredential"], "schema"),
        (("credentialSubject",), {"id": "did:example:1"}, "schema"),
        (("credentialSubject",), [], "schema"),
        (("proof", "created"), "2024-01-04T03:00:01Z", "signature"),
        (("proof", "created"), "2024-02-01T00:00:00Z", "key"),
        (("proof", "created"), "2022-02-01T00:00:00Z", "key"),
        (("proof", "created"), "2024-01-04T03:00:00", "key"),
        (("proof", "created"), None, "key"),
        (("proof", "cryptosuite"), "eddsa-rdfc-2022", "key"),
        (("proof", "proofPurpose"), "authentication", "key"),
        (("proof", "verificationMethod"), f"{OURS.issuer.id}#attestation-0009", "key"),
        (("proof", "proofValue"), "z1111", "signature"),
        (("proof",), None, "key"),
        (("proof",), [], "key"),
        (("issuer", "id"), THEIRS.issuer.id, "issuer"),
        (("issuer",), None, "issuer"),
    ],
)
def test_a_changed_credential_is_refused_and_says_where(path: tuple[str | int, ...], value: Any, failing: str) -> None:
    report = _of(_changed(path, value))

    assert report.verdict == "refused"
    assert _outcomes(report)[failing] == "failed"
    assert _outcomes(report)["status"] == "not_checked"


def test_a_credential_resigned_with_a_key_of_ones_own_is_refused() -> None:
    document = _changed(("credentialSubject", "register", "holder_name"), "青岛另一家有限公司")
    thief = Signer(privates=(b"\x09" * 32,))

    report = _of(thief.sign(document))

    assert (report.verdict, _outcomes(report)["signature"]) == ("refused", "failed")


def test_another_issuer_with_a_good_key_of_its_own_is_refused_and_named() -> None:
    report = _of(THEIRS.credential())

    check = report.check("issuer")
    assert check is not None
    assert (report.verdict, check.outcome) == ("refused", "failed")
    assert "did:web:other.example.org is none of the known issuers" in check.reason.en


@pytest.mark.parametrize(
    ("host", "why"),
    [
        ("pinzhi.exаmple.cn", "letters that only look alike"),  # Cyrillic а
        ("pinzhi.xn--exmple-4nf.cn", "letters that only look alike"),  # the same in punycode
        ("pinzhi.examp1e.cn", "letters that only look alike"),
        ("pinzhi.example.cn.evil.org", "inside the name of another site"),
        ("pinzhi-example-cn.org", "builds our name into another name"),
        ("pinzhl.exanple.cn", "by a letter or two"),
        ("shop.example.net", None),
    ],
)
def test_a_lookalike_issuer_is_refused_and_unmasked(host: str, why: str | None) -> None:
    fake = Signer(address=f"https://{host}", privates=(b"\x09" * 32,))

    check = _of(fake.credential()).check("issuer")
    link = _of_code(f"https://{host}/verify#{OURS.code()}").check("address")

    assert check is not None
    assert link is not None
    assert check.outcome == link.outcome == "failed"
    for one in (check, link):
        assert (why in one.reason.en) if why else ("known issuer" in one.reason.en)


def test_plain_http_is_refused_where_the_site_is_https() -> None:
    report = _of_code(f"http://pinzhi.example.cn/verify#{OURS.code()}")

    check = report.check("address")
    assert check is not None
    assert report.verdict == "refused"
    assert "begins with http, not https" in check.reason.en


def test_a_link_that_leads_elsewhere_without_a_code_is_refused() -> None:
    given = presented("https://pinzhi.example.cn.evil.org/verify/08-017")

    assert isinstance(given, PresentedLink)
    assert refuse_link(given.link, MEANS).verdict == "refused"


@pytest.mark.parametrize(
    "text",
    [
        "https://pinzhi.example.cn@evil.org/verify#1abc",
        "https://pinzhi.example.cn\\evil.org/",
        "https:///verify",
        "https://a b/",
    ],
)
def test_an_address_that_hides_where_it_leads_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        presented(text)


@pytest.mark.parametrize(
    ("on", "verdict"),
    [
        (date(2024, 1, 3), "not_yet"),
        (date(2024, 1, 4), "unconfirmed"),
        (date(2029, 1, 3), "unconfirmed"),
        (date(2029, 1, 4), "expired"),
    ],
)
def test_terms_count_whole_days(on: date, verdict: str) -> None:
    assert _of(OURS.credential(), replace(MEANS, on=on)).verdict == verdict


def test_what_a_retired_key_signed_still_verifies_and_nothing_new() -> None:
    means = replace(MEANS, issuers=(ROTATED.known,))

    assert _of(ROTATED.credential(number=1), means).verdict == "unconfirmed"
    late = _of(ROTATED.credential(number=1, created=datetime(2024, 1, 4, 18, tzinfo=UTC)), means)
    assert (late.verdict, _outcomes(late)["key"]) == ("refused", "failed")
    early = _of(ROTATED.credential(number=2), means)
    assert (early.verdict, _outcomes(early)["key"]) == ("refused", "failed")


def test_with_an_old_key_document_a_new_key_is_unknown_and_says_so() -> None:
    report = _of(ROTATED.credential(created=datetime(2024, 1, 4, 18, tzinfo=UTC)))

    check = report.check("key")
    assert check is not None
    assert report.verdict == "refused"
    assert "never published the key" in check.reason.en


def test_without_any_key_document_nothing_is_believed() -> None:
    assert _of(OURS.credential(), replace(MEANS, issuers=())).verdict == "refused"
    assert _of_code(OURS.code(), replace(MEANS, issuers=())).verdict == "refused"


def _written(change: str) -> str:
    text = json.dumps(OURS.credential(), ensure_ascii=False)
    return {
        "duplicate": text[:-1] + ',"name":"另一个奖"}',
        "float": text[:-1] + ',"weight":1.0}',
        "not_nfc": text.replace("青岛示例", unicodedata.normalize("NFD", "é")),
    }[change]


@pytest.mark.parametrize("change", ["duplicate", "float", "not_nfc"])
def test_an_odd_writing_is_refused_and_named(change: str) -> None:
    report = _of(_written(change))

    assert report.verdict == "refused"
    assert _outcomes(report)["form"] == "failed"


def test_another_order_and_other_blanks_change_nothing() -> None:
    document = OURS.credential()
    turned = json.dumps(dict(reversed(document.items())), ensure_ascii=True, indent=4)

    assert _of(turned).verdict == "unconfirmed"


@pytest.mark.parametrize(
    "data",
    [
        json.dumps(OURS.credential())[:-40],
        '{"a":' * 5000 + "1" + "}" * 5000,
        '{"a":NaN}',
        "[1]",
        b"\xff\xfe{",
        "{}" + " " * 300_000,
        b"x" * (10 << 20),
        f"{ADDRESS}/verify#{OURS.code()[:-1]}",
        f"{ADDRESS}/verify#1AAAA",
        f"{ADDRESS}/verify#",
        "",
        "<script>",
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(data: str | bytes) -> None:
    if data == f"{ADDRESS}/verify#":
        assert isinstance(presented(data), PresentedLink)
        return
    with pytest.raises(BadInput):
        presented(data)


def test_a_code_says_what_the_certificate_says() -> None:
    report = _of_code(f"{ADDRESS}/verify#{OURS.code()}", _lists())

    assert report.verdict == "valid"
    assert _outcomes(report) == {
        "address": "passed", "issuer": "passed", "key": "passed", "signature": "passed", "dates": "passed",
        "register": "not_checked", "status": "passed",
    }  # fmt: skip
    assert report.said is not None
    assert (report.said.holder, report.said.grade) == ("青岛示例精工有限公司", Text("质量奖", ""))


def test_a_copied_code_still_verifies_and_the_advice_is_to_compare() -> None:
    first, copy = _of_code(OURS.code(), _lists()), _of_code(OURS.code(), _lists())

    assert first.verdict == copy.verdict == "valid"
    assert "a code can be copied" in copy.advice.en


def test_a_code_moved_to_another_issuers_address_does_not_hold() -> None:
    both = replace(MEANS, issuers=(OURS.known, THEIRS.known))

    report = _of_code(f"https://other.example.org/verify#{OURS.code()}", both)

    assert (report.verdict, _outcomes(report)["signature"]) == ("refused", "failed")


@pytest.mark.parametrize("place", range(1, 400, 7))
def test_no_letter_of_a_code_can_be_changed(place: int) -> None:
    text = OURS.code()
    place %= len(text)
    changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]

    try:
        report = _of_code(f"{ADDRESS}/verify#{changed}", _lists())
    except BadInput:
        return

    assert report.verdict == "refused"


def test_a_code_signed_in_the_future_or_by_a_retired_key_is_refused() -> None:
    future = _of_code(OURS.code(created=datetime(2024, 3, 1, tzinfo=UTC)))

    assert (future.verdict, _outcomes(future)["key"]) == ("refused", "failed")


def test_a_person_is_as_valid_as_an_organisation_and_long_names_fit() -> None:
    long = make_statement(holder_name="很长的名字" * 60, title=Text("很长的奖项" * 60, "x"))

    assert len(OURS.code(long)) < 1500
    assert _of_code(OURS.code(long), _lists()).verdict == "valid"
    assert _of(OURS.credential(long), _lists()).verdict == "valid"


def test_a_key_document_reads_back_as_it_was_written() -> None:

    document = key_document(ROTATED.issuer, ROTATED.known.keys)

    assert known_issuer(document) == ROTATED.known


@pytest.mark.parametrize(
    "change",
    [
        {"id": "did:web:evil.org"},
        {"alsoKnownAs": ["https://evil.org"]},
        {"alsoKnownAs": []},
        {"verificationMethod": [{"id": "did:web:evil.org#k", "controller": "did:web:evil.org"}]},
        {"assertionMethod": None},
    ],
)
def test_a_key_document_at_odds_with_itself_is_refused(change: dict[str, Any]) -> None:

    with pytest.raises(BadInput):
        known_issuer(key_document(OURS.issuer, OURS.known.keys) | change)
    with pytest.raises(BadInput):
        known_issuer([])


def test_signed_moment_is_that_of_the_proof() -> None:
    assert OURS.credential()["proof"]["created"] == SIGNED.strftime("%Y-%m-%dT%H:%M:%SZ")
