"""How fast the pages of a large round come over HTTP: board, ranking, expert's desk, and the export of everything.

    python benchmarks/round_pages.py [--entries 5000] [--requests 100]

Makes a round with its experts, sheets and results in a database of its own (or the empty one that PINZHI_DATABASE_URL
names), serves it with two workers, asks for each page in turn as whoever sees it, and prints p50 and p95 in
milliseconds, the seconds of each export, and the largest memory of a worker before and after. Nothing of this has a
peer that does the same work; the wanted figures are those of the issue: p95 150 ms, export 20 s, memory flat.
"""

# ruff: noqa: PLC0415  the settings are read when the tables are imported

import argparse
import http.client
import os
import subprocess
import sys
import tempfile
import time
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.pages import free_port, percentile, wait_until_up

EXPERTS, EACH, BATCH = 800, 3, 2_000
TODAY = date(2024, 1, 4)
AT = datetime(2024, 1, 4, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


def main() -> None:
    """Make the round, serve it, ask, print; end with 1 where a figure is not reached."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--entries", type=int, default=5_000)
    options.add_argument("--requests", type=int, default=100)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="pinzhi-round-") as home:
        os.environ |= {"PINZHI_HOME": home, "PINZHI_TODAY": TODAY.isoformat(), "PINZHI_LOG_LEVEL": "WARNING"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "pinzhi.config.settings"
        started = time.perf_counter()
        officer, expert = make(given.entries)
        print(f"made {given.entries:,} entries in {time.perf_counter() - started:.0f} s")
        port = free_port()
        server = subprocess.Popen([sys.executable, "-m", "pinzhi", "serve", "--port", str(port), "--workers", "2"])
        try:
            wait_until_up(port)
            good = ask(port, server.pid, officer, expert, given.requests)
        finally:
            server.terminate()
            server.wait(20)
    sys.exit(0 if good else 1)


def make(entries: int) -> tuple[str, str]:
    """Fill the database; return the session keys of an officer and of an expert."""
    import django

    django.setup()
    from pinzhi.engine.periods import Moment
    from pinzhi.records.accounts.models import Membership, User
    from pinzhi.records.accounts.permissions import SYSTEM
    from pinzhi.records.assessment.actions.rounds import call_round
    from pinzhi.records.assessment.models import (
        Assignment,
        Entry,
        EntryStep,
        Expert,
        Panellist,
        SheetVersion,
        StageResult,
    )
    from pinzhi.records.assessment.rules import instrument_of, scheme_of
    from pinzhi.records.database import migrate

    migrate()
    users = [User(email=f"u{number}@example.org", name=f"E{number}") for number in range(EXPERTS + 1)]
    User.objects.bulk_create(users)
    officer, *judges = users
    Membership.objects.create(user=officer, role="city_officer")
    Membership.objects.bulk_create(Membership(user=one, role="expert") for one in judges)
    held = call_round(actor=SYSTEM, scheme_id="innovation-contest", edition="2", when=Moment(AT, TODAY))
    experts = Expert.objects.bulk_create(
        Expert(user=one, code=f"E-{place:03}", name=one.name) for place, one in enumerate(judges)
    )
    Panellist.objects.bulk_create(Panellist(round=held, expert=one, called_on=TODAY, declared_at=AT) for one in experts)
    scheme = scheme_of(held)
    rows = Entry.objects.bulk_create(
        Entry(
            round=held, number=f"02-{place:04}", category="industry", name=f"项目{place}", district="370212",
            state="desk_review" if place % 2 else "deliberation", digest=held.digest, created_by=officer,
            created_on=TODAY, lodged_on=TODAY, in_state_since=TODAY, version=4,
        )
        for place in range(entries)
    )  # fmt: skip
    EntryStep.objects.bulk_create(
        (
            EntryStep(
                entry=one, number=number, before="draft", after=one.state, part="system", function="selection",
                actor="system", made_on=TODAY, effective_on=TODAY, recorded_at=AT,
            )
            for one in rows
            for number in range(1, 5)
        ),
        batch_size=BATCH,
    )  # fmt: skip
    desk = scheme.stage_of("desk_review")
    instrument = instrument_of(desk, "industry") if desk else None
    items = list(instrument.items) if instrument else []
    tasks = Assignment.objects.bulk_create(
        (
            Assignment(
                stage="desk_review",
                entry=one,
                expert=experts[(place * EACH + number) % EXPERTS],
                at=AT,
                submitted_at=AT,
            )
            for place, one in enumerate(rows)
            for number in range(EACH)
        ),
        batch_size=BATCH,
    )
    SheetVersion.objects.bulk_create(
        (SheetVersion(assignment=one, number=1, answers=dict.fromkeys(items, "8"), digest="d", at=AT) for one in tasks),
        batch_size=BATCH,
    )
    StageResult.objects.bulk_create(
        (
            StageResult(
                entry=one, stage=stage, number=1, percent=f"{(place * 7919) % 4000 + 5000}/100", marks_digest="d",
                judges={f"E-{n}": f"{(place * 31 + n * 17) % 40 + 50}" for n in range(EACH)}, actor="system",
                sealed_at=AT,
            )
            for place, one in enumerate(rows)
            for stage in ("desk_review", "hearing")
        ),
        batch_size=BATCH,
    )  # fmt: skip
    return session(officer), session(judges[0])


def session(user: object) -> str:
    """Return the key of a session in which a user is signed in."""
    from django.test import Client

    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client.cookies["sessionid"].value


def ask(port: int, pid: int, officer: str, expert: str, requests: int) -> bool:
    """Ask for every page and export; print what was measured; return whether all is as wanted."""
    pages = {
        "board": (officer, "/desk/rounds/innovation-contest-2"),
        "board, one state, page 20": (officer, "/desk/rounds/innovation-contest-2?state=desk_review&page=20"),
        "ranking": (officer, "/desk/rounds/innovation-contest-2/decision"),
        "entry": (officer, "/desk/rounds/innovation-contest-2/entries/02-2500"),
        "expert's desk": (expert, "/desk/reviews"),
    }
    good = True
    before = memory(pid)
    for name, (key, address) in pages.items():
        fetch(port, key, address)
        fetch(port, key, address)  # once for each worker
        times = sorted(fetch(port, key, address)[0] * 1000 for _ in range(requests))
        p95 = percentile(times, 0.95)
        good = good and p95 <= 150
        print(f"{name}: p50 {percentile(times, 0.5):.0f} ms  p95 {p95:.0f} ms (wanted 150)")
    for form in ("csv", "json", "xlsx"):
        seconds, size = fetch(port, officer, f"/desk/rounds/innovation-contest-2.{form}")
        good = good and seconds <= 20
        print(f"export {form}: {seconds:.1f} s (wanted 20), {size / 1e6:.1f} MB")
    print(f"largest worker: {before:.0f} MiB before, {memory(pid):.0f} MiB after")
    return good


def fetch(port: int, key: str, address: str) -> tuple[float, int]:
    """Ask once; return the seconds to the last byte and how many bytes came."""
    started = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", address, headers={"Cookie": f"sessionid={key}", "Accept-Language": "zh-CN"})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    if response.status != 200:
        raise SystemExit(f"{address}: {response.status}")
    return time.perf_counter() - started, len(body)


def memory(pid: int) -> float:
    """Return the largest resident memory among a process and its children, in MiB."""
    found = subprocess.run(["ps", "-o", "rss=", "--ppid", str(pid), "-p", str(pid)], capture_output=True, text=True)
    return max((int(line) / 1024 for line in found.stdout.split()), default=0.0)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main()
