"""An index made by several processes finds what one made by one finds, and nothing is lost when they are gone."""

import json
import signal
import subprocess
from collections import Counter, deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tantivy

from pinzhi.records.catalog.search import fields, parts, records, store
from tests.records.catalog.search.small import TODAY, make_catalogue

pytestmark = pytest.mark.django_db(transaction=True)


def made(folder: Path) -> tuple[int, Counter[str], list[int]]:
    """Make an index of all records; return how many, how often each English word was met, and their keys."""
    (folder / "index").mkdir(parents=True)
    making = parts.Making(folder, TODAY, is_small=True)
    told = list(making.put(deque(records.all_spans(2))))
    making.finish()
    assert not list(folder.glob("part-*"))
    words: Counter[str] = Counter()
    for one in told:
        words.update(one.latin_words)
    return sum(one.records for one in told), +words, keys_in(folder / "index")


def keys_in(index: Path) -> list[int]:
    """Return the keys of all records of an index that is opened anew."""
    searcher = tantivy.Index(fields.schema(), str(index)).searcher()
    hits = searcher.search(tantivy.Query.all_query(), 100).hits
    return sorted(searcher.fast_field_values("key", [address for _, address in hits]))


@pytest.fixture
def alone(tmp_path: Path) -> tuple[int, Counter[str], list[int]]:
    """What one process makes of a small catalogue."""
    make_catalogue()
    found = made(tmp_path / "alone")
    assert found[0] == len(found[2]) == 13
    assert found[1]
    return found


def test_makers_make_what_one_process_makes(alone: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "LARGE", 0)

    assert made(tmp_path / "shared") == alone


def test_nothing_is_lost_when_the_makers_are_killed(
    alone: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "LARGE", 0)
    monkeypatch.setattr(subprocess, "Popen", killed_at_birth(subprocess.Popen))

    assert made(tmp_path / "shared") == alone


def test_what_a_maker_had_put_in_before_it_died_is_put_in_again_once(
    alone: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "LARGE", 0)
    asked = parts._asked

    def dead_at_the_end(process: Any, span: Any) -> Any:
        if span is None:
            process.kill()
            process.wait()
        return asked(process, span)

    monkeypatch.setattr(parts, "_asked", dead_at_the_end)

    assert made(tmp_path / "shared") == alone


def killed_at_birth(popen: Callable[..., Any]) -> Callable[..., Any]:
    def start(*arguments: Any, **options: Any) -> Any:
        process = popen(*arguments, **options)
        process.send_signal(signal.SIGKILL)
        return process

    return start


def test_a_joined_index_is_written_to_like_any_other(alone: Any, tmp_path: Path) -> None:
    index = tmp_path / "alone" / "index"
    make_part(tmp_path / "part")
    store.take_in(index, [tmp_path / "part"])

    writer = fields.writer_of(tantivy.Index(fields.schema(), str(index)), 20_000_000)
    writer.delete_documents_by_term("key", alone[2][0])
    writer.commit()
    writer.wait_merging_threads()

    twice = sorted([*alone[2], *alone[2]])
    assert keys_in(index) == [key for key in twice if key != alone[2][0]]
    managed = json.loads((index / ".managed.json").read_text("utf-8"))
    assert {path.name for path in index.iterdir() if not path.name.startswith(".")} <= set(managed)


def make_part(folder: Path) -> None:
    folder.mkdir()
    part = parts.Part(folder, TODAY, 20_000_000)
    for span in records.all_spans(100):
        part.put(span)
    part.finish()
