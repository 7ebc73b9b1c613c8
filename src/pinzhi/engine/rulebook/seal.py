"""Seals: the digest of every edition in force; a sealed file never changes, its next edition is a new file."""

import re
from collections.abc import Mapping
from hashlib import sha256

from pinzhi.engine.rulebook.check import bad

_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")


def digest_of(*texts: str) -> str:
    """Return the SHA-256 of a file's text and of its table's, as 64 hexadecimal digits."""
    whole = sha256()
    for text in texts:
        content = text.encode()
        whole.update(len(content).to_bytes(8, "big"))  # so that moving a line from one to the other is noticed
        whole.update(content)
    return whole.hexdigest()


def seal_line(path: str, digest: str) -> str:
    """Return the line of ``sealed.txt`` that seals a file."""
    return f"{digest}  {path}"


def check_seals(name: str, text: str, digests: Mapping[str, str]) -> None:
    """Refuse a sealed file that has changed or is gone; files of other cities are not looked at.

    ``digests`` are those of the files that were read, by their path below the rulebook's folder.
    """
    layers = {path.split("/")[0] for path in digests}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line.rstrip())
        if match is None:
            raise bad(
                name,
                f"line {number}",
                zh="应为“64 位十六进制摘要、两个空格、文件路径”。",
                en="Expected a digest of 64 hexadecimal digits, two blanks and the path of a file.",
            )
        sealed, path = match.groups()
        if path.split("/")[0] in layers and digests.get(path) != sealed:
            raise _broken(path, digests.get(path), sealed)


def _broken(path: str, found: str | None, sealed: str) -> Exception:
    if found is None:
        return bad(
            path,
            "",
            zh="这个文件已封存，却不见了。请取回它；已封存的版本要一直保留。",
            en="This file is sealed but is gone. Bring it back: sealed editions stay.",
        )
    return bad(
        path,
        "",
        zh=f"这个文件已封存，却改动过（封存 {sealed[:12]}…，现在 {found[:12]}…）。请恢复它，改动写成新的版本文件。",
        en=f"This file is sealed but has changed (sealed {sealed[:12]}…, now {found[:12]}…). "
        "Restore it, and write the change as a new edition in a new file.",
    )
