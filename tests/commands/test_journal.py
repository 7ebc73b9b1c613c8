"""`pinzhi journal`: verify, prove, check without the platform, seal and resume, as people run them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Set up a platform with three lines in its journal."""
    home = tmp_path / "home"
    program = (
        "import django; django.setup(); from pinzhi.records.database import migrate; migrate();"
        "from tests.records.journal.build import write_lines; write_lines(3)"
    )
    ran([sys.executable, "-c", program], home)
    return home


def ran(command: list[str], home: Path, *, code: int = 0) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PINZHI_")}
    environment |= {"PINZHI_HOME": str(home), "PINZHI_LANG": "en", "DJANGO_SETTINGS_MODULE": "pinzhi.config.settings"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    return done.stdout


def journal(home: Path, *arguments: str | Path, code: int = 0) -> str:
    return ran([sys.executable, "-m", "pinzhi", "journal", *map(str, arguments)], home, code=code)


def test_from_sealing_to_a_proof_checked_elsewhere(home: Path, tmp_path: Path) -> None:
    proof, keys = tmp_path / "proof.json", tmp_path / "keys.json"
    assert journal(home, "seal") == "3 lines sealed; 3 in all, head 1.\n"
    assert "position 2, head 1" in journal(home, "prove", "2", "--out", proof)
    head = json.loads((home / "journal" / "heads.jsonl").read_text())
    keys.write_text(json.dumps({"keys": [{"key": head["key"]}]}))

    said = journal(tmp_path / "nowhere", "check", proof, "--keys", keys)

    assert not (tmp_path / "nowhere").exists()
    assert said.startswith(
        "✓ The line agrees with its digest.\n✓ It is line 2 of the 3 lines of the journal.\n✓ The sig"
    )
    assert json.loads(journal(home, "check", proof, "--json", code=1))["answers"] == {
        "line": True, "path": True, "signature": None,
    }  # fmt: skip
    proof.write_text("no proof")
    journal(home, "check", proof, "--keys", keys, code=2)
    assert "sound: 3 lines, 1 heads, 1 from outside; 0 wait" in journal(home, "verify")


def test_what_is_wrong_is_told_with_its_place(home: Path, tmp_path: Path) -> None:
    journal(home, "seal")
    saved = tmp_path / "saved.json"
    saved.write_text((home / "journal" / "heads.jsonl").read_text())
    (home / "journal" / "heads.jsonl").write_text("")
    sql = (
        "import sqlite3, sys; base = sqlite3.connect(sys.argv[1]);"
        "base.executescript('DROP TRIGGER journal_entry_refuse_update; DROP TRIGGER journal_leaf_refuse_delete;"
        "DROP TRIGGER journal_head_refuse_delete; UPDATE journal_entry SET actor = 1 WHERE id = 1;"
        "DELETE FROM journal_leaf WHERE position = 2; DELETE FROM journal_head;"
        "DELETE FROM journal_entry WHERE id = 3')"
    )
    ran([sys.executable, "-c", sql, str(home / "pinzhi.sqlite3")], home)

    told = json.loads(journal(home, "verify", "--head", saved, "--json", code=1))

    faults = [(one["code"], one.get("first"), one.get("last"), one.get("source")) for one in told["faults"]]
    assert ("changed", 1, None, None) in faults
    assert ("truncated", 3, 3, "saved.json") in faults
    assert "✗ position 1, number 1: the line was changed after it was sealed [changed]" in journal(
        home, "verify", code=1
    )


def test_resume_refuses_where_nothing_is_lost(home: Path) -> None:
    journal(home, "seal")

    assert journal(home, "resume", "--reason", "x", code=2) == ""
