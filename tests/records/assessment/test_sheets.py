"""Sheets: steps, windows, handing in, questions, consensus, and nothing seen too early."""

from decimal import Decimal

import pytest

from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, NotFound, PinzhiError
from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.records.accounts.permissions import Actor, actor_for
from pinzhi.records.assessment.actions import consensus, sheets
from pinzhi.records.assessment.actions.clearing import clear_file
from pinzhi.records.assessment.actions.sheets import ItemSheet
from pinzhi.records.assessment.models import (
    Assignment,
    Entry,
    EntryFile,
    Expert,
    SectionVersion,
    Settlement,
    SheetVersion,
    StoredFile,
)
from pinzhi.records.assessment.queries.panel_marks import panel, panel_of
from pinzhi.records.assessment.queries.reading import file_for, reading_of
from pinzhi.records.assessment.queries.workbench import workbench
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.journal.models import Entry as Line
from tests.build import TODAY, make_actor
from tests.records.assessment.build import CODE, make_entry, make_expert, make_round, make_task, moment

pytestmark = pytest.mark.django_db
DESK = "desk_review"


def items() -> list[str]:
    return list(rulebook().file(Instrument, "gbt-19580", "2012").items)


def actor_of(expert: Expert) -> Actor:
    return actor_for(expert.user, TODAY)


@pytest.fixture
def entry() -> Entry:
    return make_entry(make_round(), state=DESK)


@pytest.fixture
def task(entry: Entry) -> Assignment:
    return make_task(entry, make_expert("E-001"), DESK)


def save(task: Assignment, base: int, percent: str = "60", minute: int = 0, item: str = "4.1.2") -> SheetVersion:
    said = ItemSheet(item, percent)
    return sheets.save_item(
        actor=actor_of(task.expert), assignment_id=task.pk, base=base, said=said, when=moment(minute=minute)
    )


def fill(task: Assignment, percent: str = "60", **other: str) -> None:
    last = SheetVersion.objects.filter(assignment=task).order_by("-number").first()
    answers = dict.fromkeys(items(), percent) | {f"4.{item[1:].replace('_', '.')}": one for item, one in other.items()}
    sheets.save_sheet(
        actor=actor_of(task.expert), assignment_id=task.pk, base=last.number if last else 0, answers=answers,
        notes={"4.1.2": {"strengths": ["例会有跟踪", " "]}}, when=moment(),
    )  # fmt: skip


def hand_in(task: Assignment) -> None:
    last = SheetVersion.objects.filter(assignment=task).order_by("-number").first()
    sheets.submit_sheet(
        actor=actor_of(task.expert), assignment_id=task.pk, seen=last.number if last else 0, when=moment()
    )


def test_marks_go_in_steps_of_five(task: Assignment) -> None:
    with pytest.raises(BadInput, match=r"sheet\.answer") as refusal:
        save(task, 0, "57")
    assert "55% 或 60%" in refusal.value.text.zh
    for wrong in ("105", "-5", "many", "NaN"):
        with pytest.raises(BadInput):
            save(task, 0, wrong)
    with pytest.raises(BadInput, match=r"round\.item"):
        sheets.save_item(
            actor=actor_of(task.expert), assignment_id=task.pk, base=0, when=moment(),
            said=ItemSheet("9.9.9", "", ["x"]),
        )  # fmt: skip
    assert not SheetVersion.objects.exists()
    assert save(task, 0, "55").answers == {"4.1.2": "55"}


def test_saves_of_the_same_ten_minutes_are_one_row_and_the_next_is_another(task: Assignment) -> None:
    save(task, 0, "55", minute=0)
    save(task, 1, "60", minute=9)
    save(task, 2, "", minute=10)
    rows = SheetVersion.objects.filter(assignment=task).order_by("number")
    assert [(one.number, one.answers) for one in rows] == [(2, {"4.1.2": "60"}), (3, {})]
    assert Line.objects.filter(action="assessment.sheet.save").count() == 2


def test_a_second_window_is_refused_and_nothing_is_lost(task: Assignment) -> None:
    save(task, 0, "55")
    with pytest.raises(Conflict, match=r"sheet\.window"):
        save(task, 0, "90")
    assert save(task, 1, "70", item="4.1.3").answers == {"4.1.2": "55", "4.1.3": "70"}


def test_an_incomplete_sheet_is_not_handed_in(task: Assignment) -> None:
    save(task, 0)
    with pytest.raises(BadInput, match=r"sheet\.incomplete") as refusal:
        hand_in(task)
    assert refusal.value.facts["count"] == len(items()) - 1


def test_what_was_handed_in_never_changes(task: Assignment) -> None:
    fill(task)
    hand_in(task)
    task.refresh_from_db()
    sheet = SheetVersion.objects.get(assignment=task)
    assert task.submitted_at == moment().at
    assert len(sheet.digest) == 64
    assert sheet.notes == {"4.1.2": {"strengths": ["例会有跟踪"], "improvements": []}}
    for act in (lambda: save(task, sheet.number, "70"), lambda: hand_in(task)):
        with pytest.raises(Conflict, match=r"sheet\.handed_in"):
            act()
    line = Line.objects.get(action="assessment.sheet.hand_in")
    assert "60" not in str({**line.detail, "digest": ""})


def test_only_the_expert_it_was_given_to_and_only_in_its_stage(entry: Entry, task: Assignment) -> None:
    other = make_expert("E-002")
    make_task(entry, other, "site_visit")
    for stranger in (actor_of(other), actor_of(make_expert("E-003"))):
        with pytest.raises(NotFound):
            sheets.save_item(
                actor=stranger, assignment_id=task.pk, base=0, said=ItemSheet("4.1.2", "60"), when=moment()
            )
        with pytest.raises(NotFound):
            workbench(stranger, "mayor-8", "08-017", DESK)
    applicant = make_actor("enterprise", organisation_code=CODE)
    with pytest.raises(NotAllowed):
        sheets.save_item(actor=applicant, assignment_id=task.pk, base=0, said=ItemSheet("4.1.2", "60"), when=moment())
    with pytest.raises(NotFound):
        workbench(applicant, "mayor-8", "08-017", DESK)
    entry.state = "site_visit"
    entry.save()
    with pytest.raises(Conflict, match=r"sheet\.stage"):
        save(task, 0)


def test_no_marks_of_others_before_all_are_in(entry: Entry, task: Assignment) -> None:
    second, third = (make_task(entry, make_expert(f"E-00{n}"), DESK) for n in (2, 3))
    officer = make_actor("city_officer")
    fill(task)
    hand_in(task)
    fill(second, "90")
    hand_in(second)
    for actor in (actor_of(task.expert), officer):
        with pytest.raises(Conflict, match=r"panel\.waiting"):
            panel(actor, "mayor-8", "08-017", DESK)
    with pytest.raises(Conflict, match=r"panel\.own_first"):
        panel(actor_of(third.expert), "mayor-8", "08-017", DESK)
    fill(third)
    hand_in(third)
    seen = panel(officer, "mayor-8", "08-017", DESK)
    assert seen.open == len(items())
    assert {one.spread for one in seen.items} == {Decimal(30)}
    assert [one.by for one in seen.items[0].marks] == ["E-001", "E-002", "E-003"]
    assert {len(one.marks) for one in seen.items} == {3}
    for stranger in (
        make_actor("enterprise", organisation_code=CODE),
        make_actor("district_officer", district="370212"),
    ):
        with pytest.raises(NotFound):
            panel(stranger, "mayor-8", "08-017", DESK)


def settle(
    actor: Actor, entry: Entry, percent: str = "65", item: str = "4.1.2", reason: str = "核对证据"
) -> Settlement:
    return consensus.settle_item(
        actor=actor, entry_id=entry.pk, stage=entry.state, item=item, percent=Decimal(percent), reason=reason,
        when=moment(),
    )  # fmt: skip


def refused(*args: object, **more: str) -> str:
    with pytest.raises(PinzhiError) as refusal:
        settle(*args, **more)  # type: ignore[arg-type]
    return refusal.value.code


def test_the_head_writes_down_the_consensus_after_all_independent_marks(entry: Entry, task: Assignment) -> None:
    task.lead = True
    task.save()
    second, third = (make_task(entry, make_expert(f"E-00{n}"), DESK) for n in (2, 3))
    lead = actor_of(task.expert)
    for one in (task, second):
        fill(one, "40" if one is task else "70")
        hand_in(one)
    assert refused(lead, entry) == "assessment.panel.waiting"
    fill(third, "55")
    hand_in(third)
    assert refused(actor_of(second.expert), entry) == "assessment.panel.lead"
    assert refused(lead, entry, percent="57") == "assessment.round.percent"
    assert refused(lead, entry, percent="NaN") == "assessment.round.percent"
    assert refused(lead, entry, item="9.9.9") == "assessment.round.item"
    assert refused(lead, entry, reason="  ") == "assessment.round.ground"
    assert not Settlement.objects.exists()
    settle(lead, entry, "55")
    settle(lead, entry, "60", reason="再议")
    first = next(one for one in panel_of(entry, DESK) if one.item == "4.1.2")
    assert [(one.kind, one.percent) for one in first.layers[3:]] == [("consensus", 55), ("consensus", 60)]
    assert first.percent == 60
    with pytest.raises(Conflict, match=r"panel\.site"):
        consensus.change_on_site(
            actor=lead, entry_id=entry.pk, stage=DESK, item="4.1.2", percent=Decimal(65), reason="现场", when=moment()
        )


def test_changes_on_site_come_after_the_consensus(entry: Entry) -> None:
    entry.state = "site_visit"
    entry.save()
    given = [make_task(entry, make_expert(f"E-00{n}"), "site_visit", handed_in=True) for n in (1, 2, 3)]
    Assignment.objects.filter(pk=given[0].pk).update(lead=True)
    lead = actor_of(given[0].expert)

    def change() -> Settlement:
        return consensus.change_on_site(
            actor=lead, entry_id=entry.pk, stage="site_visit", item="4.1.2", percent=Decimal(70), reason="看到实物",
            when=moment(),
        )  # fmt: skip

    with pytest.raises(Conflict, match=r"consensus_first"):
        change()
    settle(lead, entry)
    change()
    first = next(one for one in panel_of(entry, "site_visit") if one.item == "4.1.2")
    assert [one.kind for one in first.layers] == ["independent"] * 3 + ["consensus", "site"]
    assert first.percent == 70


def test_the_head_answers_questions_once(entry: Entry, task: Assignment) -> None:
    head = make_task(entry, make_expert("E-009"), DESK)
    Assignment.objects.filter(pk=head.pk).update(lead=True)
    asked = sheets.ask(
        actor=actor_of(task.expert), assignment_id=task.pk, item="4.1.2", text="例会记录算证据吗", when=moment()
    )
    with pytest.raises(NotAllowed):
        sheets.answer(actor=actor_of(task.expert), question_id=asked.pk, text="算", when=moment())
    with pytest.raises(NotFound):
        sheets.answer(actor=actor_of(make_expert("E-010")), question_id=asked.pk, text="算", when=moment())
    sheets.answer(actor=actor_of(head.expert), question_id=asked.pk, text="算", when=moment())
    with pytest.raises(Conflict):
        sheets.answer(actor=actor_of(head.expert), question_id=asked.pk, text="不算", when=moment())
    assert [one.answer for one in workbench(actor_of(task.expert), "mayor-8", "08-017", DESK).questions] == ["算"]


def test_blind_readers_see_no_name(entry: Entry, task: Assignment) -> None:
    text = f"4.1.2 高层领导的作用\n{entry.name}（代码 {CODE}）在城阳区。澄海 精工每月开例会。"
    for document, content in (
        ("profile", {"text": text}), ("opinion", {"text": "同意推荐"}), ("pledge", {"agreed": True, "name": "王"})
    ):  # fmt: skip
        SectionVersion.objects.create(
            entry=entry, document=document, number=1, content=content, by=entry.created_by, at=moment().at
        )
    stored = StoredFile.objects.create(digest="a" * 64, size=2048, media="pdf", at=moment().at)
    EntryFile.objects.create(
        entry=entry, document="evidence", number=7, file=stored, name="澄海精工证书.pdf", by=entry.created_by,
        at=moment().at,
    )  # fmt: skip
    reading = reading_of(task)
    shown = repr(reading)
    for secret in (entry.name, "澄海", CODE, "证书", "370212", "同意推荐"):
        assert secret not in shown
    assert next((one.text, one.item) for one in reading.parts[0].blocks) == ("4.1.2 高层领导的作用", "4.1.2")
    assert "申报单位每月开例会" in shown
    assert reading.attachments[0].name.zh == "附件 7"
    with pytest.raises(Conflict, match="whose it is"):
        file_for(actor_of(task.expert), "mayor-8", "08-017", DESK, 7)
    with pytest.raises(NotAllowed):
        clear_file(actor=actor_of(task.expert), round_key="mayor-8", number="08-017", file_number=7, when=moment())
    officer = make_actor("city_officer")
    for _twice in range(2):
        clear_file(actor=officer, round_key="mayor-8", number="08-017", file_number=7, when=moment())
    assert Line.objects.filter(action="assessment.file.clear").count() == 1
    _kept, name = file_for(actor_of(task.expert), "mayor-8", "08-017", DESK, 7)
    assert name == "08-017-7.pdf"
    with pytest.raises(NotFound):
        file_for(actor_of(make_expert("E-020")), "mayor-8", "08-017", DESK, 7)
    site = make_task(entry, make_expert("E-021"), "site_visit")
    open_reading = reading_of(site)
    assert entry.name in repr(open_reading)
    assert "同意推荐" in repr(open_reading)
    assert file_for(actor_of(site.expert), "mayor-8", "08-017", "site_visit", 7)[1] == "澄海精工证书.pdf"


def test_the_workbench_opens_the_first_item_without_a_mark(task: Assignment) -> None:
    save(task, 0)
    seen = workbench(actor_of(task.expert), "mayor-8", "08-017", DESK)
    assert (seen.page.item.id, seen.done, seen.count) == ("4.1.3", 1, len(items()))
    first = workbench(actor_of(task.expert), "mayor-8", "08-017", DESK, "4.1.2")
    assert first.page.earned == Decimal("30.0")
    assert [(one.low, one.high, len(one.steps)) for one in first.page.bands][:2] == [("0", "5", 2), ("10", "25", 4)]
    assert first.page.after == "4.1.3"
    assert first.applicant == ""
