"""How fast figures are over a city's records: all of them anew, again, as of another day, and the records behind them.

    python benchmarks/publishing.py [--standards 1000000] [--organisations 400000] [--certificates 12667]
                                    [--cases 200000] [--keep FOLDER]

Fills a database of its own (or the empty one that PINZHI_DATABASE_URL names), then asks for every figure of the
rulebook and, for those over large tables, for the same number in SQL written by hand (which leaves history out, so that
it has less to do; what is asked once in each call, some versions of tables, counts as well). With ``--keep`` the
records stay in a folder, and in the database named, for the next run. Each line gives the time by the clock and, behind
it, that of this process's processor, which a busy machine does not lengthen. What is wanted is held against the
processor's time where the database is a file of this process, and against the clock where it is a server.
"""

# ruff: noqa: PLC0415  the settings are read when the tables are imported

import argparse
import contextlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

ON, BEFORE = date(2023, 12, 31), date(2022, 12, 31)
AT = datetime(2022, 6, 1, tzinfo=UTC)
DISTRICTS = ("370202", "370203", "370211", "370212", "370213", "370214", "370215", "370281", "370283", "370285")
ZONE, LEVELS = "gaoxin", ("national", "industry", "local", "group")
AFTER = "CASE n % 20 WHEN 0 THEN 'completed' WHEN 1 THEN 'closed' ELSE 'reported' END"
REPEATS, DRAFTERS, FIRST_CODE = 3, 60_000, 10_000_000_000_000
COLD_MS, WARM_MS, LIST_MS, TIMES_BY_HAND, TIMES_AS_OF = 2_000, 50, 300, 1.5, 2.0
TREND_MS, PDF_MS = 500, 1_000
STATEMENTS_MS = 10  # for a figure asked alone: making its statements, however few records there are


def _holds(table: str) -> str:
    """Return the condition that a row of the catalogue holds on the day."""
    return (
        f"({table}.valid_from IS NULL OR {table}.valid_from <= '2023-12-31')"
        f" AND ({table}.valid_to IS NULL OR {table}.valid_to > '2023-12-31')"
    )


VALID = (
    f"{_holds('c')} AND c.scheme = 'qms' AND (c.state = 'active' OR c.state_on > '2023-12-31')"
    " AND (c.issued_on IS NULL OR c.issued_on <= '2023-12-31')"
    " AND (c.expires_on IS NULL OR c.expires_on >= '2023-12-31') AND o.district LIKE '3702%'"
)
LAST = "s.number = (SELECT MAX(number) FROM casework_casestep l WHERE l.case_id = c.id AND l.made_on <= '2023-12-31')"
BY_HAND = {
    "A45": f"SELECT COUNT(*) FROM catalog_organisation o WHERE {_holds('o')}",
    "A47": f"SELECT COUNT(*) FROM catalog_standard s WHERE {_holds('s')}",
    "A48": "SELECT SUM(count) FROM casework_visitday WHERE \"on\" <= '2023-12-31'",
    "A49": "SELECT COUNT(DISTINCT c.reporter_code) FROM casework_case c JOIN casework_casestep s ON s.case_id = c.id"
    f" WHERE c.kind = 'nqi-order' AND c.opened_on <= '2023-12-31' AND s.after IN ('completed', 'rated') AND {LAST}",
    "A53": "SELECT COUNT(DISTINCT d.standard_id) FROM catalog_drafting d JOIN catalog_standard s ON s.id ="
    " d.standard_id JOIN catalog_organisation o ON o.id = d.organisation_id WHERE d.recorded_until IS NULL AND"
    " s.level = 'national' AND s.published_on BETWEEN '2023-01-01' AND '2023-12-31' AND o.district LIKE '3702%' AND"
    f" {_holds('s')}",
    "A60": "SELECT COUNT(*) FROM catalog_certificate c JOIN catalog_organisation o ON o.id = c.holder_id"
    f" WHERE {VALID}",
    "A61": "SELECT COUNT(DISTINCT c.holder_id) FROM catalog_certificate c JOIN catalog_organisation o ON o.id ="
    f" c.holder_id WHERE {VALID}",
    "D05": "SELECT COUNT(*) FROM casework_case c JOIN casework_casestep s ON s.case_id = c.id JOIN"
    " catalog_organisation o ON o.code = c.organisation_code WHERE c.kind = 'dust-problem' AND"
    " c.opened_on <= '2023-12-31' AND c.found_on BETWEEN '2023-01-01' AND '2023-12-31' AND c.merged_into_id IS NULL AND"
    f" s.after IN ('closed', 'unfounded') AND {LAST} AND ';' || o.zones || ';' LIKE '%;gaoxin;%'",
}


def main() -> None:
    """Make the records, ask, print; end with 1 where a figure is not reached."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--standards", type=int, default=1_000_000)
    options.add_argument("--organisations", type=int, default=400_000)
    options.add_argument("--certificates", type=int, default=12_667)
    options.add_argument("--cases", type=int, default=200_000)
    options.add_argument("--keep", default="", help="a folder that keeps the records for the next run")
    given = options.parse_args()
    folder = contextlib.nullcontext(given.keep) if given.keep else tempfile.TemporaryDirectory(prefix="pinzhi-")
    with folder as home:
        os.environ |= {"PINZHI_HOME": home, "PINZHI_TODAY": "2024-01-04", "PINZHI_LOG_LEVEL": "WARNING"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "pinzhi.config.settings"
        started = time.perf_counter()
        if make(given):
            print(f"made the records in {time.perf_counter() - started:.0f} s")
        good = all([ask_all(), ask_one_by_one(), ask_trends(), list_records(), print_bulletin()])
    sys.exit(0 if good else 1)


def make(given: argparse.Namespace) -> bool:
    """Fill the database; False where it is full already."""
    import django

    django.setup()
    from django.db import connection

    from pinzhi.records.casework.models import Case, CaseStep, VisitDay
    from pinzhi.records.catalog.models import Certificate, Drafting, Organisation, Standard
    from pinzhi.records.database import migrate

    migrate()
    if CaseStep.objects.exists():
        return False
    day = _day("n % 700")
    code = f"'9137' || ({FIRST_CODE} + n % 9000)"
    holder = f"1 + n % {max(1, given.certificates * 15 // 16)}"
    published = _date("2000 + n % 24", "1 + n % 12", "1 + n % 28")
    name = "'GB/T ' || n || '-' || (2000 + n % 24)"
    _fill(Standard(recorded_at=AT), given.standards, number=name, canonical=name, family="'GB/T ' || n",
          title_zh="'标准 ' || n || ' 的名称'", level=_one_of(LEVELS, "n / 24 % 4"), published_on=published,
          effective_on=published)  # fmt: skip
    _fill(Organisation(recorded_at=AT), given.organisations, code=f"'9137' || ({FIRST_CODE} + n)",
          name="'青岛示例' || n || '有限公司'", district=_one_of(DISTRICTS, "n % 10"),
          industry="'C' || (13 + n % 30)", zones=f"CASE n % 50 WHEN 1 THEN '{ZONE}' ELSE '' END")  # fmt: skip
    _fill(Certificate(scheme="qms", recorded_at=AT), given.certificates, number=f"'Q' || ({FIRST_CODE} + n)",
          holder_id=holder, issued_on=_day("n % 1000"), expires_on=_day("n % 1000 - 1095"))  # fmt: skip
    _fill(Drafting(name="某单位", rank=1, recorded_at=AT), min(DRAFTERS, given.standards), standard_id="n + 1",
          organisation_id=holder)  # fmt: skip
    _fill(VisitDay(count=78, recorded_at=AT), 700, on=day)
    _fill(Case(edition="1", theme="service", title="一件", opened_at=AT), given.cases, number="'B-' || n",
          kind="CASE n % 20 WHEN 0 THEN 'nqi-order' ELSE 'dust-problem' END",
          family="CASE n % 20 WHEN 0 THEN 'order' ELSE 'problem' END", district=_one_of(DISTRICTS, "n % 10"),
          state=AFTER, phase="CASE WHEN n % 20 < 2 THEN 'closed' ELSE 'new' END", reporter_code=code,
          organisation_code=code, found_on=day, opened_on=day)  # fmt: skip
    step = CaseStep(role="officer", actor="system", made_at=AT)
    _fill(step, given.cases, case_id="n + 1", number="1", code="'open'", after="'submitted'", made_on=day)
    _fill(step, given.cases, case_id="n + 1", number="2", code="'go'", after=AFTER, made_on=day)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return True


def _fill(like: Any, count: int, **columns: str) -> None:
    """Make rows like one, in one statement; ``columns`` are what differs, expressions of the row's number ``n``."""
    from django.db import connection

    fields = [one for one in like._meta.local_concrete_fields if not one.primary_key and not one.generated]
    names = ", ".join(f'"{one.column}"' for one in fields)
    values = ", ".join(
        columns.get(one.attname, "%s").replace("%", "%%" if one.attname in columns else "%") for one in fields
    )
    given = [
        one.get_db_prep_save(getattr(like, one.attname), connection) for one in fields if one.attname not in columns
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{like._meta.db_table}" ({names}) WITH RECURSIVE r(n) AS'
            f" (SELECT 0 UNION ALL SELECT n + 1 FROM r WHERE n < {count - 1}) SELECT {values} FROM r",
            given,
        )


def _one_of(words: Sequence[str], place: str) -> str:
    cases = " ".join(f"WHEN {number} THEN '{one}'" for number, one in enumerate(words))
    return f"CASE {place} {cases} END"


def _day(before: str) -> str:
    """Return the day so many days before the one asked for, in the database's words."""
    from django.db import connection

    if connection.vendor == "sqlite":
        return f"date('{ON}', (-({before})) || ' days')"
    return f"(DATE '{ON}' - ({before}))"


def _date(year: str, month: str, day: str) -> str:
    from django.db import connection

    if connection.vendor == "sqlite":
        return f"printf('%d-%02d-%02d', {year}, {month}, {day})"
    return f"make_date({year}, {month}, {day})"


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
    print(f"{len(ids)} figures: anew {cold}, again {warm}, as of a year before {earlier}")
    return (
        _said("anew", cold.ms <= COLD_MS)
        & _said("again", warm.ms <= WARM_MS)
        & _said("as of", earlier.ms <= max(cold.ms, 1) * TIMES_AS_OF)
    )


def ask_one_by_one() -> bool:
    """Ask for some figures and for the same numbers in SQL by hand."""
    from django.core.cache import cache
    from django.db import connection

    from pinzhi.records.publishing.queries.values import figure_values
    from pinzhi.records.publishing.times import AsOf

    def theirs(statements: Iterable[str]) -> list[int]:
        with connection.cursor() as cursor:
            found = []
            for statement in statements:
                cursor.execute(statement)
                found.append(int(cursor.fetchone()[0] or 0))
        return found

    def ours(names: Iterable[str]) -> list[int]:
        cache.clear()
        return [int(str(one.number)) for one in figure_values(names, AsOf(ON)).values()]

    good = True
    for title, asked in [*((one, {one: BY_HAND[one]}) for one in BY_HAND), ("together", BY_HAND)]:
        same = ours(asked) == theirs(asked.values())
        mine, by_hand = _best(lambda asked=asked: ours(asked)), _best(lambda asked=asked: theirs(asked.values()))
        print(f"{title}: {mine}, by hand {by_hand}, {'the same number' if same else 'ANOTHER NUMBER'}")
        good &= same & _said(title, mine.ms <= max(by_hand.ms * TIMES_BY_HAND, by_hand.ms + STATEMENTS_MS))
    return good


def ask_trends() -> bool:
    """Follow every figure with a target over 24 months, anew: what the dashboard for leaders asks."""
    from django.core.cache import cache

    from pinzhi.records.publishing.definitions import figures
    from pinzhi.records.publishing.queries.dashboard import aims
    from pinzhi.records.publishing.queries.trends import trend
    from pinzhi.records.publishing.times import AsOf

    def anew() -> object:
        cache.clear()
        return aims(AsOf(ON), figures(ON).values())

    def one(name: str) -> object:
        cache.clear()
        return trend(name, ON)

    whole = _best(anew)
    print(f"dashboard anew: {whole}; trends: A45 {_best(lambda: one('A45'))}, A60 {_best(lambda: one('A60'))}")
    return _said("dashboard", whole.ms <= TREND_MS)


def list_records() -> bool:
    """List the records behind some figures, first and deep pages."""
    from pinzhi.records.accounts.permissions import SYSTEM
    from pinzhi.records.publishing.queries.listing import records
    from pinzhi.records.publishing.times import AsOf

    good = True
    for name, page in [("A60", 1), ("A60", 200), ("A61", 1), ("A45", 1), ("A47", 1)]:
        took = _best(lambda name=name, page=page: records(name, AsOf(ON), actor=SYSTEM, page=page))
        print(f"records of {name}, page {page}: {took}")
        good &= _said(f"records of {name}", took.ms <= LIST_MS)
    return good


def print_bulletin() -> bool:
    """Make a bulletin of the demonstration as PDF, as far as these records bear it out."""
    from django.conf import settings

    from pinzhi.records.accounts.demo import create_demo_accounts
    from pinzhi.records.publishing.demo.bulletins import load_bulletins
    from pinzhi.records.publishing.models import Publication
    from pinzhi.records.publishing.printing.paper import paper
    from pinzhi.records.publishing.printing.pdf import as_pdf
    from pinzhi.records.publishing.queries.published import published

    settings.DEMO = True
    create_demo_accounts()
    load_bulletins()
    held = Publication.objects.select_related("bulletin").order_by("pk").first()
    if held is None:
        return _said("no bulletin holds", good=False)
    page = published(held.bulletin.slug)
    took = _best(lambda: as_pdf(paper(page, "zh"), document=held.document, at=held.signed_at))
    print(f"a bulletin of {len(page.frozen.figures)} figures as PDF: {took}")
    return _said("PDF", took.ms <= PDF_MS)


@dataclass(frozen=True)
class Took:
    """The shortest of some times, in milliseconds: by the clock, of the processor, and the one that is held."""

    clock: float
    processor: float
    ms: float

    def __str__(self) -> str:
        return f"{self.clock:,.1f} ms ({self.processor:,.1f})"


def _best(ask: Callable[[], object]) -> Took:
    from django.db import connection

    times = []
    for _ in range(REPEATS):
        clock, processor = time.perf_counter(), time.process_time()
        ask()
        times.append(((time.perf_counter() - clock) * 1000, (time.process_time() - processor) * 1000))
    clock, processor = (min(column) for column in zip(*times, strict=True))
    return Took(clock, processor, processor if connection.vendor == "sqlite" else clock)


def _said(what: str, good: bool) -> bool:
    if not good:
        print(f"TOO SLOW: {what}")
    return good


if __name__ == "__main__":
    main()
