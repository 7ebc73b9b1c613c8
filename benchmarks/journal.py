"""How fast the journal is written, sealed, proven and verified, and what it costs the acts that write it.

    PINZHI_HOME=/some/empty/folder PINZHI_DATABASE_URL=postgresql://… python benchmarks/journal.py append|cost|verify …

`append`: 20,000 lines, each committed by itself, by 8 writers at once, while the sealer of `pinzhi serve` runs beside
them; counted until the last line is under a signed head. Then proofs of lines anywhere are made and checked.
`cost`: the same acts with the journal, with the plain insert it was before it was sealed, and without any; the sealer
runs. The act is a move of an entry in a round, as an officer makes it: rules, step, state, journal, one commit.
`verify`: 10 million lines put there by the database itself, sealed by the real sealer, then verified by
`pinzhi journal verify` in a process of its own. Needs about 12 GB of disk; drop the database afterwards.
"""

import argparse
import itertools
import json
import os
import random
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pinzhi.config.settings")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import django

django.setup()

from django.db import connection, transaction  # noqa: E402  (settings first)
from django.utils import timezone  # noqa: E402

from pinzhi.engine.journal.proofs import check  # noqa: E402
from pinzhi.records.accounts.permissions import SYSTEM  # noqa: E402
from pinzhi.records.assessment.actions import common, moving  # noqa: E402
from pinzhi.records.assessment.models import Entry as Application  # noqa: E402
from pinzhi.records.database import migrate  # noqa: E402
from pinzhi.records.journal.actions import write  # noqa: E402
from pinzhi.records.journal.models import Entry, Head, Leaf  # noqa: E402
from pinzhi.records.journal.proving import proof_of_line  # noqa: E402
from pinzhi.records.journal.sealing import seal, seal_some  # noqa: E402
from pinzhi.records.signing import public_keys  # noqa: E402
from tests.records.assessment.build import make_entry, make_round, moment  # noqa: E402

SEALER = """import threading, django
django.setup()
from pinzhi.records.journal.follow import follow
follow(threading.Event())"""
LINES, WRITERS, PROOFS = 20_000, 8, 1_000
MOVES, BLOCKS = 40, 10
MILLIONS = 10
WANTED_PER_S, WANTED_COST, WANTED_VERIFY_S = 2_000, 0.10, 120.0


def main() -> None:
    """Run what is asked, print what was measured, end with 1 when something is slower than wanted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="+", choices=list(PARTS))
    parser.add_argument("--millions", type=int, default=MILLIONS, help="lines for `verify`, in millions")
    asked = parser.parse_args()
    migrate()
    print(f"{connection.vendor}, {os.cpu_count()} cores")
    results = [PARTS[part](asked.millions) for part in asked.parts]
    sys.exit(0 if all(results) else 1)


@contextmanager
def sealing() -> Iterator[None]:
    """Run the sealer beside, in a process of its own as `pinzhi serve` has it."""
    with subprocess.Popen([sys.executable, "-c", SEALER]) as process:
        time.sleep(3)
        try:
            yield
        finally:
            process.terminate()


def line(number: int) -> None:
    """Write a line such as an act writes."""
    write(
        at=timezone.now(),
        actor=f"user:{number % 300}",
        action="assessment.move",
        object_kind="entry",
        object_key=f"mayor-8/{number % 5_000:04}",
        edition="mayor 8 0123456789ab",
        detail={"before": "eligibility_check", "after": "acceptance_notice", "ground": "材料齐全", "step": number},
    )


def append(_: int) -> bool:
    """Measure appending with sealing; true when it is as fast as wanted and the proofs hold."""
    before = Leaf.objects.count()
    numbers = itertools.count()

    def write_lines() -> None:
        while next(numbers) < LINES:
            with transaction.atomic():
                line(0)
        connection.close()

    with sealing():
        begun = time.perf_counter()
        writers = [threading.Thread(target=write_lines) for _ in range(WRITERS)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        written = time.perf_counter() - begun
        while Leaf.objects.count() < before + LINES:
            time.sleep(0.02)
        sealed = time.perf_counter() - begun
    print(
        f"append  {LINES:,} lines: {LINES / written:,.0f}/s committed, {LINES / sealed:,.0f}/s under a signed head, ",
        end="",
    )
    print(f"{Head.objects.count()} heads")
    return proofs() and LINES / sealed >= WANTED_PER_S


def proofs() -> bool:
    """Measure proofs of lines anywhere; true when all hold."""
    ids = list(Entry.objects.order_by("pk").values_list("pk", flat=True)[:: max(1, Entry.objects.count() // PROOFS)])
    random.Random(1).shuffle(ids)
    keys = [key.text for key in public_keys("journal")]
    begun = time.perf_counter()
    made = [proof_of_line(number) for number in ids]
    making = time.perf_counter() - begun
    good = [check(proof, keys).is_good for proof in made]
    checking = time.perf_counter() - begun - making
    print(f"proofs  {len(ids):,}: made in {making / len(ids) * 1e3:.1f} ms each, ", end="")
    print(f"checked in {checking / len(ids) * 1e3:.2f} ms each, all hold: {all(good)}")
    return all(good)


def plain_write(**given: object) -> None:
    """Write a line as it was done before lines were sealed."""
    Entry.objects.create(**{"detail": {}, "edition": "", **given})


def no_write(**given: object) -> None:
    """Write nothing."""


def cost(_: int) -> bool:
    """Measure what the journal costs a move; blocks of the three kinds in turns, so that the machine's moods cancel."""
    held, numbers = make_round(), itertools.count()
    first = make_entry(held, state="accepted")
    ways: dict[str, Callable[..., None]] = {"sealed": write, "plain": plain_write, "none": no_write}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    order = random.Random(2)
    with sealing():
        for block in range(BLOCKS):
            for name in order.sample(list(ways), len(ways)):
                moved = [another(first, next(numbers)) for _ in range(MOVES)]
                common.write = ways[name]
                begun = time.perf_counter()
                move_all(moved)
                if block:
                    seconds[name].append((time.perf_counter() - begun) / MOVES)
    common.write = write
    middle = {name: median(values) * 1e3 for name, values in seconds.items()}
    print("move    " + ", ".join(f"{name} {value:.2f} ms" for name, value in middle.items()), end="; ")
    extra = middle["sealed"] / middle["none"] - 1
    print(f"journal against none {extra:+.1%}, against the plain insert {middle['sealed'] / middle['plain'] - 1:+.1%}")
    return extra <= WANTED_COST


def another(entry: Application, number: int) -> Application:
    """Return one more entry like this, of another organisation."""
    entry.pk, entry._state.adding = None, True
    entry.number, entry.organisation_code = f"B-{number:05}", f"{number:018}"
    entry.save()
    return Application.objects.get(pk=entry.pk)


def move_all(entries: list[Application]) -> None:
    """Move each entry, each in its own transaction."""
    for entry in entries:
        moving.move_entry(actor=SYSTEM, entry_id=entry.pk, to="acceptance_notice", seen=entry.version, when=moment())


def verify(millions: int) -> bool:
    """Measure the verification of so many lines; true when it is quick enough and nothing is wrong."""
    wanted = millions * 1_000_000
    if Entry.objects.count() < wanted:
        fill(wanted)
    begun = time.perf_counter()
    while seal_some(timezone.now()).is_more:
        pass
    seal(timezone.now())
    print(
        f"seal    {Leaf.objects.count():,} lines, {Head.objects.count():,} heads, {time.perf_counter() - begun:.0f} s"
    )
    command = [str(Path(sys.executable).with_name("pinzhi")), "journal", "verify", "--json"]
    begun = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    seconds = time.perf_counter() - begun
    report = json.loads(done.stdout)
    print(
        f"verify  {report['size']:,} lines, {report['heads']:,} heads: {seconds:.1f} s, sound {report['sound']}, ",
        end="",
    )
    print(f"largest process {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MiB")
    return bool(report["sound"]) and seconds <= WANTED_VERIFY_S and proofs()


def fill(count: int) -> None:
    """Let the database write lines that are older than the chain, as a first run on an old journal finds them."""
    sql = """
        INSERT INTO journal_entry (at, actor, action, object_kind, object_key, edition, detail, origin, tag)
        SELECT timestamptz '2024-01-04' + n * interval '1 second', 'user:' || n %% 300, 'assessment.move', 'entry',
            'mayor-8/' || n %% 5000, 'mayor 8 0123456789ab', jsonb_build_object('before', 'eligibility_check', 'after',
            'acceptance_notice', 'ground', '材料齐全', 'step', n), '', ''::bytea FROM generate_series(1, %s) AS n"""
    begun = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(sql, [count])
        cursor.execute("ANALYZE journal_entry")
    print(f"filled  {count:,} lines in {time.perf_counter() - begun:.0f} s")


PARTS: dict[str, Callable[[int], bool]] = {"append": append, "cost": cost, "verify": verify}


if __name__ == "__main__":
    main()
