"""`pinzhi serve`: the web server of one node, its static files, and the follower of the search index beside it."""

import errno
import importlib
import multiprocessing
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from pinzhi.commands.follower import Follower, follow_here, heed_parent_alone
from pinzhi.commands.static_files import collect_static_files
from pinzhi.commands.words import both, warn
from pinzhi.engine.errors import Unavailable
from pinzhi.engine.texts import Text
from pinzhi.records import database
from pinzhi.records.catalog.rulebook import rulebook

THREADS = 4  # a worker; Python code runs one at a time, the others wait for the database
STOPPING_S = 15  # given to requests under way


@click.command("serve", help=both("运行平台：网页、接口和检索索引。", "Run the platform: pages, API and search index."))
@click.option("--host", default="127.0.0.1", show_default=True, help=both("监听地址", "address to listen on"))
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help=both("监听端口", "port to listen on")
)
@click.option(
    "--workers", default=2, show_default=True, type=click.IntRange(1, 64), help=both("进程数", "number of processes")
)
def command(host: str, port: int, workers: int) -> None:
    """Run the platform."""
    _prepare(host, port)
    warn(Text(f"品质平台：http://{host}:{port}/ ，Ctrl-C 停止。", f"Pinzhi: http://{host}:{port}/ , Ctrl-C stops it."))
    _run(host, port, workers)


def serve(host: str, port: int, workers: int) -> None:
    """Serve until SIGINT or SIGTERM.

    Refused before anything starts: an address in use, a bad rulebook, tables that are not up to date, open cases whose
    rules are gone. The follower is
    started again when it dies; it and the workers end with this process, however it ends.
    """
    _prepare(host, port)
    _run(host, port, workers)


def _prepare(host: str, port: int) -> None:
    require_free(host, port)
    require_tables()
    rulebook()
    require_rules()
    collect_static_files()


def _run(host: str, port: int, workers: int) -> None:
    multiprocessing.set_start_method("spawn", force=True)  # a fork would copy the threads of Rust libraries half
    with _metrics_folder():
        follower = Follower(follow_here)
        server = Granian(
            "pinzhi.config.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=THREADS,
            workers_kill_timeout=STOPPING_S,
            respawn_failed_workers=True,
            websockets=False,
            log_level=LogLevels.warning,
            log_dictconfig=settings.LOGGING,
        )
        follower.start()
        try:
            server.serve(target_loader=load_application)
        finally:
            follower.stop()


def load_application(*_: object, **__: object) -> Callable[..., Any]:
    """Return the application inside a worker, which ends with the server's main process."""
    heed_parent_alone()
    application: Callable[..., Any] = importlib.import_module("pinzhi.config.wsgi").application
    return application


def require_free(host: str, port: int) -> None:
    """Refuse an address that another server holds: Granian would share it and each would get half the requests."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise Unavailable(
                "platform.address_in_use",
                "{host}:{port} 已被占用。请停止占用它的程序，或用 --port 指定别的端口。",
                "{host}:{port} is in use. Stop the program that holds it, or choose another with --port.",
                host=host,
                port=port,
            ) from error


def require_tables() -> None:
    """Refuse to serve with tables of another version."""
    if pending := database.pending_migrations():
        raise Unavailable(
            "platform.migrations_pending",
            "数据库结构不是最新的（{reason}）。请运行 pinzhi doctor --fix。",
            "The tables are not up to date ({reason}). Run: pinzhi doctor --fix",
            reason=f"{len(pending)}: {pending[0]} …",
        )


def require_rules() -> None:
    """Refuse to serve with a rulebook that has lost what an open case was opened under.

    Tables are asked, and a worker reads this file before it knows of any: hence the import here.
    """
    importlib.import_module("pinzhi.records.casework.queries.editions").require_rules_of_open_cases()


@contextmanager
def _metrics_folder() -> Iterator[None]:
    """Give the workers a folder through which their counters are added up; it starts empty.

    A server that was killed could not remove its own: that is done here.
    """
    folder = settings.HOME / "metrics" / str(os.getpid())
    for left in folder.parent.glob("*"):
        if left == folder or not Path(f"/proc/{left.name}").exists():
            shutil.rmtree(left, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)
