"""The locks pin by hash and name no host: they work behind any mirror."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = {name: ROOT / "requirements" / f"{name}.txt" for name in ("base", "prod", "dev")}
PIN = re.compile(r"^([a-z0-9._-]+)(?:\[[a-z0-9,_-]+\])?==(\S+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    """Return the versions of a lock."""
    return dict(PIN.findall(LOCKS[name].read_text()))


@pytest.mark.parametrize("name", LOCKS)
def test_a_python_lock_holds_no_address_and_no_option_of_an_index(name: str) -> None:
    text = LOCKS[name].read_text()

    assert re.findall(r"\w+://\S+|^-.*$|^\s*--(?!hash=sha256:)\S+", text, re.MULTILINE) == []


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_of_a_python_lock_has_a_hash(name: str) -> None:
    entries = re.split(r"\n(?=[a-z])", LOCKS[name].read_text())

    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize(("smaller", "larger"), [("base", "prod"), ("prod", "dev")])
def test_a_lock_holds_what_the_smaller_one_holds(smaller: str, larger: str) -> None:
    assert pins(smaller).items() <= pins(larger).items()


def test_the_project_can_be_built_from_the_lock_alone() -> None:
    assert {"hatchling", "editables", "tzdata"} <= pins("base").keys()


def test_the_npm_lock_holds_hashes_and_no_address() -> None:
    text = (ROOT / "package-lock.json").read_text()
    packages = {name: package for name, package in json.loads(text)["packages"].items() if name}

    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if not package["integrity"].startswith("sha512-")] == []
    addresses = {
        name: address
        for name, package in packages.items()
        for address in re.findall(r"\w+://[^\"]+", json.dumps({k: v for k, v in package.items() if k != "funding"}))
    }
    assert addresses == {}


def test_npm_writes_no_address_and_runs_no_script() -> None:
    lines = (ROOT / ".npmrc").read_text().split()

    assert {"omit-lockfile-registry-resolved=true", "ignore-scripts=true"} <= set(lines)
    assert not any("registry=" in line for line in lines)
