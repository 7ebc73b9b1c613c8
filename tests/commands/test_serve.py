"""`pinzhi serve` runs a node: it answers, mends itself, and leaves nothing running, however it ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

PATIENCE_S = 40.0


def environment(home: Path) -> dict[str, str]:
    """Return settings for a node of its own on SQLite."""
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PINZHI_HOME": str(home)}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(port: int, path: str, **headers: str) -> tuple[int, str]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


def answers(port: int) -> bool:
    try:
        return get(port, "/healthz")[0] == 200
    except OSError:
        return False


def eventually(condition: object) -> bool:
    """Wait until the condition holds."""
    end = time.monotonic() + PATIENCE_S
    while not condition():  # type: ignore[operator]
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def children(pid: int) -> set[int]:
    return set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())) | {
        child
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in map(int, (task / "children").read_text().split())
    }


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home folder with tables and index."""
    folder = tmp_path_factory.mktemp("home")
    subprocess.run(
        [sys.executable, "-m", "pinzhi", "doctor", "--fix"], env=environment(folder), check=True, capture_output=True
    )
    return folder


@pytest.fixture
def node(home: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run a node until it answers; kill whatever is left of it afterwards."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "pinzhi", "serve", "--port", str(port), "--workers", "1"],
        env=environment(home),
        text=True,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        assert eventually(lambda: answers(port) or process.poll() is not None)
        assert process.poll() is None, process.stderr and process.stderr.read()
        yield process, port
    finally:
        process.kill()
        process.wait()
        assert process.stderr
        process.stderr.close()


def test_it_answers_and_ends_in_good_order(node: tuple[subprocess.Popen[str], int]) -> None:
    process, port = node
    started = children(process.pid)

    health = get(port, "/healthz")
    counted = get(port, "/metrics")
    process.send_signal(signal.SIGTERM)

    assert health == (200, json.dumps({"fit": True}))
    assert 'pinzhi_requests_total{method="GET",route="healthz",status="200"}' in counted[1]
    assert process.wait(PATIENCE_S) == 0
    assert eventually(lambda: not any(map(is_running, started)))


def test_ctrl_c_ends_it_at_once(node: tuple[subprocess.Popen[str], int]) -> None:
    process, port = node
    get(port, "/healthz")

    os.killpg(process.pid, signal.SIGINT)

    assert process.wait(PATIENCE_S) == 0
    assert process.stderr
    assert "Killing" not in process.stderr.read()


def test_its_counters_are_not_for_visitors_behind_a_proxy(node: tuple[subprocess.Popen[str], int]) -> None:
    _, port = node

    status, _ = get(port, "/metrics", **{"X-Forwarded-For": "203.0.113.9"})

    assert status == 403


def test_it_starts_what_was_killed_again(node: tuple[subprocess.Popen[str], int]) -> None:
    process, port = node
    started = children(process.pid)

    for pid in started:
        os.kill(pid, signal.SIGKILL)

    assert eventually(lambda: len([pid for pid in children(process.pid) - started if is_running(pid)]) >= 2)
    assert eventually(lambda: answers(port))


def test_nothing_is_left_when_it_is_killed_itself(node: tuple[subprocess.Popen[str], int]) -> None:
    process, port = node
    started = children(process.pid)

    process.kill()

    assert eventually(lambda: not any(map(is_running, started)))
    assert not answers(port)


def test_it_refuses_an_address_in_use_and_tables_of_another_version(home: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [sys.executable, "-m", "pinzhi", "serve", "--port", str(taken.getsockname()[1])]
        in_use = subprocess.run(command, env=environment(home), capture_output=True, text=True, check=False)
    command[-1] = str(free_port())
    no_tables = subprocess.run(command, env=environment(tmp_path), capture_output=True, text=True, check=False)

    assert in_use.returncode == no_tables.returncode == 2
    assert "platform.address_in_use" in in_use.stderr
    assert "platform.migrations_pending" in no_tables.stderr
    assert "pinzhi doctor --fix" in no_tables.stderr
