"""The worked cases beside the schemes come out as they say, and a case that does not is refused by its name."""

from dataclasses import replace
from pathlib import Path

import pytest

from pinzhi.engine.assessment.examples import run_all
from pinzhi.engine.assessment.rounds.examples import Examples, run_examples
from pinzhi.engine.casework.examples import run_case_types
from pinzhi.engine.errors import BadRulebook
from pinzhi.engine.rulebook.calendars import Calendar, working_days
from pinzhi.engine.rulebook.cases import read_cases
from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.engine.rulebook.load import open_rulebook
from pinzhi.engine.rulebook.schemes import Scheme

FOLDER = Path(__file__).parents[2] / "rulebook"
RULEBOOK = open_rulebook(FOLDER, "qingdao")
DAYS = working_days(RULEBOOK.all_of(Calendar))
ROUNDS = {
    edition.path: edition.content
    for edition in RULEBOOK.editions
    if isinstance(edition.content, Scheme) and not edition.content.for_record
}
CASE = """[[total]]
name = { zh = "一", en = "one" }
category = "city"
stages = { desk_review = 90, site_visit = 90 }
points = 90.0
grade = "B"
"""


@pytest.mark.parametrize("path", ROUNDS)
def test_every_scheme_with_a_round_has_worked_cases_that_come_out(path: str) -> None:
    name = path.replace(".toml", ".examples.toml")

    examples = read_cases(name, RULEBOOK.examples[name], Examples)

    assert run_examples(name, ROUNDS[path], examples, DAYS) >= 3


def test_a_case_that_comes_out_otherwise_is_refused_by_its_name() -> None:
    scheme = ROUNDS["qingdao/assessments/government-2026.toml"]

    with pytest.raises(BadRulebook) as refused:
        run_examples("x.examples.toml", scheme, read_cases("x.examples.toml", CASE, Examples), DAYS)

    assert (refused.value.facts["file"], refused.value.facts["key"]) == ("x.examples.toml", "one")
    assert "'A'" in refused.value.text.en


@pytest.mark.parametrize("text", ["[[total]", CASE.replace("points", "dots"), CASE.replace("90.0", '"ninety"')])
def test_cases_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(BadRulebook):
        read_cases("x.examples.toml", text, Examples)


def test_every_case_beside_any_file_is_worked_out() -> None:
    assert run_all(RULEBOOK) >= 75


def test_the_cases_beside_case_types_are_worked_out() -> None:
    assert run_case_types(RULEBOOK) >= 9


def test_a_case_that_comes_out_otherwise_is_refused() -> None:
    path = "qingdao/cases/dust-problem-1.examples.toml"
    wrong = RULEBOOK.examples[path].replace("rectification = 2024-02-21", "rectification = 2024-02-20")

    with pytest.raises(BadRulebook) as refused:
        run_case_types(replace(RULEBOOK, examples={path: wrong}))
    assert refused.value.facts["file"] == path


def test_every_instrument_has_worked_cases() -> None:
    paths = [edition.path for edition in RULEBOOK.editions if isinstance(edition.content, Instrument)]

    assert len(paths) >= 8
    assert all(path.replace(".toml", ".examples.toml") in RULEBOOK.examples for path in paths)


def test_the_six_uses_of_an_instrument_are_all_there() -> None:
    uses = {one.use for one in RULEBOOK.all_of(Instrument)}

    assert uses >= {"scoring-sheet", "exam", "questionnaire", "checklist", "ballot"}


def test_the_criteria_add_up_as_published() -> None:
    """GB/T 19580-2012, clause 4: 1000 points, 600 of them for processes; 23 items in seven categories."""
    criteria = RULEBOOK.file(Instrument, "gbt-19580", "2012")
    worth = {
        section.code: sum(item.worth for item in criteria.item if item.section == section.code)
        for section in criteria.section
    }

    assert criteria.points == 1000
    assert len(criteria.item) == 23
    assert list(worth.values()) == [110, 90, 90, 130, 100, 80, 400]
    assert sum(item.worth for item in criteria.item if item.kind == "points" and item.measures == "process") == 600


def test_cases_that_belong_to_no_file_are_refused() -> None:
    lost = replace(RULEBOOK, examples={"qingdao/awards/nobody.examples.toml": CASE})

    with pytest.raises(BadRulebook) as refused:
        run_all(lost)
    assert refused.value.facts["file"] == "qingdao/awards/nobody.examples.toml"
