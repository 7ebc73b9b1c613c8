"""Figures as files: what contradicts itself is refused by key."""

import pytest

from pinzhi.engine.errors import BadRulebook
from pinzhi.engine.rulebook.figures import Figure
from pinzhi.engine.rulebook.load import open_rulebook
from tests.build_publishing import HEAD, SHIPPED

BOOK = open_rulebook(SHIPPED, "qingdao")
COUNT = '[count]\nfrom = "honours"\n'
BAD = {
    "no measure": ("", ""),
    "two measures": (COUNT + '[exists]\nfrom = "honours"\n', ""),
    "a place without peers": (COUNT + '[wording]\nstyle = "rank"\n', "wording.style"),
    "a count in percent": (COUNT + '[wording]\nstyle = "percent"\n', "wording.style"),
    "ten thousands to six digits": (COUNT + '[wording]\nstyle = "wan"\ndigits = 5\n', "wording.digits"),
    "two comparisons": (COUNT + 'where = [{ field = "grade", is = "a", starts = "b" }]\n', "count.where.1"),
    "no comparison": (COUNT + 'where = [{ field = "grade" }]\n', "count.where.1"),
    "an unknown comparison": (COUNT + 'where = [{ field = "grade", like = "a" }]\n', "count.where.1.like"),
    "months without a number": (COUNT + 'period = { field = "d", span = "months" }\n', "count.period.months"),
    "a fixed period without days": (COUNT + 'period = { field = "d", span = "fixed" }\n', "count.period.from"),
    "a fixed period the wrong way round": (
        COUNT + 'period = { field = "d", span = "fixed", from = 2024-01-01, to = 2023-01-01 }\n', "count.period.to",
    ),
    "a share of nothing": ('[ratio]\nfrom = "honours"\n', "ratio"),
    "a share of both kinds": (
        '[ratio]\nfrom = "honours"\npart = [{ field = "a", is = "b" }]\nnumerator = "A1"\ndenominator = "A2"\n',
        "ratio",
    ),
    "itself": ('confused_with = ["T1"]\n' + COUNT, "id"),
    "parts it is not broken down by": (COUNT + '[dimensions]\nby = ["a"]\nparts = "b"\n', "dimensions.parts"),
    "a theme nobody has": (COUNT.replace("[count]", 'front = 0\n[count]'), "front"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_figure_that_contradicts_itself_is_refused(name: str) -> None:
    body, key = BAD[name]

    with pytest.raises(BadRulebook) as refusal:
        BOOK.tried(Figure, "T1", HEAD.format(id="T1") + body)

    assert refusal.value.facts["key"] == key


def test_a_figure_has_the_name_of_its_file() -> None:
    text = HEAD.format(id="T1") + COUNT

    assert BOOK.tried(Figure, "T1", text).kind == "count"
    assert BOOK.tried(Figure, "T1-1", text).id == "T1"
    with pytest.raises(BadRulebook) as refusal:
        BOOK.tried(Figure, "T2", text)
    assert refusal.value.facts["key"] == "id"
