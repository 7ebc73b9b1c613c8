"""An award that is in no folder is launched from its text alone: the very text of the how-to."""

import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest

from pinzhi.engine.assessment.rounds.consensus import settle
from pinzhi.engine.assessment.rounds.eligibility import judge
from pinzhi.engine.assessment.rounds.gates import Facts, Judged
from pinzhi.engine.assessment.rounds.notices import Posted, standing
from pinzhi.engine.assessment.rounds.quotas import Candidate, Proposal, place
from pinzhi.engine.assessment.rounds.seals import Pin, Seal, marks_digest
from pinzhi.engine.assessment.rounds.states import move
from pinzhi.engine.assessment.rounds.totals import total
from pinzhi.engine.assessment.rounds.votes import Ballot, count
from pinzhi.engine.errors import Conflict
from pinzhi.engine.rulebook.load import open_rulebook
from pinzhi.engine.rulebook.scheme_parts import Operator, Recusal
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.engine.rulebook.stages import PARTS, STAGES
from tests.engine.assessment.rounds.facts import DAYS, marks, stage

ROOT = Path(__file__).parents[4]
PAGE = (ROOT / "docs" / "how-to" / "launch-an-award.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def launched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Scheme, Pin]:
    folder = tmp_path_factory.mktemp("rulebook")
    shutil.copytree(ROOT / "rulebook", folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("demo"))
    text = PAGE.split("```toml\n")[1].split("```")[0]
    (folder / "qingdao" / "awards" / "laoshan-1.toml").write_text(text, encoding="utf-8")
    rulebook = open_rulebook(folder, "qingdao")
    scheme = rulebook.file(Scheme, "laoshan", "1")
    return scheme, Pin(scheme.id, scheme.edition, rulebook.digest(scheme))


def test_a_round_is_run_by_the_text_alone(launched: tuple[Scheme, Pin]) -> None:
    scheme, pin = launched
    facts = Facts(
        key="e1", category="organisation", state="draft", pin=pin, scheme=pin, on=date(2026, 3, 2),
        in_time=True, missing=(), eligibility=judge(scheme, "organisation", {"region": "370212"}),
    )  # fmt: skip
    for to, part in (
        ("submitted", "applicant"), ("eligibility_check", "district_officer"), ("desk_review", "district_officer"),
    ):  # fmt: skip
        facts = replace(facts, state=move(scheme, facts, to, part).after)  # type: ignore[arg-type]

    given = marks("4.1", 60, 55, 65)
    (item,) = settle(stage(scheme, "desk_review"), ["4.1"], given)
    assert item.percent == 60
    sealed = marks_digest((mark.judge, mark.item, mark.percent) for mark in given)
    facts = replace(
        facts,
        judged=Judged(judges=("j1", "j2", "j3"), marks=Seal(sealed, sealed), percent=item.percent),
    )
    facts = replace(facts, state=move(scheme, facts, "deliberation", "district_officer").after)

    reached = total(scheme, "organisation", {"desk_review": item.percent})
    assert reached.points == Decimal("600.00")
    (placed,) = place(scheme, [Candidate("e1", "organisation", reached.percent, 1)])
    assert (placed.grade, placed.meets_threshold, placed.within_quota) == ("award", True, True)
    vote = stage(scheme, "deliberation").vote
    assert vote is not None
    counted = count(vote, members=["a", "b", "c"], recused=["c"], ballots=[Ballot("a", "yes"), Ballot("b", "yes")])
    facts = replace(facts, vote=counted, proposals=(Proposal("e1", "organisation", placed.grade, reached.percent),))
    facts = replace(facts, state=move(scheme, facts, "public_notice", "chair").after)

    rule = stage(scheme, "public_notice").notice
    assert rule is not None
    posted = Posted(date(2026, 4, 2), ("e1",), "00")  # Qingming: 4 to 6 April off
    early, over = (standing(rule, posted, (), on=date(2026, 4, day), days=DAYS) for day in (10, 11))
    facts = replace(facts, document="崂政字〔2026〕1号", effective_on=date(2026, 4, 13))
    with pytest.raises(Conflict) as refused:
        move(scheme, replace(facts, notice=early, on=date(2026, 4, 10)), "decided", "district_officer")
    assert refused.value.code == "assessment.round.notice.running"
    facts = replace(facts, notice=over, on=date(2026, 4, 11))
    facts = replace(facts, state=move(scheme, facts, "decided", "district_officer").after)
    assert move(scheme, facts, "announced", "district_officer").after == "announced"


def test_the_page_names_every_stage_operator_and_part() -> None:
    assert all(word in PAGE for word in (*STAGES, *get_args(Operator), *get_args(Recusal)))
    assert all(part in PAGE for part in PARTS if part != "system")
