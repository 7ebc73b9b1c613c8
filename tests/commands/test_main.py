"""`pinzhi` helps in both languages, refuses with a sentence, and never shows a traceback for what can be mended."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import OperationalError

from pinzhi.commands.failures import as_refusal
from pinzhi.commands.main import VERBS
from pinzhi.engine.errors import BadInput


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a person does, without the settings of whoever runs the tests."""
    return subprocess.run(
        [sys.executable, "-m", "pinzhi", *arguments],
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_lists_every_verb_in_both_languages_without_loading_django() -> None:
    code = "import atexit, sys; atexit.register(lambda: print('django' in sys.modules));"
    code += "from pinzhi.commands.main import main; main(['--help'])"

    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert all(f"{name} " in shown and verb.text.zh in shown and verb.text.en in shown for name, verb in VERBS.items())
    assert shown.endswith("False\n")


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_helps_in_both_languages(verb: str, tmp_path: Path) -> None:
    ended = run(verb, "--help", PINZHI_HOME=str(tmp_path))

    assert ended.returncode == 0, ended.stderr
    assert any("\u4e00" <= letter <= "\u9fff" for letter in ended.stdout)
    assert "show this help" in ended.stdout


def test_an_unknown_verb_is_wrong_use() -> None:
    ended = run("celebrate")

    assert (ended.returncode, ended.stdout) == (2, "")
    assert "celebrate" in ended.stderr


@pytest.mark.parametrize(("locale", "words"), [("C.UTF-8", "A setting is wrong"), ("zh_CN.UTF-8", "设置有误")])
def test_an_odd_setting_is_refused_by_its_name_in_the_language_of_the_terminal(locale: str, words: str) -> None:
    ended = run("check", PINZHI_LOG_LEVEL="LOUD", LANG=locale)

    assert ended.returncode == 2
    assert ended.stderr.startswith(words)
    assert "PINZHI_LOG_LEVEL" in ended.stderr
    assert "platform.settings" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_database_that_does_not_answer_is_refused(tmp_path: Path) -> None:
    away = "postgresql://nobody@127.0.0.1:1/none"

    ended = run("serve", PINZHI_HOME=str(tmp_path), PINZHI_DATABASE_URL=away)

    assert ended.returncode == 2
    assert "platform.database" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_home_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    ended = run("check", PINZHI_HOME=str(tmp_path / "file" / "home"))

    assert ended.returncode == 2
    assert "PINZHI_HOME" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BadInput("a.b", "错", "wrong"), "a.b"),
        (OSError(errno.ENOSPC, "No space left on device", "/data"), "platform.disk_full"),
        (PermissionError(errno.EACCES, "Permission denied", "/data"), "platform.not_permitted"),
        (OSError(errno.EADDRINUSE, "Address already in use"), "platform.address_in_use"),
        (OperationalError("no such table: catalog_standard"), "platform.migrations_pending"),
        (OperationalError("database or disk is full"), "platform.disk_full"),
        (OperationalError("connection refused"), "platform.database"),
    ],
)
def test_what_can_be_mended_becomes_a_refusal(error: Exception, code: str) -> None:
    refusal = as_refusal(error)

    assert refusal is not None
    assert refusal.code == code


@pytest.mark.parametrize("error", [ZeroDivisionError(), KeyError("x"), OSError(errno.ECHILD, "No child")])
def test_a_bug_stays_a_bug(error: Exception) -> None:
    assert as_refusal(error) is None


def test_a_reader_that_leaves_early_gets_no_traceback() -> None:
    reading, writing = os.pipe()
    os.close(reading)

    ended = subprocess.run(
        [sys.executable, "-m", "pinzhi", "--help"], stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)

    assert (ended.returncode, ended.stderr) == (1, "")
