"""Public notices: the clock over holidays, objections that stop it, names that stand nowhere, who may handle them."""

import json
from datetime import date

import pytest
from django.apps import apps
from django.db import connection

from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, NotFound, PinzhiError
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.assessment.actions.moving import move_entry
from pinzhi.records.assessment.actions.notices import (
    Said,
    close_objection,
    look_up_objector,
    object_to,
    post_notice,
    take_up,
)
from pinzhi.records.assessment.files import Sent
from pinzhi.records.assessment.models import Entry, Notice, Objection, Round
from pinzhi.records.assessment.queries.facts import facts_for
from pinzhi.records.assessment.queries.notices import (
    objection_by_receipt,
    objections_of,
    objections_to,
    public_notice,
    public_notices,
    standing_of,
)
from pinzhi.records.journal.models import Entry as Line
from tests.build import make_actor
from tests.records.assessment.build import make_entry, make_round, moment

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
POSTED = date(2023, 12, 28)
NAMED = Said(1, "false-material", "2023 年 6 月的检测报告是旧的。", name="刘某某", contact="13900001111")


@pytest.fixture
def held() -> Round:
    return make_round()


@pytest.fixture
def poster() -> Actor:
    return make_actor("city_officer")


@pytest.fixture
def entry(held: Round) -> Entry:
    return make_entry(held, state="acceptance_notice")


@pytest.fixture
def notice(held: Round, entry: Entry, poster: Actor) -> Notice:
    return post(held, poster)


def post(held: Round, poster: Actor, on: date = POSTED) -> Notice:
    return post_notice(
        actor=poster, round_id=held.pk, stage="acceptance_notice", document="公告〔2023〕7 号",
        text_zh="拟受理下列申报。",
        text_en="To be accepted.", when=moment(on),
    )  # fmt: skip


def handler(name: str = "2") -> Actor:
    return make_actor("city_officer", district=f"37020{name}")


def test_five_working_days_over_the_new_year(notice: Notice) -> None:
    seen = public_notice("mayor-8-1", date(2024, 1, 4))
    assert seen.period.last_day == date(2024, 1, 5)
    assert seen.is_running
    kinds = [(one.day.day, one.kind) for one in seen.strip]
    assert kinds[0] == (28, "posted")
    assert (30, "off") in kinds
    assert kinds[-1] == (5, "last")
    assert not public_notice("mayor-8-1", date(2024, 1, 6)).is_running
    assert [one.state.code for one in public_notices(date(2024, 1, 6))] == ["over"]


def test_the_list_stays_as_it_was_posted_and_is_posted_once(held: Round, notice: Notice, poster: Actor) -> None:
    Entry.objects.update(name="改名后的公司")
    assert [one.name for one in public_notice("mayor-8-1", POSTED).candidates] == ["青岛澄海精工有限公司"]
    with pytest.raises(Conflict, match=r"notice\.nobody"):
        post(held, poster)


def test_an_objection_stops_the_clock_until_it_is_closed(notice: Notice, entry: Entry, poster: Actor) -> None:
    object_to(notice_id=notice.pk, said=NAMED, files=[], when=moment(date(2024, 1, 3)))
    assert standing_of(notice, date(2024, 1, 8)).objected["08-017"]
    facts = facts_for(entry, on=date(2024, 1, 20))
    assert facts.notice is not None
    assert not facts.notice.may_be_announced
    objection, officer = Objection.objects.get(), handler()
    take_up(actor=poster, objection_id=objection.pk, handler_id=officer.account_id, when=moment(date(2024, 1, 4)))
    close_objection(
        actor=officer, objection_id=objection.pk, outcome="unfounded", finding="报告是当年的", removes=False,
        when=moment(date(2024, 1, 10)),
    )  # fmt: skip
    # three working days are left of five: 11, 12 and 15 January
    assert standing_of(notice, date(2024, 1, 10)).periods["08-017"].last_day == date(2024, 1, 15)


def test_the_objectors_name_stands_nowhere(notice: Notice, entry: Entry, poster: Actor) -> None:
    receipt = object_to(notice_id=notice.pk, said=NAMED, files=[], when=moment(date(2024, 1, 3)))
    officer = handler()
    take_up(actor=poster, objection_id=Objection.objects.get().pk, handler_id=officer.account_id, when=moment())
    for model in apps.get_models():
        for row in model.objects.all() if hasattr(model, "objects") else ():
            for field in model._meta.concrete_fields:
                value = getattr(row, field.attname)
                text = bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)
                assert "刘某某" not in text
                assert "13900001111" not in text
    assert [one.text for one in objections_of(officer, entry.round, date(2024, 1, 4))] == [NAMED.text]
    assert [one.text for one in objections_of(poster, entry.round, date(2024, 1, 4))] == [""]
    objection = Objection.objects.get()
    assert look_up_objector(actor=officer, objection_id=objection.pk, when=moment())["name"] == "刘某某"
    assert Line.objects.filter(action="assessment.objection.look_up").count() == 1
    with pytest.raises(NotAllowed):
        look_up_objector(actor=poster, objection_id=objection.pk, when=moment())
    assert "刘某某" not in repr(objections_to(entry)) + repr(objection_by_receipt(receipt))
    assert connection.vendor in ("sqlite", "postgresql")


def test_without_a_name_it_takes_evidence(notice: Notice) -> None:
    nameless = Said(1, "procedure", "没有开答辩会。")
    with pytest.raises(BadInput, match="anonymous"):
        object_to(notice_id=notice.pk, said=nameless, files=[], when=moment(POSTED))
    files = [Sent("证据.pdf", [PDF], len(PDF))]
    object_to(notice_id=notice.pk, said=nameless, files=files, when=moment(POSTED))
    assert Objection.objects.get().files.count() == 1


@pytest.mark.parametrize(
    ("said", "on", "code"),
    [
        (NAMED, date(2024, 1, 6), "assessment.round.objection.time"),
        (Said(2, "other", "不在名单里", name="某"), POSTED, "assessment.round.objection.entry"),
        (Said(1, "jealousy", "不服", name="某"), POSTED, "assessment.objection.text"),
        (Said(1, "other", "  ", name="某"), POSTED, "assessment.objection.text"),
    ],
)
def test_what_is_no_objection_is_refused_and_leaves_nothing(notice: Notice, said: Said, on: date, code: str) -> None:
    with pytest.raises(PinzhiError) as refusal:
        object_to(notice_id=notice.pk, said=said, files=[], when=moment(on))
    assert refusal.value.code == code
    assert not Objection.objects.exists()


def test_a_handler_is_somebody_else(notice: Notice, poster: Actor) -> None:
    object_to(notice_id=notice.pk, said=NAMED, files=[], when=moment(POSTED))
    objection = Objection.objects.get()
    with pytest.raises(NotAllowed):
        take_up(actor=poster, objection_id=objection.pk, handler_id=poster.account_id, when=moment())
    citizen = make_actor("citizen")
    with pytest.raises(NotFound):
        take_up(actor=poster, objection_id=objection.pk, handler_id=citizen.account_id, when=moment())
    first, second = handler("2"), handler("3")
    take_up(actor=poster, objection_id=objection.pk, handler_id=first.account_id, when=moment())
    with pytest.raises(Conflict):
        take_up(actor=poster, objection_id=objection.pk, handler_id=second.account_id, when=moment())
    closing = {"objection_id": objection.pk, "outcome": "founded", "finding": "属实", "removes": True}
    with pytest.raises(NotAllowed):
        close_objection(actor=second, when=moment(), **closing)  # type: ignore[arg-type]
    close_objection(actor=first, when=moment(), **closing)  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        close_objection(actor=first, when=moment(), **closing)  # type: ignore[arg-type]


def test_an_entry_taken_off_is_removed_and_its_record_stays(notice: Notice, entry: Entry, poster: Actor) -> None:
    officer = handler()
    on = moment(date(2024, 1, 3))
    with pytest.raises(Conflict, match=r"objection\.none"):
        move_entry(actor=poster, entry_id=entry.pk, to="objection", seen=0, when=on)
    object_to(notice_id=notice.pk, said=NAMED, files=[], when=on)
    move_entry(actor=poster, entry_id=entry.pk, to="objection", seen=0, when=on)
    objection = Objection.objects.get()
    take_up(actor=poster, objection_id=objection.pk, handler_id=officer.account_id, when=on)
    close_objection(
        actor=officer, objection_id=objection.pk, outcome="founded", finding="报告是旧的", removes=True, when=on
    )
    with pytest.raises(Conflict, match=r"objection\.open"):
        move_entry(actor=poster, entry_id=entry.pk, to="acceptance_notice", seen=1, when=on)
    move_entry(actor=poster, entry_id=entry.pk, to="removed", seen=1, when=on, ground="异议成立")
    seen = public_notice("mayor-8-1", date(2024, 1, 4))
    assert [(one.name, one.removed) for one in seen.candidates] == [("青岛澄海精工有限公司", True)]
    assert json.dumps(seen.notice.text_digest)
