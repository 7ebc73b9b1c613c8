"""The story of the demonstration's round: entries in every step, so that each role finds something to do."""

import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from pinzhi.engine.assessment.rounds.seals import digest
from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.records.accounts.demo import ENTERPRISE
from pinzhi.records.accounts.permissions import SYSTEM, Actor, command
from pinzhi.records.assessment.actions import decisions, eligibility, results
from pinzhi.records.assessment.actions.moving import move_entry
from pinzhi.records.assessment.actions.rounds import call_round
from pinzhi.records.assessment.demo.people import Cast, gather
from pinzhi.records.assessment.files import Sent, keep_file
from pinzhi.records.assessment.models import (
    Assignment,
    Entry,
    EntryFact,
    EntryFile,
    Notice,
    NoticeItem,
    Round,
    SectionVersion,
    SheetVersion,
)
from pinzhi.records.assessment.queries.results import ranking
from pinzhi.records.assessment.rules import instrument_of, scheme_of
from pinzhi.records.catalog.models import Organisation
from pinzhi.records.catalog.rulebook import rulebook

SCHEME, EDITION = "mayor", "8"
_CALLED, _CLOSES = date(2023, 12, 1), date(2024, 1, 31)
# How many entries stand in each step when the demonstration opens.
PLACES = {"submitted": 1, "recommended": 1, "eligibility_check": 2, "acceptance_notice": 3, "desk_review": 4,
          "deliberation": 12}  # fmt: skip
_ORDER = ("submitted", "recommended", "eligibility_check", "accepted", "acceptance_notice", "desk_review",
          "satisfaction_survey", "site_visit", "hearing", "deliberation")  # fmt: skip
_FACTS = {"years_since_accident": "9", "years_since_violation": "9", "years_of_loss": "0", "years_of_operation": "12"}
_DEMO = command("demo")


def load_round() -> bool:
    """Make the round unless it is there; return whether it was made. All of it or nothing.

    A city without words for it has no such round.
    """
    if Round.objects.filter(key=f"{SCHEME}-{EDITION}").exists() or not (_folder() / "round.toml").is_file():
        return False
    with transaction.atomic():
        held = call_round(
            actor=SYSTEM, scheme_id=SCHEME, edition=EDITION, when=_at(_CALLED), stages={"draft": (_CALLED, _CLOSES)},
            synthetic=True,
        )  # fmt: skip
        cast = gather(held, _at(_CALLED))
        firms = list(_firms(sum(PLACES.values())))
        entries = [_enter(held, cast, number, firm) for number, firm in enumerate(firms, start=2)]
        _own_draft(held, cast)
        wanted = [state for state, count in PLACES.items() for _ in range(count)]
        for entry, state in zip(entries, wanted, strict=False):
            _bring_to(held, cast, entry, state)
        by_state = {state: [one for one, to in zip(entries, wanted, strict=False) if to == state] for state in PLACES}
        _post(held, by_state["desk_review"] + by_state["deliberation"], date(2023, 12, 11))
        _post(held, by_state["acceptance_notice"], date(2023, 12, 28))
        _judge(held, cast, by_state["deliberation"])
        _begin_review(held, cast, by_state["desk_review"])
        _vote(held, cast)
    return True


def _folder() -> Path:
    return Path(settings.RULEBOOK) / settings.CITY / "demo"


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    """Return what the entries say, from the city's folder."""
    return tomllib.loads((_folder() / "round.toml").read_text(encoding="utf-8"))


def _at(on: date, hour: int = 1) -> Moment:
    return Moment(datetime(on.year, on.month, on.day, hour, 30, tzinfo=UTC), on)


def _chance(*about: object, below: int) -> int:
    """Return a number below a limit that is the same every time for the same words."""
    return int.from_bytes(sha256(repr(about).encode()).digest()[:4], "big") % below


def _firms(count: int) -> Iterator[Organisation]:
    """Yield invented enterprises of the city that meet the conditions, spread over its districts."""
    rows = (
        Organisation.objects.filter(
            synthetic=True,
            name__startswith="青岛示例",
            kind="enterprise",
            state="active",
            district__startswith="3702",
            established_on__lt="2018-01-01",
        )
        .exclude(code=ENTERPRISE)
        .exclude(honours__scheme=SCHEME)
    )
    taken: dict[str, int] = {}
    found = 0
    for one in rows.order_by("code").iterator():
        if found == count:
            return
        if taken.get(one.district, 0) < 3:
            taken[one.district] = taken.get(one.district, 0) + 1
            found += 1
            yield one


def _enter(held: Round, cast: Cast, number: int, firm: Organisation) -> Entry:
    return Entry.objects.create(
        round=held,
        number=f"08-{number:03}",
        category="organisation",
        name=firm.name,
        organisation_code=firm.code,
        district=firm.district,
        created_by=cast.applicant,
        created_on=_CALLED,
        in_state_since=_CALLED,
        synthetic=True,
    )


def _own_draft(held: Round, cast: Cast) -> None:
    """Begin the application of the demo's enterprise: two sections written, the rest to do."""
    firm = Organisation.objects.filter(code=ENTERPRISE).first()
    if firm is None:
        return
    entry = _enter(held, cast, 1, firm)
    entry.created_by = cast.enterprise
    entry.save()
    _write(entry, cast, "profile", {"text": _words()["profile"]})


def _bring_to(held: Round, cast: Cast, entry: Entry, state: str) -> None:
    """Take an entry along the path to a state by the acts that everybody takes."""
    for document in scheme_of(held).documents_for(entry.category):
        if document.kind == "file":
            _attach(entry, cast, document.code)
        elif document.kind == "table":
            _write(entry, cast, document.code, {"rows": _words()["results"]})
        elif document.kind == "pledge":
            _write(entry, cast, document.code, {"agreed": True, "name": "法定代表人"})
        else:
            _write(entry, cast, document.code, {"text": _words()[document.code.replace("-", "_")]})
    for fact, value in _FACTS.items():
        EntryFact.objects.create(entry=entry, fact=fact, value=value, actor=_DEMO.key, at=_at(_CALLED).at)
    late = state == "acceptance_notice"  # these are on the notice that is still running
    days = {"submitted": date(2023, 12, 4), "recommended": date(2023, 12, 5), "eligibility_check": date(2023, 12, 6)}
    for to in _ORDER[: _ORDER.index(state) + 1]:
        if to == "accepted":
            _examine(cast, entry, date(2023, 12, 6))
        if to == "desk_review":
            break  # after the notice
        _go(_DEMO, entry, to, days.get(to, date(2023, 12, 28) if late else date(2023, 12, 11)))


def _examine(cast: Cast, entry: Entry, on: date) -> None:
    eligibility.say_word(
        actor=cast.officer, entry_id=entry.pk, rule="transferable-method", holds=True,
        ground=_words()["word"], when=_at(on),
    )  # fmt: skip
    for row in eligibility.ask_departments(actor=cast.officer, entry_id=entry.pk, when=_at(on)):
        eligibility.record_answer(
            actor=cast.officer, entry_id=entry.pk, department=row.department, objects=False,
            answered_on=date(2023, 12, 8), ground="", document=_words()["reply"], when=_at(date(2023, 12, 8)),
        )  # fmt: skip


def _go(actor: Actor, entry: Entry, to: str, on: date) -> None:
    entry.refresh_from_db()
    move_entry(actor=actor, entry_id=entry.pk, to=to, seen=entry.version, when=_at(on))


def _post(held: Round, entries: list[Entry], on: date) -> Notice:
    number = held.notices.count() + 1
    zh, en = _words()["notice"]["zh"].strip(), _words()["notice"]["en"].strip()
    notice = Notice.objects.create(
        round=held, stage="acceptance_notice", number=number, posted_on=on, document=f"公告〔2023〕示例 {number} 号",
        text_zh=zh,
        text_en=en, text_digest=digest([zh, en, [one.number for one in entries]]), actor=_DEMO.key,
        recorded_at=_at(on).at,
    )  # fmt: skip
    NoticeItem.objects.bulk_create(
        NoticeItem(notice=notice, entry=one, name=one.name, category=one.category, district=one.district)
        for one in entries
    )
    return notice


def _judge(held: Round, cast: Cast, entries: list[Entry]) -> None:
    """Take entries from a notice that is over through all judging to the deliberation."""
    for entry in entries:
        _go(_DEMO, entry, "desk_review", date(2023, 12, 19))
    for stage, panel, following in (("desk_review", 5, "satisfaction_survey"), ("site_visit", 3, "hearing"),
                                    ("hearing", 7, "deliberation")):  # fmt: skip
        for place, entry in enumerate(entries):
            _hand_in(cast, entry, stage, panel, place)
        results.seal_stage(actor=SYSTEM, round_id=held.pk, stage=stage, when=_at(date(2023, 12, 29)))
        for entry in entries:
            _go(_DEMO, entry, following, date(2023, 12, 29))
        if following == "satisfaction_survey":
            _survey(cast, entries)


def _survey(cast: Cast, entries: list[Entry]) -> None:
    survey = rulebook().file(Instrument, "satisfaction", "1")
    for entry in entries:
        answered = [
            {one.id: str(5 - _chance(entry.number, person, one.id, below=5) // 3) for one in survey.item if one.worth}
            for person in range(30)
        ]
        results.record_survey(
            actor=cast.officer, entry_id=entry.pk, stage="satisfaction_survey", answered=answered,
            when=_at(date(2023, 12, 29)),
        )  # fmt: skip
        _go(_DEMO, entry, "site_visit", date(2023, 12, 29))


def _hand_in(cast: Cast, entry: Entry, stage: str, panel: int, place: int) -> None:
    """Let a panel hand in its sheets: the better the entry, the higher; each judge with his own severity."""
    found = scheme_of(entry.round).stage_of(stage)
    instrument = instrument_of(found, entry.category) if found else None
    if found is None or instrument is None:
        return
    level = 75 - place - place // 3
    agreed: dict[str, list[int]] = {}
    for number in range(panel):
        expert = cast.experts[(place + number) % len(cast.experts)]
        task = Assignment.objects.create(
            stage=stage, entry=entry, expert=expert, lead=number == 0, at=_at(date(2023, 12, 19)).at,
            submitted_at=_at(date(2023, 12, 27)).at, reason={"zh": "专业相符", "en": "competent"},
        )  # fmt: skip
        severity = (int(expert.code[-3:]) % 5 - 2) * 2
        answers = {}
        for item in instrument.items:
            own = level + severity + _chance(entry.number, stage, item, below=11) - 5
            own += _chance(entry.number, expert.code, item, below=9) - 4
            answers[item] = str(max(0, min(100, 5 * round(own / 5))))
            agreed.setdefault(item, []).append(int(answers[item]))
        SheetVersion.objects.create(
            assignment=task, number=1, answers=answers, notes=_notes(instrument), digest=digest(answers),
            at=_at(date(2023, 12, 27)).at,
        )  # fmt: skip
    for item, given in agreed.items():
        if found.method == "consensus" or (found.spread is not None and max(given) - min(given) > found.spread):
            entry.settlements.create(
                stage=stage, item=item, kind="consensus", percent=5 * round(sum(given) / len(given) / 5),
                reason=_words()["consensus"], expert_code=cast.experts[place % len(cast.experts)].code,
                actor=_DEMO.key, at=_at(date(2023, 12, 28)).at,
            )  # fmt: skip


def _begin_review(held: Round, cast: Cast, entries: list[Entry]) -> None:
    """Give entries under desk review to their panels, the demo's expert among them; one of his sheets is begun."""
    for place, entry in enumerate(entries):
        _go(_DEMO, entry, "desk_review", date(2023, 12, 19))
        for number in range(5):
            expert = cast.experts[0 if number == 0 else 1 + (place + number) % (len(cast.experts) - 1)]
            Assignment.objects.create(
                stage="desk_review", entry=entry, expert=expert, lead=number == 0, at=_at(date(2023, 12, 19)).at,
                reason={"zh": "专业相符，没有利益关系", "en": "competent and without a conflict"},
            )  # fmt: skip


def _vote(held: Round, cast: Cast) -> None:
    """Let the committee vote on the first four of the ranking, and begin the vote on the fifth."""
    when = _at(date(2024, 1, 3))
    for place, one in enumerate(ranking(held)[:5]):
        motion = decisions.open_motion(actor=SYSTEM, entry_id=one.entry.pk, grade="excellence", when=when)
        voters = cast.members if place < 4 else cast.members[3:]
        for number, member in enumerate(voters):
            choice = "abstain" if _chance(place, number, below=9) == 0 else "yes"
            decisions.cast_ballot(actor=member, motion_id=motion.pk, choice=choice, reason="", when=when)
        if place < 4:
            decisions.close_motion(actor=SYSTEM, motion_id=motion.pk, when=when)


def _write(entry: Entry, cast: Cast, document: str, content: dict[str, object]) -> None:
    SectionVersion.objects.create(
        entry=entry, document=document, number=1, content=content, by=entry.created_by, at=_at(_CALLED).at
    )


def _attach(entry: Entry, cast: Cast, document: str) -> None:
    content = (_folder() / "evidence.pdf").read_bytes()
    file = keep_file(Sent("evidence.pdf", [content], len(content)), when=_at(_CALLED))
    EntryFile.objects.create(
        entry=entry, document=document, number=1, file=file, name="证明材料（演示）.pdf", by=entry.created_by,
        at=_at(_CALLED).at, cleared_at=_at(_CALLED).at, cleared_by=cast.officer.key,
    )  # fmt: skip


def _notes(instrument: Instrument) -> dict[str, dict[str, list[str]]]:
    first = next(iter(instrument.items))
    return {first: {"strengths": _words()["strengths"], "improvements": _words()["improvements"]}}
