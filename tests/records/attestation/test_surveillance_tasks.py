"""Surveillance given out, reported and confirmed by two people; what comes of it in the register and for the holder."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, NotFound, PinzhiError
from pinzhi.engine.rulebook.scheme_parts import InstrumentUse
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.attestation.actions import evidence, findings, surveillance
from pinzhi.records.attestation.actions.states import change_state
from pinzhi.records.attestation.actions.surveillance import Found, Report
from pinzhi.records.attestation.models import Finding, Measure, MeasureEvent, SurveillanceTask
from pinzhi.records.attestation.queries import surveillance_plan, surveillance_tasks
from pinzhi.records.casework.actions.steps import Wish, take_step
from pinzhi.records.casework.queries.visible import case_for
from pinzhi.records.catalog.models import Certificate
from pinzhi.records.journal.queries import entries_about
from pinzhi.records.notices.queries import inbox, unread_count
from pinzhi.records.storage import Sent
from tests.build import make_actor
from tests.build_catalog import make_certificate, make_honour, make_organisation
from tests.records.attestation.build import HOLDER, ISSUER, make_watched, noon, watch_by

pytestmark = pytest.mark.django_db
GIVEN, VISIT = date(2024, 2, 8), date(2024, 2, 20)
KEY = ("certificate", "TSPZ-2023-001")


@pytest.fixture
def officer() -> Actor:
    return make_actor("city_officer")


@pytest.fixture
def assessor() -> Actor:
    return make_actor("expert")


@pytest.fixture
def certificate(monkeypatch: pytest.MonkeyPatch) -> Certificate:
    watch_by(monkeypatch)
    return make_watched()


def give(officer: Actor, assessor: Actor, *keys: tuple[str, str], **more: Any) -> tuple[SurveillanceTask, ...]:
    return surveillance.give_tasks(
        actor=officer, subjects=keys or (KEY,), assessor_id=assessor.account_id, when=noon(GIVEN), **more
    )


def hand_in(assessor: Actor, task: SurveillanceTask, *found: Found, on: date = VISIT) -> SurveillanceTask:
    report = Report(carried_out_on=on, summary="体系运行有效", findings=found)
    return surveillance.hand_in(actor=assessor, task_id=task.pk, seen=task.version, report=report, when=noon(on))


def confirm(officer: Actor, task: SurveillanceTask, on: date = VISIT) -> SurveillanceTask:
    return surveillance.confirm(actor=officer, task_id=task.pk, seen=task.version, when=noon(on))


def state_of(finding: Finding) -> str:
    (row,) = surveillance_tasks.finding_rows(Finding.objects.filter(pk=finding.pk), VISIT)
    return row.state.code


def test_give_tasks_counts_the_report_on_the_working_calendar_and_tells(
    certificate: Certificate, officer: Actor, assessor: Actor
) -> None:
    holder = make_actor("enterprise", organisation_code=HOLDER)

    (task,) = give(officer, assessor)

    # 20 working days after 8 February 2024: 10-17 off, Sunday the 18th worked
    assert (task.number, task.method, task.due_on, task.report_by) == (
        1, "audit", date(2024, 3, 10), date(2024, 3, 13),
    )  # fmt: skip
    assert [row.task_id for row in surveillance_tasks.own_tasks(assessor, GIVEN)] == [task.pk]
    assert (unread_count(assessor), unread_count(holder)) == (1, 1)
    assert entries_about(*KEY).get().action == "attestation.surveillance.give"


def test_an_unannounced_surveillance_stays_unseen_by_the_holder(
    monkeypatch: pytest.MonkeyPatch, officer: Actor, assessor: Actor
) -> None:
    watch_by(monkeypatch, unannounced=True, kinds=("market-sample",))
    make_watched()
    holder = make_actor("enterprise", organisation_code=HOLDER)

    (task,) = give(officer, assessor, visit_on=VISIT)

    (row,) = surveillance_plan.held_by(holder, GIVEN)
    page = surveillance_plan.subject_page(holder, *KEY, GIVEN)
    assert unread_count(holder) == 0
    assert (row.task, row.due_on, row.method.zh) == (None, None, "")
    assert (page.tasks, page.row.due_on) == ((), None)
    with pytest.raises(NotFound):
        surveillance_tasks.task_page(holder, task.pk, GIVEN)
    confirm(officer, hand_in(assessor, task))
    assert [one.carried_out_on for one in surveillance_plan.subject_page(holder, *KEY, GIVEN).tasks] == [VISIT]


def test_give_tasks_gives_many_at_once_or_none(certificate: Certificate, officer: Actor, assessor: Actor) -> None:
    for number in range(2, 6):
        make_watched(f"TSPZ-2023-{number:03}")
    keys = [("certificate", f"TSPZ-2023-{number:03}") for number in range(1, 6)]

    with pytest.raises(NotFound):
        give(officer, assessor, *keys, ("certificate", "NONE"))
    assert SurveillanceTask.objects.count() == 0
    assert len(give(officer, assessor, *keys, keys[0])) == 5
    assert inbox(assessor).total == 1


def test_a_certificate_is_with_one_assessor_at_a_time(
    certificate: Certificate, officer: Actor, assessor: Actor
) -> None:
    (task,) = give(officer, assessor)

    with pytest.raises(Conflict, match=r"attestation\.surveillance\.given"):
        give(officer, assessor)
    surveillance.call_off(actor=officer, task_id=task.pk, seen=task.version, ground="换人", when=noon(GIVEN))
    assert len(give(officer, assessor)) == 1


@pytest.mark.parametrize(
    ("role", "more", "code"),
    [
        ("enterprise", {"organisation_code": "91370202MA0000003K"}, "attestation.surveillance.assessor"),
        ("citizen", {}, "attestation.surveillance.assessor"),
        ("institution", {"organisation_code": "91370202MA0000003K"}, "attestation.surveillance.assessor"),
        ("expert", {"organisation_code": HOLDER}, "attestation.surveillance.conflict"),
    ],
)
def test_who_may_be_given_surveillance(
    certificate: Certificate, officer: Actor, role: str, more: dict[str, str], code: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        give(officer, make_actor(role, **more))

    assert refusal.value.code == code


def test_the_body_that_issued_it_gives_it_to_its_own_people(certificate: Certificate) -> None:
    own = make_actor("institution", organisation_code=ISSUER)
    other = make_actor("institution", organisation_code="91370202MA0000003K")

    with pytest.raises(NotAllowed):
        give(other, own)
    assert len(give(own, own)) == 1


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"expires_on": date(2024, 2, 1)}, "attestation.surveillance.ended"),
        ({"state": "withdrawn", "state_on": date(2024, 1, 1)}, "attestation.surveillance.ended"),
    ],
)
def test_what_cannot_be_watched(
    monkeypatch: pytest.MonkeyPatch, officer: Actor, assessor: Actor, more: dict[str, Any], code: str
) -> None:
    watch_by(monkeypatch)
    make_watched(**more)

    with pytest.raises(Conflict) as refusal:
        give(officer, assessor)
    assert refusal.value.code == code


def test_a_title_whose_scheme_has_no_rule_is_not_watched(officer: Actor, assessor: Actor) -> None:
    make_honour("mayor-7-1", organisation=make_organisation())

    with pytest.raises(Conflict, match=r"attestation\.surveillance\.no_rule"):
        give(officer, assessor, ("honour", "mayor-7-1"))


def test_a_checklist_that_is_not_passed_asks_for_what_failed(officer: Actor, assessor: Actor) -> None:
    """The shipped scheme and its shipped checklist."""
    make_watched(issued_on=date(2024, 1, 2), expires_on=date(2027, 1, 1))
    (task,) = give(officer, assessor)
    answers = {"sample": "no", "mark": "yes", "changes": "yes"}
    report = Report(VISIT, "铭牌不合格", answers=answers)

    with pytest.raises(BadInput, match=r"attestation\.surveillance\.failed_list"):
        surveillance.hand_in(actor=assessor, task_id=task.pk, seen=1, report=report, when=noon(VISIT))
    report = replace(report, findings=[Found("major", "铭牌不合格", "sample")])
    done = surveillance.hand_in(actor=assessor, task_id=task.pk, seen=1, report=report, when=noon(VISIT))

    assert (done.result, done.method, done.unannounced) == ("major", "market-sample", True)


def test_a_passed_surveillance_goes_into_the_register_when_somebody_else_confirms_it(
    certificate: Certificate, officer: Actor, assessor: Actor
) -> None:
    holder = make_actor("enterprise", organisation_code=HOLDER)
    task = hand_in(assessor, *give(officer, assessor))

    assert Certificate.objects.get().last_audit_on is None
    confirm(officer, task)

    assert Certificate.objects.get().last_audit_on == VISIT
    assert SurveillanceTask.objects.get().result == "conforms"
    assert inbox(holder).rows[0].subject.en == "“Taishan Quality” certification (TSPZ-2023-001): result of surveillance"
    assert [line.action.rpartition(".")[2] for line in entries_about(*KEY).order_by("id")] == [
        "give", "report", "edit", "confirm",
    ]  # fmt: skip


def test_nobody_confirms_his_own_report(certificate: Certificate) -> None:
    own = make_actor("institution", organisation_code=ISSUER)
    task = hand_in(own, *give(own, own))

    with pytest.raises(NotAllowed) as refusal:
        confirm(own, task)
    assert refusal.value.code == "attestation.surveillance.own"
    assert not surveillance_tasks.task_page(own, task.pk, VISIT).confirms


def test_minor_findings_pass_and_are_put_right_in_a_case_of_their_own(
    certificate: Certificate, officer: Actor, assessor: Actor
) -> None:
    holder = make_actor("enterprise", organisation_code=HOLDER)
    body = make_actor("institution", organisation_code=ISSUER)
    (task,) = give(officer, assessor)
    confirm(officer, hand_in(assessor, task, Found("minor", "校准记录缺一份", "7.1.5")))
    finding = Finding.objects.get()

    # 30 working days after 20 February 2024: 4-6 April off
    case = case_for(officer, finding.case)
    assert (case.number, case.state, case.due_on) == ("ZS-2024-00001", "found", date(2024, 4, 2))
    assert all(case_for(actor, finding.case) == case for actor in (holder, body, assessor))
    assert state_of(finding) == "found"
    assert Certificate.objects.get().last_audit_on == VISIT
    with pytest.raises(NotFound):
        findings.say_correction(actor=officer, finding_id=finding.pk, text="好了", when=noon(VISIT))
    with pytest.raises(BadInput):
        findings.say_correction(actor=holder, finding_id=finding.pk, text=" ", when=noon(VISIT))
    findings.say_correction(actor=holder, finding_id=finding.pk, text="已补校准", when=noon(VISIT))
    assert state_of(finding) == "corrected"
    with pytest.raises(NotAllowed):
        findings.close_finding(actor=holder, finding_id=finding.pk, when=noon(VISIT))
    findings.close_finding(actor=body, finding_id=finding.pk, when=noon(VISIT))

    assert state_of(finding) == "closed"
    with pytest.raises(Conflict):
        findings.say_correction(actor=holder, finding_id=finding.pk, text="再改", when=noon(VISIT))


def test_what_is_done_in_the_case_is_what_the_finding_says(
    certificate: Certificate, officer: Actor, assessor: Actor
) -> None:
    holder = make_actor("enterprise", organisation_code=HOLDER)
    (task,) = give(officer, assessor)
    confirm(officer, hand_in(assessor, task, Found("minor", "校准记录缺一份", "7.1.5")))
    finding = Finding.objects.get()
    case = case_for(assessor, finding.case)
    said = Wish("correct", values={"correction": "已补校准"})

    take_step(actor=holder, case_id=case.pk, wish=said, seen=None, when=noon(VISIT))
    take_step(actor=assessor, case_id=case.pk, wish=Wish("send-back", "缺证书"), seen=None, when=noon(VISIT))

    (row,) = surveillance_plan.subject_page(holder, *KEY, date(2024, 4, 3)).findings
    assert (row.state.code, row.correction, row.corrected_on, row.late) == ("found", "已补校准", VISIT, True)
    take_step(actor=officer, case_id=case.pk, wish=Wish("dismiss", "不成立"), seen=None, when=noon(VISIT))
    (row,) = surveillance_plan.subject_page(holder, *KEY, date(2024, 4, 3)).findings
    assert (row.state.code, row.is_done, row.late) == ("unfounded", True, False)


def test_before_the_report_is_confirmed_nothing_is_done_about_a_finding(
    certificate: Certificate, officer: Actor, assessor: Actor
) -> None:
    holder = make_actor("enterprise", organisation_code=HOLDER)
    hand_in(assessor, *give(officer, assessor), Found("minor", "校准记录缺一份", "7.1.5"))

    with pytest.raises(Conflict, match=r"attestation\.finding\.state"):
        findings.say_correction(actor=holder, finding_id=Finding.objects.get().pk, text="好了", when=noon(VISIT))
    assert Finding.objects.get().case == ""


@pytest.mark.parametrize(
    ("kinds", "event"), [(("audit",), "rejected-surveillance"), (("market-sample",), "sampling-failed")]
)
def test_major_findings_fail_and_reach_everything_of_the_organisation(
    monkeypatch: pytest.MonkeyPatch, officer: Actor, assessor: Actor, kinds: tuple[str, ...], event: str
) -> None:
    watch_by(monkeypatch, kinds=kinds)
    certificate = make_watched()
    make_certificate(certificate.holder, "青品-1", scheme="youpin")
    (task,) = give(officer, assessor)

    confirm(officer, hand_in(assessor, task, Found("minor", "记录缺"), Found("major", "性能不合格")))

    assert Certificate.objects.get(number="TSPZ-2023-001").last_audit_on is None
    assert MeasureEvent.objects.get().kind == event
    assert Measure.objects.get().target_key == "青品-1"


def test_a_suspended_certificate_is_restored_after_it_passed(
    certificate: Certificate, officer: Actor, assessor: Actor
) -> None:
    common: dict[str, Any] = {"actor": officer, "kind": "certificate", "key": "TSPZ-2023-001", "ground": "逾期"}
    change_state(to="suspended", effective_on=GIVEN, when=noon(GIVEN), **common)
    (task,) = give(officer, assessor)
    confirm(officer, hand_in(assessor, task))

    assert surveillance_plan.subject_page(officer, *KEY, VISIT).row.stage.code == "suspended"
    change_state(to="active", effective_on=VISIT, when=noon(VISIT), **common)

    assert surveillance_plan.subject_page(officer, *KEY, VISIT).row.stage.code == "quiet"


def test_a_report_is_returned_and_handed_in_again(certificate: Certificate, officer: Actor, assessor: Actor) -> None:
    task = hand_in(assessor, *give(officer, assessor))

    back = surveillance.return_report(
        actor=officer, task_id=task.pk, seen=task.version, ground="缺照片", when=noon(VISIT)
    )
    assert inbox(assessor).rows[0].body.zh == "请补充后再交：缺照片"
    confirm(officer, hand_in(assessor, back))

    assert SurveillanceTask.objects.get().state == "closed"


@pytest.mark.parametrize(
    ("report", "code"),
    [
        (Report(None, "有效"), "attestation.surveillance.incomplete"),
        (Report(VISIT, " "), "attestation.surveillance.incomplete"),
        (Report(GIVEN - timedelta(days=1), "有效"), "attestation.surveillance.day"),
        (Report(VISIT + timedelta(days=1), "有效"), "attestation.surveillance.day"),
        (Report(VISIT, "有效", [Found("minor", "x")] * 51), "attestation.surveillance.findings"),
        (Report(VISIT, "有效", [Found("minor", "x" * 4001)]), "attestation.surveillance.findings"),
    ],
)
def test_what_a_report_must_say(
    certificate: Certificate, officer: Actor, assessor: Actor, report: Report, code: str
) -> None:
    (task,) = give(officer, assessor)

    with pytest.raises(BadInput) as refusal:
        surveillance.hand_in(actor=assessor, task_id=task.pk, seen=1, report=report, when=noon(VISIT))
    assert refusal.value.code == code
    assert SurveillanceTask.objects.get().version == 1


def test_a_checklist_is_answered_before_the_report_is_handed_in(
    monkeypatch: pytest.MonkeyPatch, officer: Actor, assessor: Actor
) -> None:
    watch_by(monkeypatch, instrument=InstrumentUse(id="contest-desk", edition="1"))
    make_watched()
    (task,) = give(officer, assessor)
    checklist = surveillance_tasks.instrument_of(task)
    assert checklist is not None

    draft = Report(VISIT, "有效", answers={})
    task = surveillance.save_report(actor=assessor, task_id=task.pk, seen=1, report=draft, when=noon(VISIT))
    for answers in ({}, {"nothing": "1"}):
        with pytest.raises(BadInput, match=r"attestation\.surveillance\.answers"):
            surveillance.hand_in(
                actor=assessor, task_id=task.pk, seen=2, report=replace(draft, answers=answers), when=noon(VISIT)
            )
    full = replace(draft, answers=dict.fromkeys(checklist.items, "10"))
    surveillance.hand_in(actor=assessor, task_id=task.pk, seen=2, report=full, when=noon(VISIT))

    assert SurveillanceTask.objects.get().state == "reported"


def test_of_two_windows_the_second_learns_that_something_changed(
    certificate: Certificate, officer: Actor, assessor: Actor
) -> None:
    (task,) = give(officer, assessor)
    hand_in(assessor, task)

    with pytest.raises(Conflict, match=r"attestation\.surveillance\.changed"):
        hand_in(assessor, task)
    with pytest.raises(Conflict, match=r"attestation\.surveillance\.changed"):
        surveillance.call_off(actor=officer, task_id=task.pk, seen=1, ground="x", when=noon(VISIT))


@pytest.mark.parametrize("role", ["expert", "inspector", "enterprise", "citizen", "operator", "supervisor", "chair"])
def test_a_task_is_seen_and_written_by_its_assessor_alone(
    certificate: Certificate, officer: Actor, assessor: Actor, role: str
) -> None:
    (task,) = give(officer, assessor)
    other = make_actor(role, organisation_code=HOLDER if role == "enterprise" else "Z")

    with pytest.raises(NotFound):
        surveillance_tasks.task_page(other, task.pk, GIVEN)
    with pytest.raises(NotAllowed):
        hand_in(other, task)
    with pytest.raises(NotAllowed):
        confirm(other, task)
    assert surveillance_tasks.task_page(assessor, task.pk, GIVEN).writes


def test_evidence_is_kept_once_and_stays_after_the_report(
    certificate: Certificate, officer: Actor, assessor: Actor, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    (task,) = give(officer, assessor)
    pdf = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
    kept = [
        evidence.add_file(actor=assessor, task_id=task.pk, sent=Sent("../报告.pdf", [pdf]), when=noon(VISIT))
        for _ in range(2)
    ]
    assert (kept[0].pk, kept[0].name) == (kept[1].pk, "报告.pdf")
    with pytest.raises(PinzhiError):
        evidence.add_file(actor=assessor, task_id=task.pk, sent=Sent("a.exe", [b"MZ"]), when=noon(VISIT))
    with pytest.raises(NotAllowed):
        evidence.add_file(actor=officer, task_id=task.pk, sent=Sent("b.pdf", [pdf]), when=noon(VISIT))
    hand_in(assessor, task)

    with pytest.raises(Conflict):
        evidence.remove_file(actor=assessor, task_id=task.pk, file_id=kept[0].pk, when=noon(VISIT))
    assert surveillance_tasks.evidence_file(officer, task.pk, kept[0].pk).name == "报告.pdf"
    with pytest.raises(NotFound):
        surveillance_tasks.evidence_file(make_actor("inspector"), task.pk, kept[0].pk)


def test_plan_puts_the_most_pressing_first_and_shows_each_officer_his_own(
    certificate: Certificate, officer: Actor
) -> None:
    there = make_organisation("另一家", "91370202MA0000003K", district="370202")
    make_certificate(there, "QMS-OVERDUE", last_audit_on=date(2023, 1, 1), issued_on=date(2022, 5, 1))
    make_certificate(there, "QMS-FINE", last_audit_on=date(2023, 12, 1))
    make_certificate(there, "QMS-SUSPENDED", state="suspended", state_on=date(2023, 12, 1))
    make_certificate(there, "QMS-OVER", state="suspended", state_on=date(2023, 7, 1))
    make_certificate(there, "QMS-GONE", state="withdrawn", state_on=date(2023, 12, 1))
    make_honour("mayor-7-1", organisation=there)

    page = surveillance_plan.plan(officer, GIVEN)

    assert [(row.key, row.stage.code) for row in page.rows] == [
        ("QMS-OVERDUE", "overdue"), ("QMS-OVER", "to-withdraw"), ("QMS-SUSPENDED", "suspended"),
        ("TSPZ-2023-001", "open"),
    ]  # fmt: skip
    assert page.counts == {"overdue": 1, "to-withdraw": 1, "suspended": 1, "open": 1}
    assert [(one.field, one.code, dict(one.counts)) for one in page.groups] == [
        ("district", "370202", {"overdue": 1, "to-withdraw": 1, "suspended": 1}), ("district", "370212", {"open": 1}),
    ]  # fmt: skip
    last = surveillance_plan.plan(officer, date(2024, 3, 1), stage="soon")
    assert ([row.key for row in last.rows], last.counts["soon"], last.counts["open"]) == (["TSPZ-2023-001"], 1, 1)
    district = make_actor("district_officer", district="370212")
    assert [row.key for row in surveillance_plan.plan(district, GIVEN).rows] == ["TSPZ-2023-001"]
    body = make_actor("institution", organisation_code=ISSUER)
    assert [row.key for row in surveillance_plan.plan(body, GIVEN).rows] == ["TSPZ-2023-001"]
    assert [row.key for row in surveillance_plan.plan(officer, GIVEN, stage="overdue").rows] == ["QMS-OVERDUE"]
    with pytest.raises(NotAllowed):
        surveillance_plan.plan(make_actor("enterprise", organisation_code=HOLDER), GIVEN)


@pytest.mark.parametrize("count", [1, 3])
def test_plan_takes_a_fixed_number_of_statements(
    certificate: Certificate, officer: Actor, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count - 1):
        make_watched(f"MORE-{number}")

    with django_assert_num_queries(5):
        assert surveillance_plan.plan(officer, GIVEN).total == count


def test_subject_page_is_for_its_holder_and_who_watches_it(certificate: Certificate) -> None:
    holder = make_actor("enterprise", organisation_code=HOLDER)
    district = make_actor("district_officer", district="370212")

    found = [surveillance_plan.subject_page(actor, *KEY, GIVEN) for actor in (holder, district)]

    assert [(page.watches, page.holds, page.cancels) for page in found] == [(False, True, True), (True, False, False)]
    for role in ("expert", "operator", "citizen"):
        with pytest.raises(NotFound):
            surveillance_plan.subject_page(make_actor(role), *KEY, GIVEN)
