"""Documents made by several processes are those made by one, and none is lost when they are gone."""

import marshal
import signal
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from pinzhi.records.catalog.search import cutting, records
from pinzhi.records.catalog.search.documents import document
from tests.records.catalog.search.small import TODAY, make_catalogue

pytestmark = pytest.mark.django_db(transaction=True)


def by_key(spans: list[cutting.Span]) -> dict[int, tuple[dict[str, Any], str]]:
    made = [one for several in cutting.made_documents(TODAY, spans) for one in several]
    assert len(made) == len({document["key"] for document, _ in made})
    return {document["key"]: (document, title) for document, title in made}


@pytest.fixture
def spans() -> list[cutting.Span]:
    make_catalogue()
    return records.all_spans(2)


def test_makers_make_what_one_process_makes(spans: list[cutting.Span], monkeypatch: pytest.MonkeyPatch) -> None:
    alone = by_key(spans)

    monkeypatch.setattr(cutting, "LARGE", 0)

    assert by_key(spans) == alone
    assert len(alone) == 13


def test_a_maker_makes_what_it_is_asked_for(spans: list[cutting.Span]) -> None:
    name = str(connection.settings_dict["NAME"])
    with cutting.maker() as process:
        assert process.stdin
        assert process.stdout
        marshal.dump((name, TODAY.isoformat()), process.stdin)
        marshal.dump(spans[0], process.stdin)
        process.stdin.flush()

        made = marshal.load(process.stdout)  # noqa: S302 written by our own child

        assert made == [(document(entry), entry.title_en) for entry in records.entries_between(*spans[0], TODAY)]
        process.stdin.close()
        assert process.wait(10) == 0


def test_nothing_is_lost_when_the_makers_are_killed(spans: list[cutting.Span], monkeypatch: pytest.MonkeyPatch) -> None:
    alone = by_key(spans)
    monkeypatch.setattr(cutting, "LARGE", 0)
    monkeypatch.setattr(subprocess, "Popen", killed_at_birth(subprocess.Popen))

    assert by_key(spans) == alone


def killed_at_birth(popen: Callable[..., Any]) -> Callable[..., Any]:
    def start(*arguments: Any, **options: Any) -> Any:
        process = popen(*arguments, **options)
        process.send_signal(signal.SIGKILL)
        return process

    return start
