"""A case type that is edited while cases are open: they keep the edition they were opened under, or nobody works on."""

from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from pinzhi.engine.errors import Conflict
from pinzhi.records.casework.actions.steps import Wish
from pinzhi.records.casework.queries import desk
from pinzhi.records.casework.queries.editions import require_rules_of_open_cases, stranded_cases
from pinzhi.records.casework.queries.filters import Filter
from tests.records.casework.build import FIRM, Cast, at

pytestmark = pytest.mark.django_db
ASSIGN = Wish("assign", assign={"handler": FIRM})


@pytest.fixture
def cast() -> Cast:
    return Cast()


class Rules:
    """A rulebook of one's own: changed while cases stand open, then worked with."""

    def __init__(self, settings: Any, folder: Path) -> None:
        copytree(settings.RULEBOOK, folder)
        self.settings, self.folder = settings, folder
        self.file = folder / settings.CITY / "cases" / "dust-problem-1.toml"
        self.examples = self.file.with_name("dust-problem-1.examples.toml")

    def change(self, before: str, after: str) -> None:
        """Write other words into the file, and work with it."""
        text = self.file.read_text(encoding="utf-8")
        assert before in text
        self.file.write_text(text.replace(before, after), encoding="utf-8")
        self.use()

    def use(self) -> None:
        """Work with the rulebook as it now is, without the worked cases of the file."""
        self.examples.unlink()
        self.settings.RULEBOOK = self.folder


@pytest.fixture
def rules(settings: Any, tmp_path: Path) -> Rules:
    return Rules(settings, tmp_path / "rulebook")


def test_a_new_edition_leaves_open_cases_under_theirs(cast: Cast, rules: Rules) -> None:
    old = cast.dust()
    text = rules.file.read_text(encoding="utf-8")
    newer = text.replace('edition = "1"', 'edition = "2"\nin_force_from = 2024-01-01')
    rules.file.with_name("dust-problem-2.toml").write_text(newer, encoding="utf-8")
    rules.use()

    new = cast.dust()

    assert (old.edition, new.edition) == ("1", "2")
    assert cast.step(old, cast.officer, ASSIGN).state == "assigned"
    assert stranded_cases() == ()


def test_a_changed_file_under_the_same_edition_moves_no_open_case(cast: Cast, rules: Rules) -> None:
    case = cast.dust()
    rules.change("length = 5", "length = 9")

    with pytest.raises(Conflict, match=r"casework\.edition"):
        cast.step(case, cast.officer, ASSIGN)
    (told,) = stranded_cases()
    assert (told.count, told.numbers, told.blocks) == (1, (case.number,), False)
    require_rules_of_open_cases()


def test_a_state_that_was_removed_is_refused_naming_the_cases(cast: Cast, rules: Rules) -> None:
    case = cast.assigned()
    cast.step(case, cast.officer, Wish("wait", "等回函"))
    parts = rules.file.read_text(encoding="utf-8").split("\n\n")
    gone = ('code = "wait"', 'code = "go-on"', 'code = "waiting"')
    kept = "\n\n".join(one for one in parts if not any(word in one for word in gone))
    rules.file.write_text(kept.replace('"assigned", "waiting", ', '"assigned", '), encoding="utf-8")
    rules.use()

    with pytest.raises(Conflict, match=case.number) as refused:
        require_rules_of_open_cases()

    assert refused.value.code == "casework.rules"
    (line,) = desk.lines(desk.filtered(cast.officer, Filter(), at("01-05").on), at("01-05").on)
    assert (line.number, line.state.word.zh) == (case.number, "waiting")


def test_a_file_that_was_taken_away_hides_no_case(cast: Cast, rules: Rules) -> None:
    case, closed = cast.dust(), cast.dust()
    cast.step(closed, cast.officer, Wish("dismiss", "不属实"))
    rules.file.unlink()
    rules.use()

    (told,) = stranded_cases()
    (line,) = desk.lines(desk.filtered(cast.officer, Filter(), at("01-05").on), at("01-05").on)

    assert (told.numbers, told.blocks) == ((case.number,), True)
    assert (line.number, line.kind.zh) == (case.number, "dust-problem")
