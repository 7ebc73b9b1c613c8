"""The state machine: the published path, who moves what, and that no path goes round a gate."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinzhi.engine.assessment.rounds.eligibility import Consulted, Eligibility, Finding, Recommended
from pinzhi.engine.assessment.rounds.gates import Facts, Judged
from pinzhi.engine.assessment.rounds.notices import Objection, Posted, standing
from pinzhi.engine.assessment.rounds.quotas import Proposal, Use, uses
from pinzhi.engine.assessment.rounds.seals import Seal
from pinzhi.engine.assessment.rounds.states import move, moves, moves_for, obstacles
from pinzhi.engine.assessment.rounds.votes import Ballot, count
from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, PinzhiError
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.engine.rulebook.stages import PARTS, STATES, TERMINAL, counts_as_won
from pinzhi.engine.texts import Text
from tests.engine.assessment.rounds.facts import CONTEST, DAYS, GOVERNMENT, LECTURERS, MAYOR, ON, PIN, entry, stage

POSTED = Posted(date(2026, 2, 24), ("e1", "e2"), "00")  # five working days: 25 to 27 February, Saturday 28, 2 March
OVER = date(2026, 3, 3)
VOTE = count(
    stage(MAYOR, "deliberation").vote or pytest.fail("no vote"),
    members=["m1", "m2", "m3"],
    recused=[],
    ballots=[Ballot("m1", "yes"), Ballot("m2", "yes")],
)


def notice(*objections: Objection, on: date = OVER) -> object:
    rule = stage(MAYOR, "public_notice").notice
    assert rule is not None
    return standing(rule, POSTED, objections, on=on, days=DAYS)


def ready(state: str, **known: object) -> Facts:
    """Facts with which every gate of the mayor's award is open."""
    given = {
        "on": OVER,
        "in_time": True,
        "missing": (),
        "recommended": Recommended(3, 0),
        "eligibility": Eligibility(()),
        "consulted": Consulted({}, ON, True),
        "judged": Judged(
            judges=("j1", "j2", "j3", "j4", "j5"), marks=Seal("aa", "aa"), percent=Decimal(70), is_within=True
        ),
        "vote": VOTE,
        "proposals": (Proposal("e1", "organisation", "excellence", Decimal(70)),),
        "notice": notice(),
        "document": "青政字〔2026〕1号",
        "effective_on": OVER,
        "ground": "as examined",
        **known,
    }
    return entry(state, **given)


def walk(scheme: Scheme, category: str) -> list[str]:
    state, path = "draft", ["draft"]
    while (found := moves(scheme, state, category=category)) and found[0].is_forward:
        state = found[0].to
        path.append(state)
    return path


def test_the_mayors_award_takes_the_path_that_was_published() -> None:
    assert walk(MAYOR, "organisation") == list(MAYOR.states)
    assert walk(MAYOR, "person") == [state for state in MAYOR.states if state != "satisfaction_survey"]


@pytest.mark.parametrize("scheme", [MAYOR, CONTEST, LECTURERS, GOVERNMENT], ids=lambda scheme: scheme.id)
def test_every_scheme_leads_from_draft_to_its_end_and_every_other_move_is_known(scheme: Scheme) -> None:
    for category in scheme.category:
        assert walk(scheme, category.code)[-1] == scheme.states[-1]
        for state in STATES:
            for one in moves(scheme, state, category=category.code, came_from="public_notice"):
                assert one.to in STATES
                assert one.parts
                assert one.basis


def test_a_whole_round_is_walked_with_every_gate_open() -> None:
    state = "draft"
    while state != "in_force":
        step = moves(MAYOR, state, category="organisation")[0]
        made = move(MAYOR, ready(state), step.to, step.parts[0])
        assert (made.before, made.after, made.basis) == (state, step.to, MAYOR.basis)
        state = made.after
    assert counts_as_won(state)


def test_places_left_empty_are_recorded_with_the_decision() -> None:
    made = move(MAYOR, ready("public_notice"), "decided", "city_officer")

    assert made.uses == (Use(1, 5, 1), Use(2, 5, 0), Use(3, 9, 0), Use(4, 2, 0))
    assert made.effective_on == OVER


def test_public_notice_is_not_won() -> None:
    assert [state for state in STATES if counts_as_won(state)] == [
        "announced", "allotment", "exhibited", "in_force", "mid_term", "self_review", "final_review", "passed",
        "monitored", "interviewed", "extended",
    ]  # fmt: skip


SHUT: Mapping[str, tuple[str, dict[str, object], str]] = {
    "late": ("draft", {"in_time": False}, "late"),
    "nobody looked at the clock": ("draft", {"in_time": None}, "late"),
    "missing files": ("draft", {"missing": ("pledge",)}, "missing"),
    "nobody looked for files": ("draft", {"missing": None}, "unchecked"),
    "no recommendation left": ("recommended", {"recommended": Recommended(3, 3)}, "recommendation"),
    "not examined": ("eligibility_check", {"eligibility": None}, "eligibility"),
    "not eligible": (
        "eligibility_check",
        {"eligibility": Eligibility((Finding("r", "unmet", Text("否", "no")),))},
        "eligibility",
    ),
    "departments wait": ("eligibility_check", {"consulted": Consulted({"tax": "waiting"}, ON, False)}, "consultation"),
    "a department objects": (
        "eligibility_check",
        {"consulted": Consulted({"tax": "objection"}, ON, True), "ground": ""},
        "consultation.objection",
    ),
    "a conflict among the judges": (
        "desk_review",
        {"judged": Judged(judges=("a", "b", "c"), conflicted=("a",), marks=Seal("x", "x"), percent=Decimal(70),
                          is_within=True)},
        "judged.conflict",
    ),
    "too few judges": (
        "desk_review",
        {"judged": Judged(judges=("a", "a", "b"), marks=Seal("x", "x"), percent=Decimal(70), is_within=True)},
        "judged.few",
    ),
    "marks apart": (
        "desk_review",
        {"judged": Judged(judges=("a", "b", "c"), open=("4.1.2",), marks=Seal("x", "x"), percent=Decimal(70),
                          is_within=True)},
        "judged.open",
    ),
    "marks changed after the seal": (
        "desk_review",
        {"judged": Judged(judges=("a", "b", "c"), marks=Seal("x", "y"), percent=Decimal(70), is_within=True)},
        "judged.seal",
    ),
    "below the line": (
        "desk_review",
        {"judged": Judged(judges=("a", "b", "c"), marks=Seal("x", "x"), percent=Decimal("39.9"), is_within=True)},
        "advance.threshold",
    ),
    "not among the places": (
        "desk_review",
        {"judged": Judged(judges=("a", "b", "c"), marks=Seal("x", "x"), percent=Decimal(70))},
        "advance.places",
    ),
    "no vote": ("deliberation", {"vote": None}, "vote"),
    "a vote lost": ("deliberation", {"vote": replace(VOTE, carried=False)}, "vote"),
    "not proposed": ("deliberation", {"proposals": ()}, "not_proposed"),
    "six for five places": (
        "approval",
        {"proposals": tuple(Proposal(f"e{number}", "organisation", "excellence", Decimal(70)) for number in range(6))},
        "quota",
    ),
    "no notice": ("public_notice", {"notice": None}, "notice.missing"),
    "a notice that runs": ("public_notice", {"notice": notice(on=ON), "on": ON}, "notice.running"),
    "a picture of another day": ("public_notice", {"on": date(2026, 4, 1)}, "notice.running"),
    "another entry's objection": (
        "public_notice", {"notice": notice(Objection("o", "e2", "other", ON))}, "notice.objection",
    ),
    "removed": (
        "public_notice",
        {"notice": notice(Objection("o", "e1", "other", ON, closed_on=ON, outcome="founded", removes=True))},
        "notice.removed",
    ),
    "a decision without a document": ("decided", {"document": " "}, "document"),
    "an objection after the decision": (
        "decided", {"notice": notice(Objection("o", "e2", "other", ON))}, "notice.objection",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("state", "known", "code"), SHUT.values(), ids=SHUT)
def test_each_gate_is_shut_by_its_fact(state: str, known: dict[str, object], code: str) -> None:
    step = moves(MAYOR, state, category="organisation")[0]
    facts = ready(state, **known)

    with pytest.raises(PinzhiError) as refused:
        move(MAYOR, facts, step.to, step.parts[0])

    assert refused.value.code == f"assessment.round.{code}"
    assert refused.value.code in [one.code for one in obstacles(MAYOR, facts, step.to)]


def test_everything_that_is_missing_is_told_at_once() -> None:
    found = [one.code.rpartition("round.")[2] for one in obstacles(MAYOR, entry("desk_review"), "satisfaction_survey")]

    assert found == ["judged.few", "judged.seal", "advance.threshold", "advance.places"]


def test_another_edition_is_refused_before_anything_else() -> None:
    with pytest.raises(Conflict) as refused:
        move(MAYOR, ready("draft", scheme=replace(PIN, digest="cd" * 32)), "submitted", "applicant")
    assert refused.value.code == "assessment.round.seal"


@pytest.mark.parametrize(
    ("state", "to", "part"),
    [
        ("draft", "submitted", "city_officer"),
        ("submitted", "recommended", "applicant"),
        ("public_notice", "decided", "chair"),
        ("in_force", "expired", "city_officer"),
        ("submitted", "withdrawn_by_applicant", "city_officer"),
    ],
)
def test_a_move_is_made_by_its_own_part(state: str, to: str, part: str) -> None:
    with pytest.raises(NotAllowed):
        move(MAYOR, ready(state), to, part)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "to"),
    [
        ("draft", "announced"), ("public_notice", "announced"), ("deliberation", "decided"), ("decided", "objection"),
        ("revoked", "in_force"), ("nowhere", "draft"), ("announced", "withdrawn_by_applicant"),
    ],
)  # fmt: skip
def test_there_is_no_way_but_the_scheme_s(state: str, to: str) -> None:
    with pytest.raises(Conflict) as refused:
        move(MAYOR, ready(state), to, "city_officer")
    assert refused.value.code == "assessment.round.move"


def test_terminal_states_lead_nowhere() -> None:
    assert all(moves(MAYOR, state, category="organisation") == () for state in TERMINAL)


def test_a_returned_entry_comes_back_or_lapses_after_its_time() -> None:
    with pytest.raises(BadInput):
        move(MAYOR, ready("submitted", ground=""), "returned", "district_officer")
    assert move(MAYOR, ready("submitted"), "returned", "district_officer").ground == "as examined"
    assert move(MAYOR, ready("returned"), "submitted", "applicant").after == "submitted"
    with pytest.raises(Conflict):
        move(MAYOR, ready("returned", in_time=False), "submitted", "applicant")
    with pytest.raises(Conflict):
        move(MAYOR, ready("returned"), "lapsed", "system")
    assert move(MAYOR, ready("returned", bars=frozenset({"supplement"})), "lapsed", "system").after == "lapsed"


def test_an_objection_leads_back_to_its_notice_or_off_the_list() -> None:
    made = Objection("o", "e1", "other", ON)
    unfounded = replace(made, closed_on=ON, outcome="unfounded")
    founded = replace(made, closed_on=ON, outcome="founded", removes=True)

    with pytest.raises(Conflict):
        move(MAYOR, ready("public_notice"), "objection", "city_officer")
    assert move(MAYOR, ready("public_notice", notice=notice(made)), "objection", "city_officer").after == "objection"
    here = {"state": "objection", "came_from": "public_notice"}
    with pytest.raises(Conflict):
        move(MAYOR, ready(**here, notice=notice(made)), "public_notice", "city_officer")
    with pytest.raises(Conflict):
        move(MAYOR, ready(**here, notice=notice(unfounded)), "acceptance_notice", "city_officer")
    assert (
        move(MAYOR, ready(**here, notice=notice(unfounded)), "public_notice", "city_officer").after == "public_notice"
    )
    with pytest.raises(Conflict):
        move(MAYOR, ready(**here, notice=notice(unfounded)), "removed", "city_officer")
    with pytest.raises(Conflict):
        move(MAYOR, ready(**here, notice=notice(founded)), "public_notice", "city_officer")
    assert move(MAYOR, ready(**here, notice=notice(founded)), "removed", "chair").after == "removed"


def test_revocation_needs_grounds_and_a_document_and_is_for_ever() -> None:
    with pytest.raises(BadInput):
        move(MAYOR, ready("in_force", document=""), "revoked", "city_officer")
    with pytest.raises(BadInput):
        move(MAYOR, ready("in_force", ground=""), "revoked", "city_officer")
    made = move(MAYOR, ready("in_force", effective_on=date(2026, 2, 1)), "revoked", "city_officer")
    assert (made.made_on, made.effective_on) == (OVER, date(2026, 2, 1))
    assert moves(MAYOR, "revoked", category="organisation") == ()


def test_moves_for_a_part_are_those_it_may_try() -> None:
    assert [one.to for one in moves_for(MAYOR, entry("draft"), "applicant")] == ["submitted", "abandoned"]
    assert [one.to for one in moves_for(MAYOR, entry("desk_review"), "expert")] == []
    assert [one.to for one in moves_for(MAYOR, entry("desk_review"), "applicant")] == ["withdrawn_by_applicant"]


def test_an_assessment_without_quota_needs_no_list_but_a_document() -> None:
    facts = ready("approval", category="city", proposals=(), notice=None)

    assert move(GOVERNMENT, facts, "decided", "city_officer").uses == ()
    with pytest.raises(BadInput):
        move(GOVERNMENT, replace(facts, document=""), "decided", "city_officer")


def lists(*, count: int, grade: str, category: str) -> tuple[Proposal, ...]:
    return tuple(Proposal(f"e{number}", category, grade, Decimal(90)) for number in range(1, count + 1))


def open_to(scheme: Scheme, category: str, state: str, came_from: str, on: date) -> Facts:
    """Facts with which every gate of a scheme is open."""
    rule = next((one.notice for one in scheme.stage if one.notice), stage(MAYOR, "public_notice").notice)
    assert rule is not None
    return ready(
        state, category=category, came_from=came_from, on=on, effective_on=on,
        judged=Judged(judges=tuple("abcdefg"), marks=Seal("x", "x"), percent=Decimal(90), is_within=True),
        proposals=lists(count=1, grade=scheme.grade[0].code, category=category),
        notice=standing(rule, POSTED, (), on=on, days=DAYS), bars=frozenset({"supplement", "validity"}),
    )  # fmt: skip


def changes(scheme: Scheme, category: str, on: date) -> list[dict[str, object]]:
    """Every single thing about an entry that may be otherwise than it should be, or not known."""
    rule = next((one.notice for one in scheme.stage if one.notice), stage(MAYOR, "public_notice").notice)
    assert rule is not None
    good = Judged(judges=tuple("abcdefg"), marks=Seal("x", "x"), percent=Decimal(90), is_within=True)
    made = [
        Objection("o", entry_key, "other", ON, closed_on=closed, removes=removes)
        for entry_key in ("e1", "e2", "")
        for closed, removes in ((None, False), (ON, False), (ON, True))
    ]
    known: dict[str, list[object]] = {
        "scheme": [replace(PIN, digest="cd" * 32)],
        "ground": [""],
        "document": [" "],
        "effective_on": [None],
        "in_time": [None, False],
        "missing": [None, ("pledge",)],
        "recommended": [None, Recommended(3, 3)],
        "eligibility": [None, Eligibility((Finding("r", "unknown", Text("一", "one")),))],
        "consulted": [None, Consulted({}, ON, False)],
        "judged": [
            None, replace(good, judges=("a",)), replace(good, conflicted=("a",)), replace(good, open=("4.1",)),
            replace(good, marks=None), replace(good, marks=Seal("x", "y")), replace(good, percent=Decimal(10)),
        ],
        "vote": [None, replace(VOTE, carried=False), replace(VOTE, present=0)],
        "proposals": [
            (), lists(count=40, grade=scheme.grade[0].code, category=category),
            lists(count=40, grade=scheme.grade[-1].code, category=category),
        ],
        "notice": [None, *(standing(rule, POSTED, [one], on=on, days=DAYS) for one in made)],
        "bars": [frozenset()],
    }  # fmt: skip
    return [{name: value} for name, values in known.items() for value in values]


@pytest.mark.parametrize("scheme", [MAYOR, CONTEST, LECTURERS, GOVERNMENT], ids=lambda scheme: scheme.id)
@pytest.mark.parametrize("on", [ON, OVER])
def test_no_single_change_goes_round_a_gate(scheme: Scheme, on: date) -> None:
    category = scheme.category[0].code
    for state in (*scheme.states, "returned", "objection", "suspended"):
        came_from = "public_notice" if state == "objection" else ""
        for step in moves(scheme, state, category=category, came_from=came_from):
            for change in ({}, *changes(scheme, category, on)):
                facts = replace(open_to(scheme, category, state, came_from, on), **change)  # type: ignore[arg-type]
                try:
                    move(scheme, facts, step.to, step.parts[0])
                except PinzhiError:
                    continue
                _assert_earned(scheme, facts, state, step.to)


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_no_path_of_states_or_facts_goes_round_a_gate(data: st.DataObject) -> None:
    scheme = data.draw(st.sampled_from([MAYOR, CONTEST, LECTURERS, GOVERNMENT]))
    category = data.draw(st.sampled_from([one.code for one in scheme.category]))
    state = data.draw(st.sampled_from([*scheme.states, "returned", "objection", "suspended"]))
    came_from = data.draw(st.sampled_from(["acceptance_notice", "public_notice"])) if state == "objection" else ""
    on = data.draw(st.sampled_from([OVER, OVER, ON]))
    for _ in range(3):
        facts = open_to(scheme, category, state, came_from, on)
        if data.draw(st.booleans()):
            facts = replace(facts, **data.draw(st.sampled_from(changes(scheme, category, on))))  # type: ignore[arg-type]
        steps = moves(scheme, state, category=category, came_from=came_from)
        step = data.draw(st.sampled_from([*steps[:1], *steps])) if steps else None
        to = step.to if step and data.draw(st.integers(0, 9)) else data.draw(st.sampled_from(list(STATES)))
        part = step.parts[0] if step and data.draw(st.integers(0, 9)) else data.draw(st.sampled_from(list(PARTS)))
        try:
            made = move(scheme, facts, to, part)
        except PinzhiError:
            continue
        _assert_earned(scheme, facts, made.before, to)
        came_from = state if to == "objection" else ""
        state = to


def _assert_earned(scheme: Scheme, facts: Facts, before: str, to: str) -> None:
    """Whatever the path was: what the move needed was there."""
    assert facts.pin == facts.scheme
    left = scheme.stage_of(before)
    is_forward = left is not None and to in scheme.states and (
        scheme.states.index(to) > scheme.states.index(before)
    )  # fmt: skip
    if to == "submitted":
        assert facts.in_time is True
        assert not facts.missing
    if is_forward and left is not None and left.panel:
        assert facts.judged is not None
        assert not facts.judged.conflicted
        assert not facts.judged.open
        assert facts.judged.marks is not None
        assert facts.judged.marks.is_whole
        assert len(set(facts.judged.judges)) >= left.panel.at_least
    if is_forward and left is not None and left.vote:
        assert facts.vote is not None
        assert facts.vote.carried
        assert facts.vote.has_quorum
    if is_forward and before in ("deliberation", "approval", "public_notice", "decided") and scheme.is_competitive:
        assert all(one.vacancies >= 0 for one in uses(scheme, facts.proposals))
        assert "e1" in {one.entry for one in facts.proposals}
    if is_forward and (before in ("acceptance_notice", "public_notice") or to in ("decided", "announced")):
        if "public_notice" in scheme.states or before == "acceptance_notice":
            assert facts.notice is not None
            assert not facts.notice.open
            assert facts.notice.is_over("e1")
            assert "e1" not in facts.notice.removed
        if to in ("decided", "announced"):
            assert facts.document
            assert facts.effective_on is not None
    if counts_as_won(to):
        assert before in ("decided", "announced", "in_force", "monitored", "interviewed", "suspended")
