"""Checking against the register: the state comes from the row, never from what was signed."""

import json
from datetime import date, timedelta

import pytest

from pinzhi.engine.attestation.presented import presented
from pinzhi.engine.attestation.proofs import proof_holds
from pinzhi.engine.attestation.status_lists import decoded, is_set, place_of
from pinzhi.engine.errors import NotFound
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import SYSTEM
from pinzhi.records.attestation.actions.issuing import attest, note_state
from pinzhi.records.attestation.actions.states import change_state
from pinzhi.records.attestation.models import Credential
from pinzhi.records.attestation.queries.checking import by_number, check
from pinzhi.records.attestation.queries.keys import site_keys
from pinzhi.records.attestation.queries.status_lists import published_list
from pinzhi.records.catalog.models import Certificate, Honour
from pinzhi.records.clock import moment
from pinzhi.records.signing import rotate
from tests.build_attestation import WHEN, make_statement
from tests.build_catalog import make_certificate, make_honour, make_organisation

pytestmark = pytest.mark.django_db


def _now(on: date = WHEN.on) -> Moment:
    return Moment(moment().at, on)


def _issue_for_certificate(**changes: object) -> Credential:
    row = make_certificate(make_organisation(), "03410Q10286R0S")
    return attest(
        actor=SYSTEM,
        statement=make_statement(kind="certificate", key=row.number, number=row.number, **changes),
        when=WHEN,
    )


def _issue_for_honour(**changes: object) -> Credential:
    make_honour("mayor-8-08-017", state="announced")
    return attest(actor=SYSTEM, statement=make_statement(**changes), when=WHEN)


def _verdicts(text: str, on: date = WHEN.on) -> list[str]:
    return [one.verdict for one in check(presented(text), _now(on))]


def _link(made: Credential) -> str:
    return f"http://localhost:8000/verify#{made.compact}"


@pytest.mark.parametrize(
    ("state", "verdict", "revoked", "suspended"),
    [
        ("active", "valid", False, False),
        ("suspended", "suspended", False, True),
        ("withdrawn", "withdrawn", True, False),
        ("cancelled", "cancelled", True, False),
    ],
)
def test_the_state_of_a_certificate_shows_everywhere(state: str, verdict: str, revoked: bool, suspended: bool) -> None:
    made = _issue_for_certificate()
    Certificate.objects.update(state=state, state_on=WHEN.on)

    assert _verdicts(made.document) == [verdict]
    assert _verdicts(_link(made)) == [verdict]
    assert _verdicts(made.number) == [verdict]
    assert _verdicts(f"http://localhost:8000/credentials/{made.code}") == [verdict]
    assert _verdicts(f"http://localhost:8000/verify/{made.number}") == [verdict]
    assert (_bit("revocation", made), _bit("suspension", made)) == (revoked, suspended)


@pytest.mark.parametrize(
    ("kind", "acts"), [("certificate", ("suspended", "withdrawn")), ("honour", ("suspended", "active", "withdrawn"))]
)
def test_the_lists_follow_what_is_done_to_a_certificate_or_title_within_one_moment(
    kind: str, acts: tuple[str, ...]
) -> None:
    at_once = Moment(WHEN.at + timedelta(minutes=1), WHEN.on)
    made = _issue_for_certificate() if kind == "certificate" else _issue_for_honour()
    seen = {
        "suspended": (True, False, "suspended"),
        "active": (False, False, "valid"),
        "withdrawn": (False, True, "withdrawn"),
    }

    for to in acts:
        change_state(
            actor=SYSTEM, kind=kind, key=made.key, to=to, ground="监督", document="青市监〔2024〕1号",
            effective_on=WHEN.on, when=at_once,
        )  # fmt: skip
        assert (_bit("suspension", made), _bit("revocation", made), *_verdicts(made.number)) == seen[to]


def _bit(purpose: str, made: Credential, on: date = WHEN.on) -> bool:
    listed = json.loads(published_list(f"{purpose}-1", _now(on)).content)
    assert proof_holds(listed, site_keys().keys[-1].public)
    return is_set(decoded(listed["credentialSubject"]["encodedList"]), place_of(made.ticket_id).index)


def test_a_state_counts_from_its_day() -> None:
    made = _issue_for_certificate()
    Certificate.objects.update(state="withdrawn", state_on=date(2024, 2, 1))

    assert (_verdicts(made.document, date(2024, 1, 31)), _bit("revocation", made, date(2024, 1, 31))) == (
        ["valid"],
        False,
    )
    assert (_verdicts(made.document, date(2024, 2, 1)), _bit("revocation", made, date(2024, 2, 1))) == (
        ["withdrawn"],
        True,
    )


def test_an_honour_that_was_revoked_is_withdrawn() -> None:
    made = _issue_for_honour()
    assert _verdicts(made.document) == ["valid"]

    Honour.objects.update(state="revoked", recorded_at=moment().at)

    assert _verdicts(made.document) == ["withdrawn"]
    assert _bit("revocation", made)


def test_a_room_above_tells_the_state_of_its_subjects() -> None:
    said = make_statement(kind="training_certificate", key="T-1", holder_kind="person", holder_name="李示例")
    made = attest(actor=SYSTEM, statement=said, when=WHEN)
    for state, seen in (("suspended", (True, False)), ("active", (False, False)), ("withdrawn", (False, True))):
        note_state(
            actor=SYSTEM, kind="training_certificate", key="T-1", state=state, since=WHEN.on, ground="", when=WHEN
        )
        assert (_bit("suspension", made), _bit("revocation", made)) == seen

    assert _verdicts(made.document) == ["withdrawn"]


def test_a_replaced_credential_leads_to_the_new_one() -> None:
    old = _issue_for_honour()
    new = attest(actor=SYSTEM, statement=make_statement(valid_until=date(2030, 1, 3)), when=WHEN)

    (report,) = check(presented(old.document), _now())

    assert (report.verdict, report.standing and report.standing.replaced_by) == ("replaced", new.code)
    assert _bit("revocation", old)
    assert not _bit("revocation", new)
    assert _verdicts(new.document) == ["valid"]


def test_old_certificates_verify_after_the_keys_were_rotated_twice() -> None:
    made = _issue_for_honour()
    rotate("attestation")
    rotate("attestation")

    assert _verdicts(made.document) == ["valid"]
    assert _verdicts(_link(made)) == ["valid"]


def test_a_credential_signed_with_our_key_but_never_issued_is_refused() -> None:
    """What a leaked key would make: a true signature, and no row in the register."""
    made = _issue_for_honour()
    Credential.objects.filter(pk=made.pk).update(code="ffffffffffffffff")

    (report,) = check(presented(made.document), _now())

    register = report.check("register")
    assert report.verdict == "refused"
    assert register is not None
    assert register.outcome == "failed"
    assert _verdicts(_link(made)) == ["refused"]


def test_a_number_without_a_credential_is_looked_up_in_the_register() -> None:
    make_certificate(make_organisation(), "03410Q10286R0S")

    (report,) = by_number("03410q10286r0s", _now())

    signature = report.check("signature")
    assert report.verdict == "valid"
    assert signature is not None
    assert signature.outcome == "not_checked"


def test_an_unknown_number_is_unknown() -> None:
    assert _verdicts("37023Q99999R2M") == ["unknown"]
    assert _verdicts("http://localhost:8000/credentials/0000000000000000") == ["unknown"]


def test_a_list_is_kept_until_something_changed_and_then_made_anew() -> None:
    _issue_for_certificate()
    now = _now()
    first = published_list("revocation-1", now)
    assert published_list("revocation-1", Moment(now.at + timedelta(seconds=1), now.on)) == first

    attest(actor=SYSTEM, statement=make_statement(key="another"), when=WHEN)

    again = published_list("revocation-1", Moment(now.at + timedelta(seconds=1), now.on))
    assert again.tag != first.tag
    assert Credential.objects.filter(replaced_at=None).count() == 2


@pytest.mark.parametrize(
    "name", ["revocation-2", "revocation-0", "revocation-01", "revocation-x", "refresh-1", "revocation"]
)
def test_a_list_that_is_none_is_not_found(name: str) -> None:
    with pytest.raises(NotFound):
        published_list(name, _now())
