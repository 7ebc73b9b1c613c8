"""The index follows the records, survives whatever happens to it, and is never half of anything."""

import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pinzhi.records.catalog.models import Installation, SearchChange, Standard
from pinzhi.records.catalog.search import find, parts, records, rows_of, store
from pinzhi.records.catalog.search.build import _Reach, rebuild
from pinzhi.records.catalog.search.follow import follow, follow_once, prune
from pinzhi.records.catalog.search.outbox import announce
from pinzhi.records.catalog.search.reader import Reader, reader
from pinzhi.records.catalog.search.shapes import SearchRequest
from pinzhi.records.catalog.search.state import index_state
from tests.records.catalog.search.small import NOW, TODAY, add_organisation, add_standard, make_catalogue


@pytest.fixture(autouse=True)
def catalogue(transactional_db: None, settings: Any) -> dict[str, Any]:
    """A small catalogue, committed, and its index."""
    settings.TODAY = TODAY
    made = make_catalogue()
    rebuild()
    return made


def numbers(text: str, **values: Any) -> list[str]:
    return [row.number for row in rows_of(find(SearchRequest(text, **values)).hits)]


def test_a_new_record_is_found() -> None:
    add_standard("GB/T 77777-2024", "全新的标准")

    assert follow_once() == 1
    assert numbers("GB/T 77777") == ["GB/T 77777-2024"]


def test_a_changed_record_is_found_by_what_it_is_now_only(catalogue: dict[str, Any]) -> None:
    Standard.objects.filter(pk=catalogue["new"].pk).update(title_zh="组织治理成熟度")
    announce("standard", catalogue["new"].pk, catalogue["new"].pk, NOW)
    follow_once()

    assert "GB/T 19580-2012" not in numbers("卓越绩效评价准则")
    assert numbers("治理成熟度") == ["GB/T 19580-2012"]


def test_a_removed_record_is_not_found(catalogue: dict[str, Any]) -> None:
    key = catalogue["old"].pk
    catalogue["old"].delete()
    announce("standard", key, key, NOW)
    follow_once()

    assert numbers("GB/T 19580-2004")[0] == "GB/T 19580-2012"  # the family instead


def test_an_organisation_that_becomes_an_institution_is_one_line(catalogue: dict[str, Any]) -> None:
    hidden = catalogue["hidden"]
    hidden.institutions.update(state="listed")
    announce("organisation", hidden.pk, hidden.pk, NOW)
    follow_once()

    assert [hit.kind for hit in find(SearchRequest(hidden.name, size=1)).hits] == ["institution"]
    assert index_state().records == 13


def test_following_twice_changes_nothing() -> None:
    add_standard("GB/T 77777-2024", "全新的标准")
    follow_once()

    assert follow_once() == 0
    assert index_state().records == 14


def test_a_step_killed_before_the_cursor_moved_is_repeated_without_doubles() -> None:
    generation = store.current()
    assert generation is not None
    before = (generation / "state.json").read_text()
    add_standard("GB/T 77777-2024", "全新的标准")
    follow_once()
    (generation / "state.json").write_text(before)  # as a kill between commit and cursor leaves it

    follow_once()

    assert numbers("GB/T 77777") == ["GB/T 77777-2024"]
    assert index_state().records == 14


def test_statuses_turn_with_the_day(settings: Any) -> None:
    assert numbers("", kind="standard", filters={"status": ("upcoming",)}) == ["GB/T 50000-2024"]
    assert numbers("", filters={"status": ("expired",)}) == []

    settings.TODAY = date(2024, 7, 1)
    follow_once()

    assert numbers("", kind="standard", filters={"status": ("upcoming",)}) == []
    assert numbers("", filters={"status": ("expired",)}) == ["00121Q30001R0L"]


def test_a_change_is_found_within_a_second_while_the_follower_runs() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=_follow_and_close, args=(stop,))
    thread.start()
    try:
        time.sleep(0.5)
        add_organisation("91370202MA0000099X", "青岛极地海洋世界有限公司")
        started = time.monotonic()
        while not find(SearchRequest("极地海洋世界")).hits or find(SearchRequest("极地海洋世界")).how != "words":
            assert time.monotonic() - started < 5, "not found at all"
            time.sleep(0.02)
        assert time.monotonic() - started < 2  # a second, and another for a machine under load
    finally:
        stop.set()
        thread.join()


def _follow_and_close(stop: threading.Event) -> None:
    try:
        follow(stop)
    finally:
        connection.close()


def test_what_is_added_and_changed_while_the_index_is_made_is_found_once(
    catalogue: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "SPAN", 2)
    for number in range(10):
        add_standard(f"GB/T {60_000 + number}-2024", "早就在")
    thread = threading.Thread(target=in_own_connection, args=(rebuild,))
    thread.start()
    added = 0
    while thread.is_alive() and added < 2_000:
        add_standard(f"GB/T {70_000 + added}-2024", "边建边加")
        added += 1
    key = catalogue["new"].pk
    Standard.objects.filter(pk=key).update(title_zh="组织治理成熟度")
    announce("standard", key, key, NOW)
    thread.join()
    follow_once()

    assert index_state().records == 13 + 10 + added
    assert index_state().behind == 0
    assert numbers("治理成熟度") == ["GB/T 19580-2012"]
    assert numbers(f"GB/T {70_000 + added - 1}")[0] == f"GB/T {70_000 + added - 1}-2024"


def test_rows_are_handed_out_again_only_if_they_changed_afterwards(catalogue: dict[str, Any]) -> None:
    reach = _Reach()
    before = reach.further()
    key = catalogue["new"].pk
    announce("standard", key, key, NOW)
    added = add_standard("GB/T 77777-2024", "全新的标准").pk

    assert {kind for kind, _, _ in before} == {"standard", "organisation", "certificate", "place"}
    assert reach.again == []
    assert reach.further() == [("standard", added, added)]
    assert reach.again == [("standard", key, key)]
    assert reach.further() == []


def test_a_change_told_of_after_the_ends_were_looked_up_is_left_for_later(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up = records.all_spans

    def with_a_late_one(*arguments: Any, **options: Any) -> Any:
        spans = looked_up(*arguments, **options)
        add_standard("GB/T 90000-2024", "晚到一步")
        return spans

    reach = _Reach()
    monkeypatch.setattr(records, "all_spans", with_a_late_one)
    reach.further()

    assert SearchChange.objects.filter(id__gt=reach.cursor).count() == 1


def in_own_connection(work: Callable[[], Any]) -> None:
    try:
        work()
    finally:
        connection.close()


def test_only_one_process_writes() -> None:
    add_standard("GB/T 77777-2024", "全新的标准")

    with store.writing(wait=False) as mine:
        assert mine
        assert follow_once() == 0
    assert follow_once() == 1


# ---- lost, stale, damaged --------------------------------------------------------------------------------------------
def _generation() -> Path:
    generation = store.current()
    assert generation is not None
    return generation


def _lose_everything() -> None:
    for path in sorted(Path(django_settings.SEARCH_FOLDER).rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


def _truncate_a_segment() -> None:
    file = max((_generation() / "index").glob("*.idx"), key=lambda path: path.stat().st_size)
    os.truncate(file, file.stat().st_size // 2)


def _delete_a_segment() -> None:
    next((_generation() / "index").glob("*.fast")).unlink()


def _spoil_the_meta() -> None:
    (_generation() / "index" / "meta.json").write_text("{")


def _empty_the_meta() -> None:
    (_generation() / "index" / "meta.json").write_text('{"segments": "none"}')


def _spoil_the_state() -> None:
    (_generation() / "state.json").write_bytes(b"\xff\x00")


def _spoil_the_pointer() -> None:
    store.pointer().write_bytes(b"\xff\xfe../..")


def _change_the_identity() -> None:
    Installation.objects.update(identity=uuid.uuid4())


def _forget_the_outbox() -> None:
    SearchChange.objects.all().delete()


DAMAGE = [
    _lose_everything,
    _truncate_a_segment,
    _delete_a_segment,
    _spoil_the_meta,
    _empty_the_meta,
    _spoil_the_state,
    _spoil_the_pointer,
    _change_the_identity,
    _forget_the_outbox,
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_an_index_lost_stale_or_damaged_is_made_anew_and_search_answers_meanwhile(damage: Any) -> None:
    assert find(SearchRequest("GB/T 19580-2012")).how == "number"

    damage()
    reader().expire()

    assert numbers("GB/T 19580-2012")[0] == "GB/T 19580-2012"  # from the tables if need be
    find(SearchRequest("卓越绩效"))
    find(SearchRequest("", kind="place", page=2))

    assert follow_once() >= 13

    assert index_state().state == "ready"
    assert find(SearchRequest("卓越绩效")).how == "words"


def test_while_there_is_no_index_search_says_so_and_finds_by_number_and_name() -> None:
    _lose_everything()
    reader().expire()

    found = find(SearchRequest("海尔集团"))

    assert found.how == "rebuilding"
    assert [row.title for row in rows_of(found.hits)] == ["海尔集团公司"]
    assert find(SearchRequest("\ud800\x00")).hits == ()
    assert index_state().state == "absent"


def test_an_old_generation_goes_when_a_new_one_is_in_use() -> None:
    before = _generation()

    rebuild()

    assert _generation() != before
    assert not before.exists()
    assert find(SearchRequest("卓越绩效")).how == "words"


def test_prune_keeps_the_newest_entry_so_that_the_index_stays_good() -> None:
    newest = SearchChange.objects.order_by("-id").first()
    assert newest is not None

    assert prune() > 5

    assert [change.id for change in SearchChange.objects.all()] == [newest.id]
    assert follow_once() == 0
    assert index_state().state == "ready"


# ---- killed at any moment --------------------------------------------------------------------------------------------
_REBUILD = """
import datetime, django, sys
django.setup()
from pathlib import Path
from django.conf import settings
settings.SEARCH_FOLDER = Path(sys.argv[1])
settings.TODAY = datetime.date(2024, 1, 4)
if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    settings.DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL"
settings.DATABASES["default"]["NAME"] = sys.argv[2]
print("ready", flush=True)
from pinzhi.records.catalog.search.build import rebuild
while True:
    rebuild()
    print("again", flush=True)
"""


@pytest.mark.parametrize("moment_ms", [0, 20, 60, 110, 170, 240])
def test_a_writer_killed_at_any_moment_leaves_an_index_that_can_be_used(moment_ms: int, settings: Any) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _REBUILD, str(settings.SEARCH_FOLDER), str(connection.settings_dict["NAME"])],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    assert process.stdout.readline() == "again\n"
    time.sleep(moment_ms / 1000)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    reader().expire()

    assert find(SearchRequest("卓越绩效")).how == "words"
    add_standard("GB/T 77777-2024", "全新的标准")
    assert follow_once() == 1
    assert numbers("全新的标准") == ["GB/T 77777-2024"]
    rebuild()
    assert [path.name for path in Path(settings.SEARCH_FOLDER).iterdir() if path.is_dir()] == [_generation().name]


def test_looking_at_the_index_writes_nothing_to_the_database() -> None:
    with CaptureQueriesContext(connection) as taken:
        index_state()
        follow_once()

    assert taken.captured_queries
    assert all(query["sql"].startswith("SELECT") for query in taken.captured_queries)


def test_who_only_looks_around_sees_what_is_new() -> None:
    assert find(SearchRequest("")).total == 13
    add_standard("GB/T 77777-2024", "全新的标准")
    follow_once()

    assert find(SearchRequest("")).total == 14


def test_while_there_is_no_index_filters_hold_all_the_same() -> None:
    _lose_everything()
    reader().expire()

    def found(**filters: tuple[str, ...]) -> list[str]:
        return [row.title for row in rows_of(find(SearchRequest("青岛", filters=filters)).hits)]

    assert found(district=("370202",)) == ["青岛红星化工厂有限公司"]
    assert found(industry=("C26",)) == ["青岛红星化工厂有限公司"]
    assert found(kind=("institution",)) == ["青岛市产品质量检验研究院"]
    assert found(district=("370299",)) == []


def test_an_index_of_another_database_is_not_used() -> None:
    assert find(SearchRequest("卓越绩效")).how == "words"

    Installation.objects.update(identity=uuid.uuid4())  # as after a backup was restored

    assert Reader(Path(django_settings.SEARCH_FOLDER)).snapshot() is None
