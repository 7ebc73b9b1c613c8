"""Let 500 candidates sit one examination at once over HTTP and measure how long saving an answer takes.

    python benchmarks/exams.py [--candidates 500] [--seconds 60] [--pause 10] [--database URL]

Two workers serve it; the load comes from the same machine. Every candidate has his own session and begins his own
sitting, then gives an answer every `pause` seconds on average, at moments drawn beforehand (open loop: a slow answer
delays no other). An examination of 40 questions in 60 minutes is an answer every 90 seconds, so the load is nine times
that of a real one. Counted from the moment an answer was due to the last byte of the reply.
"""

# ruff: noqa: PLC0415  the settings are read when the tables are imported

import argparse
import http.client
import os
import queue
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.pages import free_port, percentile, wait_until_up

TODAY = date(2024, 1, 4)
WANTED_MS = 100
THREADS = 24  # connections of the load: more than are ever busy at once
_TOKEN = "a" * 32
UNUSABLE = "!"  # nobody signs in by it: sessions are made here
Job = TypeVar("Job")


def main() -> None:
    """Make the examination, serve it, sit it, print; end with 1 where an answer was lost or late."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--candidates", type=int, default=500)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--pause", type=float, default=10)
    options.add_argument("--database", default="")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="pinzhi-exams-") as home:
        os.environ |= {"PINZHI_HOME": home, "PINZHI_TODAY": TODAY.isoformat(), "PINZHI_LOG_LEVEL": "WARNING"}
        if given.database:
            os.environ["PINZHI_DATABASE_URL"] = given.database
        os.environ["DJANGO_SETTINGS_MODULE"] = "pinzhi.config.settings"
        started = time.perf_counter()
        exam, sessions, items = make(given.candidates)
        print(f"made {given.candidates} candidates in {time.perf_counter() - started:.0f} s")
        port = free_port()
        server = subprocess.Popen([sys.executable, "-m", "pinzhi", "serve", "--port", str(port), "--workers", "2"])
        try:
            wait_until_up(port)
            good = sit(port, exam, sessions, items, given.seconds, given.pause)
        finally:
            server.terminate()
            server.wait(20)
    sys.exit(0 if good else 1)


def make(candidates: int) -> tuple[int, list[str], list[str]]:
    """Fill the database; return the examination, the session key of every candidate and the questions' keys."""
    import django

    django.setup()
    from django.db import transaction

    from pinzhi.engine.periods import Moment
    from pinzhi.engine.rulebook.courses import Course
    from pinzhi.records.accounts.models import User
    from pinzhi.records.accounts.permissions import SYSTEM
    from pinzhi.records.catalog.models import Organisation
    from pinzhi.records.catalog.rulebook import rulebook
    from pinzhi.records.database import migrate
    from pinzhi.records.training.actions.bank import COLUMNS, import_questions
    from pinzhi.records.training.actions.exams import set_exam
    from pinzhi.records.training.actions.sessions import Plan, plan_session
    from pinzhi.records.training.files import rows_of_text
    from pinzhi.records.training.models import Attendance, Enrolment, Learner

    migrate()
    rules = rulebook().file(Course, "chief-quality-officer", "2023")
    at = Moment(datetime(2023, 12, 1, 1, tzinfo=UTC), date(2023, 12, 1))
    questions = (Path(__file__).parents[1] / "rulebook/qingdao/demo/questions.csv").read_text(encoding="utf-8")
    fields = frozenset(one.code for book in rulebook().all_of(Course) for one in book.field)
    with transaction.atomic():
        import_questions(actor=SYSTEM, rows=rows_of_text(questions, COLUMNS), fields=fields, when=at)
        Organisation.objects.create(name="培训机构", code="12370200MA0000031D", recorded_at=at.at)
        plan = Plan(
            key="bench", course_id=rules.id, edition=rules.edition, body_code="12370200MA0000031D", mode="site",
            place="", district="", capacity=candidates, enrol_from=date(2023, 12, 1), enrol_until=date(2023, 12, 10),
            lessons=[(date(2023, 12, 20), "全部", rules.hours)], exam_on=TODAY,
        )  # fmt: skip
        session = plan_session(actor=SYSTEM, plan=plan, when=at)
        users = User.objects.bulk_create(User(email=f"u{n}@example.org", password=UNUSABLE) for n in range(candidates))
        learners = Learner.objects.bulk_create(
            Learner(key=f"L{n}", name=f"N{n}", user=user, sealed=b"", id_digest=str(n), phone_tail="0000")
            for n, user in enumerate(users)
        )
        enrolments = Enrolment.objects.bulk_create(
            Enrolment(
                session=session, learner=one, number=f"bench-{n}", organisation_code="x", organisation_name="x",
                state="admitted", place=n, by="system", at=at.at,
            )
            for n, one in enumerate(learners)
        )  # fmt: skip
        lesson = session.lessons.get()
        Attendance.objects.bulk_create(
            Attendance(enrolment=one, lesson=lesson, present=True, how="roll", by="system", at=at.at)
            for one in enrolments
        )
        now = datetime.now(UTC)
        exam = set_exam(actor=SYSTEM, key="bench", held_on=TODAY, opens_at=now, ends_at=now + timedelta(hours=3),
                        when=Moment(now, TODAY), seed="bench")  # fmt: skip
    return exam.pk, [session_key(user) for user in users], [row[0] for row in exam.paper]


def session_key(user: object) -> str:
    """Return the key of a session in which a user is signed in."""
    from django.test import Client

    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return str(client.cookies["sessionid"].value)


def sit(port: int, exam: int, sessions: list[str], items: list[str], seconds: float, pause: float) -> bool:
    """Let everybody begin, then answer at the moments drawn; print what was measured and whether anything was lost."""
    started = time.perf_counter()
    began, sittings = spread(range(len(sessions)), lambda n, line: begin(line, exam, sessions[n]), port)
    numbers = dict(sittings)
    print(f"everybody began in {time.perf_counter() - started:.0f} s: {told(began)}")
    chance = random.Random(4)
    due = sorted(
        (moment, n, place)
        for n in range(len(sessions))
        for place, moment in enumerate(moments(chance, seconds, pause, len(items)))
    )
    first = time.perf_counter() + 1

    def answer(job: tuple[float, int, int], line: "Line") -> int:
        moment, n, place = job
        wait = first + moment - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        return line.save(sessions[n], numbers[n], items[place])

    times, statuses = spread(due, answer, port, counted_from=lambda job: first + job[0])
    lost = [status for _job, status in statuses if status != 200]
    p95 = percentile(times, 0.95) * 1000
    rate = len(times) / seconds
    print(f"{len(times)} answers at {rate:.0f}/s: {told(times)} (wanted p95 {WANTED_MS} ms), {len(lost)} not saved")
    kept = answers_kept(exam)
    print(f"answers in the database: {kept} of {len(times)}")
    return p95 <= WANTED_MS and not lost and kept == len(times)


def moments(chance: random.Random, seconds: float, pause: float, most: int) -> list[float]:
    """Return when a candidate answers: pauses from half to one and a half of the mean."""
    found, at = [], chance.uniform(0, pause)
    while at < seconds and len(found) < most:
        found.append(at)
        at += chance.uniform(0.5, 1.5) * pause
    return found


class Line:
    """One connection that is kept."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, method: str, path: str, key: str, form: list[tuple[str, str]]) -> tuple[int, str]:
        """Send a form and read the answer to its last byte."""
        body = urlencode([("csrfmiddlewaretoken", _TOKEN), *form])
        heads = {"Cookie": f"sessionid={key}; csrftoken={_TOKEN}", "Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request(method, path, body, heads)
        response = self.connection.getresponse()
        response.read()
        return response.status, response.getheader("Location") or ""

    def save(self, key: str, sitting: int, item: str) -> int:
        """Save an answer; return the status."""
        # every paper has single, multiple and true-or-false questions: an option that its kind has
        code = "T" if "-j" in item else "A"
        form = [("item", item), (f"base-{item}", "0"), (f"a-{item}", code)]
        return self.ask("POST", f"/desk/exams/{sitting}/save.json", key, form)[0]


def begin(line: Line, exam: int, key: str) -> int:
    """Begin a sitting; return its number."""
    status, to = line.ask("POST", f"/desk/exams/begin/{exam}", key, [])
    if status != 302:
        raise SystemExit(f"begin: {status}")
    return int(to.rsplit("/", 1)[1])


def spread(
    jobs: Iterable[Job],
    act: Callable[[Job, Line], int],
    port: int,
    counted_from: Callable[[Job], float] | None = None,
) -> tuple[list[float], list[tuple[Job, int]]]:
    """Do jobs over kept connections in their order; return their times, sorted, and each with its result."""
    waiting: queue.Queue[Job] = queue.Queue()
    for job in jobs:
        waiting.put(job)
    times: list[float] = []
    results: list[tuple[Job, int]] = []
    lock = threading.Lock()

    def work() -> None:
        line = Line(port)
        while True:
            try:
                job = waiting.get_nowait()
            except queue.Empty:
                return
            begins = time.perf_counter()
            result = act(job, line)
            ends = time.perf_counter()
            with lock:
                times.append(ends - (counted_from(job) if counted_from else begins))
                results.append((job, result))

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return sorted(times), results


def answers_kept(exam: int) -> int:
    """Return how many answers the database holds."""
    from pinzhi.records.training.models import Sitting

    return sum(len(one) for one in Sitting.objects.filter(exam=exam).values_list("answers", flat=True))


def told(times: list[float]) -> str:
    """Return the usual percentiles in words."""
    return ", ".join(f"p{int(share * 100)} {percentile(times, share) * 1000:.0f} ms" for share in (0.5, 0.95, 0.99))


if __name__ == "__main__":
    main()
