"""What if: a finished round under another edition; the ranking may turn, the record does not."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from pinzhi.engine.errors import NotFound
from pinzhi.records.assessment.models import Entry, EntryStep, StageResult
from pinzhi.records.assessment.queries.replay import replay
from tests.records.assessment.build import make_entry, make_round, moment

pytestmark = pytest.mark.django_db
HERE = Path(__file__).parents[3]


def seal(entry: Entry, **percents: int) -> None:
    for stage, percent in percents.items():
        entry.results.create(
            stage=stage, number=1, percent=str(percent), marks_digest="d", actor="system", sealed_at=moment().at
        )


def test_other_weights_turn_the_ranking_and_nothing_else(tmp_path: Path, settings: Any) -> None:
    shutil.copytree(HERE / "rulebook", tmp_path / "rulebook")
    text = (HERE / "rulebook/qingdao/awards/mayor-8.toml").read_text(encoding="utf-8")
    text = text.replace('edition = "8"', 'edition = "8b"').replace("weight = 0.5", "weight = 0.2")
    text = text.replace("weight = 0.3", "weight = 0.6")
    (tmp_path / "rulebook/qingdao/awards/mayor-8b.toml").write_text(text, encoding="utf-8")
    settings.RULEBOOK = tmp_path / "rulebook"
    held = make_round()
    first, second = (make_entry(held, number, state="announced") for number in ("08-001", "08-002"))
    seal(first, desk_review=50, site_visit=70, hearing=60)
    seal(second, desk_review=70, site_visit=50, hearing=60)
    before = list(StageResult.objects.values()), list(Entry.objects.values()), EntryStep.objects.count()
    found = replay(held, "8b")
    assert [(one.entry, one.rank_before, one.rank_after) for one in found] == [("08-002", 2, 1), ("08-001", 1, 2)]
    assert [(one.points_before, one.points_after) for one in found] == [(580, 640), (620, 560)]
    assert [(one.grade_before, one.grade_after) for one in found] == [
        ("innovation", "excellence"),
        ("excellence", "innovation"),
    ]
    assert (list(StageResult.objects.values()), list(Entry.objects.values()), EntryStep.objects.count()) == before


def test_an_edition_that_is_not_there_is_named() -> None:
    with pytest.raises(NotFound):
        replay(make_round(), "99")
