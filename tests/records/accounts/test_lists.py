"""Lists of the desk that somebody saves for himself."""

from datetime import UTC, datetime

import pytest

from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, NotFound
from pinzhi.records.accounts.lists import LONGEST_QUERY, MOST_LISTS, put_first, remove_list, save_list
from pinzhi.records.accounts.permissions import ANONYMOUS
from pinzhi.records.accounts.queries import account_export, first_list, own_lists
from pinzhi.records.journal.queries import entries_matching
from tests.build import TODAY, make_actor

pytestmark = pytest.mark.django_db
NOW = datetime(2024, 1, 4, 2, tzinfo=UTC)
PAGE, LATE = "/desk/cases", "column=overdue"


def test_a_list_is_saved_under_its_name_and_replaced_by_the_next_of_that_name() -> None:
    actor = make_actor("city_officer")
    for query in ("column=today", LATE):
        save_list(actor=actor, name="  先办 的 ", address=PAGE, query=query, now=NOW)

    assert [(one.name, one.link) for one in own_lists(actor)] == [("先办 的", "/desk/cases?column=overdue")]
    assert own_lists(make_actor("supervisor")) == own_lists(ANONYMOUS) == ()


def test_one_list_of_a_page_comes_first() -> None:
    actor = make_actor("city_officer")
    late = save_list(actor=actor, name="逾期", address=PAGE, query=LATE, comes_first=True, now=NOW)
    dust = save_list(actor=actor, name="扬尘", address=PAGE, query="theme=dust", comes_first=True, now=NOW)
    assert (first_list(actor, PAGE), first_list(actor, "/desk/orders")) == (own_lists(actor)[0], None)

    put_first(actor=actor, list_id=late.pk, now=NOW)
    assert [(one.name, one.comes_first) for one in own_lists(actor)] == [("扬尘", False), ("逾期", True)]
    put_first(actor=actor, list_id=late.pk, now=NOW)
    assert first_list(actor, PAGE) is None
    remove_list(actor=actor, list_id=dust.pk, now=NOW)
    assert [one.name for one in own_lists(actor)] == ["逾期"]


@pytest.mark.parametrize(
    ("name", "address", "query"),
    [
        (" ", PAGE, ""),
        ("长" * 41, PAGE, ""),
        ("x", "https://example.org/desk/", ""),
        ("x", "//example.org", ""),
        ("x", "/journal", ""),
        ("x", PAGE, "q" * (LONGEST_QUERY + 1)),
    ],
)
def test_a_list_without_a_name_or_of_another_site_is_refused(name: str, address: str, query: str) -> None:
    with pytest.raises(BadInput, match=r"accounts\.list"):
        save_list(actor=make_actor("citizen"), name=name, address=address, query=query, now=NOW)


def test_nobody_saves_a_list_and_nobody_touches_another_ones() -> None:
    kept = save_list(actor=make_actor("citizen"), name="x", address=PAGE, query="", now=NOW)

    with pytest.raises(NotAllowed):
        save_list(actor=ANONYMOUS, name="x", address=PAGE, query="", now=NOW)
    other = make_actor("operator")
    for act in (put_first, remove_list):
        with pytest.raises(NotFound):
            act(actor=other, list_id=kept.pk, now=NOW)


def test_there_are_only_so_many() -> None:
    actor = make_actor("citizen")
    for number in range(MOST_LISTS):
        save_list(actor=actor, name=f"{number}", address=PAGE, query="", now=NOW)

    save_list(actor=actor, name="0", address=PAGE, query=LATE, now=NOW)
    with pytest.raises(Conflict, match=r"accounts\.list\.most"):
        save_list(actor=actor, name="one more", address=PAGE, query="", now=NOW)


def test_the_journal_keeps_no_query_and_the_owner_takes_his_lists_along() -> None:
    actor = make_actor("citizen")
    save_list(actor=actor, name="王某的", address=PAGE, query="q=王某", now=NOW)

    (line,) = entries_matching(actor=actor.key)
    assert (line.action, line.detail) == ("accounts.list.save", {"address": PAGE, "comes_first": False})
    assert account_export(actor, TODAY)["saved_lists"][0]["query"] == "q=王某"
