"""Plays a round of any scheme from its file alone: does whatever the gates of each stage ask for."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from pinzhi.engine.assessment.rounds.quotas import earns
from pinzhi.engine.assessment.rounds.states import moves
from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.engine.rulebook.scheme_parts import FACTS, Rule, Stage
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.engine.rulebook.stages import NOTICES, STATES
from pinzhi.records.accounts.permissions import SYSTEM, Actor, actor_for
from pinzhi.records.assessment.actions import decisions, eligibility, results
from pinzhi.records.assessment.actions.moving import move_entry
from pinzhi.records.assessment.actions.rounds import appoint_member, call_round
from pinzhi.records.assessment.actions.stands import allot_stand
from pinzhi.records.assessment.models import (
    Assignment,
    Entry,
    EntryFact,
    EntryFile,
    Expert,
    Notice,
    NoticeItem,
    Panellist,
    Round,
    SectionVersion,
    SheetVersion,
    StoredFile,
)
from pinzhi.records.assessment.queries.results import earned_grade, latest_results, total_of
from pinzhi.records.assessment.rules import instrument_of, scheme_of
from tests.build import TODAY, make_actor, make_user
from tests.records.assessment.build import make_expert, moment

CONTENT = {"section": {"text": "写好了"}, "table": {"rows": [["1"]]}, "pledge": {"agreed": True}}


@dataclass
class Player:
    """Everybody a round needs, and the day on which they act."""

    round: Round
    officer: Actor
    experts: list[Expert]
    members: list[Actor]
    on: date = TODAY
    told: list[str] = field(default_factory=list)
    goes_on: bool = False  # beyond the announcement

    @property
    def scheme(self) -> Scheme:
        """The scheme being played."""
        return scheme_of(self.round)

    def enter(self, number: str, category: str, *, level: int, organisation_code: str = "") -> Entry:
        """Enter somebody who would get about ``level`` per cent from every judge."""
        made = Entry.objects.create(
            round=self.round, number=number, category=category, name=f"示例{number}", district="370212",
            organisation_code=organisation_code, created_by=make_user(f"{number}@example.org"), created_on=self.on,
            in_state_since=self.on,
        )  # fmt: skip
        for rule in self.scheme.rules_for(category):
            if rule.fact in FACTS:
                EntryFact.objects.create(entry=made, fact=rule.fact, value=_meeting(rule), actor="x", at=moment().at)
        made.front_line = True
        made.save()
        self.told.append(f"{number}:{level}")
        return made

    def step(self, entry: Entry) -> bool:
        """Take an entry one stage on; False at the end of its path."""
        entry.refresh_from_db()
        following = [one for one in moves(self.scheme, entry.state, category=entry.category) if one.is_forward]
        if not following or (entry.state in ("announced", "in_force") and not self.goes_on):
            return False
        self._prepare(entry, self.scheme.stage_of(entry.state))
        entry.refresh_from_db()
        move_entry(
            actor=SYSTEM, entry_id=entry.pk, to=following[0].to, seen=entry.version, when=moment(self.on),
            ground="无", document="文〔2024〕1 号", effective_on=self.on,
        )  # fmt: skip
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
            allot_stand(actor=self.officer, entry_id=entry.pk, hall=hall, number=number, when=moment(self.on))
        if stage.vote is not None:
            self._vote(entry)
        if stage.state == "deliberation" and stage.vote is None and self.scheme.is_competitive:
            Entry.objects.filter(pk=entry.pk).update(grade=self._grade(entry))
        if stage.state in NOTICES:
            self._post(entry, stage)

    def _bring(self, entry: Entry, code: str, kind: str, number: int) -> None:
        if kind == "file":
            file, _ = StoredFile.objects.get_or_create(digest="a" * 64, size=1, media="pdf", at=moment().at)
            EntryFile.objects.create(
                entry=entry, document=code, number=number, file=file, name="a.pdf", by=entry.created_by, at=moment().at
            )
            return
        number = entry.sections.filter(document=code).count() + 1
        SectionVersion.objects.create(
            entry=entry, document=code, number=number, content=CONTENT[kind], by=entry.created_by, at=moment().at
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
                    when=moment(self.on),
                )
        if self.scheme.consultation:
            for row in eligibility.ask_departments(actor=self.officer, entry_id=entry.pk, when=moment(self.on)):
                eligibility.record_answer(
                    actor=self.officer, entry_id=entry.pk, department=row.department, objects=False,
                    answered_on=self.on, ground="", document="", when=moment(self.on),
                )  # fmt: skip

    def _judge(self, entry: Entry, stage: Stage) -> None:
        instrument = instrument_of(stage, entry.category)
        assert instrument is not None
        level = int(next(one.split(":")[1] for one in self.told if one.startswith(f"{entry.number}:")))
        if stage.panel is None:
            answers = marked(instrument, level)
            results.record_survey(
                actor=self.officer, entry_id=entry.pk, stage=stage.state, answered=[answers], when=moment(self.on)
            )
            return
        for expert in self.experts[: stage.panel.size]:
            task = Assignment.objects.create(
                stage=stage.state, entry=entry, expert=expert, at=moment().at, submitted_at=moment().at
            )
            SheetVersion.objects.create(assignment=task, number=1, answers=marked(instrument, level), at=moment().at)
        if stage.method == "consensus":
            for item in (one.id for one in instrument.item if one.worth):
                entry.settlements.create(
                    stage=stage.state, item=item, kind="consensus", percent=5 * round(level / 5), reason="议定",
                    expert_code="E-1", actor="x", at=moment().at,
                )  # fmt: skip
        _, left = results.seal_stage(actor=SYSTEM, round_id=self.round.pk, stage=stage.state, when=moment(self.on))
        assert entry.number not in left, left[entry.number]

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
            actor=SYSTEM, entry_id=entry.pk, grade=self._grade(entry), when=moment(self.on)
        )  # fmt: skip
        for member in self.members:
            decisions.cast_ballot(actor=member, motion_id=motion.pk, choice="yes", reason="", when=moment(self.on))
        decisions.close_motion(actor=SYSTEM, motion_id=motion.pk, when=moment(self.on))

    def _post(self, entry: Entry, stage: Stage) -> None:
        notice = Notice.objects.create(
            round=self.round, stage=stage.state, number=Notice.objects.count() + 1, posted_on=self.on, text_zh="公示",
            text_en="Notice", text_digest="d", actor="x", recorded_at=moment().at,
        )  # fmt: skip
        NoticeItem.objects.create(notice=notice, entry=entry, name=entry.name, category=entry.category)
        self.on += timedelta(days=30)


def called(scheme_id: str, edition: str) -> Player:
    """Call a round and gather everybody it needs."""
    held = call_round(actor=SYSTEM, scheme_id=scheme_id, edition=edition, when=moment())
    officer = make_actor("city_officer")
    size = max((one.panel.size for one in scheme_of(held).stage if one.panel), default=0)
    experts = [make_expert(f"E-{number}") for number in range(1, size + 1)]
    for expert in experts:
        Panellist.objects.create(round=held, expert=expert, called_on=TODAY, declared_at=moment().at)
    users = [make_user(f"member{number}@example.org") for number in range(3)]
    for user in users:
        appoint_member(actor=officer, round_id=held.pk, user_id=user.pk, name=user.email, when=moment())
    return Player(held, officer, experts, [actor_for(user, TODAY) for user in users])


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
