"""Write the invented records of a demo city as import files, row by row, the same bytes every time."""

import csv
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from pinzhi.records.catalog.demo import certificates, institutions, organisations, standards
from pinzhi.records.catalog.demo.sizes import Size
from pinzhi.records.catalog.demo.vocabulary import Vocabulary, load_vocabulary, read_rows

# What testing laboratories test by: the shipped real standards and this many invented ones.
SAMPLED_STANDARDS = 4_000
STANDARDS = "standards.csv"


@dataclass(frozen=True, slots=True)
class DemoFile:
    """An import file and the kind of its rows."""

    kind: str
    path: Path


def fact_files(folder: Path) -> list[DemoFile]:
    """Return the files of facts in the order in which they refer to each other."""
    facts = folder / "facts"
    names = (
        *("organisations", "people", "brands", "products"),
        *("standards-well-known", "standards-medical", "standards-demo"),
        *("institutions", "capabilities", "certificates", "honours", "places", "documents"),
    )
    found = [next(facts.glob(f"{name}.csv*")) for name in names]
    return [DemoFile(path.name.split(".")[0].split("-")[0], path) for path in found]


def generated_files(
    folder: Path, size: Size, target: Path, writing: Callable[[str], None] = lambda name: None
) -> Iterator[DemoFile]:
    """Yield the files of invented records, each written when it is asked for unless it is there already.

    ``folder`` is the city's demo folder; ``writing`` is told the name of a file that is made now.
    """
    target.mkdir(parents=True, exist_ok=True)
    words = load_vocabulary(folder / "vocabulary")
    firms = organisations.holders(words)
    sources: list[tuple[str, str, Sequence[str], Callable[[], Iterable[Sequence[str]]]]] = [
        ("organisations", "organisations.csv", organisations.COLUMNS,
         lambda: organisations.generated_organisations(words, size.organisations)),
        ("standards", STANDARDS, standards.COLUMNS,
         lambda: standards.generated_standards(
             words, size.standards, taken=taken_families(folder), drafters=[firm.name.zh for firm in firms])),
        ("organisations", "institution-organisations.csv", organisations.COLUMNS,
         lambda: (one.organisation for one in _institutions(words, size, folder, target))),
        ("institutions", "institutions.csv", institutions.COLUMNS,
         lambda: (one.row for one in _institutions(words, size, folder, target))),
        ("capabilities", "capabilities.csv", institutions.CAPABILITY_COLUMNS,
         lambda: chain.from_iterable(one.capabilities for one in _institutions(words, size, folder, target))),
        ("certificates", "certificates.csv", certificates.COLUMNS,
         lambda: certificates.generated_certificates(firms)),
    ]  # fmt: skip
    for kind, name, columns, rows in sources:
        path = target / name
        if not path.exists():
            writing(name)
            write_rows(path, columns, rows())
        yield DemoFile(kind, path)


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a CSV file that gets its name only when it is whole; of two who write it at once each has his own draft."""
    draft = path.with_suffix(f".{os.getpid()}.part")
    with draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    draft.replace(path)


def taken_families(folder: Path) -> set[str]:
    """Return the numbers without year of the standards among the facts: no invented one may have them."""
    files = (folder / "facts").glob("standards-*.csv*")
    return {row["number"].rsplit("-", 1)[0] for file in files for row in read_rows(file)}


def _institutions(words: Vocabulary, size: Size, folder: Path, target: Path) -> Iterator[institutions.Institution]:
    return institutions.generated_institutions(words, size.institutions, _tested_by(folder, target))


def _tested_by(folder: Path, target: Path) -> list[tuple[str, str, str]]:
    """Return real and invented standards that laboratories test by, as number, Chinese and English title."""
    real = [
        row
        for name in ("standards-well-known.csv", "standards-medical.csv.gz")
        for row in read_rows(folder / "facts" / name)
        if row["title_zh"]
    ]
    with (target / STANDARDS).open(encoding="utf-8", newline="") as file:
        invented = list(islice(csv.DictReader(file), SAMPLED_STANDARDS))
    return [(row["number"], row["title_zh"], row["title_en"]) for row in real + invented if not row.get("withdrawn_on")]
