"""A round from the call to the announcement: every gate of the records is shut until what it asks for is there."""

from datetime import date

import pytest

from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, NotFound, PinzhiError
from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import Actor, actor_for
from pinzhi.records.assessment.actions import decisions, eligibility, results
from pinzhi.records.assessment.actions.moving import move_entry
from pinzhi.records.assessment.actions.rounds import appoint_member, call_round, plan_stage
from pinzhi.records.assessment.models import (
    Entry,
    EntryFact,
    EntryFile,
    EntryStep,
    Notice,
    NoticeItem,
    SectionVersion,
    StoredFile,
)
from pinzhi.records.assessment.queries.facts import facts_for
from pinzhi.records.assessment.queries.results import ranking
from pinzhi.records.assessment.rules import scheme_of
from pinzhi.records.catalog.models import Honour
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.journal.models import Entry as Line
from tests.build import TODAY, give_role, make_actor, make_user
from tests.records.assessment.build import CODE, make_entry, make_expert, make_round, make_task, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, Actor]:
    return {
        "applicant": make_actor("enterprise", organisation_code=CODE),
        "district": make_actor("district_officer", district="370212"),
        "elsewhere": make_actor("district_officer", district="370213"),
        "city": make_actor("city_officer"),
        "chair": make_actor("chair"),
        "citizen": make_actor("citizen"),
    }


def bring(entry: Entry, *documents: str) -> None:
    """Bring sections and files, as rows."""
    for number, code in enumerate(documents, start=1):
        kind = next(one.kind for one in scheme_of(entry.round).document if one.code == code)
        if kind == "file":
            file = StoredFile.objects.create(digest="a" * 64, size=1, media="pdf", at=moment().at)
            EntryFile.objects.create(
                entry=entry,
                document=code,
                number=number,
                file=file,
                name="证明.pdf",
                by=entry.created_by,
                at=moment().at,
            )
        else:
            content = (
                {"text": "写好了"} if kind == "section" else {"rows": [["1"]]} if kind == "table" else {"agreed": True}
            )
            SectionVersion.objects.create(
                entry=entry, document=code, number=1, content=content, by=entry.created_by, at=moment().at
            )


def state_facts(entry: Entry) -> None:
    facts = {
        "years_of_operation": "12",
        "years_since_accident": "9",
        "years_since_violation": "9",
        "years_of_loss": "0",
    }
    for fact, value in facts.items():
        EntryFact.objects.create(entry=entry, fact=fact, value=value, actor="user:1", at=moment().at)


def go(actor: Actor, entry: Entry, to: str, on: date = TODAY, **more: object) -> EntryStep:
    entry.refresh_from_db()
    return move_entry(actor=actor, entry_id=entry.pk, to=to, seen=entry.version, when=moment(on), **more)


def refused(actor: Actor, entry: Entry, to: str, on: date = TODAY, **more: object) -> str:
    before = EntryStep.objects.count(), Line.objects.count()
    with pytest.raises(PinzhiError) as refusal:
        go(actor, entry, to, on, **more)
    assert (EntryStep.objects.count(), Line.objects.count()) == before
    return refusal.value.code


def post(entry: Entry, stage: str, on: date) -> None:
    number = Notice.objects.count() + 1
    notice = Notice.objects.create(
        round=entry.round, stage=stage, number=number, posted_on=on, text_zh="公示", text_en="Notice",
        text_digest="d", actor="user:1", recorded_at=moment(on).at,
    )  # fmt: skip
    NoticeItem.objects.create(notice=notice, entry=entry, name=entry.name, category=entry.category)


def test_an_entry_goes_the_whole_way_and_only_that_way(people: dict[str, Actor]) -> None:
    applicant, district, city, chair = (people[one] for one in ("applicant", "district", "city", "chair"))
    held = make_round()
    entry = make_entry(held)

    assert refused(applicant, entry, "submitted") == "assessment.round.missing"
    bring(entry, "profile", "self-assessment", "results", "evidence", "pledge")
    assert refused(applicant, entry, "submitted", date(2024, 2, 1)) == "assessment.round.late"
    assert refused(applicant, entry, "announced") == "assessment.round.move"
    go(applicant, entry, "submitted", date(2024, 1, 31))
    entry.refresh_from_db()
    assert entry.digest == held.digest
    assert entry.lodged_on == date(2024, 1, 31)

    assert refused(applicant, entry, "recommended") == "assessment.round.part"
    assert refused(people["elsewhere"], entry, "recommended") == "assessment.entry"
    go(district, entry, "recommended")
    assert refused(district, entry, "eligibility_check") == "assessment.round.missing"
    bring(entry, "opinion")
    go(district, entry, "eligibility_check")

    assert refused(city, entry, "accepted") == "assessment.round.eligibility"
    state_facts(entry)
    say = {"actor": city, "entry_id": entry.pk, "rule": "transferable-method", "holds": True, "when": moment()}
    with pytest.raises(BadInput, match=r"round\.ground"):
        eligibility.say_word(**say, ground=" ")
    eligibility.say_word(**say, ground="方法已在三家供方推广")
    assert refused(city, entry, "accepted") == "assessment.round.consultation"
    asked = eligibility.ask_departments(actor=city, entry_id=entry.pk, when=moment())
    for row in asked:
        eligibility.record_answer(
            actor=city, entry_id=entry.pk, department=row.department, objects=False, answered_on=TODAY, ground="",
            document="函〔2024〕1 号", when=moment(),
        )  # fmt: skip
    go(city, entry, "accepted")
    go(city, entry, "acceptance_notice")
    assert refused(city, entry, "desk_review") == "assessment.round.notice.missing"
    post(entry, "acceptance_notice", date(2024, 1, 4))
    assert refused(city, entry, "desk_review", date(2024, 1, 11)) == "assessment.round.notice.running"
    go(city, entry, "desk_review", date(2024, 1, 12))

    assert refused(chair, entry, "satisfaction_survey") == "assessment.round.judged.few"
    experts = [make_expert(f"E-{number:03}") for number in range(1, 8)]
    for expert in experts[:5]:
        make_task(entry, expert, "desk_review", handed_in=True)
    sealed, left = results.seal_stage(actor=city, round_id=held.pk, stage="desk_review", when=moment())
    assert [one.percent for one in sealed] == ["60"]
    assert not left
    again, _ = results.seal_stage(actor=city, round_id=held.pk, stage="desk_review", when=moment())
    assert again == []
    go(chair, entry, "satisfaction_survey")

    assert refused(city, entry, "site_visit") == "assessment.round.judged.seal"
    stage = scheme_of(held).stage_of("satisfaction_survey")
    assert stage is not None
    survey = {
        one.id: str(getattr(one, "high", 5)) for one in _instrument("satisfaction", "1").item if one.kind == "likert"
    }
    results.record_survey(actor=city, entry_id=entry.pk, stage="satisfaction_survey", answered=[survey], when=moment())
    go(city, entry, "site_visit")
    for expert in experts[:3]:
        make_task(entry, expert, "site_visit", handed_in=True)
    _, left = results.seal_stage(actor=city, round_id=held.pk, stage="site_visit", when=moment())
    assert left[entry.number].code == "assessment.round.judged.open"
    for item in _instrument("gbt-19580", "2012").items:
        entry.settlements.create(
            stage="site_visit", item=item, kind="consensus", percent=65, reason="现场核实", expert_code="E-001",
            actor="user:1", at=moment().at,
        )  # fmt: skip
    results.seal_stage(actor=city, round_id=held.pk, stage="site_visit", when=moment())
    go(chair, entry, "hearing")
    for expert in experts:
        make_task(entry, expert, "hearing", handed_in=True, percent="70")
    results.seal_stage(actor=chair, round_id=held.pk, stage="hearing", when=moment())
    go(chair, entry, "deliberation")
    assert [(one.entry.number, one.total.points) for one in ranking(held)] == [("08-017", 645)]

    assert refused(chair, entry, "approval") in ("assessment.round.vote", "assessment.round.not_proposed")
    members = [make_user(f"m{number}@example.org") for number in range(3)]
    for member in members:
        appoint_member(actor=city, round_id=held.pk, user_id=member.pk, name=str(member), when=moment())
    motion = decisions.open_motion(actor=chair, entry_id=entry.pk, grade="excellence", when=moment())
    with pytest.raises(NotAllowed):
        decisions.cast_ballot(actor=chair, motion_id=motion.pk, choice="yes", reason="", when=moment())
    _vote(members[0], motion.pk, "yes")
    with pytest.raises(Conflict, match=r"ballot\.twice"):
        _vote(members[0], motion.pk, "no")
    with pytest.raises(Conflict, match=r"motion\.quorum"):
        decisions.close_motion(actor=chair, motion_id=motion.pk, when=moment())
    _vote(members[1], motion.pk, "yes")
    assert decisions.close_motion(actor=chair, motion_id=motion.pk, when=moment()).carried
    go(chair, entry, "approval")
    go(city, entry, "public_notice")

    day = date(2024, 2, 1)
    decision = {"document": "青政字〔2024〕5 号", "effective_on": date(2024, 2, 20)}
    assert refused(city, entry, "decided", day, **decision) == "assessment.round.notice.missing"
    post(entry, "public_notice", day)
    assert refused(city, entry, "decided", day, **decision) == "assessment.round.notice.running"
    assert refused(city, entry, "decided", date(2024, 2, 20)) == "assessment.round.document"
    assert not Honour.objects.exists()  # 公示 never counts as won
    go(city, entry, "decided", date(2024, 2, 20), **decision)
    go(city, entry, "announced", date(2024, 2, 20), **decision)
    honour = Honour.objects.get()
    assert (honour.scheme, honour.edition, honour.grade, honour.recipient) == ("mayor", "8", "excellence", entry.name)
    entry.refresh_from_db()
    steps = list(entry.steps.order_by("number").values_list("before", "after"))
    assert [before for before, _ in steps[1:]] == [after for _, after in steps[:-1]]
    assert entry.version == len(steps) == 14


def test_two_officers_at_once_make_one_move(people: dict[str, Actor]) -> None:
    entry = make_entry(make_round(), state="accepted")
    seen = entry.version
    move_entry(actor=people["city"], entry_id=entry.pk, to="acceptance_notice", seen=seen, when=moment())
    with pytest.raises(Conflict, match=r"entry\.moved"):
        move_entry(actor=people["city"], entry_id=entry.pk, to="acceptance_notice", seen=seen, when=moment())
    assert entry.steps.count() == 1


def test_a_returned_entry_lapses_when_its_time_is_over(people: dict[str, Actor]) -> None:
    entry = make_entry(make_round(), state="submitted")
    assert refused(people["district"], entry, "returned") == "assessment.round.grounds"
    go(people["district"], entry, "returned", ground="缺自评报告")
    bring(entry, "profile", "self-assessment", "results", "evidence", "pledge")
    assert refused(people["applicant"], entry, "submitted", date(2024, 1, 12)) == "assessment.round.late"
    go(people["applicant"], entry, "submitted", date(2024, 1, 11))
    entry.refresh_from_db()
    assert entry.lodged_on == TODAY  # the day it was first lodged


def test_a_district_recommends_within_its_quota(people: dict[str, Actor]) -> None:
    held = make_round()
    entries = [make_entry(held, f"08-{number:03}", state="recommended") for number in range(1, 5)]
    for entry in entries:
        bring(entry, "opinion")
    for entry in entries[:3]:
        go(people["district"], entry, "eligibility_check")
    assert refused(people["district"], entries[3], "eligibility_check") == "assessment.round.recommendation"
    facts = facts_for(entries[3], on=TODAY)
    assert facts.recommended is not None
    assert facts.recommended.taken == 3


def test_an_officer_does_not_handle_his_own_organisations_entry() -> None:
    entry = make_entry(make_round(), state="accepted")
    officer = make_user("both@example.org")
    give_role(officer, "city_officer")
    give_role(officer, "enterprise", organisation_code=CODE)
    assert refused(actor_for(officer, TODAY), entry, "acceptance_notice") == "assessment.round.part"


def test_a_changed_file_moves_nothing(people: dict[str, Actor]) -> None:
    entry = make_entry(make_round(), state="accepted")
    Entry.objects.filter(pk=entry.pk).update(digest="0" * 64)
    assert refused(people["city"], entry, "acceptance_notice") == "assessment.round.seal"


def test_a_round_is_called_once_and_by_officers(people: dict[str, Actor]) -> None:
    made = call_round(actor=people["city"], scheme_id="innovation-contest", edition="2", when=moment())
    stage = made.stages.get()
    assert (stage.state, stage.opens_on, stage.closes_on) == ("draft", TODAY, date(2024, 2, 1))
    assert made.lot_seed not in str(list(Line.objects.values_list("detail", flat=True)))
    with pytest.raises(Conflict):
        call_round(actor=people["city"], scheme_id="innovation-contest", edition="2", when=moment())
    with pytest.raises(NotAllowed):
        call_round(actor=people["chair"], scheme_id="mayor", edition="8", when=moment())
    with pytest.raises(Conflict):
        call_round(actor=people["city"], scheme_id="china", edition="5", when=moment())
    with pytest.raises(Conflict, match="stage_over"):
        plan_stage(
            actor=people["city"], round_id=made.pk, state="draft", opens_on=TODAY, closes_on=date(2024, 3, 1),
            when=moment(date(2024, 2, 2)),
        )  # fmt: skip


@pytest.mark.parametrize("role", ["citizen", "chair", "elsewhere"])
def test_what_one_may_not_know_of_is_not_found(people: dict[str, Actor], role: str) -> None:
    entry = make_entry(make_round(), state="submitted")
    with pytest.raises(NotFound):
        move_entry(actor=people[role], entry_id=entry.pk, to="recommended", seen=0, when=moment())


def _vote(member: User, motion_id: int, choice: str) -> None:
    decisions.cast_ballot(
        actor=actor_for(member, TODAY),
        motion_id=motion_id,
        choice=choice,
        reason="",
        when=moment(),
    )


def _instrument(file_id: str, edition: str) -> Instrument:
    return rulebook().file(Instrument, file_id, edition)
