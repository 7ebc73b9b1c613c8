"""`pinzhi draws verify` makes a draw again from its file alone."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from pinzhi.commands.draws import EXIT_NOT_TRUE, command
from pinzhi.engine.errors import BadInput
from tests.engine.casework.test_published_draws import document


def verify(tmp_path: Path, content: str) -> Any:
    file = tmp_path / "draw.json"
    file.write_text(content, encoding="utf-8")
    return CliRunner().invoke(command, ["verify", str(file)])


def test_a_draw_that_holds_is_said_to_hold(tmp_path: Path) -> None:
    result = verify(tmp_path, json.dumps(document()))

    assert (result.exit_code, result.output.count("✓")) == (0, 3)


def test_a_draw_that_was_changed_ends_with_one(tmp_path: Path) -> None:
    found = document()
    found["visits"].reverse()
    result = verify(tmp_path, json.dumps(found))

    assert (result.exit_code, result.output.count("✗")) == (EXIT_NOT_TRUE, 1)


def test_what_is_no_json_is_refused(tmp_path: Path) -> None:
    for content in ("{", "[]", "[" * 100_000):
        assert isinstance(verify(tmp_path, content).exception, BadInput)
