"""The reference pages say what the code says."""

from pathlib import Path

import pytest

from pinzhi.commands.main import VERBS
from pinzhi.config.environment import Environment
from tools import reference

PAGES = reference.pages()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_as_it_would_be_written_now(page: Path) -> None:
    assert page.read_text(encoding="utf-8") == PAGES[page], "run ./run docs"


def test_every_setting_is_described() -> None:
    assert [name for name, field in Environment.model_fields.items() if not field.description] == []


def test_every_setting_and_verb_has_its_place() -> None:
    settings, commands = (reference.ROOT / "docs/reference" / name for name in ("settings.md", "commands.md"))

    assert [n for n in Environment.model_fields if f"| `PINZHI_{n.upper()}` |" not in settings.read_text()] == []
    assert [verb for verb in VERBS if f"## pinzhi {verb}\n" not in commands.read_text()] == []


def test_refusals_are_found_however_they_are_written() -> None:
    code = """
raise Bad("a.b", "错", "wrong {x}", x=1)
check(cell, code="c.d", zh="不对", en="not right")
f("a.b", "x", "y")
"""

    found = list(reference._refusals(reference.ast.parse(code)))

    assert found == [("a.b", "错", "wrong {x}"), ("c.d", "不对", "not right")]
