"""Documents made by several processes are those made by one, and none is lost when they are gone."""

import marshal
import re
import signal
import subprocess
from collections import Counter, deque
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from pinzhi.records.catalog.search import cutting, records
from pinzhi.records.catalog.search.documents import document
from tests.records.catalog.search.small import TODAY, make_catalogue

pytestmark = pytest.mark.django_db(transaction=True)


def all_made(spans: list[cutting.Span]) -> tuple[dict[int, cutting.Document], Counter[str]]:
    """Return the documents by key, and how often each English word was met."""
    made = list(cutting.made_documents(TODAY, deque(spans)))
    documents = [document for one in made for document in one.documents]
    by_key = {document["key"]: document for document in documents}
    assert len(documents) == len(by_key)
    return by_key, sum((Counter(one.latin_words) for one in made), Counter())


@pytest.fixture
def spans() -> list[cutting.Span]:
    make_catalogue()
    return records.all_spans(2)


def test_makers_make_what_one_process_makes(spans: list[cutting.Span], monkeypatch: pytest.MonkeyPatch) -> None:
    alone = all_made(spans)

    monkeypatch.setattr(cutting, "LARGE", 0)

    assert all_made(spans) == alone
    assert len(alone[0]) == 13
    assert alone[1]


def test_a_maker_makes_what_it_is_asked_for(spans: list[cutting.Span]) -> None:
    name = str(connection.settings_dict["NAME"])
    with cutting.maker() as process:
        assert process.stdin
        assert process.stdout
        marshal.dump((name, TODAY.isoformat()), process.stdin)
        marshal.dump(spans[0], process.stdin)
        process.stdin.flush()

        documents, words = marshal.load(process.stdout)  # noqa: S302 written by our own child

        entries = list(records.entries_between(*spans[0], TODAY))
        assert documents == [document(entry) for entry in entries]
        assert sum(words.values()) == sum(len(re.findall("[a-z]{3,}", entry.title_en.lower())) for entry in entries)
        process.stdin.close()
        assert process.wait(10) == 0


def test_nothing_is_lost_when_the_makers_are_killed(spans: list[cutting.Span], monkeypatch: pytest.MonkeyPatch) -> None:
    alone = all_made(spans)
    monkeypatch.setattr(cutting, "LARGE", 0)
    monkeypatch.setattr(subprocess, "Popen", killed_at_birth(subprocess.Popen))

    assert all_made(spans) == alone


def killed_at_birth(popen: Callable[..., Any]) -> Callable[..., Any]:
    def start(*arguments: Any, **options: Any) -> Any:
        process = popen(*arguments, **options)
        process.send_signal(signal.SIGKILL)
        return process

    return start
