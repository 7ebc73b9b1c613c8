"""Seal rulebook files: ``python tools/seal_rulebook.py national/catalog/ics.toml …`` adds their digests to sealed.txt.

Without a file it prints the digest of every file of the city's rulebook. A sealed file never changes afterwards.
"""

import sys
from pathlib import Path

from pinzhi.engine.rulebook.load import SEALS, open_rulebook
from pinzhi.engine.rulebook.seal import seal_line

FOLDER = Path(__file__).resolve().parents[1] / "rulebook"


def main(paths: list[str], city: str = "qingdao") -> None:
    digests = {edition.path: edition.digest for edition in open_rulebook(FOLDER, city).editions}
    lines = [seal_line(path, digests[path]) for path in paths or digests]
    if not paths:
        print("\n".join(lines))
        return
    with (FOLDER / SEALS).open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


if __name__ == "__main__":
    main(sys.argv[1:])
