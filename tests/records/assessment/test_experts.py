"""Experts: the roster, every kind of conflict, declarations, and the tasks that end because of them."""

from datetime import date
from typing import Any

import pytest
from django.db import connection

from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, NotFound
from pinzhi.records.accounts.permissions import actor_for
from pinzhi.records.assessment.actions import experts, recusal
from pinzhi.records.assessment.actions.profiles import save_profile
from pinzhi.records.assessment.models import (
    Assignment,
    Declaration,
    Entry,
    Expert,
    ExpertRelative,
    ExpertTie,
    Panellist,
    ProfileVersion,
    SectionVersion,
)
from pinzhi.records.assessment.queries.experts import (
    all_conflicts,
    conflicted_judges,
    eligible,
    name_digest,
)
from pinzhi.records.assessment.queries.visible import assigned
from pinzhi.records.journal.models import Entry as Line
from tests.build import TODAY, give_role, make_actor, make_user
from tests.records.assessment.build import CODE, make_entry, make_expert, make_round, make_task, moment

pytestmark = pytest.mark.django_db
OTHER = "91370203MA00000275"
WHEN = moment()


@pytest.fixture
def entry() -> Entry:
    return make_entry(make_round(), state="desk_review")


def kinds(expert: Expert, entry: Entry, on: date = TODAY) -> list[str]:
    found = all_conflicts(entry.round, [expert], [entry], on)
    return [f"{one.kind} {one.source}" for several in found.values() for one in several]


def tie(expert: Expert, kind: str, **dates: Any) -> ExpertTie:
    return ExpertTie.objects.create(expert=expert, kind=kind, credit_code=CODE, recorded_at=WHEN.at, **dates)


def profile(entry: Entry, **content: str) -> None:
    ProfileVersion.objects.create(
        organisation_code=entry.organisation_code, number=1, content=content, by=entry.created_by, at=WHEN.at
    )


def test_without_ties_there_is_no_conflict(entry: Entry) -> None:
    assert kinds(make_expert("E-001", employer_code=OTHER), entry) == []


def test_the_employer_conflicts(entry: Entry) -> None:
    assert kinds(make_expert("E-001", employer_code=CODE), entry) == ["employment detected"]


def test_an_employer_of_the_same_group_conflicts(entry: Entry) -> None:
    expert = make_expert("E-001", employer_code=OTHER)
    task = make_task(entry, expert, "desk_review")
    li = make_user("li@example.org")
    give_role(li, "enterprise", organisation_code=CODE)
    actor = actor_for(li, TODAY)
    with pytest.raises(BadInput, match="credit code"):
        save_profile(actor=actor, organisation_code=CODE, base=0, content={"group": "海信集团"}, when=WHEN)
    save_profile(actor=actor, organisation_code=CODE, base=0, content={"group": f"{OTHER}；"}, when=WHEN)
    assert kinds(expert, entry) == ["group detected"]
    task.refresh_from_db()
    assert task.ended_at is not None  # checked again when facts change


def test_an_account_that_acts_for_the_applicant_conflicts(entry: Entry) -> None:
    expert = make_expert("E-001")
    give_role(expert.user, "enterprise", organisation_code=CODE)
    assert kinds(expert, entry) == ["employment detected"]


@pytest.mark.parametrize("kind", ["employment", "advisory", "shareholding", "competitor"])
def test_ties_conflict(entry: Entry, kind: str) -> None:
    expert = make_expert("E-001")
    tie(expert, kind)
    assert kinds(expert, entry) == [f"{kind} detected"]


@pytest.mark.parametrize(("until", "counts"), [(date(2021, 1, 4), True), (date(2021, 1, 3), False)])
def test_a_tie_counts_for_three_years_to_the_day(entry: Entry, until: date, counts: bool) -> None:
    expert = make_expert("E-001")
    tie(expert, "advisory", until=until)
    assert bool(kinds(expert, entry)) is counts


def test_a_tie_entered_by_mistake_counts_no_longer(entry: Entry) -> None:
    expert = make_expert("E-001")
    made = tie(expert, "advisory")
    officer = make_actor("city_officer")
    experts.remove_tie(actor=officer, expert_code="E-001", tie_id=made.pk, when=WHEN)
    assert kinds(expert, entry) == []
    assert ExpertTie.objects.get().removed_at == WHEN.at


def test_a_relative_who_leads_the_applicant_conflicts_and_is_named_nowhere(entry: Entry) -> None:
    expert = make_expert("E-001")
    profile(entry, representative="欧阳 建国")
    own = actor_for(expert.user, TODAY)
    experts.add_relative(actor=own, expert_code="E-001", name="欧阳建国", when=WHEN)
    assert kinds(expert, entry) == ["family detected"]
    assert "欧阳" not in str(list(ExpertRelative.objects.values()) + list(Line.objects.values()))


def test_leading_the_applicant_oneself_conflicts(entry: Entry) -> None:
    expert = make_expert("E-001")
    profile(entry, representative=f"王五、{expert.name}")
    assert kinds(expert, entry) == ["family detected"]


def test_a_relative_who_applies_himself_conflicts() -> None:
    entry = make_entry(make_round(), state="desk_review", category="person", name="林晓", organisation_code=OTHER)
    expert = make_expert("E-001")
    ExpertRelative.objects.create(expert=expert, name_digest=name_digest("林晓"), recorded_at=WHEN.at)
    assert kinds(expert, entry) == ["family detected"]


def test_having_written_the_application_conflicts(entry: Entry) -> None:
    expert = make_expert("E-001")
    SectionVersion.objects.create(entry=entry, document="profile", number=1, by=expert.user, at=WHEN.at)
    assert kinds(expert, entry) == ["authorship detected"]


def test_names_are_compared_however_they_are_spaced() -> None:
    assert name_digest("欧阳 建国") == name_digest("欧阳\u3000建国 ")
    assert name_digest("Li Lei") == name_digest("Ｌｉ ｌｅｉ")
    assert name_digest("李雷") != name_digest("李蕾")


def test_eligible_pairs_leave_conflicts_out(entry: Entry) -> None:
    free, bound = make_expert("E-001"), make_expert("E-002", employer_code=CODE)
    assert eligible(entry.round, [free, bound], [entry], TODAY) == {(free.pk, entry.pk)}


def test_before_the_declaration_an_expert_sees_nothing(entry: Entry) -> None:
    officer, expert = make_actor("city_officer"), make_expert("E-001")
    experts.call_expert(actor=officer, round_key=entry.round.key, expert_code="E-001", when=WHEN)
    Assignment.objects.create(stage="desk_review", entry=entry, expert=expert, at=WHEN.at)
    own = actor_for(expert.user, TODAY)
    assert not assigned(own).exists()
    recusal.declare(actor=own, round_key=entry.round.key, conflicts=[], when=WHEN)
    assert assigned(own).count() == 1


def test_a_declared_conflict_ends_the_task_and_stays(entry: Entry) -> None:
    expert = make_expert("E-001")
    make_task(entry, expert, "desk_review", handed_in=True)
    own = actor_for(expert.user, TODAY)
    recusal.declare(actor=own, round_key=entry.round.key, conflicts=[("08-017", "declared", "同门师兄")], when=WHEN)
    task = Assignment.objects.get()
    assert task.ended_at == WHEN.at
    assert task.end_ground == {"zh": "应当回避：同门师兄", "en": "Recused: 同门师兄"}
    assert kinds(expert, entry) == ["declared declared"]
    recusal.declare(actor=own, round_key=entry.round.key, conflicts=[], when=WHEN)  # adds, takes nothing back
    assert Declaration.objects.count() == 1


def test_officers_and_the_applicant_declare_about_an_expert_and_nobody_else(entry: Entry) -> None:
    make_expert("E-001")
    about: dict[str, Any] = {
        "round_key": entry.round.key, "expert_code": "E-001", "number": "08-017", "kind": "competitor",
        "ground": "同业竞争", "when": WHEN,
    }  # fmt: skip
    recusal.declare_about(actor=make_actor("enterprise", organisation_code=CODE), **about)
    recusal.declare_about(actor=make_actor("city_officer"), **about)
    with pytest.raises(NotFound):
        recusal.declare_about(actor=make_actor("enterprise", organisation_code=OTHER), **about)
    with pytest.raises(NotAllowed):
        recusal.declare_about(actor=make_actor("district_officer", district="370212"), **about)
    assert Declaration.objects.count() == 2


@pytest.mark.parametrize(
    ("conflict", "refusal"),
    [
        (("08-999", "declared", "x"), NotFound),
        (("08-017", "friend", "x"), BadInput),
        (("08-017", "family", " "), BadInput),
    ],
)
def test_a_declaration_that_says_nothing_is_refused_whole(
    entry: Entry, conflict: tuple[str, str, str], refusal: type[Exception]
) -> None:
    expert = make_expert("E-001")
    Panellist.objects.create(round=entry.round, expert=expert, called_on=TODAY)
    with pytest.raises(refusal):
        recusal.declare(actor=actor_for(expert.user, TODAY), round_key=entry.round.key, conflicts=[conflict], when=WHEN)
    assert Panellist.objects.get().declared_at is None


def test_who_was_not_called_cannot_declare(entry: Entry) -> None:
    with pytest.raises(NotFound):
        recusal.declare(actor=make_actor("expert"), round_key=entry.round.key, conflicts=[], when=WHEN)


def test_a_tie_recorded_later_ends_the_task_with_its_evidence_and_another_leads(entry: Entry) -> None:
    first, second = make_expert("E-001", senior=True), make_expert("E-002")
    for one in (first, second):
        make_task(entry, one, "desk_review")
    Assignment.objects.filter(expert=first).update(lead=True)
    experts.add_tie(
        actor=make_actor("city_officer"), expert_code="E-001", kind="shareholding", credit_code=CODE, when=WHEN
    )
    ended = Assignment.objects.get(expert=first)
    assert ended.end_ground["zh"] == f"应当回避：持股 {CODE}，现任"
    assert Assignment.objects.get(expert=second).lead
    assert conflicted_judges(entry, "desk_review", TODAY) == ()
    line = Line.objects.get(action="assessment.task.end")
    assert line.detail["kind"] == "shareholding"
    assert line.object_key == "mayor-8/08-017"


def test_what_was_judged_in_a_stage_that_is_over_stays(entry: Entry) -> None:
    expert = make_expert("E-001")
    make_task(entry, expert, "desk_review", handed_in=True)
    Entry.objects.update(state="site_visit")
    experts.add_tie(
        actor=actor_for(expert.user, TODAY), expert_code="E-001", kind="employment", credit_code=CODE, when=WHEN
    )
    assert Assignment.objects.get().ended_at is None


def test_who_leaves_keeps_what_he_handed_in(entry: Entry) -> None:
    expert = make_expert("E-001")
    make_task(entry, expert, "desk_review", handed_in=True)
    make_task(make_entry(entry.round, "08-018", state="desk_review", organisation_code=OTHER), expert, "desk_review")
    recusal.leave(
        actor=make_actor("city_officer"), round_key=entry.round.key, expert_code="E-001", ground="生病", when=WHEN
    )
    done, open_task = Assignment.objects.order_by("entry__number")
    assert done.ended_at is None
    assert open_task.end_ground["zh"] == "专家退出：生病"
    assert not assigned(actor_for(expert.user, TODAY)).exists()
    with pytest.raises(Conflict):
        experts.call_expert(
            actor=make_actor("city_officer", district="x"), round_key=entry.round.key, expert_code="E-001", when=WHEN
        )


def test_officers_enrol_and_nobody_else() -> None:
    make_user("zhang@example.org", name="张三")
    given: dict[str, Any] = {
        "email": "zhang@example.org", "code": "E-014", "name": "张三", "fields": ["C", "quality"], "senior": True,
        "employer_name": "青岛大学", "when": WHEN,
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        experts.enrol(actor=make_actor("district_officer", district="370212"), **given)
    officer = make_actor("city_officer")
    made = experts.enrol(actor=officer, **given)
    assert made.fields == "C;quality"
    assert actor_for(made.user, TODAY).has("expert")
    with pytest.raises(Conflict):
        experts.enrol(actor=officer, **given)
    for wrong in ({"code": "14"}, {"fields": ["ZZ"]}, {"name": " "}):
        with pytest.raises(BadInput):
            experts.enrol(actor=officer, **(given | wrong))
    with pytest.raises(NotFound):
        experts.enrol(actor=officer, **(given | {"email": "nobody@example.org"}))


def test_only_the_expert_and_officers_record_ties() -> None:
    make_expert("E-001")
    with pytest.raises(NotAllowed):
        experts.add_tie(actor=make_actor("expert"), expert_code="E-001", kind="advisory", credit_code=CODE, when=WHEN)
    officer = make_actor("city_officer")
    for wrong in (
        {"kind": "friend"},
        {"credit_code": "123"},
        {"since": date(2024, 1, 2), "until": date(2024, 1, 1)},
    ):
        with pytest.raises(BadInput):
            experts.add_tie(
                actor=officer, expert_code="E-001", when=WHEN, **({"kind": "advisory", "credit_code": CODE} | wrong)
            )
    assert not ExpertTie.objects.exists()


@pytest.mark.parametrize(("least", "most"), [(3, 2), (-1, 2), (0, 0), (0, 1000)])
def test_odd_loads_are_refused(least: int, most: int) -> None:
    make_round()
    make_expert("E-001")
    with pytest.raises(BadInput):
        experts.call_expert(
            actor=make_actor("city_officer"),
            round_key="mayor-8",
            expert_code="E-001",
            least=least,
            most=most,
            when=WHEN,
        )


def test_conflicts_of_many_cost_no_more_queries(entry: Entry) -> None:
    held = entry.round
    entries = [make_entry(held, f"08-1{n:02}", state="desk_review") for n in range(10)]
    roster = [make_expert(f"E-1{n:02}") for n in range(10)]
    connection.force_debug_cursor = True
    before = len(connection.queries)
    assert len(eligible(held, roster, entries, TODAY)) == 100
    connection.force_debug_cursor = False
    assert len(connection.queries) - before <= 8


def test_a_leader_named_later_ends_the_task(entry: Entry) -> None:
    expert = make_expert("E-001")
    make_task(entry, expert, "desk_review")
    applicant = make_actor("enterprise", organisation_code=CODE)
    save_profile(actor=applicant, organisation_code=CODE, base=0, content={"representative": "王五"}, when=WHEN)
    assert Assignment.objects.get().ended_at is None
    save_profile(actor=applicant, organisation_code=CODE, base=1, content={"representative": expert.name}, when=WHEN)
    assert Assignment.objects.get().end_ground["zh"] == "应当回避：本人或亲属是申报单位的负责人"
