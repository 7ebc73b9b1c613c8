"""Applying: in time to the second, nothing overwritten, no lying file, nobody else's application."""

from datetime import date, datetime, timedelta

import pytest

from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import Actor, actor_for
from pinzhi.records.assessment.actions import applications
from pinzhi.records.assessment.actions.moving import move_entry
from pinzhi.records.assessment.files import Sent
from pinzhi.records.assessment.models import Entry, EntryFile, SectionVersion
from pinzhi.records.assessment.queries import applications as queries
from pinzhi.records.assessment.queries.facts import known_facts
from tests.build import TODAY, give_role, make_actor, make_user
from tests.records.assessment.build import CODE, ZONE, make_entry, make_round, moment

pytestmark = pytest.mark.django_db
OTHER = "91370203MA0000027H"
LAST = date(2024, 1, 31)
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def li() -> Actor:
    return make_actor("enterprise", organisation_code=CODE)


@pytest.fixture
def wang(li: Actor) -> Actor:
    """A colleague to whom the organisation's manager delegated."""
    user, giver = make_user("wang@example.org", name="王芳"), make_user("chief@example.org")
    give_role(giver, "enterprise", organisation_code=CODE)
    give_role(user, "enterprise", organisation_code=CODE, delegated_by=giver, ends_on=date(2024, 6, 30))
    return actor_for(user, TODAY)


@pytest.fixture
def entry() -> Entry:
    return make_entry(make_round())


def start(actor: Actor, when: Moment | None = None, **other: object) -> Entry:
    given: dict[str, object] = {
        "round_key": "mayor-8", "category": "organisation", "name": "青岛澄海精工有限公司", "organisation_code": CODE,
        "district": "370212", "front_line": False,
    }  # fmt: skip
    return applications.start_entry(actor=actor, when=when or moment(), **(given | other))  # type: ignore[arg-type]


def write(
    actor: Actor, entry: Entry, text: str, base: int, minutes: int = 0, document: str = "profile"
) -> SectionVersion:
    when = Moment(moment().at + timedelta(minutes=minutes), TODAY)
    return applications.save_section(
        actor=actor, entry_id=entry.pk, document=document, base=base, content={"text": text}, when=when
    )


def bring(actor: Actor, entry: Entry, sent: Sent, when: Moment | None = None) -> EntryFile:
    return applications.attach(actor=actor, entry_id=entry.pk, document="evidence", sent=sent, when=when or moment())


# ---- starting --------------------------------------------------------------------------------------------------------
def test_numbers_run_through_the_round(li: Actor) -> None:
    make_entry(make_round(), "08-016", organisation_code=OTHER)
    first = start(li)
    second = start(li, category="team", name="装配一班", front_line=True)
    assert (first.number, second.number) == ("08-017", "08-018")
    assert (first.state, first.district, first.version, second.front_line) == ("draft", "370212", 0, True)


def test_an_organisation_applies_once_in_a_category_and_again_after_it_left(li: Actor) -> None:
    make_round()
    first = start(li)
    with pytest.raises(Conflict) as refusal:
        start(li)
    assert refusal.value.facts["number"] == first.number
    move_entry(actor=li, entry_id=first.pk, to="abandoned", seen=0, when=moment())
    assert start(li).number == "08-002"


@pytest.mark.parametrize(
    ("at", "is_in_time"),
    [
        (datetime(2023, 11, 30, 23, 59, 59, tzinfo=ZONE), False),
        (datetime(2023, 12, 1, 0, 0, 0, tzinfo=ZONE), True),
        (datetime(2024, 1, 31, 23, 59, 59, tzinfo=ZONE), True),
        (datetime(2024, 2, 1, 0, 0, 0, tzinfo=ZONE), False),
    ],
)
def test_the_call_opens_and_closes_to_the_second(li: Actor, at: datetime, is_in_time: bool) -> None:
    make_round()
    when = Moment(at, at.date())
    if is_in_time:
        assert start(li, when).created_on == at.date()
        return
    with pytest.raises(Conflict):
        start(li, when)
    assert not Entry.objects.exists()


def test_writing_ends_with_the_last_second_of_the_call(li: Actor, entry: Entry) -> None:
    last = datetime(2024, 1, 31, 23, 59, 59, tzinfo=ZONE)
    given = {"actor": li, "entry_id": entry.pk, "document": "profile", "content": {"text": "完"}}
    applications.save_section(**given, base=0, when=Moment(last, LAST))  # type: ignore[arg-type]
    late = last + timedelta(seconds=1)
    with pytest.raises(Conflict) as refusal:
        applications.save_section(**given, base=1, when=Moment(late, late.date()))  # type: ignore[arg-type]
    assert refusal.value.code == "assessment.application.late"
    with pytest.raises(Conflict):
        bring(li, entry, Sent("a.pdf", [PDF]), Moment(late, late.date()))


@pytest.mark.parametrize(
    "wrong",
    [
        {"category": "city"},
        {"district": ""},
        {"district": "110000"},
        {"organisation_code": ""},
        {"name": "  ", "category": "team"},
        {"name": "长" * 201, "category": "team"},
    ],
)
def test_what_cannot_be_entered_is_refused(li: Actor, wrong: dict[str, object]) -> None:
    make_round()
    with pytest.raises(BadInput):
        start(li, **wrong)


def test_nobody_applies_for_another_organisation(li: Actor) -> None:
    make_round()
    with pytest.raises(NotAllowed):
        start(li, organisation_code=OTHER)


def test_a_citizen_applies_for_himself() -> None:
    make_round()
    citizen = make_actor("citizen")
    own = start(citizen, category="person", name="林晓", organisation_code="")
    assert queries.own_entry(citizen, "mayor-8", own.number) == own
    with pytest.raises(NotFound):
        queries.own_entry(make_actor("enterprise", organisation_code=OTHER), "mayor-8", own.number)


# ---- writing ---------------------------------------------------------------------------------------------------------
def test_saves_of_one_sitting_are_one_row_and_later_ones_are_their_own(li: Actor, entry: Entry) -> None:
    write(li, entry, "一", 0)
    write(li, entry, "一二", 1, 5)
    assert write(li, entry, "一二三", 2, 14).number == 3
    assert entry.sections.count() == 1
    assert write(li, entry, "一二三四", 3, 30).number == 4
    assert [one.content["text"] for one in queries.section_history(entry, "profile")] == ["一二三四", "一二三"]


def test_saving_the_same_words_again_changes_nothing(li: Actor, entry: Entry) -> None:
    assert write(li, entry, "一", 0).number == write(li, entry, "一", 0, 20).number == 1


def test_two_colleagues_at_one_section_lose_nothing(li: Actor, wang: Actor, entry: Entry) -> None:
    write(li, entry, "原文", 0)
    write(wang, entry, "王的一版", 1, 1)
    with pytest.raises(Conflict) as refusal:
        write(li, entry, "李的一版", 1, 2)
    facts = refusal.value.facts
    assert (facts["who"], facts["number"]) == ("王芳", 2)
    assert facts["theirs"] == {"text": "王的一版"}
    assert facts["yours"] == {"text": "李的一版"}
    assert write(li, entry, "两版合并", 2, 3).number == 3
    assert [one.content["text"] for one in queries.section_history(entry, "profile")] == [
        "两版合并", "王的一版", "原文",
    ]  # fmt: skip


def test_ones_own_second_window_is_kept_as_a_row_of_its_own(li: Actor, entry: Entry) -> None:
    write(li, entry, "甲", 0)
    write(li, entry, "乙", 0, 1)
    assert [one.content["text"] for one in queries.section_history(entry, "profile")] == ["乙", "甲"]


def test_a_delegated_colleague_writes_and_another_organisation_finds_nothing(wang: Actor, entry: Entry) -> None:
    write(wang, entry, "受托人写的", 0)
    stranger = make_actor("enterprise", organisation_code=OTHER)
    with pytest.raises(NotFound):
        write(stranger, entry, "别人", 1)
    with pytest.raises(NotFound):
        queries.application(stranger, "mayor-8", entry.number, TODAY)
    assert queries.own_applications(stranger, TODAY) == ()


def test_what_was_sent_can_no_longer_be_written(li: Actor, entry: Entry) -> None:
    Entry.objects.filter(pk=entry.pk).update(state="submitted")
    with pytest.raises(Conflict) as refusal:
        write(li, entry, "晚了", 0)
    assert refusal.value.code == "assessment.application.sent"


def test_the_districts_opinion_is_the_districts(li: Actor, entry: Entry) -> None:
    Entry.objects.filter(pk=entry.pk).update(state="recommended")
    with pytest.raises(NotAllowed):
        write(li, entry, "同意推荐", 0, document="opinion")
    officer = make_actor("district_officer", district="370212")
    assert write(officer, entry, "同意推荐", 0, document="opinion").number == 1
    Entry.objects.filter(pk=entry.pk).update(state="eligibility_check")
    with pytest.raises(Conflict):
        write(officer, entry, "改一改", 1, 20, document="opinion")


@pytest.mark.parametrize(
    ("document", "content"),
    [
        ("profile", {"rows": []}),
        ("profile", {"text": 5}),
        ("profile", {"text": "x", "more": "y"}),
        ("profile", {"text": "字" * 100_001}),
        ("results", {"rows": "x"}),
        ("results", {"rows": [["x" * 501]]}),
        ("results", {"rows": [["1"]] * 81}),
        ("results", {"rows": [["1"] * 11]}),
        ("results", {"rows": [[1]]}),
        ("pledge", {"agreed": True, "name": " "}),
        ("pledge", {"agreed": "yes", "name": "李"}),
    ],
)
def test_content_of_another_kind_or_size_is_refused(
    li: Actor, entry: Entry, document: str, content: dict[str, object]
) -> None:
    with pytest.raises(BadInput):
        applications.save_section(
            actor=li, entry_id=entry.pk, document=document, base=0, content=content, when=moment()
        )
    assert not entry.sections.exists()


def test_a_table_loses_its_empty_edges_and_keeps_its_form(li: Actor, entry: Entry) -> None:
    rows = [["指标", "2023", ""], ["", "", ""], ["一次合格率", "98.7", ""], ["x"]]
    saved = applications.save_section(
        actor=li, entry_id=entry.pk, document="results", base=0, content={"rows": rows}, when=moment()
    )
    assert saved.content == {"rows": [["指标", "2023"], ["一次合格率", "98.7"], ["x", ""]]}


@pytest.mark.parametrize("document", ["evidence", "achievements", "nothing"])
def test_only_sections_of_the_category_are_written(li: Actor, entry: Entry, document: str) -> None:
    with pytest.raises(NotFound):
        write(li, entry, "x", 0, document=document)


# ---- files -----------------------------------------------------------------------------------------------------------
def test_files_are_numbered_and_a_removed_number_is_not_given_again(li: Actor, entry: Entry) -> None:
    first = bring(li, entry, Sent("C:\\材料\\证书.pdf", [PDF], len(PDF)))
    assert (first.number, first.name) == (1, "证书.pdf")
    applications.detach(actor=li, entry_id=entry.pk, number=1, when=moment())
    assert bring(li, entry, Sent("证书.pdf", [PDF])).number == 2
    assert entry.files.count() == 2
    with pytest.raises(NotFound):
        applications.detach(actor=li, entry_id=entry.pk, number=1, when=moment())


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (Sent("a.pdf", [PDF], len(PDF) + 7), "assessment.file.cut"),
        (Sent("a.pdf", []), "assessment.file.empty"),
        (Sent("a.png", [PDF]), "assessment.file.lies"),
        (Sent("a.exe", [b"MZ\x90\x00"]), "assessment.file.type"),
        (Sent("a.pdf", [b"x" * (1 << 20)] * 21), "assessment.file.large"),
    ],
)
def test_files_that_are_not_whole_or_not_honest_leave_nothing(li: Actor, entry: Entry, sent: Sent, code: str) -> None:
    with pytest.raises(BadInput) as refusal:
        bring(li, entry, sent)
    assert refusal.value.code == code
    assert not entry.files.exists()


def test_the_same_file_is_attached_once(li: Actor, entry: Entry) -> None:
    bring(li, entry, Sent("a.pdf", [PDF]))
    with pytest.raises(Conflict):
        bring(li, entry, Sent("b.pdf", [PDF]))


# ---- facts -----------------------------------------------------------------------------------------------------------
def state(actor: Actor, entry: Entry, fact: str, value: str, source: str = "") -> None:
    applications.state_fact(actor=actor, entry_id=entry.pk, fact=fact, value=value, source=source, when=moment())


def test_the_latest_statement_counts_and_cannot_pass_for_an_officers(li: Actor, entry: Entry) -> None:
    state(li, entry, "years_since_accident", "3")
    state(li, entry, "years_since_accident", "9", source="officer: 我说的")
    assert known_facts(entry, TODAY)["years_since_accident"] == 9
    assert all(one.source.startswith("applicant:") for one in entry.facts.all())


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("years_of_loss", "两年"),
        ("years_of_loss", "-1"),
        ("years_of_loss", "NaN"),
        ("years_of_loss", "1e99"),
        ("years_of_loss", ""),
        ("region", "370212"),
        ("revoked_before", "false"),
        ("members", "5"),
        ("nonsense", "5"),
    ],
)
def test_facts_of_another_type_or_not_asked_for_are_refused(li: Actor, entry: Entry, fact: str, value: str) -> None:
    with pytest.raises(BadInput):
        state(li, entry, fact, value)
    assert not entry.facts.exists()


def test_a_team_says_whether_it_works_at_the_front_line(li: Actor) -> None:
    team = make_entry(make_round(), category="team")
    with pytest.raises(BadInput):
        state(li, team, "front_line", "yes")
    state(li, team, "front_line", "true")
    team.refresh_from_db()
    assert team.front_line


# ---- seeing and sending ----------------------------------------------------------------------------------------------
def complete(actor: Actor, entry: Entry) -> None:
    for document in ("profile", "self-assessment"):
        write(actor, entry, "我们这样做", 0, document=document)
    for document, content in (("results", {"rows": [["a", "1"]]}), ("pledge", {"agreed": True, "name": "李"})):
        applications.save_section(
            actor=actor, entry_id=entry.pk, document=document, base=0, content=dict(content), when=moment()
        )
    bring(actor, entry, Sent("a.pdf", [PDF]))


def test_what_is_missing_is_told_at_a_glance(li: Actor, entry: Entry) -> None:
    before = queries.application(li, "mayor-8", entry.number, TODAY)
    assert (before.done, before.asked, before.days_left) == (0, 9, 27)
    assert len(before.left) == 9
    assert not before.may_submit
    complete(li, entry)
    after = queries.application(li, "mayor-8", entry.number, TODAY)
    assert after.may_submit
    assert (after.done, len(after.left)) == (5, 4)


def test_a_receipt_tells_what_was_sent_whatever_is_written_later(li: Actor, entry: Entry) -> None:
    complete(li, entry)
    step = move_entry(actor=li, entry_id=entry.pk, to="submitted", seen=0, when=moment())
    first = queries.receipt(entry, step.number)
    officer = make_actor("district_officer", district="370212")
    later = Moment(moment().at + timedelta(minutes=1), TODAY)
    move_entry(actor=officer, entry_id=entry.pk, to="returned", seen=1, ground="补一份证书", when=later)
    seen = queries.application(li, "mayor-8", entry.number, TODAY)
    assert seen.returned is not None
    assert (seen.returned.ground, seen.deadline) == ("补一份证书", date(2024, 1, 11))
    write(li, entry, "改写", 1, 2)
    assert queries.receipt(entry, step.number).digest == first.digest
    again = move_entry(
        actor=li, entry_id=entry.pk, to="submitted", seen=2, when=Moment(moment().at + timedelta(minutes=3), TODAY)
    )
    assert queries.receipt(entry, again.number).digest != first.digest
    with pytest.raises(NotFound):
        queries.receipt(entry, 2)


def test_calls_that_are_open_are_listed_with_the_days_left() -> None:
    make_round()
    assert [one.days_left for one in queries.open_calls(TODAY)] == [27]
    assert queries.open_calls(date(2024, 2, 1)) == ()
    assert queries.open_calls(date(2023, 11, 30)) == ()
