"""Contests and the government assessment run from their files alone, and so does an award that is in no folder."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from pinzhi.engine.errors import Conflict
from pinzhi.records.assessment.models import Entry
from pinzhi.records.assessment.queries.results import ranking
from pinzhi.records.catalog import rulebook as opened
from pinzhi.records.catalog.models import Honour
from tests.records.assessment.player import Player, called

pytestmark = pytest.mark.django_db
HERE = Path(__file__).parents[3]


def play(player: Player, levels: list[int], categories: list[str]) -> list[Entry]:
    """Enter and take all entries together from stage to stage, as a round goes."""
    entries = [
        player.enter(f"N-{number:02}", categories[number % len(categories)], level=level)
        for number, level in enumerate(levels)
    ]
    for _ in player.scheme.stage:
        states = sorted({one.state for one in Entry.objects.filter(round=player.round)})
        moved = [one for one in Entry.objects.filter(round=player.round).order_by("number") if one.state in states]
        stage = moved[0].state
        all_on(player, [one for one in moved if one.state == stage])
    return entries


def all_on(player: Player, entries: list[Entry]) -> None:
    """Prepare all entries of a stage before the first moves on: places are given when all are judged."""
    stage = player.scheme.stage_of(entries[0].state)
    day = player.on
    for entry in entries:
        player.on = day
        player._prepare(entry, stage)
    last, player._prepare = player.on, lambda entry, stage: None  # type: ignore[method-assign]
    for entry in entries:
        player.step(entry)
    del player._prepare
    player.on = last


@pytest.mark.parametrize(
    ("scheme", "edition"), [("innovation-contest", "2"), ("lecturers", "2023-q4"), ("government", "2026")]
)
def test_a_round_runs_from_its_file_alone(scheme: str, edition: str) -> None:
    player = called(scheme, edition)
    categories = [one.code for one in player.scheme.category]
    play(player, [90, 80], categories)
    ends = set(Entry.objects.filter(round=player.round).values_list("state", flat=True))
    assert ends == {"announced"}
    assert [one.entry.number for one in ranking(player.round)] == ["N-00", "N-01"]


def test_a_contest_gives_no_more_prizes_than_it_has() -> None:
    player = called("innovation-contest", "2")
    with pytest.raises(Conflict, match=r"assessment\.round\.quota"):
        play(player, [90, 88, 86], ["industry"])  # three for two first prizes


def test_a_new_award_is_a_new_file(tmp_path: Path, settings: Any) -> None:
    shutil.copytree(HERE / "rulebook", tmp_path / "rulebook")
    text = (HERE / "docs/how-to/launch-an-award.md").read_text(encoding="utf-8")
    toml = text.split("```toml")[1].split("```")[0]
    assert 'id = "' in toml
    (tmp_path / "rulebook/qingdao/awards/new-1.toml").write_text(toml, encoding="utf-8")
    settings.RULEBOOK = tmp_path / "rulebook"
    scheme = next(one for one in opened.rulebook().editions if one.path.endswith("awards/new-1.toml")).content
    player = called(scheme.id, scheme.edition)
    play(player, [85], [player.scheme.category[0].code])
    assert Entry.objects.get().state == "announced"
    assert Honour.objects.count() <= 1
