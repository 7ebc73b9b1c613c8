"""Whether sentences hold: both values and the difference are told where they do not."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.publishing.checking import Number, Said, Standing, check, printed, same_figures
from pinzhi.engine.publishing.texts import Reference
from pinzhi.engine.texts import Text


def counted(number: int) -> Standing:
    """A plain count that reads digits only."""

    def read(words: str) -> Said | None:
        return Said(int(words) == number, Fraction(int(words))) if words.isdecimal() else None

    return Standing(Text(str(number), str(number)), Fraction(number), None, read)


def look(reference: Reference) -> Standing:
    if reference.figure == "B99":
        return Standing(Text("", ""), None, Text("没有 B99 这个数字。", "There is no figure B99."), lambda words: None)
    if reference.figure == "A63":
        return Standing(Text("", ""), Fraction(1), Text("只供内部。", "For inside use."), lambda words: None)
    return counted(54)


def test_a_text_whose_words_hold_may_be_signed() -> None:
    checked = check("评出[[A21|54]]个，又是[[A21]]个。", "zh", look)

    assert checked.holds
    assert [(one.shown, one.own) for one in checked.verdicts] == [("54", "54"), ("54", "54")]


def test_a_sentence_that_does_not_hold_is_told_with_both_values_and_the_difference() -> None:
    checked = check("第一句[[A21|54]]。\n第二句[[A21|53]]个。", "zh", look)

    (failing,) = checked.failing
    assert (failing.outcome, failing.reference.line) == ("differs", 2)
    assert failing.text == Text(
        "A21 文中写“53”，记录得 54，少 1。", "A21: the text says “53”, the records give 54, 1 too few."
    )
    (block,) = checked.blocks
    assert [bool(one.failing) for one in block.sentences] == [False, True]
    assert not checked.holds


@pytest.mark.parametrize(
    ("text", "outcome"),
    [("[[A21|许多]]", "unread"), ("[[B99|5]]", "no-value"), ("[[A63|1]]", "refused"), ("![[B99]]", "no-value")],
)
def test_what_cannot_be_compared_does_not_hold(text: str, outcome: str) -> None:
    checked = check(text, "zh", look)

    assert [one.outcome for one in checked.failing] == [outcome]
    assert not checked.holds


def test_a_text_that_cannot_be_read_may_not_be_signed() -> None:
    assert not check("[[A21|54", "zh", look).holds


def test_the_difference_of_days_is_told_in_days() -> None:
    on = date(2024, 1, 1)
    standing = Standing(Text("2024年1月", "January 2024"), on, None, lambda words: Said(False, date(2024, 1, 4)))

    checked = check("[[C05|1月4日]]", "zh", lambda reference: standing)

    assert checked.failing[0].text == Text(
        "C05 文中写“1月4日”，记录得 2024年1月，晚 3 天。",
        "C05: the text says “1月4日”, the records give January 2024, 3 days late.",
    )


def test_the_difference_of_shares_is_told_in_points_of_a_hundred() -> None:
    standing = Standing(Text("88%", "88%"), Fraction(397, 450), None, lambda words: Said(False, Fraction(93, 100)))

    checked = check("[[A34|93%]]", "zh", lambda reference: standing)

    assert checked.failing[0].text == Text(
        "A34 文中写“93%”，记录得 88%，高 4.8 个百分点。",
        "A34: the text says “93%”, the records give 88%, 4.8 points too high.",
    )


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Fraction(1, 3), "1/3"),
        (Fraction(54), "54"),
        (Decimal("9795000.50"), "9795000.5"),
        (Fraction(-7, 4), "-1.75"),
        (date(2024, 1, 4), "2024-01-04"),
    ],
)
def test_numbers_are_printed_exactly(number: Number, text: str) -> None:
    assert printed(number) == text


@given(st.fractions(max_denominator=10_000))
def test_a_printed_number_is_the_same_number(number: Fraction) -> None:
    assert Fraction(printed(number)) == number


def test_a_headline_is_held_to_the_rule_of_sentences() -> None:
    checked = check("评出[[A21|54]]个。", "zh", look, ("七届评出[[A21|53]]个", "又[[A21]]"))

    assert [(one.place.zh, one.text.zh) for one in checked.failing if one.text] == [
        ("标题", "A21 文中写“53”，记录得 54，少 1。")
    ]
    assert [one.line for one in checked.faults] == [0]
    assert [bool(one.failing) for one in checked.headline] == [True, False]
    assert not checked.holds


def test_figures_that_stand_in_one_language_alone_are_found() -> None:
    chinese = check("[[A21]]", "zh", look, ("[[A20|54]]",))

    assert same_figures(chinese, check("[[A21]] [[A60]]", "en", look)) == (frozenset({"A20"}), frozenset({"A60"}))
