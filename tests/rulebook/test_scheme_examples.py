"""The worked cases beside the schemes come out as they say, and a case that does not is refused by its name."""

from pathlib import Path

import pytest

from pinzhi.engine.assessment.rounds.examples import read_examples, run_examples
from pinzhi.engine.errors import BadRulebook
from pinzhi.engine.rulebook.calendars import Calendar, working_days
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

    examples = read_examples(name, (FOLDER / name).read_text(encoding="utf-8"))

    assert run_examples(name, ROUNDS[path], examples, DAYS) >= 3


def test_a_case_that_comes_out_otherwise_is_refused_by_its_name() -> None:
    scheme = ROUNDS["qingdao/assessments/government-2026.toml"]

    with pytest.raises(BadRulebook) as refused:
        run_examples("x.examples.toml", scheme, read_examples("x.examples.toml", CASE), DAYS)

    assert (refused.value.facts["file"], refused.value.facts["key"]) == ("x.examples.toml", "one")
    assert "'A'" in refused.value.text.en


@pytest.mark.parametrize("text", ["[[total]", CASE.replace("points", "dots"), CASE.replace("90.0", '"ninety"')])
def test_cases_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(BadRulebook):
        read_examples("x.examples.toml", text)
