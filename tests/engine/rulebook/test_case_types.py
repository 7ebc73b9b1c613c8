"""Case types: what contradicts itself is refused by key, and the shipped ones say what they have to."""

import tomllib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pinzhi.engine.rulebook.case_types import CaseType
from pinzhi.engine.rulebook.load import open_rulebook
from pinzhi.engine.rulebook.shapes import Fault

FOLDER = Path(__file__).parents[3] / "rulebook"
TYPES = {one.id: one for one in open_rulebook(FOLDER, "qingdao").all_of(CaseType)}
TEXT = (FOLDER / "qingdao" / "cases" / "dust-problem-1.toml").read_text(encoding="utf-8")
Change = Callable[[dict[str, Any]], object]


def faults(change: Change) -> list[Fault]:
    raw = tomllib.loads(TEXT, parse_float=Decimal)
    change(raw)
    return list(CaseType.model_validate(_frozen(raw)).faults())


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _frozen(one) for key, one in value.items()}
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value


def part(raw: dict[str, Any], kind: str, code: str) -> dict[str, Any]:
    return next(one for one in raw[kind] if one["code"] == code)


def without_step(code: str) -> Change:
    return lambda raw: raw.update(step=[one for one in raw["step"] if one["code"] != code])


BAD: dict[str, tuple[Change, str]] = {
    "a field twice": (lambda raw: raw["field"].append(raw["field"][0]), "field"),
    "no states": (lambda raw: raw.update(state=[], step=[], deadline=[], public=None), "state"),
    "closed at once": (lambda raw: raw["state"].insert(0, raw["state"].pop(5)), "state.1.phase"),
    "an unknown field to open with": (lambda raw: raw["opens_with"].append("colour"), "opens_with"),
    "a step from nowhere": (lambda raw: raw["step"][0].update(leaves=["lost"]), "step.1.leaves"),
    "a step to nowhere": (lambda raw: raw["step"][0].update(to="lost"), "step.1.to"),
    "a step that needs an unknown field": (lambda raw: raw["step"][0].update(needs=["colour"]), "step.1.needs"),
    "two people for an unknown step": (lambda raw: raw["step"][0].update(not_by_who=["lost"]), "step.1.not_by_who"),
    "a step for nobody": (lambda raw: raw["step"][0].update(by=[]), "step.1.by"),
    "a choice without values": (lambda raw: raw["field"][1].update(choices=[]), "field.2.choices"),
    "values without a choice": (
        lambda raw: raw["field"][0].update(choices=raw["field"][1]["choices"]),
        "field.1.choices",
    ),
    "a value twice": (lambda raw: raw["field"][1]["choices"].append(raw["field"][1]["choices"][0]), "field.2.choices"),
    "a public contact": (lambda raw: part(raw, "field", "contact").update(public=True), "field.7.public"),
    "a contact that is not personal": (
        lambda raw: part(raw, "field", "contact").update(personal=False),
        "field.7.personal",
    ),
    "a state nobody reaches": (without_step("wait"), "state.3"),
    "a state nobody leaves": (without_step("go-on"), "state.3"),
    "a clock met where it starts": (lambda raw: raw["deadline"][0].update(met=["reported"]), "deadline.1"),
    "a clock for an unknown state": (lambda raw: raw["deadline"][0].update(starts=["lost"]), "deadline.1.starts"),
    "escalations out of order": (
        lambda raw: raw["deadline"][1].update(escalate=raw["deadline"][1]["escalate"][::-1]),
        "deadline.2.escalate",
    ),
    "merging by an unknown field": (lambda raw: raw["merge"].update(same=["colour"]), "merge.same"),
    "merging without a place": (
        lambda raw: (part(raw, "field", "place").update(kind="text"), None),
        "merge",
    ),
    "an unknown public state": (lambda raw: raw["public"]["states"].append("lost"), "public.states"),
    "weights that do not add up": (
        lambda raw: raw.update(match={"scope": 40, "accreditation": 20, "distance": 15, "load": 10, "rating": 10}),
        "match",
    ),
}


@pytest.mark.parametrize(("change", "key"), BAD.values(), ids=BAD)
def test_what_contradicts_itself_is_refused_by_key(change: Change, key: str) -> None:
    assert key in [fault.key for fault in faults(change)]


def test_the_file_as_it_is_has_no_fault() -> None:
    assert faults(lambda raw: None) == []


def test_the_city_has_the_case_types_of_its_programmes() -> None:
    assert {one.id: one.family for one in TYPES.values()} == {
        "brand-infringement": "problem",
        "certificate-finding": "problem",
        "complaint": "problem",
        "dust-problem": "problem",
        "expert-help": "help",
        "gas-problem": "problem",
        "hidden-danger": "problem",
        "inspection-objection": "problem",
        "low-rating": "problem",
        "nqi-order": "order",
        "responsibility-notice": "notice",
        "spot-check": "inspection",
    }
    prefixes = [one.prefix for one in TYPES.values()]
    assert len(set(prefixes)) == len(prefixes)


@pytest.mark.parametrize("kind", TYPES.values(), ids=TYPES)
def test_what_a_problem_asks_of_two_people_one_cannot_do(kind: CaseType) -> None:
    """Whoever puts a problem right neither verifies nor closes it."""
    if kind.step_of("rectify") is None:
        return
    for code in ("verify", "close"):
        step = kind.step_of(code)
        assert step is not None
        assert "rectify" in step.not_by_who


@pytest.mark.parametrize("kind", TYPES.values(), ids=TYPES)
def test_personal_fields_are_never_public(kind: CaseType) -> None:
    assert not [one.code for one in kind.field if one.personal and one.public]
