"""Supervisors read the journal page by page, filtered, with names; others do not."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from pinzhi.engine.errors import NotAllowed
from pinzhi.records.accounts import supervision
from pinzhi.records.accounts.permissions import ANONYMOUS, ROLES
from pinzhi.records.accounts.supervision import JournalFilter
from pinzhi.records.journal.actions import write
from tests.build import make_actor, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2024, 1, 4, 1, 30, tzinfo=UTC)


def journal(count: int) -> None:
    for number in range(count):
        write(
            at=NOW + timedelta(days=number),
            actor="command:import",
            action="catalog.import",
            object_kind="file",
            object_key=str(number),
        )


def test_journal_page_goes_on_where_it_stopped() -> None:
    supervisor = make_actor("supervisor")
    journal(51)

    first, onward = supervision.journal_page(supervisor, JournalFilter())
    rest, end = supervision.journal_page(supervisor, JournalFilter(), onward)

    assert [line.object_key for line in (*first, *rest)] == [str(number) for number in reversed(range(51))]
    assert end == 0


def test_journal_filter_counts_both_days_in_the_city() -> None:
    supervisor = make_actor("supervisor")
    journal(5)
    late = datetime(2024, 1, 5, 15, 59, 59, tzinfo=UTC)  # one second before midnight in the city
    write(at=late, actor="user:1", action="accounts.role.end", object_kind="user", object_key="1")

    def keys_of(**wanted: Any) -> list[str]:
        return [line.object_key for line in supervision.journal_lines(supervisor, JournalFilter(**wanted))]

    assert keys_of(from_on=date(2024, 1, 5), to_on=date(2024, 1, 5)) == ["1", "1"]
    assert keys_of(action="accounts") == ["1"]
    assert keys_of(actor="command:import", object_kind="file", object_key="4") == ["4"]
    assert keys_of(actor="command") == []


def test_journal_names_users() -> None:
    user = make_user(name="李华")
    write(at=NOW, actor=f"user:{user.pk}", action="a", object_kind="b", object_key="c")
    write(at=NOW, actor="user:99999", action="a", object_kind="b", object_key="c")

    lines = list(supervision.journal_lines(make_actor("supervisor"), JournalFilter()))

    assert [line.actor_name for line in lines] == ["", "李华"]


@pytest.mark.parametrize("role", sorted(ROLES.keys() - {"operator", "supervisor"}))
def test_journal_is_closed_to_other_roles(role: str) -> None:
    with pytest.raises(NotAllowed):
        supervision.journal_page(make_actor(role), JournalFilter())
    with pytest.raises(NotAllowed):
        next(supervision.journal_lines(ANONYMOUS, JournalFilter()))
