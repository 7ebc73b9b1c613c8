"""What the README and the guides tell people to type exists, in both languages; links lead somewhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pinzhi.commands.main import VERBS

ROOT = Path(__file__).resolve().parents[2]
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
PAGES = [*READMES, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def commands(page: Path) -> list[str]:
    """Return the lines of a page's shell blocks."""
    blocks = re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    return [line.split("#")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]


def test_the_two_readmes_give_the_same_commands_and_links() -> None:
    english, chinese = (re.sub(r"README[.a-zA-Z-]*\.md", "", page.read_text(encoding="utf-8")) for page in READMES)

    assert commands(READMES[0]) == commands(READMES[1])
    assert re.findall(r"\]\(([^)]+)\)", english) == re.findall(r"\]\(([^)]+)\)", chinese)


def test_the_first_two_commands_are_demo_and_test() -> None:
    assert commands(READMES[0])[:2] == ["./run demo", "./run test"]


def test_the_build_calls_the_test_command_of_the_readme() -> None:
    assert (ROOT / ".ci/run").read_text().rstrip().endswith("\nexec ./run test")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    verbs_of_run = set(re.findall(r"^    ([a-z]+)(?: \| [^)]+)?\)", (ROOT / "run").read_text(), re.MULTILINE))

    assert set(re.findall(r"\./run ([a-z]+)", text)) <= verbs_of_run
    assert set(re.findall(r"(?:`|bin/|\n *)pinzhi ([a-z]+)", text)) <= VERBS.keys()
    assert set(re.findall(r"\./run pinzhi ([a-z]+)", text)) <= VERBS.keys()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!\w+:|#)([^)#]+)", page.read_text(encoding="utf-8"))

    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_run_helps_and_refuses_what_it_does_not_know() -> None:
    helped = subprocess.run(["./run", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    refused = subprocess.run(["./run", "celebrate"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert "./run demo" in helped.stdout
    assert "./run test" in helped.stdout
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "no such command: celebrate" in refused.stderr


@pytest.fixture
def bare_machine(tmp_path: Path) -> Path:
    """Return a folder with a copy of the entrance, and in `bin` the only commands that a run of it will find."""
    (tmp_path / "tools").mkdir()
    for name in ("run", "tools/prepare.py"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "bin").mkdir()
    for name in ("dirname", "cat"):
        (tmp_path / "bin" / name).symlink_to(f"/usr/bin/{name}")
    return tmp_path


def run_demo(machine: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", "run", "demo"],
        cwd=machine,
        env={"PATH": str(machine / "bin")} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_run_names_the_packages_when_python_is_too_old(bare_machine: Path) -> None:
    old = bare_machine / "bin" / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)

    ended = run_demo(bare_machine)

    assert ended.returncode == 1
    assert "Python 3.11 or newer is needed" in ended.stderr
    assert "sudo apt install python3 python3-venv" in ended.stderr


def test_run_names_the_package_when_python_lacks_venv(bare_machine: Path) -> None:
    (bare_machine / "bin" / "python3").symlink_to(sys._base_executable)  # type: ignore[attr-defined]
    (bare_machine / "sitecustomize.py").write_text("import sys; sys.modules['ensurepip'] = None")

    ended = run_demo(bare_machine, PYTHONPATH=str(bare_machine))

    assert ended.returncode == 1
    assert f"sudo apt install python3.{sys.version_info.minor}-venv" in ended.stderr
    assert not (bare_machine / ".venv").exists()
