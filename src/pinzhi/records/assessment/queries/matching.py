"""What an assignment of a stage is made of: entries with their demand, experts with their loads, pairs with scores."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pinzhi.engine.assessment.judging.core import Rules
from pinzhi.engine.assessment.judging.problem import Entries, Pairs, Problem, Reviewers, make_problem
from pinzhi.engine.assessment.rounds.conflicts import Found
from pinzhi.engine.errors import BadInput, Conflict, Unavailable
from pinzhi.engine.rulebook.scheme_parts import Panel, Stage
from pinzhi.engine.texts import Text
from pinzhi.records.assessment.models import Assignment, AssignmentRun, Entry, Expert, Panellist, Round
from pinzhi.records.assessment.queries.experts import Pair, all_conflicts, bars, open_tasks, serving
from pinzhi.records.assessment.rules import scheme_of
from pinzhi.records.catalog.names import organisation_industries

OF_THE_FIELD, OF_THE_METHOD, AT_ALL = 10, 4, 1
QUALITY = "quality"


@dataclass(frozen=True, slots=True)
class Matching:
    """Everything an assignment of a stage starts from.

    ``kept`` are tasks that stand whatever is assigned: their sheets are handed in. ``demand`` and ``found`` go by the
    keys of entries and of pairs; experts who left are among ``experts`` while a sheet of theirs counts.
    """

    stage: Stage
    panel: Panel
    entries: tuple[Entry, ...]
    experts: tuple[Expert, ...]
    loads: Mapping[int, tuple[int, int]]
    industries: Mapping[str, frozenset[str]]
    found: Mapping[Pair, tuple[Found, ...]]
    tasks: tuple[Assignment, ...]

    @property
    def kept(self) -> frozenset[Pair]:
        return frozenset((one.expert_id, one.entry_id) for one in self.tasks if one.submitted_at is not None)

    def barred(self, expert: Expert, entry: Entry) -> tuple[Found, ...]:
        """Return the conflicts that keep an expert from scoring an entry."""
        return tuple(one for one in self.found.get((expert.pk, entry.pk), ()) if bars([one]))

    def score(self, expert: Expert, entry: Entry) -> int:
        """Return how well an expert's competence fits an entry: its industry, the method itself, or neither."""
        return OF_THE_FIELD * self.is_of_the_field(expert, entry) + OF_THE_METHOD * knows_the_method(expert) + AT_ALL

    def is_of_the_field(self, expert: Expert, entry: Entry) -> bool:
        """Tell whether the industry of the applicant is among an expert's fields."""
        fields = self.industries.get(entry.organisation_code, frozenset())
        return not fields.isdisjoint(expert.fields.split(";"))

    def fit(self, expert: Expert, entry: Entry) -> Text:
        """Say in words what the score is made of."""
        if self.is_of_the_field(expert, entry):
            return Text("专业领域与单位行业一致", "the applicant's industry is among the expert's fields")
        if knows_the_method(expert):
            return Text("熟悉质量管理方法", "at home in the method of quality management")
        return Text("专业领域不同，可以评审", "of another field, free to judge")


def knows_the_method(expert: Expert) -> bool:
    """Tell whether the method of quality itself is among an expert's competences."""
    return QUALITY in expert.fields.split(";")


def judging_stage(held: Round, state: str) -> tuple[Stage, Panel]:
    """Return a stage that a panel of experts judges; refused for any other."""
    stage = scheme_of(held).stage_of(state)
    if stage is None or stage.panel is None:
        raise BadInput(
            "assessment.assignment.stage",
            "“{stage}”这一阶段不由专家评分。",
            "No panel of experts judges in the stage “{stage}”.",
            stage=state,
        )
    return stage, stage.panel


def panel_stages(held: Round) -> tuple[Stage, ...]:
    """Return the stages of a round that a panel judges, in their order."""
    return tuple(one for one in scheme_of(held).stage if one.panel is not None)


def last_run(held: Round, stage: str) -> AssignmentRun | None:
    """Return the latest run of the assignment for a stage."""
    return AssignmentRun.objects.filter(round=held, stage=stage).order_by("-pk").first()


def matching(held: Round, state: str, on: date) -> Matching:
    """Read what an assignment of a stage starts from, as of a day."""
    stage, panel = judging_stage(held, state)
    entries = tuple(
        one for one in Entry.objects.filter(round=held, state=state).select_related("round").order_by("number")
        if stage.takes(one.category)
    )  # fmt: skip
    tasks = tuple(open_tasks(held).filter(stage=state).order_by("pk"))
    called = {one.expert_id: one for one in serving(held)}
    experts = {one.expert_id: one.expert for one in called.values()}
    experts |= {one.expert_id: one.expert for one in tasks if one.submitted_at is not None}
    rows = tuple(sorted(experts.values(), key=lambda one: one.code))
    return Matching(
        stage=stage,
        panel=panel,
        entries=entries,
        experts=rows,
        loads={one.pk: _loads(called.get(one.pk)) for one in rows},
        industries=_industries(entries),
        found=all_conflicts(held, rows, entries, on),
        tasks=tasks,
    )


def _loads(called: Panellist | None) -> tuple[int, int]:
    """Return the loads of an expert; who has left is given nothing new."""
    return (called.least, called.most) if called else (0, 0)


def _industries(entries: Sequence[Entry]) -> dict[str, frozenset[str]]:
    found = organisation_industries({one.organisation_code for one in entries} - {""})
    return {code: frozenset(part[0] for part in joined.split(";") if part) for code, joined in found.items()}


def rules_for(panel: Panel, fair: str) -> Rules:
    """Return the rules of an assignment: those of the panel, and how to be fair to entries."""
    if fair not in ("", "worst_entry", "weakest_pair"):
        raise BadInput(
            "assessment.assignment.fair",
            "公平方式应是 worst_entry 或 weakest_pair，或不选；这里是“{fair}”。",
            "Fairness is “worst_entry”, “weakest_pair” or nothing; found “{fair}”.",
            fair=fair,
        )
    if panel.seniors > 1:
        raise Unavailable(
            "assessment.assignment.seniors",
            "每组要 {count} 名资深专家的分配，平台还不能做；现在最多 1 名。",
            "Panels with {count} seniors each cannot be assigned yet; at present one at most.",
            count=panel.seniors,
        )
    return Rules(one_per_employer=panel.one_per_employer, one_senior=panel.seniors == 1, fair=fair)


def problem_of(given: Matching, pins: frozenset[Pair]) -> Problem:
    """Put an assignment as a problem: conflicts leave their pairs out, handed-in sheets and pins are settled.

    An expert who has handed in more than his load asks for has that many; who has left has those alone.
    """
    kept = given.kept
    done = Counter(expert for expert, _entry in kept)
    active = {one.pk for one in given.experts if given.loads[one.pk][1] > 0}
    settled = kept | pins
    pairs = [
        (entry, expert)
        for entry in given.entries
        for expert in given.experts
        if (expert.pk, entry.pk) in kept or (expert.pk in active and not given.barred(expert, entry))
    ]
    return make_problem(
        Entries([one.number for one in given.entries], [given.panel.size] * len(given.entries)),
        Reviewers(
            [one.code for one in given.experts],
            [given.loads[one.pk][0] for one in given.experts],
            [max(given.loads[one.pk][1], done[one.pk]) for one in given.experts],
            [one.employer_code or one.employer_name for one in given.experts],
            [one.senior for one in given.experts],
        ),
        Pairs(
            [entry.number for entry, _expert in pairs],
            [expert.code for _entry, expert in pairs],
            [given.score(expert, entry) for entry, expert in pairs],
            [(expert.pk, entry.pk) in settled for entry, expert in pairs],
        ),
    )


def check_pins(given: Matching, pins: Sequence[tuple[str, str]]) -> frozenset[Pair]:
    """Return pins, entry numbers with expert codes, by their keys; one that cannot stand is refused with the reason."""
    entries, experts = {one.number: one for one in given.entries}, {one.code: one for one in given.experts}
    settled = set()
    for number, code in pins:
        entry, expert = entries.get(number), experts.get(code)
        if entry is None:
            raise BadInput(
                "assessment.assignment.pin.entry",
                "“{number}”不在这一阶段，不能指定专家。",
                "“{number}” is not in this stage; nobody can be pinned to it.",
                number=number,
            )
        if expert is None or given.loads[expert.pk][1] == 0:
            raise BadInput(
                "assessment.assignment.pin.expert",
                "“{code}”没有受聘、还没有回答回避声明，或已退出，不能指定。",
                "“{code}” was not called, has not answered the declaration, or has left, and cannot be pinned.",
                code=code,
            )
        barred = given.barred(expert, entry)
        if barred:
            raise Conflict(
                "assessment.assignment.pin.conflict",
                "{code} 不能评 {number}，应当回避：{evidence_zh}。",
                "{code} cannot judge {number} and is recused: {evidence}.",
                code=code,
                number=number,
                evidence_zh=barred[0].evidence.zh,
                evidence=barred[0].evidence.en,
            )
        settled.add((expert.pk, entry.pk))
    return frozenset(settled)
