"""Plays a round of any scheme from its file alone: does whatever the gates of each stage ask for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from pinzhi.engine.assessment.rounds.quotas import earns
from pinzhi.engine.assessment.rounds.states import moves
from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.engine.rulebook.scheme_parts import FACTS, Rule, Stage
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.engine.rulebook.stages import NOTICES, STATES
from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import SYSTEM, Actor
from pinzhi.records.assessment.actions import decisions, eligibility, results
from pinzhi.records.assessment.actions.moving import move_entry
from pinzhi.records.assessment.actions.stands import allot_stand
from pinzhi.records.assessment.models import (
    Assignment,
    Entry,
    EntryFact,
    EntryFile,
    Expert,
    Notice,
    NoticeItem,
    Round,
    SectionVersion,
    SheetVersion,
    StoredFile,
)
from pinzhi.records.assessment.queries.results import earned_grade, latest_results, total_of
from pinzhi.records.assessment.rules import instrument_of, scheme_of


@dataclass
class Player:
    """Everybody a round needs, what they write, and the day on which they act.

    ``content`` is what each kind of document says, ``file`` what is attached; ``notice_days`` pass with every notice.
    """

    round: Round
    officer: Actor
    experts: Sequence[Expert]
    members: Sequence[Actor]
    on: date
    content: Mapping[str, dict[str, object]]
    file: Callable[[Moment], StoredFile]
    notice_days: int = 30
    told: list[str] = field(default_factory=list)
    goes_on: bool = False  # beyond the announcement

    @property
    def now(self) -> Moment:
        """The morning of the day."""
        return Moment(datetime(self.on.year, self.on.month, self.on.day, 1, tzinfo=UTC), self.on)

    @property
    def scheme(self) -> Scheme:
        """The scheme being played."""
        return scheme_of(self.round)

    def add(
        self, number: str, category: str, *, level: int, by: User, name: str, district: str, organisation_code: str = ""
    ) -> Entry:
        """Enter somebody who would get about ``level`` per cent from every judge."""
        made = Entry.objects.create(
            round=self.round, number=number, category=category, name=name, district=district,
            organisation_code=organisation_code, created_by=by, created_on=self.on, in_state_since=self.on,
            front_line=True, synthetic=self.round.synthetic,
        )  # fmt: skip
        for rule in self.scheme.rules_for(category):
            if rule.fact in FACTS:
                EntryFact.objects.create(entry=made, fact=rule.fact, value=_meeting(rule), actor="x", at=self.now.at)
        self.told.append(f"{number}:{level}")
        return made

    def advance(self, entries: Sequence[Entry]) -> None:
        """Take entries of one stage on together: places are given once all are prepared."""
        stage, day = self.scheme.stage_of(entries[0].state), self.on
        for entry in entries:
            self.on = day
            self._prepare(entry, stage)
        for entry in entries:
            self._move(entry)

    def step(self, entry: Entry) -> bool:
        """Take an entry one stage on; False at the end of its path."""
        entry.refresh_from_db()
        if self._following(entry) is None:
            return False
        self._prepare(entry, self.scheme.stage_of(entry.state))
        return self._move(entry)

    def _following(self, entry: Entry) -> str | None:
        following = [one for one in moves(self.scheme, entry.state, category=entry.category) if one.is_forward]
        if not following or (entry.state in ("announced", "in_force") and not self.goes_on):
            return None
        return following[0].to

    def _move(self, entry: Entry) -> bool:
        entry.refresh_from_db()
        to = self._following(entry)
        if to is None:
            return False
        move_entry(
            actor=SYSTEM, entry_id=entry.pk, to=to, seen=entry.version, when=self.now, ground="符合要求",
            document="文〔2024〕1 号", effective_on=self.on,
        )  # fmt: skip
        entry.refresh_from_db()
        return True

    def _prepare(self, entry: Entry, stage: Stage | None) -> None:
        if stage is None:
            return
        for number, one in enumerate(self.scheme.documents_for(entry.category), start=1):
            if one.stage == stage.state:
                self._bring(entry, one.code, one.kind, number)
        if stage.state == "eligibility_check":
            self._examine(entry)
        if STATES[stage.state].judges:
            self._judge(entry, stage)
        if stage.state == "allotment" and not entry.stands.exists():
            hall = self.scheme.hall[0].code
            number = self.round.stands.count() + 1
            allot_stand(actor=self.officer, entry_id=entry.pk, hall=hall, number=number, when=self.now)
        if stage.vote is not None:
            self._vote(entry)
        if stage.state == "deliberation" and stage.vote is None and self.scheme.is_competitive:
            Entry.objects.filter(pk=entry.pk).update(grade=self._grade(entry))
        if stage.state in NOTICES:
            self._post(entry, stage)

    def _bring(self, entry: Entry, code: str, kind: str, number: int) -> None:
        if kind == "file":
            EntryFile.objects.create(
                entry=entry, document=code, number=number, file=self.file(self.now), name="材料.pdf",
                by=entry.created_by, at=self.now.at,
            )  # fmt: skip
            return
        number = entry.sections.filter(document=code).count() + 1
        SectionVersion.objects.create(
            entry=entry, document=code, number=number, content=self.content[kind], by=entry.created_by, at=self.now.at
        )

    def _examine(self, entry: Entry) -> None:
        for rule in self.scheme.rules_for(entry.category):
            if not rule.fact or rule.fact not in FACTS:
                eligibility.say_word(
                    actor=self.officer,
                    entry_id=entry.pk,
                    rule=rule.code,
                    holds=True,
                    ground="已核实",
                    when=self.now,
                )
        if self.scheme.consultation:
            for row in eligibility.ask_departments(actor=self.officer, entry_id=entry.pk, when=self.now):
                eligibility.record_answer(
                    actor=self.officer, entry_id=entry.pk, department=row.department, objects=False,
                    answered_on=self.on, ground="", document="", when=self.now,
                )  # fmt: skip

    def _judge(self, entry: Entry, stage: Stage) -> None:
        instrument = instrument_of(stage, entry.category)
        if instrument is None:
            raise ValueError(f"{stage.state}: no instrument for {entry.category}")
        level = int(next(one.split(":")[1] for one in self.told if one.startswith(f"{entry.number}:")))
        if stage.panel is None:
            answers = marked(instrument, level)
            results.record_survey(
                actor=self.officer, entry_id=entry.pk, stage=stage.state, answered=[answers], when=self.now
            )
            return
        for expert in self.experts[: stage.panel.size]:
            task = Assignment.objects.create(
                stage=stage.state, entry=entry, expert=expert, at=self.now.at, submitted_at=self.now.at
            )
            SheetVersion.objects.create(assignment=task, number=1, answers=marked(instrument, level), at=self.now.at)
        if stage.method == "consensus":
            for item in (one.id for one in instrument.item if one.worth):
                entry.settlements.create(
                    stage=stage.state, item=item, kind="consensus", percent=5 * round(level / 5), reason="议定",
                    expert_code=self.experts[0].code, actor="x", at=self.now.at,
                )  # fmt: skip
        _, left = results.seal_stage(actor=SYSTEM, round_id=self.round.pk, stage=stage.state, when=self.now)
        if entry.number in left:
            raise ValueError(f"{entry.number}: {left[entry.number]}")

    def _grade(self, entry: Entry) -> str:
        results = latest_results([entry.pk]).get(entry.pk, {})
        if self.scheme.graded_by:
            return earned_grade(self.scheme, entry, results)
        total = total_of(self.scheme, entry, results)
        percent = total.percent if total else None
        fitting = [
            one for one in self.scheme.grade if one.takes(entry.category) and earns(self.scheme, one.code, percent)
        ]
        return (fitting or list(self.scheme.grade))[0].code

    def _vote(self, entry: Entry) -> None:
        motion = decisions.open_motion(
            actor=SYSTEM, entry_id=entry.pk, grade=self._grade(entry), when=self.now
        )  # fmt: skip
        for member in self.members:
            decisions.cast_ballot(actor=member, motion_id=motion.pk, choice="yes", reason="", when=self.now)
        decisions.close_motion(actor=SYSTEM, motion_id=motion.pk, when=self.now)

    def _post(self, entry: Entry, stage: Stage) -> None:
        notice = Notice.objects.create(
            round=self.round, stage=stage.state, number=Notice.objects.count() + 1, posted_on=self.on, text_zh="公示",
            text_en="Notice", text_digest="d", actor="x", recorded_at=self.now.at,
        )  # fmt: skip
        NoticeItem.objects.create(notice=notice, entry=entry, name=entry.name, category=entry.category)
        self.on += timedelta(days=self.notice_days)


def marked(instrument: Instrument, level: int) -> dict[str, str | list[str]]:
    """Fill in an instrument so that it comes to about a level in per cent."""
    answers: dict[str, str | list[str]] = {}
    for item in instrument.item:
        match item.kind:
            case "points":
                answers[item.id] = str(item.step * round(Decimal(level) / item.step))
            case "number":
                most = item.at_most if item.at_most is not None else Decimal(100)
                answers[item.id] = str(round(most * level / 100))
            case "likert":
                answers[item.id] = str(round(item.low + (item.high - item.low) * level / 100))
            case "single":
                best = sorted(item.option, key=lambda one: one.points)
                answers[item.id] = best[round((len(best) - 1) * level / 100)].code
            case "text":
                answers[item.id] = "有"
            case _:
                pass
    return answers


def _meeting(rule: Rule) -> str:
    """Return a value of the rule's fact that meets it."""
    if isinstance(rule.value, bool):
        return "true" if rule.value else "false"
    if isinstance(rule.value, tuple):
        return rule.value[0]
    return str(rule.value) if rule.value is not None else "1"
