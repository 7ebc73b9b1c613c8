"""Subscriptions: accounts at once, addresses after they confirmed, ended by one click; briefs drafted on their day."""

import re
from datetime import timedelta

import pytest
from django.core import mail

from pinzhi.engine.errors import BadInput, NotFound
from pinzhi.engine.rulebook.briefs import Brief
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.notices.letters import forget_undelivered
from pinzhi.records.notices.models import Letter, Message
from pinzhi.records.publishing.actions.briefing import draft_due_briefs
from pinzhi.records.publishing.actions.subscribing import ask_by_mail, confirm, end_by_mail, subscribe, unsubscribe
from pinzhi.records.publishing.definitions import figures
from pinzhi.records.publishing.live import Words, wanted_by
from pinzhi.records.publishing.models import Bulletin, Subscription
from pinzhi.records.tasks.models import Task
from tests.build import work_at
from tests.records.publishing.build import DAY, Desk, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def secret_in(body: str) -> str:
    found = re.search(r"/bulletins/subscriptions/([\w-]+)\s", body)
    assert found
    return found[1]


def test_an_account_is_told_once_in_its_inbox_until_it_unsubscribes(desk: Desk) -> None:
    subscribe(actor=desk.citizen, topic="all", when=at())
    subscribe(actor=desk.citizen, topic="all", when=at())
    desk.published()

    (told,) = Message.objects.filter(user_id=desk.citizen.user_id)
    assert (told.link, told.subject_zh) == ("/bulletins/quality-year", "新简报：七届评出54家")
    unsubscribe(actor=desk.citizen, topic="all", when=at())
    desk.published("another-year")
    assert Message.objects.filter(user_id=desk.citizen.user_id).count() == 1


def test_an_address_is_told_only_after_it_confirmed_and_no_more_after_one_click(desk: Desk) -> None:
    ask_by_mail(address="Li@Example.org", topic="all", language="en", when=at())
    desk.published()
    work_at(at().at)
    (asked,) = mail.outbox
    assert asked.to == ["li@example.org"]

    confirm(secret=secret_in(asked.body), when=at())
    desk.published("another-year")
    work_at(at().at)

    told = mail.outbox[1]
    assert told.subject.endswith("New bulletin: 54 recipients in seven rounds")
    assert told.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = re.search(r"/bulletins/subscriptions/end/([\w-]+)", told.body)
    assert link
    end_by_mail(link=link[1], when=at())
    end_by_mail(link=link[1], when=at())
    assert Subscription.objects.get().address is None
    desk.published("third-year")
    work_at(at().at)
    assert len(mail.outbox) == 2


def test_addresses_are_kept_sealed_and_forgotten_when_the_letter_has_gone(desk: Desk) -> None:
    ask_by_mail(address="li@example.org", topic="all", language="zh-hans", when=at())

    row, letter = Subscription.objects.get(), Letter.objects.get()
    assert b"example" not in bytes(row.address or b"") + bytes(letter.address or b"")
    work_at(at().at)
    assert Letter.objects.get().address is None


def test_the_address_of_a_letter_that_could_not_be_sent_is_forgotten_after_a_month(desk: Desk) -> None:
    ask_by_mail(address="li@example.org", topic="all", language="zh-hans", when=at())
    Task.objects.update(dead_at=at().at)

    assert forget_undelivered(at().at + timedelta(days=30)) == 0
    assert forget_undelivered(at().at + timedelta(days=31)) == 1
    assert (Letter.objects.get().address, Task.objects.count()) == (None, 0)


def test_a_second_wish_within_minutes_sends_no_second_letter(desk: Desk) -> None:
    for _ in range(3):
        ask_by_mail(address="li@example.org", topic="all", language="zh-hans", when=at())

    assert Letter.objects.count() == 1


def test_what_is_no_address_topic_or_link_is_refused(desk: Desk) -> None:
    with pytest.raises(BadInput):
        ask_by_mail(address="li", topic="all", language="zh-hans", when=at())
    with pytest.raises(BadInput):
        ask_by_mail(address="li@example.org", topic="other", language="zh-hans", when=at())
    with pytest.raises(NotFound):
        confirm(secret="nothing", when=at())
    for link in ("1-" + "0" * 32, "x", "9" * 30 + "-0"):
        with pytest.raises(NotFound):
            end_by_mail(link=link, when=at())


def test_briefs_are_drafted_once_on_their_day_and_those_who_write_are_told(desk: Desk) -> None:
    made = draft_due_briefs(at())

    assert [one.slug for one in made] == ["awards-quarterly-2023-10", "certification-monthly-2023-12"]
    assert draft_due_briefs(at()) == ()
    monthly = Bulletin.objects.get(slug="certification-monthly-2023-12")
    text = monthly.texts.get()
    assert (monthly.issue, monthly.state, text.as_of, text.title_en) == (
        1, "draft", DAY, "Certificates at the end of December 2023",
    )  # fmt: skip
    assert Message.objects.filter(user_id=desk.editor.user_id).count() == 2
    (next_one,) = draft_due_briefs(at("02-03"))
    assert (next_one.slug, next_one.issue) == ("certification-monthly-2024-01", 2)


def test_every_figure_of_the_citys_briefs_is_there() -> None:
    for brief in rulebook().all_of(Brief):
        named = {figure for figure, _ in wanted_by(Words(brief.headline, brief.body, DAY))}

        assert named, brief.id
        assert named <= figures(DAY).keys(), brief.id
