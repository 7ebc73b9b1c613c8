"""Public notices and objections: the clock, who may handle what, and that nobody learns who objected."""

from datetime import date
from typing import Any

import pytest
from django.apps import apps

from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, NotFound
from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import ANONYMOUS, Actor, actor_for
from pinzhi.records.assessment.actions.notices import (
    close_objection,
    object_to,
    post_notice,
    read_case,
    take_up,
)
from pinzhi.records.assessment.files import Sent
from pinzhi.records.assessment.models import Entry, Notice, NoticeItem, Objection, Round
from pinzhi.records.assessment.queries.notices import notice_key, public_notice, public_notices, standing_for
from pinzhi.records.assessment.queries.objections import (
    candidates_for,
    evidence_of,
    objection_by_receipt,
    objections_for_applicant,
    objections_for_officer,
)
from pinzhi.records.journal.models import Entry as JournalLine
from tests.build import give_role, make_user
from tests.records.assessment.build import CODE, make_entry, make_expert, make_round, moment

pytestmark = pytest.mark.django_db

POSTED, TODAY, LAST = date(2023, 12, 28), date(2024, 1, 4), date(2024, 1, 5)
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
NAME, CONTACT = "周不平", "13805320000"


def officer(role: str = "city_officer", email: str = "poster@example.org") -> Actor:
    """An actor with a role; the same one every time for the same address."""
    user = User.objects.filter(email=email).first()
    if user is None:
        user = make_user(email)
        give_role(user, role)
    return actor_for(user, TODAY)


def account(actor: Actor) -> int:
    assert actor.user_id is not None
    return actor.user_id


@pytest.fixture
def held() -> Round:
    made = make_round()
    make_entry(made, "08-001", state="acceptance_notice", name="青岛甲有限公司")
    make_entry(made, "08-002", state="acceptance_notice", name="青岛乙有限公司", organisation_code="91370212MA00000X")
    return made


def post(held: Round, *, stage: str = "acceptance_notice", on: date = POSTED, **given: Any) -> Notice:
    entries = Entry.objects.filter(round=held, state=stage).values_list("pk", flat=True)
    words: dict[str, Any] = {"document": "公告〔2023〕7 号", "text_zh": "现予公示。", "text_en": "For notice."} | given
    words.setdefault("entry_ids", list(entries))
    return post_notice(actor=officer(), round_key=held.key, stage=stage, when=moment(on), **words)


def objected(notice: Notice, *, on: date = TODAY, actor: Actor = ANONYMOUS, **given: Any) -> Objection:
    words: dict[str, Any] = {
        "entry_number": "08-001", "ground": "false-material", "text": "2023 年的数字不实。", "name": NAME,
        "contact": CONTACT, "files": (),
    }  # fmt: skip
    receipt = object_to(actor=actor, notice_id=notice.pk, when=moment(on, 10), **(words | given))
    return Objection.objects.get(receipt=receipt)


def closed(one: Objection, *, on: date = TODAY, **given: Any) -> Objection:
    handler = officer("supervisor", "handler@example.org")
    if one.handler_id is None:
        take_up(actor=officer(), objection_id=one.pk, handler_user_id=account(handler), when=moment(on))
    words: dict[str, Any] = {"outcome": "unfounded", "finding": "查无此事。", "removes": False} | given
    return close_objection(actor=handler, objection_id=one.pk, when=moment(on), **words)


def test_five_working_days_over_new_year_close_on_the_fifth(held: Round) -> None:
    notice = post(held)
    seen = public_notice(notice_key(notice), moment(TODAY, 10))
    assert seen.period.last_day == LAST
    assert [(one.day.day, one.kind) for one in seen.strip] == [
        (28, "posted"), (29, "counted"), (30, "off"), (31, "off"), (1, "off"), (2, "counted"), (3, "counted"),
        (4, "counted"), (5, "last"),
    ]  # fmt: skip
    assert (seen.days, seen.hours, seen.line.state) == (1, 14, "running")
    assert public_notice(notice_key(notice), moment(LAST, 23, 59)).minutes == 1
    after = public_notice(notice_key(notice), moment(date(2024, 1, 6)))
    assert (after.line.state, after.days, after.minutes) == ("over", 0, 0)


def test_nobody_reads_a_notice_before_its_day(held: Round) -> None:
    notice = post(held)
    assert list(public_notices(date(2023, 12, 27))) == []
    with pytest.raises(NotFound):
        public_notice(notice_key(notice), moment(date(2023, 12, 27)))
    for key in ("mayor-8", "mayor-8-2", "mayor-8-x", "", "mayor-8-²"):
        with pytest.raises(NotFound):
            public_notice(key, moment())


def test_the_public_page_names_entries_and_never_their_numbers(held: Round) -> None:
    seen = public_notice(notice_key(post(held)), moment(TODAY))
    assert [one.name for one in seen.items] == ["青岛乙有限公司", "青岛甲有限公司"]
    assert "08-00" not in repr(seen)


@pytest.mark.parametrize("given", [
    {"text_en": " "}, {"text_zh": ""}, {"entry_ids": []}, {"stage": "desk_review"}, {"entry_ids": [0]},
])  # fmt: skip
def test_a_notice_without_words_or_entries_of_its_stage_is_refused(held: Round, given: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        post(held, **given)
    assert not Notice.objects.exists()


def test_an_entry_is_on_one_running_notice_of_a_stage(held: Round) -> None:
    post(held)
    with pytest.raises(Conflict):
        post(held, on=LAST)
    assert post(held, on=date(2024, 1, 8)).number == 2  # the first one has run out


def test_only_city_officers_post(held: Round) -> None:
    for role in ("supervisor", "chair", "citizen"):
        with pytest.raises(NotAllowed):
            post_notice(
                actor=officer(role, f"{role}@example.org"), round_key=held.key, stage="acceptance_notice",
                entry_ids=[1], document="", text_zh="一", text_en="one", when=moment(POSTED),
            )  # fmt: skip


def test_the_digest_is_of_words_and_list(held: Round) -> None:
    first = post(held)
    assert first.text_digest != post(held, on=date(2024, 1, 8)).text_digest
    NoticeItem.objects.filter(notice=first).update(name="别的名字")
    assert Notice.objects.get(pk=first.pk).text_digest == first.text_digest


def test_an_objection_stops_the_clock_of_its_entry_until_it_is_closed(held: Round) -> None:
    """Received on the third of five days, closed a working day later: the two days do not count."""
    notice = post(held)
    one = objected(notice, on=date(2024, 1, 3))
    entry, other = Entry.objects.get(number="08-001"), Entry.objects.get(number="08-002")
    stands = standing_for(entry, "acceptance_notice", LAST)
    assert stands is not None
    assert stands.periods["08-001"].last_day is None
    assert stands.periods["08-002"].last_day == LAST  # this notice suspends the entry alone
    assert [item.state for item in public_notice(notice_key(notice), moment(TODAY)).items] == ["running", "suspended"]
    closed(one, on=TODAY)
    later = standing_for(entry, "acceptance_notice", LAST)
    assert later is not None
    assert later.periods["08-001"].last_day == date(2024, 1, 9)
    assert standing_for(other, "acceptance_notice", date(2024, 1, 6)).may_be_announced is False  # type: ignore[union-attr]


def test_a_notice_of_awards_stands_still_as_a_whole(held: Round) -> None:
    Entry.objects.update(state="public_notice", grade="award")
    notice = post(held, stage="public_notice")
    objected(notice)
    seen = public_notice(notice_key(notice), moment(TODAY))
    assert seen.line.state == "suspended"
    assert seen.line.last_day is None
    assert [one.state for one in seen.items] == ["suspended", "suspended"]
    assert seen.objections == {"open": 1}


def test_an_objection_after_the_end_is_a_complaint_and_stops_nothing(held: Round) -> None:
    notice = post(held)
    one = objected(notice, on=date(2024, 1, 8))
    entry = Entry.objects.get(number="08-001")
    stands = standing_for(entry, "acceptance_notice", date(2024, 1, 8))
    assert stands is not None
    assert stands.may_be_announced
    assert stands.late == (str(one.pk),)
    assert objection_by_receipt(one.receipt, date(2024, 1, 8)).is_late
    assert public_notice(notice_key(notice), moment(date(2024, 1, 8))).objections == {"late": 1}


def test_the_answer_is_due_in_fifteen_working_days(held: Round) -> None:
    assert objected(post(held)).reply_by == date(2024, 1, 25)


def test_without_a_name_evidence_is_needed(held: Round) -> None:
    notice = post(held)
    with pytest.raises(BadInput) as refusal:
        objected(notice, name=" ", contact="")
    assert refusal.value.code == "assessment.round.objection.anonymous"
    assert not Objection.objects.exists()
    kept = objected(
        notice, name="", contact="", files=[Sent("周不平的录音.pdf", [PDF])], actor=officer("citizen", "c@x.org")
    )
    assert bytes(kept.identity) == b""
    assert [one.name for one in kept.files.all()] == ["evidence-1.pdf"]


@pytest.mark.parametrize("given", [
    {"entry_number": "08-999"}, {"ground": "envy"}, {"text": " "}, {"contact": ""},
    {"files": [Sent(f"{n}.pdf", [PDF]) for n in range(6)]}, {"files": [Sent("a.exe", [b"MZ"])]},
])  # fmt: skip
def test_what_cannot_be_checked_is_refused_and_leaves_nothing(held: Round, given: dict[str, Any]) -> None:
    notice = post(held)
    with pytest.raises(BadInput):
        objected(notice, **given)
    assert not Objection.objects.exists()
    assert not JournalLine.objects.filter(action="assessment.objection.make").exists()


def test_who_objected_stands_nowhere_in_plain(held: Round) -> None:
    """Every column of every table is read as text: name and contact are in none, the account only in its own rows."""
    notice = post(held)
    citizen = officer("citizen", "angry@example.org")
    one = objected(notice, actor=citizen, files=[Sent("周不平.pdf", [PDF])])
    closed(one)
    plain = []
    for model in apps.get_models():
        for row in model._default_manager.values():
            plain += [
                (model.__name__, repr(bytes(value) if isinstance(value, memoryview) else value))
                for value in row.values()
            ]
    text = "\n".join(value for _model, value in plain)
    assert NAME not in text
    assert CONTACT not in text
    assert {model for model, value in plain if f"user:{citizen.user_id}" in value} <= set()
    line = JournalLine.objects.get(action="assessment.objection.make")
    assert line.actor == "objector"
    assert set(line.detail) == {"objection", "notice", "entry", "ground", "files"}
    assert one.receipt not in repr(list(JournalLine.objects.values()))


def test_the_handler_alone_learns_who_objected_and_each_look_is_journalled(held: Round) -> None:
    one = objected(post(held), files=[Sent("账.pdf", [PDF])])
    handler = officer("supervisor", "handler@example.org")
    take_up(actor=officer(), objection_id=one.pk, handler_user_id=account(handler), when=moment())
    file = one.files.get()
    seen = read_case(actor=handler, objection_id=one.pk, when=moment())
    assert (seen.name, seen.contact, seen.text) == (NAME, CONTACT, "2023 年的数字不实。")
    assert evidence_of(handler, one.pk, file.pk) == file
    other = read_case(actor=officer(), objection_id=one.pk, when=moment())
    assert (other.name, other.contact, other.text, other.files) == ("", "", "", ())
    with pytest.raises(NotFound):
        evidence_of(officer(), one.pk, file.pk)
    looks = JournalLine.objects.filter(action="assessment.objection.look")
    assert [line.actor for line in looks] == [handler.key]
    with pytest.raises(NotAllowed):
        read_case(actor=officer("citizen", "c@example.org"), objection_id=one.pk, when=moment())


def test_no_objection_goes_to_who_posted_worked_objected_applies_or_judges(held: Round) -> None:
    mover, outsider = officer(email="mover@example.org"), officer("citizen", "out@example.org")
    objector, free = officer("supervisor", "objector@example.org"), officer(email="free@example.org")
    judge = make_expert("E1", senior=True)
    give_role(judge.user, "city_officer")
    held.panellists.create(expert=judge, called_on=POSTED)
    entry = Entry.objects.get(number="08-001")
    own = make_user("own@example.org")
    give_role(own, "enterprise", organisation_code=CODE)
    give_role(own, "city_officer")
    entry.steps.create(
        number=1, before="accepted", after="acceptance_notice", part="city_officer", function="selection",
        actor=mover.key, made_on=POSTED, effective_on=POSTED, recorded_at=moment().at,
    )  # fmt: skip
    one = objected(post(held), actor=objector)
    refused = [account(officer()), account(mover), account(outsider), account(objector), judge.user.pk, own.pk, 0]
    for user_id in refused:
        with pytest.raises(NotAllowed):
            take_up(actor=officer(), objection_id=one.pk, handler_user_id=user_id, when=moment())
    assert [user_id for user_id, _name in candidates_for(officer(), one.pk, TODAY)] == [account(free)]
    take_up(actor=officer(), objection_id=one.pk, handler_user_id=account(free), when=moment())
    with pytest.raises(Conflict):
        take_up(actor=officer(), objection_id=one.pk, handler_user_id=account(free), when=moment())


def test_only_the_handler_closes_and_only_once(held: Round) -> None:
    one = objected(post(held))
    with pytest.raises(NotAllowed):
        close_objection(
            actor=officer(), objection_id=one.pk, outcome="unfounded", finding="无", removes=False, when=moment()
        )  # fmt: skip
    for wrong in ({"finding": " "}, {"outcome": ""}, {"outcome": "maybe"}, {"removes": True}):
        with pytest.raises(BadInput):
            closed(one, **wrong)
        one.refresh_from_db()
    closed(one)
    with pytest.raises(Conflict):
        closed(Objection.objects.get(pk=one.pk), outcome="founded")
    assert Objection.objects.get(pk=one.pk).outcome == "unfounded"


def test_a_founded_objection_takes_the_entry_off_and_the_record_stays(held: Round) -> None:
    notice = post(held)
    closed(objected(notice), outcome="founded", finding="数字不实，属实。", removes=True)
    seen = public_notice(notice_key(notice), moment(LAST))
    assert [(one.name, one.state) for one in seen.items] == [
        ("青岛乙有限公司", "running"), ("青岛甲有限公司", "removed")
    ]  # fmt: skip
    assert seen.objections == {"founded": 1}
    assert NoticeItem.objects.filter(notice=notice).count() == 2


def test_the_applicant_sees_ground_and_finding_alone(held: Round) -> None:
    applicant = _applicant()
    one = objected(post(held))
    entry = Entry.objects.get(number="08-001")
    closed(one)
    (seen,) = objections_for_applicant(applicant, entry)
    assert (seen.ground, seen.finding, seen.entry) == ("false-material", "查无此事。", "08-001")
    for secret in (NAME, CONTACT, "数字不实", one.receipt):
        assert secret not in repr(seen)
    with pytest.raises(NotAllowed):
        objections_for_applicant(applicant, Entry.objects.get(number="08-002"))
    with pytest.raises(NotAllowed):
        objections_for_officer(applicant, held.key, TODAY)


def _applicant() -> Actor:
    user = make_user("boss@example.org")
    give_role(user, "enterprise", organisation_code=CODE)
    return actor_for(user, TODAY)


def test_an_officer_of_the_applicant_sees_no_objection_to_it(held: Round) -> None:
    one = objected(post(held))
    user = make_user("both@example.org")
    give_role(user, "city_officer")
    give_role(user, "enterprise", organisation_code=CODE)
    assert objections_for_officer(actor_for(user, TODAY), held.key, TODAY) == ()
    with pytest.raises(NotFound):
        read_case(actor=actor_for(user, TODAY), objection_id=one.pk, when=moment())


def test_the_receipt_tells_how_it_stands(held: Round) -> None:
    one = objected(post(held))
    first = objection_by_receipt(one.receipt, TODAY)
    assert (first.about, first.is_handled, first.is_late, first.finding) == ("青岛甲有限公司", False, False, "")
    closed(one)
    last = objection_by_receipt(one.receipt, TODAY)
    assert (last.outcome, last.finding, last.closed_on) == ("unfounded", "查无此事。", TODAY)
    assert NAME not in repr(last)
    for wrong in ("", "x", one.receipt[:-1]):
        with pytest.raises(NotFound):
            objection_by_receipt(wrong, TODAY)


def test_an_objection_to_the_whole_list_removes_nobody(held: Round) -> None:
    one = objected(post(held), entry_number="", ground="procedure")
    with pytest.raises(BadInput):
        closed(one, outcome="founded", removes=True)
    stands = standing_for(Entry.objects.get(number="08-002"), "acceptance_notice", TODAY)
    assert stands is not None
    assert stands.periods["08-002"].last_day is None
