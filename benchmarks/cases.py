"""How fast the desk is over a city's cases: pages over HTTP, a step with its entry in the journal, merging of reports.

    python benchmarks/cases.py [--cases 200000] [--requests 100]

Fills a database of its own (or the empty one that PINZHI_DATABASE_URL names) with open cases of four types in every
state and district, serves it with two workers, asks for each page of the desk as an officer and as a district officer,
then takes steps and merges new reports in this process through the same acts. Nothing of this has a peer that does the
same work; the wanted figures are those of the issue: p95 150 ms, 15 ms a step, 1,000 reports merged a minute.
"""

# ruff: noqa: PLC0415  the settings are read when the tables are imported

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.pages import free_port, percentile, wait_until_up
from benchmarks.round_pages import fetch, session

TODAY = date(2024, 1, 4)
AT = datetime(2024, 1, 4, 2, tzinfo=UTC)
KINDS = ("dust-problem", "gas-problem", "hidden-danger", "complaint")
SOUTH, WEST, DEGREES = 35.6, 119.5, 1.2  # the city lies in this box
BATCH, SEED, DAYS, PEOPLE = 2_000, 2024, 30, 2_000
STEPS, REPORTS = 500, 500
PAGE_MS, STEP_MS, MERGED_A_MINUTE = 150, 15, 1_000


def main() -> None:
    """Make the cases, serve them, ask, act, print; end with 1 where a figure is not reached."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cases", type=int, default=200_000)
    options.add_argument("--requests", type=int, default=100)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="pinzhi-cases-") as home:
        os.environ |= {"PINZHI_HOME": home, "PINZHI_TODAY": TODAY.isoformat(), "PINZHI_LOG_LEVEL": "WARNING"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "pinzhi.config.settings"
        started = time.perf_counter()
        officer, district, number = make(given.cases)
        print(f"made {given.cases:,} open cases in {time.perf_counter() - started:.0f} s")
        port = free_port()
        server = subprocess.Popen([sys.executable, "-m", "pinzhi", "serve", "--port", str(port), "--workers", "2"])
        try:
            wait_until_up(port)
            good = ask(port, {"officer": officer, "district officer": district}, number, given.requests)
        finally:
            server.terminate()
            server.wait(20)
        good = take_steps() and good
        good = merge_reports() and good
    sys.exit(0 if good else 1)


def make(count: int) -> tuple[str, str, str]:
    """Fill the database; return the session keys of an officer and a district officer, and the number of a case."""
    import django

    django.setup()
    from django.db import connection

    from pinzhi.records.accounts.models import Membership, User
    from pinzhi.records.casework.models import Case, CaseStep
    from pinzhi.records.database import migrate

    migrate()
    officer, local = User.objects.bulk_create([User(email=f"{name}@example.org", name=name) for name in ("o", "d")])
    people = User.objects.bulk_create(User(email=f"p{number}@example.org", name="p") for number in range(PEOPLE))
    Membership.objects.create(user=officer, role="city_officer")
    Membership.objects.create(user=local, role="district_officer", district="370212")
    chance = random.Random(SEED)
    made = iter(_cases(count, chance, [one.pk for one in people]))
    while rows := [row for _, row in zip(range(BATCH), made, strict=False)]:
        cases = Case.objects.bulk_create(rows)
        CaseStep.objects.bulk_create(step for case in cases for step in _steps(case, CaseStep))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    some = Case.objects.filter(kind=KINDS[0], state="reported").order_by("pk")[count // 40]
    return session(officer), session(local), some.number


def _cases(count: int, chance: random.Random, people: list[int]) -> Iterator[Any]:
    from pinzhi.records.casework.models import Case
    from pinzhi.records.casework.rules import pin_of_type, type_now
    from pinzhi.records.catalog.rulebook import rulebook

    kinds = [type_now(kind) for kind in KINDS]
    codes = list(rulebook().codelist("districts").in_force(TODAY))
    for number in range(count):
        kind = kinds[number % len(kinds)]
        state = chance.choice([one for one in kind.state if one.phase != "closed"])
        opened = TODAY - timedelta(days=chance.randrange(DAYS))
        yield Case(
            number=f"{kind.prefix}-2024-{number:06d}", kind=kind.id, edition=kind.edition,
            digest=pin_of_type(kind).digest, family=kind.family, theme=kind.theme, state=state.code, phase=state.phase,
            reporter_id=chance.choice(people), verifier_id=chance.choice(people),
            handler_code=f"91370212MA{number % 5000:08d}", expert_id=chance.choice(people),
            title=f"{kind.title.zh} {number}", values={"what": f"第 {number} 处", "category": "site"},
            district=chance.choice(codes), organisation_code=f"91370212MA{number % 5000:08d}",
            organisation_name=f"演示企业 {number % 5000}", latitude=SOUTH + DEGREES * chance.random(),
            longitude=WEST + DEGREES * chance.random(), found_on=opened, opened_on=opened, opened_at=AT,
            due_code="rectification", due_on=opened + timedelta(days=chance.randrange(2 * DAYS)), version=2,
            seen_before=chance.choice((0, 0, 0, 1, 3)), synthetic=True,
        )  # fmt: skip


def _steps(case: Any, step: Any) -> Iterator[Any]:
    common = {"case": case, "role": "officer", "actor": "system", "made_on": case.opened_on, "made_at": AT}
    yield step(number=1, code="open", after="reported", **common)
    if case.state != "reported":
        yield step(number=2, code="assign", before="reported", after=case.state, **common)


def ask(port: int, keys: dict[str, str], number: str, requests: int) -> bool:
    """Ask for every page of the desk; print what was measured; return whether all is as wanted."""
    pages = {
        "board": "/desk/cases",
        "overdue, page 3": "/desk/cases?column=overdue&page=3",
        "one theme": "/desk/cases?theme=dust",
        "words": "/desk/cases?q=%E6%BC%94%E7%A4%BA%E4%BC%81%E4%B8%9A%20123",
        "one case": f"/desk/cases/{number}",
        "work of the day": "/desk/",
    }
    good = True
    for who, key in keys.items():
        for name, address in pages.items():
            if who != "officer" and name == "one case":
                continue
            for _ in range(4):  # each worker once or twice
                fetch(port, key, address)
            times = sorted(fetch(port, key, address)[0] * 1000 for _ in range(requests))
            p95 = percentile(times, 0.95)
            good = good and p95 <= PAGE_MS
            print(f"{who}, {name}: p50 {percentile(times, 0.5):.0f} ms  p95 {p95:.0f} ms (wanted {PAGE_MS})")
    return good


def take_steps() -> bool:
    """Take one step of many cases; print the time of each with its commit and journal entry."""
    from pinzhi.engine.periods import Moment
    from pinzhi.records.accounts.permissions import SYSTEM
    from pinzhi.records.casework.actions.steps import Wish, take_step
    from pinzhi.records.casework.models import Case

    ids = Case.objects.filter(kind=KINDS[0], state="reported").order_by("pk").values_list("pk", flat=True)
    times = []
    for case_id in list(ids[:STEPS]):
        started = time.perf_counter()
        wish = Wish("dismiss", "经核查不属实。")
        take_step(actor=SYSTEM, case_id=case_id, wish=wish, seen=None, when=Moment(AT, TODAY))
        times.append((time.perf_counter() - started) * 1000)
    times.sort()
    p95 = percentile(times, 0.95)
    print(f"a step: p50 {percentile(times, 0.5):.1f} ms  p95 {p95:.1f} ms (wanted {STEP_MS})")
    return p95 <= STEP_MS


def merge_reports() -> bool:
    """Open reports beside cases that stand, find what they double, merge them; print how many a minute."""
    from pinzhi.engine.periods import Moment
    from pinzhi.records.accounts.permissions import SYSTEM
    from pinzhi.records.casework.actions.deciding import merge_case
    from pinzhi.records.casework.actions.opening import open_case
    from pinzhi.records.casework.models import Case
    from pinzhi.records.casework.queries.duplicates import possible_duplicates

    when = Moment(AT, TODAY)
    standing = Case.objects.filter(kind=KINDS[0], found_on=TODAY).exclude(phase="closed").order_by("pk")[:REPORTS]
    merged = 0
    started = time.perf_counter()
    for one in list(standing):
        values = {"what": "工地扬尘", "category": "site", "place": f"{one.latitude:.5f} {one.longitude:.5f} 工地"}
        case = open_case(actor=SYSTEM, kind=KINDS[0], values=values, when=when)
        alike = possible_duplicates(case)
        if alike:
            into = Case.objects.get(number=alike[0].key)
            merge_case(actor=SYSTEM, case_id=case.pk, into_id=into.pk, ground="同一处", seen=case.version, when=when)
            merged += 1
    a_minute = 60 * merged / (time.perf_counter() - started)
    print(f"{merged} of {len(standing)} new reports merged: {a_minute:,.0f} a minute (wanted {MERGED_A_MINUTE:,})")
    return merged > len(standing) * 0.9 and a_minute >= MERGED_A_MINUTE


if __name__ == "__main__":
    main()
