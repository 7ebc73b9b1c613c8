"""What schemes grant: numbers, terms and halls as they are written, and what is refused by key."""

import tomllib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.assessment.outcome import grade, points_of, points_of_items
from pinzhi.engine.assessment.scores import score
from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.engine.rulebook.load import open_rulebook
from pinzhi.engine.rulebook.scheme_grants import Numbering, Term
from pinzhi.engine.rulebook.schemes import Scheme
from tests.engine.rulebook.test_schemes import _frozen

FOLDER = Path(__file__).parents[3] / "rulebook"
RULEBOOK = open_rulebook(FOLDER, "qingdao")
PILOT = (FOLDER / "qingdao/pilots/standard-pilot-national-2024.toml").read_text(encoding="utf-8")
CERTIFICATION = (FOLDER / "qingdao/certifications/taishan-quality-2024.toml").read_text(encoding="utf-8")
EXPO = (FOLDER / "qingdao/expos/quality-life-expo-2024.toml").read_text(encoding="utf-8")
GOOD_PRACTICE = RULEBOOK.file(Instrument, "good-practice", "1")
Change = Callable[[dict[str, Any]], object]


def of(state: str, raw: dict[str, Any]) -> dict[str, Any]:
    return next(stage for stage in raw["stage"] if stage["state"] == state)


BAD: dict[str, tuple[str, Change, str]] = {
    "a certificate without its scheme": (CERTIFICATION, lambda raw: raw.pop("register"), "register"),
    "a scheme without certificates": (CERTIFICATION, lambda raw: raw.pop("grants"), "register"),
    "a number without a serial": (
        CERTIFICATION, lambda raw: raw.update(number={"pattern": "TSPZ-{edition}"}), "number.pattern",
    ),
    "a number with an unknown place": (
        CERTIFICATION, lambda raw: raw.update(number={"pattern": "{serial}-{name}"}), "number.pattern",
    ),
    "a number with a brace too many": (
        CERTIFICATION, lambda raw: raw.update(number={"pattern": "{serial}{"}), "number.pattern",
    ),
    "surveillance without a kind": (
        CERTIFICATION, lambda raw: raw["surveillance"].update(kinds=[]), "surveillance.kinds",
    ),
    "an expo without halls": (EXPO, lambda raw: raw.pop("hall"), "hall"),
    "halls without an expo": (
        CERTIFICATION, lambda raw: raw.update(hall=tomllib.loads(EXPO, parse_float=Decimal)["hall"]), "hall",
    ),
    "a hall twice": (EXPO, lambda raw: raw["hall"].append(raw["hall"][0]), "hall.4"),
    "a due day before the grant": (
        PILOT, lambda raw: of("desk_review", raw).update(due_months=3), "stage.5.due_months",
    ),
    "an extension of what cannot be extended": (
        PILOT, lambda raw: of("mid_term", raw).update(extension_months=6), "stage.11.extension_months",
    ),
    "a milestone with a weight": (PILOT, lambda raw: of("mid_term", raw).update(weight=1), "stage.11.weight"),
    "a milestone without a panel": (PILOT, lambda raw: of("mid_term", raw).pop("panel"), "stage.11.panel"),
    "a grade that nobody declared": (PILOT, lambda raw: of("passed", raw).update(grants="gold"), "stage.14.grants"),
    "an applicant who accepts himself": (
        PILOT, lambda raw: of("passed", raw).update(acts=["applicant"]), "stage.14.acts",
    ),
    "grades by a stage of a scheme with quotas": (
        CERTIFICATION, lambda raw: raw.update(graded_by="site_visit"), "graded_by",
    ),
    "a grade for a category that is not there": (
        PILOT, lambda raw: raw["grade"][1].update(categories=["nobody"]), "grade.2.categories",
    ),
    "drafting counted in a certification": (
        CERTIFICATION, lambda raw: raw.update(participation={"levels": ["national"]}), "participation",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "change", "key"), BAD.values(), ids=BAD)
def test_what_cannot_be_granted_is_refused_by_key(text: str, change: Change, key: str) -> None:
    raw = tomllib.loads(text, parse_float=Decimal)
    change(raw)

    faults = list(Scheme.model_validate(_frozen(raw)).faults())

    assert key in [fault.key for fault in faults]
    assert all(fault.text.zh and fault.text.en for fault in faults)


@pytest.mark.parametrize("scheme", RULEBOOK.all_of(Scheme), ids=lambda one: f"{one.id}-{one.edition}")
def test_registers_and_grades_that_files_name_are_there(scheme: Scheme) -> None:
    assert not scheme.register_code or scheme.register_code in RULEBOOK.codelist("schemes")
    for stage in scheme.stage if scheme.graded_by else ():
        if stage.state == scheme.graded_by:
            use = stage.instruments[0]
            instrument = RULEBOOK.file(Instrument, use.id, use.edition)
            assert [one.code for one in instrument.grade] == [one.code for one in scheme.grade]


def test_a_series_begins_anew_with_what_its_pattern_names() -> None:
    rule = Numbering(pattern="GSP-{year}-{serial}", digits=4)

    series = [rule.series(edition="x", on=date(year, 5, 1), grade="A") for year in (2024, 2025)]

    assert [rule.number(one, 7) for one in series] == ["GSP-2024-0007", "GSP-2025-0007"]


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_serials_of_a_series_never_make_the_same_number(first: int, second: int) -> None:
    rule = Numbering(pattern="TSPZ-{edition}-{serial}", digits=2)
    series = rule.series(edition="2024", on=date(2024, 1, 1), grade="")

    assert (rule.number(series, first) == rule.number(series, second)) == (first == second)


def test_thirty_six_months_from_january_2024_end_with_2026() -> None:
    assert Term(months=36, starts_on=date(2024, 1, 1)).last_day(date(2023, 12, 1)) == date(2026, 12, 31)
    assert Term(months=36).last_day(date(2024, 2, 29)) == date(2027, 2, 27)


@given(st.lists(st.integers(0, 60), min_size=10, max_size=10))
def test_a_sheet_and_its_items_come_to_the_same_grade(given_points: list[int]) -> None:
    """What a panel of one gives is graded alike in a self-assessment and in a round."""
    answers = {
        item.id: str(min(points, int(item.worth)))
        for item, points in zip(GOOD_PRACTICE.item, given_points, strict=True)
    }
    found = score(GOOD_PRACTICE, answers)
    percents = {one.id: Decimal(answers[one.id]) * 100 / one.worth for one in GOOD_PRACTICE.item}
    joined = points_of_items(GOOD_PRACTICE, {item: Decimal(percent) for item, percent in percents.items()})

    assert float(joined["total"]) == pytest.approx(float(points_of(found)["total"]))
    exact = {item: found.part(item).percent or 0 for item in answers}  # type: ignore[union-attr]
    again = points_of_items(GOOD_PRACTICE, exact)  # type: ignore[arg-type]
    assert grade(GOOD_PRACTICE, found.percent, points_of(found)) == grade(GOOD_PRACTICE, found.percent, again)


def test_grades_by_points_are_not_earned_by_a_percentage_alone() -> None:
    found = score(GOOD_PRACTICE, {one.id: str(one.worth) for one in GOOD_PRACTICE.item})

    assert grade(GOOD_PRACTICE, found.percent) is None
    best = grade(GOOD_PRACTICE, found.percent, points_of(found))
    assert best is not None
    assert best.code == "AAAAA"
