"""The rulebook of the installation."""

from pathlib import Path
from typing import Any

import pytest

from pinzhi.engine.errors import BadRulebook
from pinzhi.records.catalog.rulebook import rulebook


def test_rulebook_is_that_of_the_settings_and_read_once() -> None:
    assert rulebook().city.region == "3702"
    assert rulebook() is rulebook()


def test_rulebook_refuses_a_city_that_is_not_there(settings: Any, tmp_path: Path) -> None:
    settings.RULEBOOK = tmp_path

    with pytest.raises(BadRulebook):
        rulebook()
