"""Receivers are told what concerns their organisation, signed, once, for about a day; nobody's words, no persons."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor, actor_for
from pinzhi.records.journal.queries import entries_matching
from pinzhi.records.notices.actions import Accounts, OrganisationPeople, Recipients, RoleHolders, send
from pinzhi.records.notices.models import Delivery, Webhook
from pinzhi.records.notices.queries import work_state
from pinzhi.records.notices.webhooks import delivering, reading, subscribing
from pinzhi.records.tasks.models import Task
from pinzhi.records.tasks.queue import TRIES, TaskError, Worked
from tests.build import TODAY, give_role, make_actor, make_user, work_at
from tests.examples import from_page

pytestmark = pytest.mark.django_db
AT = datetime(2024, 1, 4, 1, 30, tzinfo=UTC)
WHEN = Moment(AT, TODAY)
CODE, OTHER = "91370212MA0000015Y", "91370200MA0000002X"
URL = "https://hooks.example.org/in"


class Line:
    """What went out to receivers, and the status they answer with."""

    def __init__(self) -> None:
        self.status = 200
        self.sent: list[tuple[str, bytes, dict[str, str]]] = []

    def __call__(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        self.sent.append((url, body, headers))
        return self.status

    @property
    def titles(self) -> list[str]:
        return [json.loads(body)["data"]["title"]["en"] for _, body, _ in self.sent]


@pytest.fixture(autouse=True)
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    line = Line()
    monkeypatch.setattr(delivering, "post", line)
    return line


@pytest.fixture
def manager() -> Actor:
    return make_actor("enterprise", organisation_code=CODE)


def subscribe(actor: Actor, code: str = CODE, kinds: tuple[str, ...] = ("case",)) -> subscribing.NewWebhook:
    return subscribing.subscribe(
        actor=actor, organisation_code=code, name="台账", url=URL, kinds=kinds, when=WHEN
    )  # fmt: skip


def tell(to: Recipients, *, kind: str = "case", once: str = "case/1/assigned") -> None:
    send(
        to=to,
        subject=Text("请办理：路面积尘", "For you to deal with: dust on the road"),
        body=Text("张三说……", "Zhang San says …"),
        link="/desk/cases/YC-2024-00001",
        about=(kind, "YC-2024-00001"),
        when=WHEN,
        once=once,
    )


def test_an_organisation_is_told_once_and_the_how_tos_example_finds_it_genuine(manager: Actor, line: Line) -> None:
    secret = subscribe(manager).secret
    tell(OrganisationPeople(CODE))
    tell(OrganisationPeople(CODE))
    assert work_at(AT).done == 2  # the manager's mail, and this

    ((url, body, headers),) = line.sent
    assert url == URL
    assert json.loads(body) == {
        "type": "notice.case",
        "timestamp": "2024-01-04T01:30:00+00:00",
        "data": {
            "kind": "case",
            "key": "YC-2024-00001",
            "organisation": CODE,
            "title": {"zh-Hans": "请办理：路面积尘", "en": "For you to deal with: dust on the road"},
            "link": "http://localhost:8000/desk/cases/YC-2024-00001",
        },
    }
    is_genuine = from_page("docs/how-to/receive-webhooks.md", "is_genuine")
    assert is_genuine(secret, headers, body, AT.timestamp())
    assert not is_genuine(secret, headers, body + b" ", AT.timestamp())
    assert not is_genuine(secret, headers, body, AT.timestamp() + 301)
    assert not is_genuine(subscribe(manager).secret, headers, body, AT.timestamp())


def test_single_accounts_other_organisations_kinds_not_chosen_and_matters_of_persons_reach_no_receiver(
    manager: Actor,
) -> None:
    subscribe(manager)
    tell(Accounts((manager.account_id,)))
    tell(OrganisationPeople(OTHER))
    tell(OrganisationPeople(CODE), kind="quote")
    tell(OrganisationPeople(CODE), kind="appointment")

    assert Delivery.objects.count() == 0
    with pytest.raises(BadInput):
        subscribe(manager, kinds=("appointment",))


def test_the_citys_receiver_is_told_which_kind_of_thing_without_its_words(line: Line) -> None:
    subscribe(make_actor("operator"), code="")
    tell(RoleHolders("city_officer"))
    work_at(AT)

    assert line.titles == ["Case"]


def test_what_is_undone_was_never_told_and_what_is_ended_gets_nothing_more(manager: Actor, line: Line) -> None:
    webhook = subscribe(manager).webhook_id
    tell(OrganisationPeople(CODE))
    subscribing.end(actor=manager, webhook_id=webhook, when=WHEN)
    subscribing.end(actor=manager, webhook_id=webhook, when=WHEN)
    work_at(AT)

    assert line.sent == []
    row, (delivery,) = reading.deliveries(manager, webhook)
    assert (row.ended_at, delivery.state) == (AT, "ended")
    assert entries_matching(action="notices.webhook.end").count() == 1


def test_a_receiver_that_answers_badly_is_tried_again_with_the_same_id_and_in_the_end_by_hand(
    manager: Actor, line: Line
) -> None:
    webhook = subscribe(manager).webhook_id
    tell(OrganisationPeople(CODE))
    work_at(AT)
    Delivery.objects.update(sent_at=None)
    delivery = str(Delivery.objects.get().pk)
    Task.objects.create(kind="webhook", key=delivery, since=AT, due_at=AT, tries=TRIES - 1)
    line.status = 302

    assert work_at(AT) == Worked(put_off=1, given_up=1)
    row, (shown,) = reading.deliveries(manager, webhook)
    assert (row.dead, shown.state, shown.error) == (1, "dead", "HTTP 302")
    (trouble,) = work_state(make_actor("operator"), AT).trouble
    assert (trouble.what.zh, trouble.link) == ("台账", f"/desk/webhooks/{webhook}")

    line.status = 204
    later = Moment(AT + timedelta(days=3), TODAY)
    assert subscribing.send_again(actor=manager, webhook_id=webhook, when=later) == 1
    assert work_at(later.at) == Worked(done=1)
    first, *others = [headers for _, _, headers in line.sent]
    assert {one["webhook-id"] for one in others} == {first["webhook-id"]}
    assert int(others[-1]["webhook-timestamp"]) == int(first["webhook-timestamp"]) + 3 * 86_400
    assert reading.deliveries(manager, webhook)[1][0].state == "sent"


def test_a_receiver_that_says_it_is_gone_is_ended(manager: Actor, line: Line) -> None:
    webhook = subscribe(manager).webhook_id
    line.status = 410
    subscribing.send_trial(actor=manager, webhook_id=webhook, when=WHEN)
    work_at(AT)

    assert Webhook.objects.get().ended_at == AT
    assert entries_matching(action="notices.webhook.gone").count() == 1
    assert line.titles == ["This is a trial"]


def test_managers_look_after_their_own_and_operators_see_all(manager: Actor) -> None:
    webhook = subscribe(manager).webhook_id
    operator, stranger = make_actor("operator"), make_actor("enterprise", organisation_code=OTHER)
    giver, delegate = make_user("giver@example.org"), make_user("delegate@example.org")
    give_role(giver, "enterprise", organisation_code=CODE)
    give_role(delegate, "enterprise", organisation_code=CODE, delegated_by=giver)

    assert [row.webhook_id for row in reading.webhooks(operator)] == [webhook]
    assert reading.webhooks(stranger) == ()
    for act in (subscribing.end, subscribing.send_trial, subscribing.send_again):
        with pytest.raises(NotFound):
            act(actor=stranger, webhook_id=webhook, when=WHEN)
    for actor, code in (
        (stranger, CODE), (stranger, ""), (operator, CODE), (actor_for(delegate, TODAY), CODE),
        (make_actor("citizen"), ""),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            subscribe(actor, code)


def test_secrets_are_kept_sealed_and_addresses_have_a_limit(manager: Actor) -> None:
    secret = subscribe(manager).secret
    assert secret.startswith("whsec_")
    assert secret not in str(Webhook.objects.values_list("secret"))
    for _ in range(subscribing.MOST - 1):
        subscribe(manager)
    with pytest.raises(Conflict):
        subscribe(manager)


def test_a_receiver_that_is_away_keeps_the_line_free_for_others(
    manager: Actor, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(manager)
    for number in range(3):
        tell(OrganisationPeople(CODE), once=f"case/{number}")
    calls: list[str] = []

    def down(url: str, *_: object) -> int:
        calls.append(url)
        raise TaskError("refused: hooks.example.org is 10.0.0.1, which is not a public address")

    monkeypatch.setattr(delivering, "post", down)

    assert work_at(AT) == Worked(done=3, put_off=1)  # the manager's mails, and one call instead of three
    assert len(calls) == 1
    monkeypatch.setattr(delivering, "post", line)
    assert work_at(AT + timedelta(minutes=2)) == Worked(done=3)
