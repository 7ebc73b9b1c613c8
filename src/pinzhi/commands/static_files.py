"""Static files made ready to be served: copied, named by their content, compressed; only when they changed."""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect_static_files() -> None:
    """Copy, name by content and compress the static files, unless that was done for exactly these."""
    root = Path(settings.STATIC_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    done = root.with_name("static.done")
    with _alone(root.with_name("static.lock")):
        wanted = _fingerprint()
        if done.exists() and done.read_text() == wanted:
            return
        done.unlink(missing_ok=True)
        call_command("collectstatic", verbosity=0, interactive=False)
        done.write_text(wanted)


def _fingerprint() -> str:
    """Hash where the static files are, how long they are and when they were changed."""
    found = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            found.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return found.hexdigest()


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
