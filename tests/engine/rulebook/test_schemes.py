"""Schemes: what contradicts itself is refused by key, and the shipped ones say what they have to."""

import csv
import shutil
import tomllib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from pinzhi.engine.errors import BadRulebook
from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.engine.rulebook.load import open_rulebook
from pinzhi.engine.rulebook.scheme_parts import Vote
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.engine.rulebook.stages import STAGES, STATES

FOLDER = Path(__file__).parents[3] / "rulebook"
RULEBOOK = open_rulebook(FOLDER, "qingdao")
TEXT = (FOLDER / "qingdao" / "awards" / "mayor-8.toml").read_text(encoding="utf-8")
Change = Callable[[dict[str, Any]], object]


def read(change: Change = lambda _: None) -> Scheme:
    raw = tomllib.loads(TEXT, parse_float=Decimal)
    change(raw)
    return Scheme.model_validate(_frozen(raw))


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _frozen(one) for key, one in value.items()}
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value


def of(state: str, raw: dict[str, Any]) -> dict[str, Any]:
    return next(stage for stage in raw["stage"] if stage["state"] == state)


def without(*states: str) -> Change:
    return lambda raw: raw.update(stage=[one for one in raw["stage"] if one["state"] not in states])


def swapped(first: str, second: str) -> Change:
    def change(raw: dict[str, Any]) -> None:
        a, b = of(first, raw), of(second, raw)
        a["state"], b["state"] = second, first

    return change


BAD: dict[str, tuple[Change, str]] = {
    "a category twice": (lambda raw: raw["category"].append(raw["category"][0]), "category.4"),
    "a stage twice": (lambda raw: raw["stage"].append(raw["stage"][-1]), "stage.18"),
    "a circle of stages": (lambda raw: raw["stage"].append(raw["stage"][1]), "stage.18"),
    "no grade": (lambda raw: raw.update(grade=[]), "grade"),
    "an unknown category": (lambda raw: of("hearing", raw).update(categories=["firm"]), "stage.10.categories"),
    "an unknown grade": (lambda raw: raw["quota"][0].update(grades=["gold"]), "quota.1.grades"),
    "a grade that nothing limits": (lambda raw: raw["quota"].pop(2), "quota"),
    "a narrow quota beyond the wide one": (
        lambda raw: raw["quota"].append({"places": 6, "grades": ["excellence"], "categories": ["person"]}),
        "quota.5.places",
    ),
    "grades out of order": (lambda raw: raw["grade"][1].update(at_least=70), "grade.2.at_least"),
    "a fact nobody has": (lambda raw: raw["rule"][0].update(fact="height"), "rule.1.fact"),
    "text compared as a number": (lambda raw: raw["rule"][1].update(value="five"), "rule.2.value"),
    "a value without a fact": (lambda raw: raw["rule"][-1].update(value=5), "rule.10"),
    "no announcement": (without("announced", "in_force", "monitored"), "stage"),
    "no notice before the announcement": (without("public_notice"), "stage"),
    "no deliberation": (without("deliberation"), "stage"),
    "rules that nobody checks": (without("eligibility_check"), "stage"),
    "quotas of recommendation without the stage": (without("recommended"), "stage"),
    "the decision before the notice": (swapped("public_notice", "decided"), "stage.14.state"),
    "judging before it was submitted": (swapped("submitted", "desk_review"), "stage.3.state"),
    "a document for a stage that is not there": (
        lambda raw: (raw["stage"].remove(of("accepted", raw)), raw["document"][0].update(stage="accepted")),
        "document.1.stage",
    ),
    "a notice without a length": (lambda raw: of("public_notice", raw).pop("notice"), "stage.13.notice"),
    "a notice where none is posted": (
        lambda raw: of("accepted", raw).update(notice=of("public_notice", raw)["notice"]), "stage.5.notice",
    ),
    "a deliberation without a vote": (lambda raw: of("deliberation", raw).pop("vote"), "stage.11.vote"),
    "two ways to carry": (lambda raw: of("deliberation", raw)["vote"].update(at_least="1/2"), "stage.11.vote"),
    "weights that do not add up": (lambda raw: of("hearing", raw).update(weight=Decimal("0.3")), "stage.weight"),
    "a panel smaller than its fewest": (lambda raw: of("site_visit", raw)["panel"].update(at_least=4), "stage.9.panel"),
    "no panel": (lambda raw: of("site_visit", raw).pop("panel"), "stage.9.panel"),
    "no instrument": (lambda raw: of("site_visit", raw).pop("instruments"), "stage.9.instruments"),
    "a trimmed mean of three": (
        lambda raw: of("hearing", raw)["panel"].update(at_least=3), "stage.10.panel.at_least",
    ),
    "a blind stage that judges nothing": (lambda raw: of("accepted", raw).update(blind="both"), "stage.5.blind"),
    "an applicant who moves himself on": (lambda raw: of("accepted", raw).update(acts=["applicant"]), "stage.5.acts"),
    "a decision by the clock": (lambda raw: of("decided", raw).update(acts=["system"]), "stage.14.acts"),
    "a chain without its rule": (lambda raw: raw.update(ties="stop"), "tie_chain"),
    "a tie broken by nothing": (lambda raw: raw["tie_chain"].append("beauty"), "tie_chain.4"),
    "a record with a round": (lambda raw: raw.update(for_record=True), "for_record"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "key"), BAD.values(), ids=BAD)
def test_a_scheme_that_contradicts_itself_is_refused_by_key(change: Change, key: str) -> None:
    faults = list(read(change).faults())

    assert key in [fault.key for fault in faults]
    assert all(fault.text.zh and fault.text.en for fault in faults)


def test_the_shipped_award_has_no_fault() -> None:
    assert list(read().faults()) == []


def test_every_total_has_a_grade_where_places_are_not_limited() -> None:
    government = RULEBOOK.file(Scheme, "government", "2026")
    grades = government.grade

    assert [one.code for one in grades] == ["A", "B", "C", "D"]
    holes = government.model_copy(update={"grade": grades[:3]})
    assert [fault.key for fault in holes.faults()] == ["override.1.grade", "grade.3.at_least"]


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw.update(colour="red"),
        lambda raw: of("hearing", raw).update(state="objection"),
        lambda raw: of("deliberation", raw)["vote"].update(quorum="3/2"),
        lambda raw: of("hearing", raw).update(weight=Decimal(2)),
        lambda raw: raw["quota"][0].update(places=-1),
    ],
)
def test_shapes_refuse_what_cannot_be(change: Change) -> None:
    with pytest.raises(ValidationError):
        read(change)


def test_a_share_carries_exactly() -> None:
    vote = Vote(quorum="1/2", at_least="2/3")

    assert vote.carries(2, 3)
    assert not vote.carries(665, 999)
    assert not vote.carries(0, 0)


def test_the_awards_of_the_page_are_there_as_rounds_or_records() -> None:
    schemes = {(one.id, one.edition): one for one in RULEBOOK.all_of(Scheme)}

    assert {key: one.for_record for key, one in schemes.items()} == {
        ("carbon-pilot", "1"): False,
        ("china", "5"): True,
        ("good-practice", "2024"): False,
        ("governor", "9"): True,
        ("government", "2026"): False,
        ("innovation-contest", "2"): False,
        ("lecturers", "2023-q4"): False,
        ("mayor", "7"): True,
        ("mayor", "8"): False,
        ("quality-life-expo", "2024"): False,
        ("standard-pilot-national", "2024"): False,
        ("standard-pilot-provincial", "2024"): False,
        ("standards", "2023"): True,
        ("taishan-quality", "2019"): True,
        ("taishan-quality", "2023"): True,
        ("taishan-quality", "2024"): False,
        ("youpin", "1"): True,
        ("youpin", "2"): False,
    }


def test_records_of_an_edition_fit_its_scheme() -> None:
    with (FOLDER / "qingdao" / "demo" / "facts" / "honours.csv").open(encoding="utf-8") as file:
        honours = list(csv.DictReader(file))

    for scheme in RULEBOOK.all_of(Scheme):
        found = [one for one in honours if (one["scheme"], one["edition"]) == (scheme.honours, scheme.edition)]
        assert {one["grade"] for one in found} <= {one.code for one in scheme.grade}
        for quota in scheme.quota:
            won = [one for one in found if not quota.grades or one["grade"] in quota.grades]
            assert len(won) <= quota.places
    mayor = [one for one in honours if (one["scheme"], one["edition"]) == ("mayor", "7")]
    assert len(mayor) == 19
    china = [one for one in honours if (one["scheme"], one["edition"]) == ("china", "5")]
    assert {one["state"] for one in china} == {"notice"}


def test_fields_of_the_contest_are_those_of_the_page() -> None:
    contest = RULEBOOK.file(Scheme, "innovation-contest", "2")

    assert [one.title.zh for one in contest.category] == ["工业产品", "工程建设", "农业", "教育", "医疗", "勘察测绘"]
    assert [(one.grades[0], one.places) for one in contest.quota] == [
        ("first", 2), ("second", 3), ("third", 5), ("excellence", 22),
    ]  # fmt: skip


def test_every_state_leads_only_to_states_there_are() -> None:
    assert all(to in STATES for state in STATES.values() for to in state.aside)
    assert STAGES[0] == "draft"


def test_a_scheme_names_its_instruments_by_id_and_edition() -> None:
    named = {(one.shape, one.id, one.edition) for one in RULEBOOK.file(Scheme, "mayor", "8").references()}

    assert named == {(Instrument, "gbt-19580", "2012"), (Instrument, "satisfaction", "1")}


def test_an_instrument_that_is_not_there_is_refused_by_the_stage_that_names_it(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("demo"))
    path = tmp_path / "qingdao" / "contests" / "innovation-contest-2.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"contest-desk"', '"contest-dusk"'), encoding="utf-8")

    with pytest.raises(BadRulebook) as refused:
        open_rulebook(tmp_path, "qingdao")

    assert refused.value.facts["file"] == "qingdao/contests/innovation-contest-2.toml"
    assert refused.value.facts["key"] == "stage.4.instruments"
