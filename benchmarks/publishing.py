"""How fast figures are over a city's records: all of them anew, again, as of another day, and the records behind them.

    python benchmarks/publishing.py [--standards 1000000] [--organisations 400000] [--certificates 12667]
                                    [--cases 200000]

Fills a database of its own (or the empty one that PINZHI_DATABASE_URL names), then asks for every figure of the
rulebook and, for some, for the same number in SQL written by hand (which leaves history out, so that it has less to do;
what is asked once in each call, some versions of tables, counts as well). Times are of the processor where the database
is a file of this process, so that a busy machine does not count, and of the clock where it is a server.
"""

# ruff: noqa: PLC0415  the settings are read when the tables are imported

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

ON, BEFORE = date(2023, 12, 31), date(2022, 12, 31)
AT = datetime(2022, 6, 1, tzinfo=UTC)
DISTRICTS = ("370202", "370203", "370211", "370212", "370213", "370214", "370215", "370281", "370283", "370285")
BATCH, REPEATS = 5_000, 3
COLD_MS, WARM_MS, LIST_MS, TIMES_BY_HAND, TIMES_AS_OF = 2_000, 50, 300, 1.5, 2.0
BY_HAND = {
    "A45": "SELECT COUNT(*) FROM catalog_organisation WHERE (valid_from IS NULL OR valid_from <= '2023-12-31')"
    " AND (valid_to IS NULL OR valid_to > '2023-12-31')",
    "A47": "SELECT COUNT(*) FROM catalog_standard WHERE (valid_from IS NULL OR valid_from <= '2023-12-31')"
    " AND (valid_to IS NULL OR valid_to > '2023-12-31')",
    "A61": "SELECT COUNT(DISTINCT c.holder_id) FROM catalog_certificate c JOIN catalog_organisation o ON o.id ="
    " c.holder_id WHERE (c.valid_from IS NULL OR c.valid_from <= '2023-12-31') AND (c.valid_to IS NULL OR c.valid_to >"
    " '2023-12-31') AND c.scheme = 'qms' AND (c.state = 'active' OR c.state_on > '2023-12-31') AND (c.issued_on IS NULL"
    " OR c.issued_on <= '2023-12-31') AND (c.expires_on IS NULL OR c.expires_on >= '2023-12-31') AND o.district LIKE"
    " '3702%%'",
    "A49": "SELECT COUNT(DISTINCT c.reporter_code) FROM casework_case c JOIN casework_casestep s ON s.case_id = c.id"
    " WHERE c.kind = 'nqi-order' AND c.opened_on <= '2023-12-31' AND s.after IN ('completed', 'rated') AND s.number ="
    " (SELECT MAX(number) FROM casework_casestep l WHERE l.case_id = c.id AND l.made_on <= '2023-12-31')",
}


def main() -> None:
    """Make the records, ask, print; end with 1 where a figure is not reached."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--standards", type=int, default=1_000_000)
    options.add_argument("--organisations", type=int, default=400_000)
    options.add_argument("--certificates", type=int, default=12_667)
    options.add_argument("--cases", type=int, default=200_000)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="pinzhi-publishing-") as home:
        os.environ |= {"PINZHI_HOME": home, "PINZHI_TODAY": "2024-01-04", "PINZHI_LOG_LEVEL": "WARNING"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "pinzhi.config.settings"
        started = time.perf_counter()
        make(given)
        print(f"made the records in {time.perf_counter() - started:.0f} s")
        good = all([ask_all(), ask_one_by_one(), list_records()])
    sys.exit(0 if good else 1)


def make(given: argparse.Namespace) -> None:
    """Fill the database."""
    import django

    django.setup()
    from django.db import connection

    from pinzhi.records.casework.models import Case, CaseStep
    from pinzhi.records.catalog.models import Certificate, Organisation, Standard
    from pinzhi.records.database import migrate

    migrate()
    _fill(Standard, _standards(given.standards, Standard))
    _fill(Organisation, _organisations(given.organisations, Organisation))
    holders = list(
        Organisation.objects.order_by("pk").values_list("pk", flat=True)[: max(1, given.certificates * 15 // 16)]
    )
    _fill(Certificate, _certificates(given.certificates, Certificate, holders))
    _fill(Case, _cases(given.cases, Case))
    _fill(CaseStep, _steps(CaseStep, Case.objects.order_by("pk").values_list("pk", flat=True).iterator()))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _fill(table: Any, rows: Iterator[Any]) -> None:
    while some := list(islice(rows, BATCH)):
        table.objects.bulk_create(some)


def _standards(count: int, table: Any) -> Iterator[Any]:
    for number in range(count):
        name = f"GB/T {number}-{2000 + number % 24}"
        day = date(2000 + number % 24, 1 + number % 12, 1 + number % 28)
        level = ("national", "industry", "local", "group")[number % 4]
        yield table(number=name, canonical=name, family=name[:-5], title_zh=f"标准 {number} 的名称", level=level,
                    published_on=day, effective_on=day, recorded_at=AT)  # fmt: skip


def _organisations(count: int, table: Any) -> Iterator[Any]:
    for number in range(count):
        yield table(code=f"9137{number:014d}", name=f"青岛示例{number}有限公司", district=DISTRICTS[number % 10],
                    industry=f"C{13 + number % 30}", recorded_at=AT)  # fmt: skip


def _certificates(count: int, table: Any, holders: list[int]) -> Iterator[Any]:
    for number in range(count):
        day = ON - timedelta(days=number % 1000)
        yield table(number=f"Q{number:06d}", scheme="qms", holder_id=holders[number % len(holders)], issued_on=day,
                    expires_on=day + timedelta(days=1095), recorded_at=AT)  # fmt: skip


def _cases(count: int, table: Any) -> Iterator[Any]:
    kinds = [("nqi-order", "order", "completed", "closed"), ("dust-problem", "problem", "reported", "new")]
    for number in range(count):
        kind, family, state, phase = kinds[number % 20 > 0]
        day = ON - timedelta(days=number % 700)
        yield table(number=f"B-{number:07d}", kind=kind, edition="1", digest="", family=family, theme="service",
                    state=state, phase=phase, title="一件", district=DISTRICTS[number % 10],
                    reporter_code=f"9137{number % 9000:014d}", found_on=day, opened_on=day, opened_at=AT)  # fmt: skip


def _steps(table: Any, cases: Iterable[int]) -> Iterator[Any]:
    common = {"role": "officer", "actor": "system", "made_on": BEFORE, "made_at": AT}
    for number, case in enumerate(cases):
        yield table(case_id=case, number=1, code="open", after="submitted", **common)
        yield table(case_id=case, number=2, code="go", after="completed" if number % 20 == 0 else "reported", **common)


def ask_all() -> bool:
    """Ask for every figure anew, again, and as of a year before."""
    from django.core.cache import cache

    from pinzhi.records.publishing.definitions import figures
    from pinzhi.records.publishing.queries.values import figure_values
    from pinzhi.records.publishing.times import AsOf

    ids = list(figures(ON))

    def anew(at: AsOf) -> Callable[[], object]:
        def ask() -> object:
            cache.clear()
            return figure_values(ids, at)

        return ask

    cold, earlier = _best(anew(AsOf(ON))), _best(anew(AsOf(BEFORE, AT + timedelta(days=1))))
    figure_values(ids, AsOf(ON))
    warm = _best(lambda: figure_values(ids, AsOf(ON)))
    print(f"{len(ids)} figures: anew {cold:,.0f} ms, again {warm:,.1f} ms, as of a year before {earlier:,.0f} ms")
    return (
        _said("anew", cold <= COLD_MS)
        & _said("again", warm <= WARM_MS)
        & _said("as of", earlier <= max(cold, 1) * TIMES_AS_OF)
    )


def ask_one_by_one() -> bool:
    """Ask for some figures and for the same numbers in SQL by hand."""
    from django.core.cache import cache
    from django.db import connection

    from pinzhi.records.publishing.queries.values import figure_value
    from pinzhi.records.publishing.times import AsOf

    good = True
    for name, statement in BY_HAND.items():

        def ours(name: str = name) -> object:
            cache.clear()
            return figure_value(name, AsOf(ON)).number

        def theirs(statement: str = statement) -> object:
            with connection.cursor() as cursor:
                cursor.execute(statement.replace("%%", "%"))
                return cursor.fetchone()[0]

        same = int(str(ours())) == theirs()
        mine, by_hand = _best(ours), _best(theirs)
        print(f"{name}: {mine:,.1f} ms, by hand {by_hand:,.1f} ms, {'the same number' if same else 'ANOTHER NUMBER'}")
        good &= same & _said(name, mine <= max(by_hand * TIMES_BY_HAND, by_hand + 5))
    return good


def list_records() -> bool:
    """List the records behind some figures, first and deep pages."""
    from pinzhi.records.accounts.permissions import SYSTEM
    from pinzhi.records.publishing.queries.listing import records
    from pinzhi.records.publishing.times import AsOf

    good = True
    for name, page in [("A60", 1), ("A60", 200), ("A61", 1), ("A45", 1), ("A47", 1)]:
        took = _best(lambda name=name, page=page: records(name, AsOf(ON), actor=SYSTEM, page=page))
        print(f"records of {name}, page {page}: {took:,.0f} ms")
        good &= _said(f"records of {name}", took <= LIST_MS)
    return good


def _best(ask: Callable[[], object]) -> float:
    """Return the shortest of some times in milliseconds."""
    from django.db import connection

    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    times = []
    for _ in range(REPEATS):
        started = clock()
        ask()
        times.append((clock() - started) * 1000)
    return min(times)


def _said(what: str, good: bool) -> bool:
    if not good:
        print(f"TOO SLOW: {what}")
    return good


if __name__ == "__main__":
    main()
