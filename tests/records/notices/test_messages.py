"""Messages: who gets them, each once, who reads them, and what becomes of their mail."""

from datetime import UTC, datetime, timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail as outbox
from django.core.mail.backends.base import BaseEmailBackend

from pinzhi.engine.errors import NotAllowed, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import ANONYMOUS, actor_for
from pinzhi.records.journal.queries import entries_matching
from pinzhi.records.notices import actions, queries
from pinzhi.records.notices.actions import Accounts, OrganisationPeople, Recipients, RoleHolders
from pinzhi.records.notices.models import Message
from pinzhi.records.tasks.models import Task
from pinzhi.records.tasks.queue import TRIES, Worked
from tests.build import TODAY, give_role, make_actor, make_user, work_at

pytestmark = pytest.mark.django_db
AT = datetime(2024, 1, 4, 1, 30, tzinfo=UTC)
WHEN = Moment(AT, TODAY)
CODE = "91370212MA0000015Y"


def tell(to: Recipients | tuple[Recipients, ...], *, once: str = "due:1") -> int:
    return actions.send(
        to=to,
        subject=Text("监督到期", "Surveillance is due"),
        body=Text("证书 1 的监督审核 2024-03-10 到期。", "Surveillance of certificate 1 is due on 2024-03-10."),
        link="/desk/surveillance",
        about=("certificate", "1"),
        when=WHEN,
        once=once,
    )


def test_send_reaches_who_acts_for_an_organisation_that_day() -> None:
    manager, delegate, former, stranger = (make_user(f"{n}@example.org") for n in ("a", "b", "c", "d"))
    give_role(manager, "enterprise", organisation_code=CODE)
    give_role(delegate, "enterprise", organisation_code=CODE, delegated_by=manager)
    give_role(former, "enterprise", organisation_code=CODE, ends_on=TODAY - timedelta(days=1))
    give_role(stranger, "enterprise", organisation_code="91370200MA0000002X")

    assert tell(OrganisationPeople(CODE)) == 2
    assert set(Message.objects.values_list("user_id", flat=True)) == {manager.pk, delegate.pk}


def test_send_reaches_holders_of_a_role_in_a_district_and_single_accounts() -> None:
    here, there = (make_actor("district_officer", district=d) for d in ("370213", "370212"))
    single = make_user("single@example.org")

    assert tell((RoleHolders("district_officer", "370213"), Accounts((single.pk,)))) == 2
    assert queries.unread_count(here) == 1
    assert queries.unread_count(there) == 0


def test_send_tells_each_account_once() -> None:
    officer = make_actor("city_officer")
    tell(RoleHolders("city_officer"))

    assert tell(RoleHolders("city_officer")) == 0
    assert tell(RoleHolders("city_officer"), once="due:2") == 1
    assert queries.inbox(officer).total == 2


def test_send_to_nobody_is_no_error() -> None:
    assert tell(OrganisationPeople("91370200MA0000002X")) == 0


def test_inbox_shows_own_messages_newest_first() -> None:
    officer, other = make_actor("city_officer"), make_actor("operator")
    for number in range(3):
        tell(Accounts((officer.account_id,)), once=f"due:{number}")
    tell(Accounts((other.account_id,)), once="due:0")

    box = queries.inbox(officer)

    assert (box.total, box.unread, box.pages) == (3, 3, 1)
    assert [row.message_id for row in box.rows] == sorted((row.message_id for row in box.rows), reverse=True)
    assert (box.rows[0].subject.en, box.rows[0].link) == ("Surveillance is due", "/desk/surveillance")


@pytest.mark.parametrize("count", [1, 3])
def test_inbox_takes_three_statements(count: int, django_assert_num_queries: Any) -> None:
    officer = make_actor("city_officer")
    for number in range(count):
        tell(Accounts((officer.account_id,)), once=f"due:{number}")

    with django_assert_num_queries(3):
        queries.inbox(officer)


def test_inbox_refuses_nobody_and_pages_that_are_not_there() -> None:
    with pytest.raises(NotAllowed):
        queries.inbox(ANONYMOUS)
    with pytest.raises(NotFound):
        queries.inbox(make_actor("citizen"), page=2)
    assert queries.unread_count(ANONYMOUS) == 0


def test_mark_read_is_for_ones_own_messages() -> None:
    officer, other = make_actor("city_officer"), make_actor("operator")
    tell(RoleHolders("city_officer"))
    message = queries.inbox(officer).rows[0].message_id

    with pytest.raises(NotFound):
        actions.mark_read(actor=other, message_id=message, when=WHEN)
    assert actions.mark_read(actor=officer, message_id=message, when=WHEN).link == "/desk/surveillance"
    actions.mark_read(actor=officer, message_id=message, when=Moment(AT + timedelta(hours=1), TODAY))

    assert Message.objects.get().read_at == AT
    assert queries.unread_count(officer) == 0


def test_mark_all_read_leaves_others_alone() -> None:
    officer, other = make_actor("city_officer"), make_actor("operator")
    tell((RoleHolders("city_officer"), RoleHolders("operator")))

    assert actions.mark_all_read(actor=officer, when=WHEN) == 1
    assert (queries.unread_count(officer), queries.unread_count(other)) == (0, 1)


def test_what_somebody_has_dealt_with_calls_nobody_any_more() -> None:
    one, other = (make_user(f"{name}@example.org") for name in ("a", "b"))
    tell(Accounts((one.pk, other.pk)), once="due:1")

    assert actions.mark_dealt_with(("certificate", "2"), WHEN) == 0
    assert actions.mark_dealt_with(("certificate", "1"), WHEN) == 2
    assert not Message.objects.filter(read_at=None).exists()


def test_mail_goes_out_once_in_the_readers_language() -> None:
    chinese, english = make_user("zh@example.org"), make_user("en@example.org")
    english.language = "en"
    english.save()
    tell(Accounts((chinese.pk, english.pk)))

    assert work_at(AT) == Worked(done=2)
    assert work_at(AT) == Worked()

    sent = {one.to[0]: one for one in outbox.outbox}
    assert sent["zh@example.org"].subject.endswith("监督到期")
    assert "证书 1 的监督审核 2024-03-10 到期。" in sent["zh@example.org"].body
    assert sent["en@example.org"].subject.endswith("Surveillance is due")
    assert "/desk/surveillance" in sent["en@example.org"].body
    assert set(Message.objects.values_list("mail_sent_at", flat=True)) == {AT}


def test_mail_is_not_for_unconfirmed_and_invented_accounts() -> None:
    unconfirmed, invented = make_user("a@example.org", confirmed=False), make_user("b@example.org")
    invented.synthetic = True
    invented.save()

    assert tell(Accounts((unconfirmed.pk, invented.pk))) == 2
    assert work_at(AT) == Worked()
    assert outbox.outbox == []


class AwayBackend(BaseEmailBackend):
    """A mail server that hangs up."""

    def send_messages(self, email_messages: Any) -> int:
        raise SMTPServerDisconnected("please run connect() first")


@pytest.fixture
def away(settings: Any) -> Any:
    settings.EMAIL_BACKEND = "tests.records.notices.test_messages.AwayBackend"
    return settings


def test_mail_that_fails_waits_and_operators_see_why(away: Any) -> None:
    operator, user = make_actor("operator"), make_user("zh@example.org")
    tell(Accounts((user.pk,)))

    assert work_at(AT) == Worked(put_off=1)

    state = queries.work_state(operator, AT)
    (kind,), (trouble,) = state.kinds, state.trouble
    assert (kind.kind, kind.waiting, kind.dead, kind.late_since, state.mails_sent) == ("mail", 1, 0, None, 0)
    assert (trouble.what.en, trouble.link) == ("Surveillance is due", f"/desk/people/{user.pk}")
    assert trouble.error == "SMTPServerDisconnected: please run connect() first"


def test_try_again_is_an_operators_act_and_journalled(away: Any) -> None:
    operator = make_actor("operator")
    tell(Accounts((make_user("zh@example.org").pk,)))
    Task.objects.update(dead_at=AT, tries=TRIES, error="away")

    with pytest.raises(NotAllowed):
        actions.try_again(actor=make_actor("city_officer"), when=WHEN)
    assert queries.given_up(operator) == actions.try_again(actor=operator, when=WHEN) == 1

    away.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert work_at(AT) == Worked(done=1)
    assert queries.work_state(operator, AT).trouble == ()
    assert entries_matching(action="tasks.retry").count() == 1


def test_how_background_work_stands_is_for_operators() -> None:
    with pytest.raises(NotAllowed):
        queries.work_state(make_actor("city_officer"), AT)


def test_mail_sent_by_a_worker_that_died_before_it_noted_so_is_the_same_mail() -> None:
    tell(Accounts((make_user("zh@example.org").pk,)))
    task = Task.objects.get()
    work_at(AT)
    Message.objects.update(mail_sent_at=None)
    Task.objects.create(kind=task.kind, key=task.key, since=AT, due_at=AT)
    work_at(AT)

    first, second = outbox.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]


def test_mail_of_a_closed_account_is_not_sent() -> None:
    user = make_user("zh@example.org")
    tell(Accounts((user.pk,)))
    user.is_active = False
    user.save()

    assert work_at(AT) == Worked(done=1)
    assert outbox.outbox == []


def test_subject_cannot_carry_further_headers() -> None:
    user = make_user("zh@example.org")
    subject = Text("一\r\nBcc: x@example.org", "one")
    actions.send(to=Accounts((user.pk,)), subject=subject, body=subject, link="", about=("a", "b"), when=WHEN, once="x")

    assert work_at(AT) == Worked(done=1)
    assert outbox.outbox[0].subject == "[Pinzhi] 一 Bcc: x@example.org"
    assert outbox.outbox[0].recipients() == ["zh@example.org"]


def test_actors_of_a_delegation_end_with_the_right_it_came_from() -> None:
    manager, delegate = make_user("m@example.org"), make_user("d@example.org")
    right = give_role(manager, "enterprise", organisation_code=CODE)
    give_role(delegate, "enterprise", organisation_code=CODE, delegated_by=manager)
    right.ended_at = AT
    right.save()

    assert actor_for(delegate, TODAY).organisation_codes == frozenset()
    assert tell(OrganisationPeople(CODE)) == 0
