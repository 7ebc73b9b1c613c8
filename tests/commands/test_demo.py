"""`pinzhi demo`: the first start fills the city, the second finds it there; a taken port is stepped over."""

import os
import resource
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from pinzhi.commands.demo import free_port
from pinzhi.engine.errors import Unavailable
from pinzhi.records.accounts.permissions import ROLES


def run_demo(home: Path) -> tuple[str, float]:
    """Run the command in a process and a home of its own; return what it said and the processor's seconds."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PINZHI_")}
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = subprocess.run(
        [sys.executable, "-m", "pinzhi", "demo", "--no-serve"],
        env=environment | {"PINZHI_HOME": str(home), "DJANGO_SETTINGS_MODULE": "pinzhi.config.settings"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the demonstration has a home and a database of its own")
def test_demo_loads_once_and_finds_the_city_the_second_time(tmp_path: Path) -> None:
    first, _ = run_demo(tmp_path)
    second, seconds = run_demo(tmp_path)

    assert "已装入演示城市" in first
    assert "Demo city loaded" in first
    assert "Search index made" in first
    assert "The demo city is there already." in second
    assert seconds < 10  # about three; of the processor, since other tests run beside this one
    for said in (first, second):
        for role in ROLES.values():
            assert f"{role.zh} · {role.en}" in said
    assert not (tmp_path / "demo").exists() or not any((tmp_path / "demo").rglob("*.csv"))


def test_a_taken_port_is_stepped_over_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        found = free_port("127.0.0.1", port)

    assert port < found <= port + 20
    said = capsys.readouterr().out
    assert f"端口 {port} 已被占用，改用 {found}。" in said
    assert f"Port {port} is in use; taking {found} instead." in said


def test_a_free_port_is_taken_without_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    assert free_port("127.0.0.1", port) == port
    assert capsys.readouterr().out == ""


def test_no_free_port_is_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 65_535))
        taken.listen()

        with pytest.raises(Unavailable) as refused:
            free_port("127.0.0.1", 65_535)

    assert refused.value.code == "demo.no_port"
