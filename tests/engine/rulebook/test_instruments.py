"""What an instrument's file is refused for, and how the refusal reads."""

from pathlib import Path
from typing import Any

import pytest

from pinzhi.engine.errors import BadRulebook
from pinzhi.engine.rulebook.load import open_rulebook
from tests.engine.rulebook.test_load import CITY, DISTRICTS, REGIONS, TABLE, write

HEAD = """id = "sheet"
edition = "1"
title = { zh = "表", en = "Sheet" }
source = "a notice"
checked_on = 2026-11-23
use = "ballot"
"""
NAME = 'title = { zh = "题", en = "Item" }\n'


def item(kind: str, item_id: str = "a", more: str = "") -> str:
    return f'[[item]]\nkind = "{kind}"\nid = "{item_id}"\n{NAME}{more}\n'


def options(*codes: str) -> str:
    return "".join(f'[[item.option]]\ncode = "{code}"\ntitle = {{ zh = "是", en = "yes" }}\n' for code in codes)


def section(code: str, more: str = "") -> str:
    return f'[[section]]\ncode = "{code}"\ntitle = {{ zh = "部分", en = "Part" }}\n{more}\n'


def refusal(folder: Path, text: str) -> BadRulebook:
    write(folder, "national/catalog/regions.toml", REGIONS)
    write(folder, "somewhere/catalog/city.toml", CITY)
    write(folder, "somewhere/catalog/districts.toml", DISTRICTS)
    write(folder, "somewhere/catalog/districts.csv", TABLE)
    write(folder, "somewhere/instruments/sheet.toml", text)
    with pytest.raises(BadRulebook) as refused:
        open_rulebook(folder, "somewhere")
    assert refused.value.text.zh != refused.value.text.en
    assert refused.value.facts["file"] == "somewhere/instruments/sheet.toml"
    return refused.value


POINTS = "points = 10"
YES_NO = options("yes", "no")
LATER = 'when = { item = "b", equals = "yes" }\n'


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ('method = "guess"\n' + item("points", more=POINTS), "method", "guess"),
        (item("riddle"), "item.1", ""),
        (item("points", more=POINTS + "\npoitns = 3"), "item.1.points.poitns", "Check the spelling"),
        (item("points", more=POINTS) * 2, "item.2", "twice"),
        (item("points", more=POINTS + "\nstep = 7"), "item.1.step", "no multiple of 7"),
        (item("points", more=POINTS + '\nsection = "x"'), "item.1.section", "no section “x”"),
        (section("a", 'parent = "b"') + section("b") + item("points", more=POINTS), "section.1.parent", "before"),
        (section("a", "weight = 0.5") + item("points", more=POINTS), "section", "weighted_sum only"),
        (
            'method = "weighted_sum"\n'
            + section("a", "weight = 0.5")
            + section("b", "weight = 0.4")
            + item("points", more=POINTS + '\nsection = "a"'),
            "section",
            "add up to 0.9; expected 1",
        ),
        (item("single", more=options("yes")), "item.1.option", "Fewer than two"),
        (item("single", more=options("yes", "yes")), "item.1.option.2", "twice"),
        (item("likert", more="low = 5\nhigh = 1"), "item.1.high", "at least 5"),
        (item("number", more="at_least = 3\nat_most = 2"), "item.1.at_most", "at least 3"),
        (item("number", more="marks = true"), "item.1.marks", "at_most"),
        (item("single", "a", LATER + YES_NO) + item("single", "b", YES_NO), "item.1.when", "does not stand before"),
        (item("single", "b", LATER + YES_NO), "item.1.when", "does not stand before"),
        (
            item("single", "b", YES_NO) + item("text", "c", 'when = { item = "b", equals = "x" }'),
            "item.2.when",
            "never",
        ),
        (item("text", "b") + item("text", "c", 'when = { item = "b", at_least = 3 }'), "item.2.when", "no number"),
        (item("text", "c", 'when = { item = "b", equals = "x", at_most = 3 }'), "item.1.text.when", "one of all"),
        (item("text", "c", 'when = { equals = "x" }'), "item.1.text.when", "item"),
        (item("points", more=POINTS) + "[[band]]\nlow = 0\nhigh = 50\n", "band", "55% is in no band"),
        (
            item("points", more=POINTS) + "[[band]]\nlow = 0\nhigh = 50\n[[band]]\nlow = 50\nhigh = 100\n",
            "band.2.low",
            "more than 50",
        ),
        (
            item("points", more=POINTS)
            + f'[[grade]]\ncode = "B"\n{NAME}at_least = 60\n[[grade]]\ncode = "A"\n{NAME}at_least = 90\n',
            "grade.2.at_least",
            "from the highest down",
        ),
    ],
)
def test_what_contradicts_itself_is_refused_with_its_key(tmp_path: Path, text: str, key: str, words: str) -> None:
    refused: Any = refusal(tmp_path, HEAD + text)

    assert refused.facts["key"] == key
    assert words in refused.text.en
