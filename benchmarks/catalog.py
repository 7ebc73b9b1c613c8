"""Measure search: how fast against plain engines, and whether it finds what is asked for.

    PINZHI_HOME=/some/empty/folder python benchmarks/catalog.py --data FOLDER [--size city] [--each 100]

FOLDER holds the real rows (``standards_*.csv.gz``, ``companies_*.csv.gz``). They are imported into the database of the
settings, the demo city of the size is loaded beside them, the index is made; what is there already is left alone.
Every engine then gets the same documents and queries in one run, so the ratios hold on any machine: first other
queries of the same kind to warm up, then all of them one after the other; what was found is judged afterwards. With
PINZHI_DATABASE_URL the database is PostgreSQL; it, or the one at PINZHI_BENCH_POSTGRES, is then a rival too.
"""

import argparse
import csv
import gc
import gzip
import os
import random
import resource
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pinzhi.config.settings")
os.environ.setdefault("PINZHI_TODAY", "2024-01-04")

import django

django.setup()

from django.core.management import call_command  # noqa: E402  (settings first)
from django.utils import timezone  # noqa: E402
from known_items import KnownItem, Real, everyday_queries, keys_of, known_items, real_companies, real_standards  # noqa: E402
from rivals import Rival, document, query_words, rivals  # noqa: E402

from pinzhi.records.accounts.permissions import SYSTEM  # noqa: E402
from pinzhi.records.catalog.demo.loading import load_demo  # noqa: E402
from pinzhi.records.catalog.importing.run import import_file  # noqa: E402
from pinzhi.records.catalog.models import Organisation, Standard  # noqa: E402
from pinzhi.records.catalog.search import find, records, suggest  # noqa: E402
from pinzhi.records.catalog.search.build import rebuild, today  # noqa: E402
from pinzhi.records.catalog.search.reader import reader  # noqa: E402
from pinzhi.records.catalog.search.rows import rows_of  # noqa: E402
from pinzhi.records.catalog.search.shapes import Hit, Row, SearchRequest  # noqa: E402
from pinzhi.records.catalog.search.state import index_state  # noqa: E402

_STAGES = {"95.99": "withdrawn", "WITHDRAWN": "withdrawn", "withdrawn": "withdrawn", "REPLACED": "replaced"}
_STATED = {"现行": "current", "被代替": "replaced", "废止": "withdrawn", "即将实施": "upcoming"}


@dataclass(frozen=True, slots=True)
class Measured:
    """One engine over all queries: time of each in ms, rank of the right record in each (0: not within ten)."""

    name: str
    ms: list[float]
    ranks: list[int]

    @property
    def mean(self) -> float:
        """Mean time in ms."""
        return sum(self.ms) / len(self.ms)

    def percentile(self, share: float) -> float:
        """Time in ms that a share of the queries stay below."""
        return sorted(self.ms)[min(len(self.ms) - 1, int(len(self.ms) * share))]

    @property
    def mrr(self) -> float:
        """Mean reciprocal rank within ten."""
        return sum(1 / rank for rank in self.ranks if rank) / len(self.ranks)

    @property
    def success(self) -> float:
        """Share of queries whose right record is among the ten."""
        return sum(1 for rank in self.ranks if rank) / len(self.ranks)


def main() -> None:
    """Fill, index, ask, print."""
    asked = _arguments()
    standards, companies = real_standards(asked.data), real_companies(asked.data)
    _fill(asked.data, asked.size, standards, companies)
    if index_state().state != "ready":
        started = time.perf_counter()
        count = rebuild()
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"index: {count:,} records in {time.perf_counter() - started:.0f} s, {memory} MiB at most")
    items = known_items(standards, companies, asked.each)
    print(f"{index_state().records:,} records, {len(items):,} known-item queries over real rows\n")
    everyday, others = _everyday(seed=7), _everyday(seed=8)
    gc.collect()
    gc.freeze()  # no engine's time holds a walk through the queries that lie ready here
    with tempfile.TemporaryDirectory() as folder:
        ours, ways = _ours(items, others)
        _print_kinds(items, ours, ways)
        print(f"{len(everyday):,} everyday queries over all records, every tenth text with a slip\n")
        ours, ways = _ours(everyday, others)
        _print_kinds(everyday, ours, ways)
        _print_engines(chain([ours], _theirs(everyday, others, Path(folder))))
    _print_with_rows(everyday)
    _print_facets(everyday)
    _print_suggestions(items)


def _everyday(seed: int) -> list[KnownItem]:
    """Draw everyday queries from all records, real and generated."""
    chance = random.Random(seed)
    last = Standard.objects.order_by("-pk").values_list("pk", flat=True)[0]
    rows = Standard.objects.filter(pk__in=chance.sample(range(1, last + 1), 4_000)).order_by("pk")
    standards = [Real(number, zh, en) for number, zh, en in rows.values_list("number", "title_zh", "title_en")]
    last = Organisation.objects.order_by("-pk").values_list("pk", flat=True)[0]
    names = Organisation.objects.filter(pk__in=chance.sample(range(1, last + 1), 600)).order_by("pk")
    companies = [Real(name, name) for name in names.values_list("name", flat=True)]
    return everyday_queries(standards, companies, seed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the real rows")
    parser.add_argument("--size", default="city", help="size of the demo city beside them, or none")
    parser.add_argument("--each", type=int, default=100, help="queries of each kind")
    return parser.parse_args()


# ---- filling ---------------------------------------------------------------------------------------------------------
def _fill(data: Path, size: str, standards: list[Real], companies: list[Real]) -> None:
    call_command("migrate", verbosity=0)
    if Standard.objects.count() < len(standards) or Organisation.objects.count() < len(companies):
        with tempfile.TemporaryDirectory() as folder:
            _import("standards", Path(folder) / "standards.csv", _standard_rows(data))
            _import("organisations", Path(folder) / "organisations.csv", _company_rows(companies))
        if size != "none":
            load_demo(size)


def _import(kind: str, path: Path, rows: Iterable[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        listed = list(rows)
        writer = csv.DictWriter(file, list(listed[0]))
        writer.writeheader()
        writer.writerows(listed)
    import_file(kind, path, actor=SYSTEM, now=timezone.now())


def _standard_rows(data: Path) -> Iterable[dict[str, str]]:
    seen: set[str] = set()
    for name in ("cn_common", "cn_nmpa", "cn_mentioned", "international"):
        with gzip.open(data / f"standards_{name}.csv.gz", "rt", encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                if row["number"] not in seen:
                    seen.add(row["number"])
                    yield {
                        "number": row["number"],
                        "title_zh": row.get("title_zh", ""),
                        "title_en": row.get("title_en", ""),
                        "title_local": row.get("title_local", ""),
                        "published_on": row.get("published") or row.get("approval_date") or "",
                        "effective_on": row.get("effective_date") or "",
                        "status": _STATED.get(row.get("status", ""), _STAGES.get(row.get("stage", ""), "")),
                        "ics": row.get("ics", ""),
                        "source": "benchmark",
                    }


def _company_rows(companies: list[Real]) -> Iterable[dict[str, str]]:
    for real in companies:
        yield {"code": "", "name": real.id, "short_names": ";".join(real.aliases), "source": "benchmark"}


# ---- asking ----------------------------------------------------------------------------------------------------------
def _ours(items: Sequence[KnownItem], others: Sequence[KnownItem]) -> tuple[Measured, list[str]]:
    for item in others:
        find(SearchRequest(item.text, facets=False))
    ms, results = [], []
    for item in items:
        begun = time.perf_counter()
        result = find(SearchRequest(item.text, facets=False))
        ms.append((time.perf_counter() - begun) * 1000)
        results.append(result)
    ranks = [_rank(item, rows_of(result.hits)) for item, result in zip(items, results, strict=True)]
    return Measured("Pinzhi", ms, ranks), [result.how for result in results]


def _theirs(items: Sequence[KnownItem], others: Sequence[KnownItem], folder: Path) -> Iterable[Measured]:
    for rival in rivals(folder):
        started = time.perf_counter()
        rival.fill(
            document(entry) for span in records.all_spans(100_000) for entry in records.entries_between(*span, today())
        )
        print(f"{rival.name}: filled in {time.perf_counter() - started:.0f} s", file=sys.stderr)
        ms, found = _asked(rival, items, others)
        rival.close()
        yield Measured(rival.name, ms, [_rank(item, rows_of(hits)) for item, hits in zip(items, found, strict=True)])


def _asked(
    rival: Rival, items: Sequence[KnownItem], others: Sequence[KnownItem]
) -> tuple[list[float], list[list[Hit]]]:
    for item in others:
        rival.search(query_words(item.text))
    ms, found = [], []
    for item in items:
        begun = time.perf_counter()
        names = rival.search(query_words(item.text))
        ms.append((time.perf_counter() - begun) * 1000)
        found.append([Hit(kind, int(key)) for kind, _, key in (name.partition(" ") for name in names)])
    return ms, found


def _keys_of_row(row: Row) -> set[str]:
    name = row.title if row.kind in ("organisation", "institution") else row.number
    return keys_of(name, row.title, row.title_en, row.short_names)


def _rank(item: KnownItem, rows: Iterable[Row]) -> int:
    """Return the place of the first row that is right, 0 if none is."""
    return next((rank for rank, row in enumerate(rows, 1) if _keys_of_row(row) & item.right), 0)


# ---- printing --------------------------------------------------------------------------------------------------------
def _print_kinds(items: Sequence[KnownItem], ours: Measured, ways: list[str]) -> None:
    by_kind: dict[str, list[int]] = defaultdict(list)
    for place, item in enumerate(items):
        by_kind[item.kind].append(place)
    print("| queries | n | MRR@10 | s@10 | p50 ms | p95 ms | ways |\n|---|---|---|---|---|---|---|")
    for kind, places in by_kind.items():
        part = Measured(kind, [ours.ms[at] for at in places], [ours.ranks[at] for at in places])
        told = ", ".join(f"{way} {count}" for way, count in Counter(ways[at] for at in places).most_common())
        print(
            f"| {kind} | {len(places)} | {part.mrr:.3f} | {part.success:.3f}"
            f" | {part.percentile(0.5):.3f} | {part.percentile(0.95):.2f} | {told} |"
        )
    print()


def _print_engines(measured: Iterable[Measured]) -> None:
    print("| engine | p50 ms | p95 ms | p99 ms | mean ms | mean, times ours | p99, times ours | MRR@10 | s@10 |")
    print("|---|---|---|---|---|---|---|---|---|")
    ours: Measured | None = None
    for one in measured:
        ours = ours or one
        print(
            f"| {one.name} | {one.percentile(0.5):.3f} | {one.percentile(0.95):.2f} | {one.percentile(0.99):.2f}"
            f" | {one.mean:.3f} | {one.mean / ours.mean:.2f} | {one.percentile(0.99) / ours.percentile(0.99):.2f}"
            f" | {one.mrr:.3f} | {one.success:.3f} |",
            flush=True,
        )
    print()


def _print_with_rows(items: Sequence[KnownItem]) -> None:
    """Tell what a search takes when the processor has done other work since the last one, as in a web server."""
    ms = []
    for item in items:
        begun = time.perf_counter()
        result = find(SearchRequest(item.text, facets=False))
        ms.append((time.perf_counter() - begun) * 1000)
        rows_of(result.hits)
    cold = Measured("", ms, [])
    print(
        f"with the rows of each answer read between two searches: p50 {cold.percentile(0.5):.2f},"
        f" p95 {cold.percentile(0.95):.2f}, p99 {cold.percentile(0.99):.2f}, mean {cold.mean:.2f} ms"
    )


def _print_facets(items: Sequence[KnownItem]) -> None:
    with_facets = Measured("", [find(SearchRequest(item.text)).ms for item in items[::5]], [0] * len(items[::5]))
    print(
        f"with counts of all facets: p50 {with_facets.percentile(0.5):.2f},"
        f" p95 {with_facets.percentile(0.95):.2f}, p99 {with_facets.percentile(0.99):.2f} ms"
    )


def _print_suggestions(items: Sequence[KnownItem]) -> None:
    """Type every tenth query letter by letter, up to twelve letters."""
    reader().expire()
    ms = []
    for item in items[::10]:
        for length in range(1, min(len(item.text), 12) + 1):
            begun = time.perf_counter()
            suggest(item.text[:length])
            ms.append((time.perf_counter() - begun) * 1000)
    typed = Measured("", ms, [0] * len(ms))
    print(
        f"suggestions with their rows: {len(ms):,} times, p50 {typed.percentile(0.5):.2f},"
        f" p95 {typed.percentile(0.95):.2f}, p99 {typed.percentile(0.99):.2f} ms"
    )


if __name__ == "__main__":
    main()
