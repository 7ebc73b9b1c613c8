"""Judges' statistics: the worked numbers of the methods reference, section by section, and properties."""

from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinzhi.engine.assessment.judging.aggregation import METHODS, aggregate, rounded, trimmed_mean, weighted_total
from pinzhi.engine.assessment.judging.agreement import (
    alpha,
    beside_others,
    chi_square_p,
    concordance,
    intraclass,
    midranks,
    variances,
)
from pinzhi.engine.assessment.judging.duels import ballot_order, strengths
from pinzhi.engine.assessment.judging.line import sureness
from pinzhi.engine.assessment.judging.lot import commitment, draw_order
from pinzhi.engine.assessment.judging.marks import Mark, Marks, make_marks
from pinzhi.engine.assessment.judging.ranking import Key, Quota, choose, draw_line, order, ranks
from pinzhi.engine.assessment.judging.rasch import Rating, expected_category, fit_facets, probabilities
from pinzhi.engine.assessment.judging.sensitivity import (
    first_place_shares,
    leave_one_criterion_out,
    leave_one_judge_out,
    weight_range,
)
from pinzhi.engine.assessment.judging.severity import components, severity
from pinzhi.engine.errors import BadInput

FOUR_BY_THREE = [[85, 88, 80], [78, 82, 75], [92, 90, 88], [70, 78, 69]]
INCOMPLETE = [[79, 85, None], [None, 83, 89], [74, None, 86]]


def marks_of(table: list[list[Any]]) -> Marks:
    return make_marks(
        Mark(f"E{entry}", f"J{judge}", Decimal(str(score)))
        for entry, row in enumerate(table)
        for judge, score in enumerate(row)
        if score is not None
    )


def fractions(**values: object) -> dict[str, Fraction]:
    return {name: Fraction(str(value)) for name, value in values.items()}


# Methods reference, section 2.1: trimming one of each end, rounding half up once.
def test_a_trimmed_mean_drops_one_of_each_end() -> None:
    assert trimmed_mean([Decimal(mark) for mark in (92, 88, 85, 90, 79, 91, 87)]) == Fraction("88.2")
    assert trimmed_mean([Decimal(mark) for mark in (90, 90, 90, 60, 60)]) == 80
    assert trimmed_mean([Decimal(mark) for mark in (90, 60, 60)]) == 70


@pytest.mark.parametrize(("value", "expected"), [("88.125", "88.13"), ("-88.125", "-88.13"), ("88.124999", "88.12")])
def test_rounding_is_half_up(value: str, expected: str) -> None:
    assert rounded(Decimal(value), 2) == Decimal(expected)


def test_a_criterion_that_does_not_apply_leaves_the_mean_of_the_others() -> None:
    weights = {"a": Decimal("0.6"), "b": Decimal("0.4")}

    assert weighted_total({"a": Decimal(80), "b": Decimal(90)}, weights) == 84
    assert weighted_total({"a": Decimal(80), "b": None}, weights) == 80
    with pytest.raises(BadInput, match=r"judging\.weights\.sum"):
        weighted_total({"a": Decimal(80)}, {"a": Decimal("0.9")})


# Methods reference, section 2.2b: every judge is given the same distribution.
def test_quantiles_of_a_complete_panel() -> None:
    scores = [float(one.score) for one in aggregate(marks_of(FOUR_BY_THREE), "quantile").scores]

    assert scores == [84.33, 78.33, 90.0, 72.33]


# Methods reference, section 2.2c: severity out of incomplete panels.
def test_severity_turns_the_order_of_an_incomplete_round() -> None:
    found = severity(marks_of(INCOMPLETE))

    assert [round(judge.severity, 9) for judge in found.judges] == [-6, 0, 6]
    assert [(e.raw, round(e.adjusted, 9), e.raw_rank, e.rank) for e in found.entries] == [
        (82, 85, 2, 1),
        (86, 83, 1, 2),
        (80, 80, 3, 3),
    ]
    assert [one.score for one in aggregate(marks_of(INCOMPLETE), "severity").scores] == [85, 83, 80]


def test_severity_is_refused_across_parts_that_nothing_connects() -> None:
    marks = marks_of([[80, 81, None, None], [None, None, 90, 91]])

    assert components(marks) == ((("E0",), ("J0", "J1")), (("E1",), ("J2", "J3")))
    with pytest.raises(BadInput, match=r"judging\.not_connected"):
        severity(marks)


def test_severity_has_the_errors_of_least_squares() -> None:
    """Against the covariance of the full design with one column too many removed by the constraint."""
    table = [[70, 75, 72], [80, 88, 81], [60, None, 66], [None, 90, 85]]
    marks = marks_of(table)
    entry, judge, score = marks.places()
    rows = np.zeros((len(score) + 1, 7))
    rows[np.arange(len(score)), entry] = 1
    rows[np.arange(len(score)), 4 + judge] = 1
    rows[-1, 4:] = 1e6
    solution, *_ = np.linalg.lstsq(rows, np.r_[score, 0], rcond=None)
    variance = ((score - rows[:-1] @ solution) ** 2).sum() / (len(score) - 6)

    found = severity(marks)

    assert [one.severity for one in found.judges] == pytest.approx(solution[4:], abs=1e-6)
    errors = np.sqrt(variance * np.diag(np.linalg.inv(rows.T @ rows))[4:])
    assert [one.error for one in found.judges] == pytest.approx(errors, abs=1e-4)


def test_a_judge_who_cannot_be_standardised_is_named() -> None:
    with pytest.raises(BadInput, match=r"judging\.zscore\.few"):
        aggregate(marks_of(FOUR_BY_THREE), "zscore")
    with pytest.raises(BadInput, match=r"judging\.zscore\.same") as refused:
        aggregate(marks_of([[mark, 80] for mark in range(70, 75)]), "zscore")
    assert refused.value.facts["judge"] == "J1"


def test_zscores_are_in_units_of_each_judge() -> None:
    scores = [one.score for one in aggregate(marks_of([[m, 2 * m] for m in (1, 2, 3, 4, 5)]), "zscore").scores]

    assert scores == [Decimal(x) for x in ("-1.26", "-0.63", "0.00", "0.63", "1.26")]


# Methods reference, section 2.2d: the rating scale model.
def test_chances_of_the_rating_scale_model() -> None:
    chances = probabilities(1.0 - 0.2 + 0.3, (-1, 0, 1))

    assert [round(chance, 4) for chance in chances] == [0.0164, 0.1343, 0.4034, 0.4458]
    assert round(expected_category(1.1, (-1, 0, 1)), 4) == 2.2787


def test_facets_find_the_severe_judge_and_the_extreme_entry() -> None:
    chance = np.random.default_rng(1)
    ratings = [
        Rating(f"E{e:02}", f"C{c}", f"J{j}", int(chance.choice(4, p=probabilities(e / 8 - 1.5 - s, (-1, 0, 1)))))
        for e in range(24)
        for c in range(12)
        for j, s in enumerate((-0.8, 0.0, 0.8))
    ]
    ratings += [Rating("E99", "C0", f"J{judge}", 3) for judge in range(3)]

    found = fit_facets(ratings, 4)

    assert found.extreme == ("E99",)
    severities = [judge.severity for judge in found.judges]
    assert severities == sorted(severities)
    assert sum(severities) == pytest.approx(0, abs=1e-9)
    assert severities[2] - severities[0] == pytest.approx(1.6, abs=0.3)
    assert sum(found.thresholds) == pytest.approx(0, abs=1e-9)
    observed = sum(r.category for r in ratings if r.judge == "J0" and r.entry != "E99")
    ability, difficulty = dict(found.abilities), dict(found.difficulties)
    expected = sum(
        expected_category(ability[r.entry] - difficulty[r.criterion] - severities[0], found.thresholds)
        for r in ratings
        if r.judge == "J0" and r.entry != "E99"
    )
    assert expected == pytest.approx(observed, abs=1e-6)


# Methods reference, section 2.3: duels.
def test_strengths_from_duels() -> None:
    found = strengths([(pair[0], pair[1]) for pair in ["01", "01", "10", "02", "12", "21", "12", "20"]], "0123")

    assert [round(one.value, 4) for one in found.items] == [0.2911, 0, -0.2911]
    assert found.unranked == ("3",)
    assert found.made.warnings


def test_duels_that_do_not_link_are_refused() -> None:
    with pytest.raises(BadInput, match=r"judging\.duels\.not_linked"):
        strengths([("a", "b"), ("a", "b")])


# Methods reference, section 3.1: intraclass correlation.
def test_intraclass_correlation_of_a_complete_panel() -> None:
    found = intraclass(marks_of(FOUR_BY_THREE))

    assert found.mean_squares is not None
    assert found.single_interval is not None
    assert found.mean_interval is not None
    assert [round(x, 4) for x in found.mean_squares] == [174.0833, 42.25, 4.9167]
    assert [round(x, 4) for x in (found.single, found.mean, found.removed)] == [0.7983, 0.9223, 0.9718]
    assert [round(x, 4) for x in found.single_interval] == [0.1991, 0.9841]
    assert [round(x, 4) for x in found.mean_interval] == [0.4272, 0.9946]


def test_variances_of_a_complete_panel_are_those_of_its_mean_squares() -> None:
    """Where panels are complete REML and mean squares agree: (MSR - MSE) / k, (MSC - MSE) / n, MSE."""
    expected = (174.083333 - 4.916667) / 3, (42.25 - 4.916667) / 4, 4.916667

    assert variances(marks_of(FOUR_BY_THREE)) == pytest.approx(expected, rel=1e-4)


def test_the_reliability_of_incomplete_panels_counts_the_judges_an_entry_had() -> None:
    table: list[list[Any]] = [
        [mark if (e + j) % 3 else None for j, mark in enumerate(r)] for e, r in enumerate(FOUR_BY_THREE)
    ]

    found = intraclass(marks_of(table))

    between, judges, left = variances(marks_of(table))
    assert found.judges_each == pytest.approx(4 / (1 / 2 + 1 / 2 + 1 / 2 + 1 / 2))
    assert found.mean == pytest.approx(between / (between + (judges + left) / found.judges_each))
    assert found.single_interval is None


# Methods reference, section 3.2: Kendall's W with ties.
def test_concordance_with_ties() -> None:
    table = np.array([[5, 4, 5], [3, 3, 4], [4, 4, 4], [2, 3, 2]], dtype=float)

    found = concordance(table)

    assert [midranks(column).tolist() for column in table.T] == [[4, 2, 3, 1], [3.5, 1.5, 3.5, 1.5], [4, 2.5, 2.5, 1]]
    assert (round(found.w, 4), round(found.chi2, 4)) == (0.9012, 8.1111)
    assert round(chi_square_p(found, 4), 4) == 0.0438
    assert found.by_permutation
    assert 0 < found.p < 0.0438


def test_a_judge_without_an_order_is_named() -> None:
    with pytest.raises(BadInput) as refused:
        concordance(np.array([[5.0, 3.0], [5.0, 4.0]]))

    assert "judge 1" in refused.value.text.en


# Methods reference, section 3.3: Krippendorff's alpha.
def test_alpha_by_metric_and_with_gaps() -> None:
    gaps = np.array([[1, 1], [1, 2], [2, 2], [2, 2], [1, 1], [np.nan, 2]])

    assert alpha(gaps, "nominal") == pytest.approx(0.64)
    assert round(alpha(np.array(FOUR_BY_THREE, dtype=float)), 4) == 0.7536
    assert round(alpha(np.array(FOUR_BY_THREE, dtype=float), "ordinal"), 4) == 0.7676


def test_alpha_of_equal_values_is_undefined_and_not_one() -> None:
    with pytest.raises(BadInput, match=r"judging\.agreement\.undefined"):
        alpha(np.full((3, 3), 5.0))


def test_a_judge_is_compared_with_the_others_only() -> None:
    found = beside_others(marks_of([[1, 9, 5], [2, 7, 5], [3, 5, 4], [4, 3, 6]]))

    assert [one.judge for one in found] == ["J0", "J1", "J2"]
    assert found[0].correlation == pytest.approx(float(np.corrcoef([1, 2, 3, 4], [7, 6, 4.5, 4.5])[0, 1]))
    assert found[2].extreme_share == 0.25


# Methods reference, section 4.1: ranks, the boundary, quotas.
@pytest.mark.parametrize(
    ("method", "expected"),
    [("competition", [1, 2, 2, 4]), ("dense", [1, 2, 2, 3]), ("modified", [1, 3, 3, 4])],
)
def test_ranks_with_ties(method: Any, expected: list[int]) -> None:
    assert list(ranks(fractions(a=9, b=8, c=8, d=7), method).values()) == expected


@pytest.mark.parametrize(
    ("tie", "within", "tied", "vacant"),
    [
        ("stop", "a", "bc", 1),
        ("shrink", "a", "", 1),
        ("expand", "abc", "", 0),
        ("chain", "ac", "", 0),
        ("chain_then_lot", "ac", "", 0),
    ],
)
def test_a_tie_across_the_line(tie: Any, within: str, tied: str, vacant: int) -> None:
    chain = [Key("earlier awards", fractions(a=0, b=2, c=1, d=0), greatest_first=False)]

    line = draw_line(fractions(a=9, b=8, c=8, d=7), 2, tie=tie, chain=chain, seed="demo")

    assert ("".join(line.within), "".join(line.tied), line.vacant) == (within, tied, vacant)


def test_a_lot_settles_what_the_chain_leaves_equal() -> None:
    line = draw_line(fractions(**dict.fromkeys("ABCDE", 1)), 2, tie="chain_then_lot", seed="demo")

    assert line.within == draw_order("ABCDE", "demo")[:2]


def test_a_place_in_the_lot_does_not_change_when_others_drop_out() -> None:
    ids = [f"E{number:02}" for number in range(20)]
    everybody = [entry for (entry,) in order(dict.fromkeys(ids, Fraction(1)), seed="demo")]
    left = [one for one in everybody if one not in ("E03", "E11", "E17")]

    assert [entry for (entry,) in order(dict.fromkeys(left, Fraction(1)), seed="demo", among=ids)] == left


def test_places_stay_vacant_below_the_least_score() -> None:
    line = draw_line(fractions(a=90, b=70), 2, least=Fraction(80))

    assert (line.within, line.vacant) == (("a",), 1)


def test_quotas_within_quotas_say_who_was_displaced_by_what() -> None:
    scores = fractions(a=9, b=8, c=7, d=6, e=5)

    found = choose(scores, 3, [Quota("X", frozenset("abc"), at_most=2), Quota("E", frozenset("e"), at_least=1)])

    assert found is not None
    assert found.chosen == ("a", "b", "e")
    assert found.displaced == (("c", ""), ("d", "E"))
    assert choose(scores, 3, [Quota("X", frozenset("ab"), at_least=3)]) is None


def test_a_cap_says_what_would_let_in() -> None:
    found = choose(fractions(a=9, b=8, c=7, d=6), 2, [Quota("X", frozenset("abc"), at_most=1)])

    assert found is not None
    assert (found.chosen, found.displaced) == (("a", "d"), (("b", "X"),))
    assert found.reasons[0].en == "b would enter if the cap on X were 2."


@settings(max_examples=60, deadline=None)
@given(
    scores=st.lists(st.integers(0, 5), min_size=3, max_size=7),
    total=st.integers(1, 3),
    most=st.integers(0, 2),
    inside=st.integers(0, 127),
)
def test_a_choice_is_the_best_of_all_that_keep_the_quotas(
    scores: list[int], total: int, most: int, inside: int
) -> None:
    names = "abcdefg"[: len(scores)]
    members = frozenset(name for place, name in enumerate(names) if inside >> place & 1)

    found = choose({n: Fraction(s) for n, s in zip(names, scores, strict=True)}, total, [Quota("X", members, 0, most)])

    sums = [
        sum(s for s, taken in zip(scores, pick, strict=True) if taken)
        for pick in product((0, 1), repeat=len(scores))
        if sum(pick) == total and sum(taken for n, taken in zip(names, pick, strict=True) if n in members) <= most
    ]
    if not sums:
        assert found is None
        return
    assert found is not None
    assert sum(scores[names.index(name)] for name in found.chosen) == max(sums)


def test_ballots_by_schulze_keep_the_published_order() -> None:
    """The example of Schulze (2011, section 3, example 1): 21 ballots of four kinds."""
    kinds = [(8, "acdb"), (2, "badc"), (4, "cdba"), (4, "dbac"), (3, "dcba")]

    found = ballot_order([list(order) for times, order in kinds for _ in range(times)], "abcd")

    assert sorted(found.places, key=lambda item: found.places[item]) == list("dacb")
    assert sum(found.borda.values()) == 21 * 6


# Methods reference, section 4.2: how sure the line is.
def test_every_draw_of_a_small_panel_is_counted() -> None:
    found = sureness(marks_of([[88, 91, 86], [90, 84, 88], [85, 89, 87]]), 1, seed=1)

    assert [one.exact for one in found.entries] == [Fraction(35, 54), Fraction(8, 27), Fraction(1, 18)]
    assert (found.draws, found.error, found.contested) == (27, 0, ("E0", "E1", "E2"))


def test_draws_come_near_to_what_counting_gives() -> None:
    """Two panels of one judge set each would be counted apart; here a second panel makes draws necessary."""
    table: list[list[Any]] = [[88, 91, 86, None], [90, 84, 88, None], [85, 89, 87, None], [None, 1, 2, 3]]

    found = sureness(marks_of(table), 1, draws=20_000, seed=7)

    assert [one.exact for one in found.entries] == [None] * 4
    assert [one.share for one in found.entries] == pytest.approx([35 / 54, 8 / 27, 1 / 18, 0], abs=4 * found.error)
    assert found == sureness(marks_of(table), 1, draws=20_000, seed=7)
    assert sum(one.share for one in found.entries) == pytest.approx(1)


# Methods reference, section 4.3: what weight turns the order.
def test_the_weights_under_which_the_leader_stays_first() -> None:
    scores = {"A": fractions(x=80, y=90), "B": fractions(x=85, y=80)}
    weights = fractions(x="0.6", y="0.4")

    found = weight_range(scores, weights, "x")

    assert (found.leader, found.lowest, found.highest) == ("A", 0, Fraction(2, 3))
    assert [(one.what, one.enters) for one in leave_one_criterion_out(scores, weights, 1)] == [("x", ()), ("y", ("B",))]
    shares = first_place_shares(scores, "xy", draws=20_000, seed=1)
    assert shares["A"] == pytest.approx(2 / 3, abs=0.015)


def test_a_judge_left_out_shows_who_enters_and_leaves() -> None:
    marks = marks_of([[90, 60, 60], [65, 66, 67]])

    def scored(some: Marks) -> dict[str, Fraction]:
        return {one.entry: one.exact for one in aggregate(some, "mean").scores}

    assert [(c.what, c.enters, c.leaves) for c in leave_one_judge_out(marks, 1, scored)] == [
        ("J0", ("E1",), ("E0",)),
        ("J1", (), ()),
        ("J2", (), ()),
    ]


# Methods reference, section 5.4: the public lot.
def test_the_lot_that_anybody_can_draw_again() -> None:
    assert draw_order("ABCDE", "demo") == tuple("CEDBA")
    assert draw_order("EDCBA", "demo") == tuple("CEDBA")
    assert commitment("demo") == "2a97516c354b68848cdbd8f54a226a0a55b21ed138e207ad6c5cbb9c00aa5aea"


def test_every_order_of_a_lot_is_about_as_likely() -> None:
    orders = [draw_order("ABC", str(seed)) for seed in range(6_000)]

    counts = [orders.count(order) for order in set(orders)]
    assert len(counts) == 6
    assert all(abs(count - 1_000) < 150 for count in counts)


@pytest.mark.parametrize("method", METHODS)
def test_the_order_of_marks_changes_nothing(method: str) -> None:
    table = [[70 + (7 * e + 3 * j) % 11 for j in range(5)] for e in range(6)]
    marks = marks_of(table)

    assert aggregate(make_marks(reversed(marks.marks)), method) == aggregate(marks, method)


@given(st.lists(st.lists(st.integers(0, 100), min_size=6, max_size=6), min_size=2, max_size=5))
@settings(max_examples=60, deadline=None)
def test_a_combined_score_stays_within_its_marks(table: list[list[int]]) -> None:
    for method in ("trimmed_mean", "mean", "median"):
        for one, row in zip(aggregate(marks_of(table), method, digits=9).scores, table, strict=True):
            assert min(row) <= one.score <= max(row)


@given(st.lists(st.lists(st.integers(0, 20), min_size=3, max_size=3), min_size=3, max_size=6))
@settings(max_examples=60, deadline=None)
def test_severity_does_not_care_for_what_a_judge_adds_to_all(table: list[list[int]]) -> None:
    stricter = [[first - 5, *rest] for first, *rest in table]

    before, after = severity(marks_of(table)), severity(marks_of(stricter))

    assert [e.rank for e in after.entries] == [e.rank for e in before.entries]
    assert after.judges[0].severity == pytest.approx(before.judges[0].severity - 10 / 3, abs=1e-9)


def test_a_mark_given_twice_or_no_mark_at_all_is_refused() -> None:
    with pytest.raises(BadInput, match=r"judging\.mark\.doubled"):
        make_marks([Mark("E", "J", Decimal(1))] * 2)
    with pytest.raises(BadInput, match=r"judging\.mark\.none"):
        make_marks([])
