"""`pinzhi verify` and `pinzhi register check`: with the published keys alone, no platform, no network."""

import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pinzhi.commands.register_check import command as register_check
from pinzhi.commands.verify import command as verify
from pinzhi.engine.attestation.dumps import DumpedFile, manifest
from pinzhi.engine.attestation.key_documents import key_document
from pinzhi.engine.errors import BadInput
from pinzhi.engine.signatures import sign
from tests.build_attestation import ADDRESS, SIGNED, Signer

OURS = Signer()
FAR = "2999-01-01T00:00:00Z"
DAY = ("--on", "2024-01-05")


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return _written(tmp_path / "did.json", key_document(OURS.issuer, OURS.known.keys))


def _written(file: Path, content: object) -> Path:
    file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return file


def _verify(*arguments: object) -> Result:
    return CliRunner(env={"PINZHI_LANG": "en"}).invoke(verify, [str(one) for one in arguments])


def test_a_good_certificate_says_what_could_not_be_checked(tmp_path: Path, keys: Path) -> None:
    result = _verify(_written(tmp_path / "a.json", OURS.credential()), "--keys", keys, *DAY)

    assert result.exit_code == 0
    assert result.output.startswith("Genuine, status not checked.")
    assert "✓ Signature: fits the content to the letter" in result.output
    assert "? Register: not compared with the register, without the network" in result.output


def test_with_kept_status_lists_it_is_valid_or_not(tmp_path: Path, keys: Path) -> None:
    file = _written(tmp_path / "a.json", OURS.credential())
    lists = [
        ("--status", _written(tmp_path / f"{purpose}.json", OURS.status_list(purpose, tickets, until=FAR)))
        for purpose, tickets in (("revocation", ()), ("suspension", (5,)))
    ]

    result = _verify(file, "--keys", keys, *DAY, *lists[0], *lists[1], "--json")

    assert (result.exit_code, json.loads(result.output)["verdict"]) == (1, "suspended")


def test_a_link_from_a_code_is_checked_too(tmp_path: Path, keys: Path) -> None:
    file = tmp_path / "link.txt"
    file.write_text(f"{ADDRESS}/verify#{OURS.code()}\n")

    assert _verify(file, "--keys", keys, *DAY).exit_code == 0
    file.write_text(f"https://evil.example/verify#{OURS.code()}\n")
    assert _verify(file, "--keys", keys, *DAY).exit_code == 1


def test_without_keys_nothing_is_believed(tmp_path: Path) -> None:
    result = _verify(_written(tmp_path / "a.json", OURS.credential()), *DAY)

    assert result.exit_code == 1
    assert "✗ Issuer: no issuer's key document was given" in result.output


def test_what_cannot_be_read_says_so(tmp_path: Path, keys: Path) -> None:
    for content in (b"\x00\x01", b"{" * 30, b"%PDF-1.7", b"08-017"):
        file = tmp_path / "odd"
        file.write_bytes(content)
        assert isinstance(_verify(file, "--keys", keys).exception, BadInput)


def test_it_needs_neither_settings_nor_django(tmp_path: Path, keys: Path) -> None:
    file = _written(tmp_path / "a.json", OURS.credential())
    environment = {"PATH": os.environ["PATH"], "PINZHI_DATABASE_URL": "nonsense", "LANG": "C.UTF-8"}
    code = (
        "import sys\nfrom pinzhi.commands.main import main\n"
        "try: main(sys.argv[1:])\n"
        "finally: assert 'django' not in sys.modules and 'socket' not in sys.modules, 'loaded'"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, "verify", str(file), "--keys", str(keys), *DAY],
        capture_output=True, text=True, env=environment, cwd=tmp_path, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")


def test_a_dump_is_checked_file_by_file(tmp_path: Path, keys: Path) -> None:
    folder = tmp_path / "dump"
    folder.mkdir()
    (folder / "a.csv.gz").write_bytes(b"rows")
    listed = manifest(
        (DumpedFile("a.csv.gz", 4, 1, sha256(b"rows").hexdigest()), DumpedFile("b.csv.gz", 4, 1, "0" * 64)),
        issuer=OURS.issuer, key_id="attestation-0001", on=SIGNED.date(), at=SIGNED,
        sign=lambda message: sign(OURS.privates[0], message), synthetic=True,
    )  # fmt: skip
    _written(folder / "manifest.json", listed)

    def check() -> Result:
        return CliRunner(env={"PINZHI_LANG": "en"}).invoke(register_check, [str(folder), "--keys", str(keys)])

    assert check().exit_code == 0
    assert "? File: b.csv.gz is not at hand" in check().output
    (folder / "a.csv.gz").write_bytes(b"rowz")
    assert (check().exit_code, "✗ File: a.csv.gz differs" in check().output) == (1, True)
    (folder / "a.csv.gz").write_bytes(b"rows")
    listed["files"][0]["rows"] = 2
    _written(folder / "manifest.json", listed)
    assert (check().exit_code, "✗ Signature" in check().output) == (1, True)
