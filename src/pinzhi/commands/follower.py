"""What runs beside the web server and ends with it: the index's writer, the journal's sealer, background work."""

import importlib
import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing.process import BaseProcess

FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 60.0
STEADY_S = 60.0  # a follower that lived this long had started well: the next pause is short again
PATIENCE_S = 10.0  # given to the follower to finish its commit when the server stops

logger = logging.getLogger("pinzhi.follower")


class Follower:
    """Keeps one follower running: starts it again with growing pauses when it dies, stops it when asked.

    ``work`` is what it does, which ends by itself when its parent says so or is gone.
    """

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._stopping = threading.Event()
        self._process: BaseProcess | None = None
        self._watch = threading.Thread(target=self._keep_alive, name="follower-watch", daemon=True)

    def start(self) -> None:
        """Start the follower and the thread that watches it."""
        self._watch.start()

    def stop(self) -> None:
        """Ask the follower to finish and wait for it; kill it when it does not."""
        self._stopping.set()
        process = self._process
        if process is not None and process.is_alive():
            process.terminate()
            process.join(PATIENCE_S)
            if process.is_alive():
                logger.warning("follower does not stop, killing it: pid=%s", process.pid)
                process.kill()
        self._watch.join(PATIENCE_S)

    def _keep_alive(self) -> None:
        pause_s = FIRST_PAUSE_S
        while not self._stopping.is_set():
            self._process = multiprocessing.get_context("spawn").Process(target=self._work, name="follower")
            self._process.start()
            self._process.join(STEADY_S)
            if self._process.is_alive():
                pause_s = FIRST_PAUSE_S
                self._process.join()
            if self._stopping.is_set():
                return
            logger.error("follower ended: exit=%s, next start in %.1f s", self._process.exitcode, pause_s)
            self._stopping.wait(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)


def follow_here() -> None:
    """Follow the outbox, seal the journal, do background work until told to stop or until the parent is gone."""
    stop = _set_up()
    seal = importlib.import_module("pinzhi.records.journal.follow").follow
    sealer = threading.Thread(target=seal, args=(stop,), name="journal-sealer")
    sealer.start()
    workers = threading.Thread(target=_work, args=(stop,), name="tasks")
    workers.start()
    try:
        importlib.import_module("pinzhi.records.catalog.search.follow").follow(stop)
    finally:
        stop.set()
        sealer.join()
        workers.join()


def _work(stop: threading.Event) -> None:
    """Do background work, unless the operator has it done apart."""
    if importlib.import_module("django.conf").settings.TASKS == "beside":
        tasks = importlib.import_module("pinzhi.commands.tasks").TASKS
        importlib.import_module("pinzhi.records.tasks.queue").keep_working(tasks, stop)


def index_here() -> None:
    """Follow the outbox only: what the index of a large load wants, while nobody needs mail or a sealed journal yet."""
    stop = _set_up()
    importlib.import_module("pinzhi.records.catalog.search.follow").follow(stop)


def _set_up() -> threading.Event:
    """Make this spawned process heed its parent, and ready for the database; return what is set when it is to stop."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    heed_parent_alone()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pinzhi.config.settings")
    importlib.import_module("django").setup()
    return stop


def heed_parent_alone() -> None:
    """Make this spawned process end when its parent says so or is gone, by SIGKILL too, and at no other time.

    Ctrl-C reaches every process of the terminal's group: a worker that got it, and then the parent's order to stop,
    would never end. So it leaves the group.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        os.setpgrp()
        threading.Thread(target=_wait_for_end, args=(parent,), name="parent-watch", daemon=True).start()


def _wait_for_end(parent: BaseProcess) -> None:
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
