"""Random walks through a round's acts: whatever is tried, no quota, conflict, notice or seal is gone round.

What must have been so is read from the tables by this file itself, not by the gates that are tested.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

import pytest
from django.db import transaction

from pinzhi.engine.catalog.credit import check_character
from pinzhi.engine.errors import PinzhiError
from pinzhi.engine.rulebook.stages import STATES
from pinzhi.records.accounts.permissions import SYSTEM, Actor, actor_for
from pinzhi.records.assessment.actions import decisions, notices, results
from pinzhi.records.assessment.actions.experts import add_tie
from pinzhi.records.assessment.actions.moving import move_entry
from pinzhi.records.assessment.actions.rounds import appoint_member
from pinzhi.records.assessment.models import (
    Assignment,
    Entry,
    Expert,
    ExpertTie,
    Motion,
    Notice,
    NoticeItem,
    Objection,
    Round,
    SheetVersion,
)
from pinzhi.records.assessment.queries.results import digest_now
from pinzhi.records.catalog.rulebook import calendar
from tests.build import TODAY, make_actor, make_user
from tests.records.assessment.build import make_entry, make_expert, make_round, make_task, moment

pytestmark = pytest.mark.django_db
PLACES = {"excellence": 5, "innovation": 5, "nomination": 9}
PERCENTS = (95, 90, 85, 85, 80, 75, 75, 70, 65, 60)
PATH = ("hearing", "deliberation", "approval", "public_notice", "decided", "announced")
_OUT = ("revoked", "cancelled", "expired", "suspended", "not_proposed", "not_advanced", "removed")
DOCUMENT = {"document": "青政字〔2024〕5 号", "ground": "按规则"}


@dataclass
class Walk:
    """A round with ten entries before the hearing, everybody who acts in it, and the dice."""

    dice: Random
    held: Round = field(default_factory=make_round)
    on: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    moved: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.officer, self.other = (make_actor("city_officer", district=one) for one in ("", "370202"))
        users = [make_user(f"member{number}@example.org") for number in range(3)]
        for user in users:
            appoint_member(actor=self.officer, round_id=self.held.pk, user_id=user.pk, name=user.email, when=moment())
        self.members: list[Actor] = [actor_for(user, TODAY) for user in users]
        experts = [make_expert(f"E-{number}") for number in range(6)]
        for number, percent in enumerate(PERCENTS, start=1):
            entry = make_entry(self.held, f"08-{number:03}", state="hearing", organisation_code=code_of(number))
            for stage in ("desk_review", "satisfaction_survey", "site_visit"):
                entry.results.create(
                    stage=stage, number=1, percent=str(percent), marks_digest="d", actor="x", sealed_at=moment().at
                )
            for expert in experts:
                make_task(entry, expert, "hearing", handed_in=True, percent=str(percent))

    @property
    def day(self) -> date:
        """The day it is now."""
        return TODAY + timedelta(days=self.on)

    def go(self, steps: int) -> None:
        """Try one act after the other; refusals are counted, everything else must not happen."""
        acts = (
            *[self.move] * 6, *[self.vote] * 4, self.post, self.post, self.object, self.close, self.close,
            self.wait, self.wait, self.seal, self.seal, self.tamper, self.tie, self.leap,
        )  # fmt: skip
        for _ in range(steps):
            try:
                with transaction.atomic():
                    self.dice.choice(acts)()
            except PinzhiError as refusal:
                self.refused[refusal.code] += 1
            for grade, places in PLACES.items():
                states = [state for state in STATES if STATES[state].place in ("closing", "after")]
                given = Entry.objects.filter(round=self.held, grade=grade, state__in=[*states, "objection"])
                assert given.count() <= places, grade

    def entry(self) -> Entry:
        """Return one of the entries, of those that are furthest behind more often."""
        return self.dice.choice(list(Entry.objects.filter(round=self.held).select_related("round").order_by("pk")))

    def move(self) -> None:
        """Make the move along the path, or one aside."""
        entry = self.entry()
        ahead = PATH.index(entry.state) + 1 if entry.state in PATH else 0
        along = PATH[min(ahead, len(PATH) - 1)] if ahead else entry.came_from or "public_notice"
        self._to(entry, self.dice.choice([along] * 5 + ["objection", "removed"]))

    def leap(self) -> None:
        """Try to reach any state at all."""
        self._to(self.entry(), self.dice.choice(list(STATES)))

    def _to(self, entry: Entry, to: str) -> None:
        before = entry.state
        if to in _OUT and self.dice.random() < 0.9:
            return  # few entries leave, so that many go on
        move_entry(
            actor=SYSTEM, entry_id=entry.pk, to=to, seen=entry.version, when=moment(self.day),
            effective_on=self.day, **DOCUMENT,
        )  # fmt: skip
        self.moved[to] += 1
        self._check(entry, before, to)

    def vote(self) -> None:
        """Move an entry for a grade, let most members vote, and count."""
        entry = self.entry()
        grade = self.dice.choice(["excellence"] * 8 + ["innovation", "nomination"])
        motion = entry.motions.filter(closed_at=None).first() or decisions.open_motion(
            actor=SYSTEM, entry_id=entry.pk, grade=grade, when=moment(self.day)
        )
        for member in self.members:
            if self.dice.random() < 0.9 and not motion.ballots.filter(member__user_id=member.user_id).exists():
                choice = self.dice.choice(["yes"] * 4 + ["no", "abstain"])
                decisions.cast_ballot(
                    actor=member, motion_id=motion.pk, choice=choice, reason="依据充分", when=moment(self.day)
                )
        decisions.close_motion(actor=SYSTEM, motion_id=motion.pk, when=moment(self.day))

    def post(self) -> None:
        """Post the entries that wait for a notice."""
        notices.post_notice(
            actor=self.officer, round_id=self.held.pk, stage="public_notice", document="公告", text_zh="公示",
            text_en="Notice", when=moment(self.day),
        )  # fmt: skip

    def object(self) -> None:
        """Object to an entry on a notice, or to the list."""
        notice = self.dice.choice(list(Notice.objects.filter(round=self.held)) or [None])
        if notice is None or self.dice.random() < 0.6:
            return
        place = self.dice.choice([None, *range(1, notice.items.count() + 1)])
        said = notices.Said(place, "other", "有疑问", name="王先生", contact="1")
        notices.object_to(notice_id=notice.pk, said=said, files=[], when=moment(self.day))

    def close(self) -> None:
        """Give an open objection to a handler and close it."""
        for one in Objection.objects.filter(closed_on=None).select_related("entry"):
            if one.handler_id is None:
                notices.take_up(
                    actor=self.officer, objection_id=one.pk, handler_id=self.other.account_id, when=moment(self.day)
                )
            removes = one.entry is not None and self.dice.random() < 0.15
            notices.close_objection(
                actor=self.other, objection_id=one.pk, outcome="upheld" if removes else "unfounded", finding="已核实",
                removes=removes, when=moment(self.day),
            )  # fmt: skip

    def wait(self) -> None:
        """Let days go by."""
        self.on += self.dice.randrange(1, 5)

    def seal(self) -> None:
        """Seal what is in, again where marks have changed."""
        results.seal_stage(
            actor=SYSTEM, round_id=self.held.pk, stage="hearing", when=moment(self.day), ground="分数有更正"
        )

    def tamper(self) -> None:
        """Change marks behind everybody's back."""
        tasks = list(Assignment.objects.filter(entry__round=self.held, stage="hearing", entry__state="hearing"))
        if tasks:
            task = self.dice.choice(tasks)
            last = task.sheets.order_by("-number").first()
            SheetVersion.objects.create(
                assignment=task, number=last.number + 1, answers=dict.fromkeys(last.answers, "90"), at=moment().at
            )

    def tie(self) -> None:
        """Bind an expert to an applicant: through the act that looks again, or past it."""
        if self.dice.random() < 0.7:
            return
        expert = self.dice.choice(list(Expert.objects.order_by("pk")))
        code = code_of(self.dice.randrange(1, len(PERCENTS) + 1))
        if self.dice.random() < 0.5:
            add_tie(
                actor=self.officer, expert_code=expert.code, kind="employment", credit_code=code,
                when=moment(self.day), since=self.day - timedelta(days=90),
            )  # fmt: skip
        else:
            ExpertTie.objects.create(
                expert=expert, kind="employment", credit_code=code, since=self.day - timedelta(days=90),
                recorded_at=moment(self.day).at,
            )  # fmt: skip

    def _check(self, entry: Entry, before: str, to: str) -> None:
        """Whatever the way was: what the step needed stands in the tables."""
        if to not in PATH or (before == "objection" and to == "public_notice"):
            return
        assert before in ("hearing", "deliberation", "approval", "public_notice", "decided"), (before, to)
        assert PATH.index(to) == PATH.index(before) + 1
        if before == "hearing":
            tasks = Assignment.objects.filter(entry=entry, stage="hearing", ended_at=None)
            assert tasks.exclude(submitted_at=None).count() >= 5
            sealed = entry.results.filter(stage="hearing").order_by("-number").first()
            assert sealed is not None
            assert sealed.marks_digest == digest_now(entry, "hearing")
            tied = ExpertTie.objects.filter(credit_code=entry.organisation_code, removed_at=None)
            assert not tasks.filter(expert__in=tied.values("expert")).exists()
        if before == "deliberation":
            motion = Motion.objects.filter(entry=entry, stage=before).order_by("-pk").first()
            assert motion is not None
            assert motion.carried
            assert motion.ballots.filter(choice="yes").count() * 2 > motion.ballots.count() >= 2
        if to in ("decided", "announced"):
            item = NoticeItem.objects.get(entry=entry, notice__stage="public_notice")
            about = Objection.objects.filter(notice=item.notice, entry__in=[entry]) | Objection.objects.filter(
                notice=item.notice, entry=None
            )
            assert not about.filter(closed_on=None).exists()
            assert not about.filter(removes=True, entry=entry).exists()
            assert self.day > calendar().closes(item.notice.posted_on, 5, "wd").last_day


def code_of(number: int) -> str:
    """Return the invented credit code of an applicant."""
    body = f"91370212MA000{number:03}5"
    return body + check_character(body)


def test_no_way_round_quota_conflict_notice_or_seal() -> None:
    refused: Counter[str] = Counter()
    moved: Counter[str] = Counter()
    for number in range(3):
        with transaction.atomic():
            walk = Walk(Random(number))  # noqa: S311  the same walk every time, on purpose
            walk.go(300)
            refused += walk.refused
            moved += walk.moved
            transaction.set_rollback(True)
    assert moved["announced"] >= 3
    assert set(refused) >= {  # each kind of gate was tried and held
        "assessment.round.quota",
        "assessment.round.judged.conflict",
        "assessment.round.judged.seal",
        "assessment.round.notice.running",
        "assessment.round.notice.objection",
        "assessment.round.notice.removed",
        "assessment.round.vote",
        "assessment.round.move",
    }
