"""A record is handed in, signed by the house and by people, and what was found becomes cases that are put right."""

import json
from datetime import timedelta

import pytest

from pinzhi.engine.casework.field_records import Frozen, content_of, is_genuine
from pinzhi.engine.errors import BadInput, Conflict, NotAllowed
from pinzhi.engine.signatures import key_from_text
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.actions.keeping import add_file
from pinzhi.records.casework.actions.steps import Wish, take_step
from pinzhi.records.casework.models import Case
from pinzhi.records.inspections.actions.owning import begin_own_inspection
from pinzhi.records.inspections.actions.planning import send_notices
from pinzhi.records.inspections.actions.recording import hand_in
from pinzhi.records.inspections.actions.signing import refuse, sign
from pinzhi.records.inspections.models import Finding, Inspection, Trip
from pinzhi.records.inspections.printing import record_pdf
from pinzhi.records.inspections.queries.records import finding_lines, is_genuine_record, signed_file
from pinzhi.records.storage import Sent
from tests.build import TODAY
from tests.records.casework.build import PNG
from tests.records.inspections.build import LARGER, SECOND, Cast, at
from tests.records.inspections.test_field import ITEMS, NOW, said, send, take_photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return Cast()


def filled(actor: Actor, inspection: Inspection, *bad: str) -> None:
    rows = [said(f"r-{item}", item, "no" if item in bad else "yes") for item in ITEMS]
    send(actor, inspection, *rows)
    for number, item in enumerate(bad):
        take_photo(actor, inspection, key=f"p{number}", item=item)


def handed_in(cast: Cast, *bad: str) -> Inspection:
    inspection = cast.inspection()
    lead = cast.lead(inspection)
    filled(lead, inspection, *bad)
    return hand_in(
        actor=lead, number=inspection.number, result="rectify" if bad else "clean", visited_on=TODAY, when=at(5)
    )


def test_a_record_that_lacks_something_is_not_handed_in(cast: Cast) -> None:
    inspection = cast.inspection()
    lead = cast.lead(inspection)

    def attempt(result: str = "clean") -> str:
        with pytest.raises(BadInput) as refused:
            hand_in(actor=lead, number=inspection.number, result=result, visited_on=TODAY, when=at(5))
        return refused.value.code

    assert attempt() == "inspections.missing"
    send(lead, inspection, *[said(f"r-{item}", item) for item in ITEMS[1:]])
    send(lead, inspection, said("na", ITEMS[0], "na"))
    assert attempt() == "inspections.missing"
    send(lead, inspection, said("no", ITEMS[0], "no", based_on=1))
    assert attempt("rectify") == "inspections.missing"
    take_photo(lead, inspection, item=ITEMS[0])
    assert attempt("clean") == "inspections.result"
    assert Inspection.objects.get(pk=inspection.pk).state == "ready"


def test_only_who_leads_hands_in_and_only_once(cast: Cast) -> None:
    inspection = cast.inspection()
    filled(cast.lead(inspection), inspection)
    with pytest.raises(NotAllowed):
        hand_in(actor=cast.second(inspection), number=inspection.number, result="clean", visited_on=TODAY, when=at(5))
    for day in (TODAY + timedelta(days=1), TODAY - timedelta(days=1)):
        with pytest.raises(BadInput):
            hand_in(actor=cast.lead(inspection), number=inspection.number, result="clean", visited_on=day, when=at(5))
    hand_in(actor=cast.lead(inspection), number=inspection.number, result="clean", visited_on=TODAY, when=at(5))
    with pytest.raises(Conflict):
        hand_in(actor=cast.lead(inspection), number=inspection.number, result="clean", visited_on=TODAY, when=at(5))


def test_the_record_is_signed_by_the_house_and_any_change_is_found(cast: Cast) -> None:
    inspection = handed_in(cast, "drainage")
    assert is_genuine_record(inspection)
    file = json.loads(signed_file(inspection))
    public = key_from_text(file["proof"]["public"])
    frozen = Frozen(inspection.document, file["sha256"], file["proof"]["signature"])
    assert is_genuine(frozen, [public])
    assert content_of(frozen)["items"][1]["photos"][0]["place"] == "near"

    changed = inspection.document.replace('"result":"rectify"', '"result":"clean"')
    assert changed != inspection.document
    assert not is_genuine(Frozen(changed, frozen.digest, frozen.proof), [public])
    assert not is_genuine(Frozen(inspection.document, frozen.digest, "zz"), [public])
    Inspection.objects.filter(pk=inspection.pk).update(document=changed)
    assert not is_genuine_record(Inspection.objects.get(pk=inspection.pk))


def test_everybody_signs_for_himself_and_then_the_record_is_signed(cast: Cast) -> None:
    inspection = handed_in(cast)
    people = (cast.lead(inspection), cast.second(inspection), cast.firms[LARGER])
    for actor in people:
        sign(actor=actor, number=inspection.number, digest=inspection.document_digest, words="", when=at(6))
        with pytest.raises(Conflict):
            sign(actor=actor, number=inspection.number, digest=inspection.document_digest, words="", when=at(6))

    inspection.refresh_from_db()
    assert inspection.case is not None
    inspection.case.refresh_from_db()
    assert (inspection.state, inspection.case.state) == ("signed", "signed")
    assert Trip.objects.filter(inspection=inspection, on=TODAY).count() == 2
    assert record_pdf(inspection).startswith(b"%PDF")


def test_nobody_signs_what_he_did_not_read(cast: Cast) -> None:
    inspection = handed_in(cast)
    for actor, digest, refusal in (
        (cast.firms[LARGER], "0" * 64, Conflict),
        (cast.officer, inspection.document_digest, NotAllowed),
    ):
        with pytest.raises(refusal):
            sign(actor=actor, number=inspection.number, digest=digest, words="", when=at(6))
    assert inspection.signatures.count() == 0


def test_a_refused_signature_is_noted_with_a_witness_and_confirmed_by_an_officer(cast: Cast) -> None:
    inspection = handed_in(cast)
    lead, second = cast.lead(inspection), cast.second(inspection)
    digest = inspection.document_digest
    for ground, witness in (("", "张三"), ("不认可", ""), ("不认可", second.name)):
        with pytest.raises(BadInput):
            refuse(actor=lead, number=inspection.number, digest=digest, ground=ground, witness=witness, when=at(6))
    with pytest.raises(NotAllowed):
        refuse(actor=cast.firms[LARGER], number=inspection.number, digest=digest, ground="x", witness="y", when=at(6))
    for actor in (lead, second):
        sign(actor=actor, number=inspection.number, digest=digest, words="", when=at(6))
    refuse(
        actor=lead, number=inspection.number, digest=digest, ground="对第 2 项不认可", witness="园区安全员", when=at(6)
    )
    with pytest.raises(Conflict):
        sign(actor=cast.firms[LARGER], number=inspection.number, digest=digest, words="", when=at(7))

    inspection.refresh_from_db()
    case = inspection.case
    assert case is not None
    assert inspection.state == "signed"
    take_step(actor=cast.officer, case_id=case.pk, wish=Wish("sign-refused", "见证人签字属实"), seen=None, when=at(8))
    case.refresh_from_db()
    assert case.state == "signed"


def test_a_finding_is_put_right_and_verified_within_working_days(cast: Cast) -> None:
    inspection = handed_in(cast, "emergency-pool")
    case = Finding.objects.get(inspection=inspection).case
    assert (case.kind, case.values["category"], case.organisation_code) == ("hidden-danger", "emergency-pool", LARGER)
    assert list(case.files.values_list("kind", flat=True)) == ["before"]
    firm, lead = cast.firms[LARGER], cast.lead(inspection)
    take_step(
        actor=cast.officer, case_id=case.pk, wish=Wish("assign", assign={"handler": LARGER}), seen=None, when=at(6)
    )
    case.refresh_from_db()
    assert case.due_on is not None
    assert (case.due_on - TODAY).days == 21  # fifteen working days
    rectify = Wish("rectify", values={"measures": "更换阀门"})
    with pytest.raises(BadInput):
        take_step(actor=firm, case_id=case.pk, wish=rectify, seen=None, when=at(1, day=8))
    add_file(actor=firm, case_id=case.pk, kind="after", sent=Sent("after.png", [PNG]), when=at(1, day=8))
    take_step(actor=firm, case_id=case.pk, wish=rectify, seen=None, when=at(1, day=8))
    take_step(actor=lead, case_id=case.pk, wish=Wish("verify", "阀门开关灵活"), seen=None, when=at(1, day=9))
    take_step(actor=cast.officer, case_id=case.pk, wish=Wish("close", "同意销号"), seen=None, when=at(1, day=10))

    [line] = finding_lines(inspection, TODAY)
    assert (line.case.number, line.case.column) == (case.number, "closed")


def test_an_enterprise_inspects_itself_by_the_same_checklist(cast: Cast) -> None:
    cast.registered()
    send_notices(actor=cast.officer, plan=cast.plan(), when=at())
    notice, firm = Case.objects.get(organisation_code=SECOND), cast.firms[SECOND]
    with pytest.raises(Conflict):
        begin_own_inspection(actor=firm, number=notice.number, when=at())
    take_step(actor=firm, case_id=notice.pk, wish=Wish("sign", values={"signed-by": "李"}), seen=None, when=at(2))
    with pytest.raises(NotAllowed):
        begin_own_inspection(actor=cast.officer, number=notice.number, when=at(2))
    inspection = begin_own_inspection(actor=firm, number=notice.number, when=at(2))
    assert begin_own_inspection(actor=firm, number=notice.number, when=at(2)).pk == inspection.pk
    filled(firm, inspection, "waste")
    hand_in(actor=firm, number=inspection.number, result="rectify", visited_on=TODAY, when=at(5))

    notice.refresh_from_db()
    assert (notice.state, notice.values["dangers"]) == ("answered", "1")
    assert Finding.objects.get().case.reporter_id == firm.user_id
    assert NOW.on == TODAY
