"""What is kept of the journal outside the database: its signed heads, a line each, and its digests, 32 bytes each.

Both files only grow. Digests are written before the head that covers them; what a crash left over behind the last whole
head is written again. With them a restored backup is found out, and its lost lines keep their digests.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from pinzhi.engine.errors import PinzhiError, Unavailable
from pinzhi.engine.journal.audit import GROUP_LEVEL
from pinzhi.engine.journal.heads import Head, head_from_json
from pinzhi.engine.journal.tree import DIGEST_BYTES, grow
from pinzhi.records.journal import models
from pinzhi.records.journal.storage import head_of, stored_frontier

_TAIL_BYTES = 8192  # more than two heads
_DIGESTS_AT_ONCE = 10_000


def heads_file() -> Path:
    """Return the file of the heads."""
    return Path(settings.JOURNAL_FOLDER) / "heads.jsonl"


def digests_file() -> Path:
    """Return the file of the digests."""
    return Path(settings.JOURNAL_FOLDER) / "leaves.bin"


def last_kept() -> Head | None:
    """Return the newest head kept outside."""
    file = heads_file()
    if not file.exists():
        return None
    with file.open("rb") as stream:
        stream.seek(max(0, stream.seek(0, os.SEEK_END) - _TAIL_BYTES))
        lines = stream.read().rpartition(b"\n")[0].splitlines()
    return _read(lines[-1], file) if lines else None


def kept_heads(file: Path) -> Iterator[Head]:
    """Yield the heads of a file: one JSON object, or one a line; a last line cut off by a crash is left out."""
    with file.open("rb") as stream:
        for line in stream:
            if line.endswith(b"\n") or line.rstrip().endswith(b"}"):
                yield _read(line, file)


def kept_digests(first: int, end: int) -> bytes:
    """Return the digests kept outside from one position up to another; fewer where the file is shorter."""
    file = digests_file()
    if not file.exists():
        return b""
    last = last_kept()
    end = min(end, last.size if last else 0)
    with file.open("rb") as stream:
        stream.seek(first * DIGEST_BYTES)
        return stream.read(max(0, end - first) * DIGEST_BYTES)


def publish() -> int:
    """Write the heads that are new, and their digests, to the files outside; return how many heads there were.

    Refuses, and leaves the files as they are, when the database does not go on from what they hold.
    """
    with _held():
        last = last_kept()
        count = 0
        for row in models.Head.objects.filter(number__gt=last.number if last else 0).order_by("number").iterator():
            head = head_of(row)
            require_follows(last, head)
            _append(last, head)
            last = head
            count += 1
        return count


def require_follows(last: Head | None, head: Head) -> None:
    """Refuse a head that does not follow the last one kept outside."""
    if last is None or (head.number == last.number + 1 and head.previous == last.digest()):
        return
    raise Unavailable(
        "journal.contradicts",
        "数据库里的审计记录与库外留存的签名头 {number} 接不上，没有继续。请运行 pinzhi journal verify 查明。",
        "The journal in the database does not go on from head {number} kept outside; nothing was added."
        " Run: pinzhi journal verify",
        number=last.number,
    )


def _append(last: Head | None, head: Head) -> None:
    size = last.size if last else 0
    tree = stored_frontier(size)
    with digests_file().open("ab") as stream:
        stream.truncate(size * DIGEST_BYTES)
        stream.seek(0, os.SEEK_END)
        while tree.size < head.size:
            until = min(head.size, tree.size + _DIGESTS_AT_ONCE)
            rows = models.Leaf.objects.filter(position__gte=tree.size, position__lt=until).order_by("position")
            digests = [bytes(digest) for digest in rows.values_list("digest", flat=True)]
            if tree.size + len(digests) != until:
                break
            for _ in grow(tree, digests, GROUP_LEVEL):
                pass
            stream.write(b"".join(digests))
        if tree.size != head.size or tree.root() != head.root:
            stream.truncate(size * DIGEST_BYTES)
            raise Unavailable(
                "journal.root",
                "数据库里的摘要算不出签名头 {number} 的根，没有写到库外。请运行 pinzhi journal verify 查明。",
                "The digests in the database do not lead to the root of head {number}; not copied outside."
                " Run: pinzhi journal verify",
                number=head.number,
            )
        _flush(stream.fileno())
    file = heads_file()
    with file.open("ab") as stream:
        stream.truncate(_whole_bytes(file))
        stream.seek(0, os.SEEK_END)
        stream.write(json.dumps(head.as_json()).encode() + b"\n")
        stream.flush()
        _flush(stream.fileno())


def _flush(descriptor: int) -> None:
    os.fsync(descriptor)


def _whole_bytes(file: Path) -> int:
    """Return the size of the file without a last line that a crash cut off."""
    size = file.stat().st_size
    with file.open("rb") as stream:
        stream.seek(max(0, size - _TAIL_BYTES))
        tail = stream.read()
    return size - (len(tail) - (tail.rfind(b"\n") + 1))


@contextmanager
def _held() -> Iterator[None]:
    """Let one process at a time write the files."""
    folder = Path(settings.JOURNAL_FOLDER)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "lock").open("wb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _read(line: bytes, file: Path) -> Head:
    try:
        return head_from_json(json.loads(line))
    except (ValueError, PinzhiError) as error:
        raise Unavailable(
            "journal.heads_file",
            "{file} 里有读不懂的签名头：{line}",
            "{file} holds a head that cannot be read: {line}",
            file=file.name,
            line=line[:80].decode(errors="replace"),
        ) from error
