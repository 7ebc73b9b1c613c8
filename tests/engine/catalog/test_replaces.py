"""Who replaces whom."""

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.catalog.replaces import Edge, chain, closing_cycle, successors, superseded_on

PAIRS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=25)


def test_closing_cycle_names_the_way_round() -> None:
    assert closing_cycle({"B": ["A"], "C": ["B"]}, "A", "C") == ("A", "C", "B", "A")
    assert closing_cycle({"B": ["A"], "C": ["B"]}, "C", "A") is None
    assert closing_cycle({}, "A", "A") == ("A", "A")


@given(PAIRS)
def test_a_graph_grown_through_closing_cycle_has_an_order(pairs: list[tuple[int, int]]) -> None:
    olds: dict[int, list[int]] = {}
    edges = []
    for new, old in pairs:
        cycle = closing_cycle(olds, new, old)
        if cycle is None:
            olds.setdefault(new, []).append(old)
            edges.append(Edge(new, old))
        else:
            assert cycle[0] == cycle[-1] == new
            assert all(older in olds.get(newer, []) for newer, older in pairwise(cycle[1:]))

    line = chain(edges, 0, {})

    assert len(set(line)) == len(line)
    assert all(line.index(e.old) < line.index(e.new) for e in edges if e.old in line and e.new in line)


def test_successors_follow_full_replacements_in_force() -> None:
    edges = [
        Edge("GB/T 19580-2012", "GB/T 19580-2004", effective_on=date(2012, 8, 1)),
        Edge("GB/T 19580-2026", "GB/T 19580-2012", effective_on=date(2026, 1, 1)),
    ]

    assert successors(edges, "GB/T 19580-2004", date(2012, 7, 31)) == ()
    assert successors(edges, "GB/T 19580-2004", date(2012, 8, 1)) == ("GB/T 19580-2012",)
    assert successors(edges, "GB/T 19580-2004", date(2026, 1, 1)) == ("GB/T 19580-2026",)


def test_successors_of_a_partly_replaced_standard_are_none() -> None:
    assert successors([Edge("B", "A", partial=True)], "A", date(2024, 1, 4)) == ()


def test_successors_may_be_several_across_prefixes() -> None:
    edges = [Edge("HJ 212-2017", "HJ/T 212-2005"), Edge("HJ 999-2017", "HJ/T 212-2005")]

    assert set(successors(edges, "HJ/T 212-2005", date(2024, 1, 4))) == {"HJ 212-2017", "HJ 999-2017"}


def test_chain_is_one_line_through_time_without_siblings() -> None:
    edges = [Edge("D", "C"), Edge("C", "A"), Edge("C", "B"), Edge("X", "A")]
    days = {"A": date(1994, 1, 1), "B": date(1990, 1, 1), "C": date(2008, 1, 1), "D": date(2016, 1, 1)}

    assert chain(edges, "C", days) == ("B", "A", "C", "D")
    assert chain(edges, "B", days) == ("B", "C", "D")
    assert chain([], "A", {}) == ("A",)


def test_chain_of_contradicting_records_still_ends() -> None:
    assert chain([Edge("A", "B"), Edge("B", "A")], "A", {}) == ("A", "B")


def test_superseded_on_is_the_first_day_of_a_full_successor() -> None:
    edges = [Edge("B", "A"), Edge("C", "A", effective_on=date(2011, 1, 1)), Edge("D", "A", partial=True)]
    days = {"B": date(2012, 8, 1), "C": date(2013, 1, 1), "D": date(2005, 1, 1)}

    assert superseded_on(edges, "A", days) == date(2011, 1, 1)
    assert superseded_on(edges[2:], "A", days) is None
    assert superseded_on([Edge("B", "A")], "A", {"B": None}) is None
