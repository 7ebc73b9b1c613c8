"""The front page's figures: from the rulebook, in its order, counted anew only when records have changed."""

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from pinzhi.records.catalog import models
from pinzhi.records.publishing.queries.front import Headline, front_page
from tests.build_catalog import RECORDED, TODAY, make_honour
from tests.build_publishing import make_figures

pytestmark = pytest.mark.django_db
AWARD = """
front = {place}
[count]
from = "honours"
where = [{{ field = "scheme", is = "{scheme}" }}]
[dimensions]
by = ["edition"]
"""


@pytest.fixture(autouse=True)
def figures(settings: Any, tmp_path: Path) -> None:
    make_figures(
        settings,
        tmp_path,
        T1=AWARD.format(place=2, scheme="mayor"),
        T2=AWARD.format(place=1, scheme="governor"),
        T3=AWARD.format(place=3, scheme="china"),
    )
    cache.clear()


def _numbers(shown: tuple[Headline, ...]) -> dict[str, Any]:
    return {one.value.figure.id: one.value.number for one in shown}


def test_figures_stand_in_the_order_of_the_rulebook_and_only_with_a_number() -> None:
    make_honour("a")
    make_honour("b", scheme="governor")

    assert list(_numbers(front_page(TODAY))) == ["T2", "T1"]


def test_picture_has_a_group_for_each_edition() -> None:
    for number, edition in enumerate(("6", "7", "7", "10")):
        make_honour(f"a{number}", edition=edition)

    (shown,) = front_page(TODAY)

    assert shown.picture is not None
    assert (shown.picture.shape, [int(amount) for _name, amount in shown.picture.parts]) == ("dots", [1, 2, 1])


def test_figures_are_counted_anew_only_when_records_have_changed(django_assert_num_queries: Any) -> None:
    make_honour("a")
    front_page(TODAY)

    with django_assert_num_queries(0):
        front_page(TODAY)


def test_figures_after_a_change_are_those_of_the_minute_before() -> None:
    make_honour("a")
    before = front_page(TODAY)
    make_honour("b")
    models.SearchChange.objects.create(kind="organisation", first_id=1, last_id=1, at=RECORDED)

    within_the_minute = front_page(TODAY)
    cache.delete(f"front:{TODAY}:fresh")
    after = front_page(TODAY)

    assert within_the_minute == before
    assert _numbers(after) == {"T1": 2}
