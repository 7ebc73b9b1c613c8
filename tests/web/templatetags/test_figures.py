"""The traceable number: a link with its day, its reason where there is none, and never a number without a figure."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils.translation import override

from pinzhi.engine.texts import Text
from tests.web.test_figures import value_of

PAGE = "{% load figures %}{% traced value %}{% traced_codes %}"


def _shown(value: Any, template: str = "{% load figures %}{% traced value %}") -> str:
    return Template(template).render(Context({"value": value, "request": RequestFactory().get("/")}))


def test_value_is_a_link_that_says_its_day() -> None:
    assert _shown(value_of(Decimal(54))) == (
        '<a class="tn" href="/figures/A21?on=2023-12-31" data-f="A21"'
        ' aria-label="54 个单位，截至 2023-12-31，看来历">54</a>'
    )


@pytest.mark.parametrize("number", [54, "54", Decimal(54), Fraction(1, 3), None, ""])
def test_number_without_a_figure_is_refused(number: Any) -> None:
    with pytest.raises(TemplateSyntaxError):
        _shown(number)


def test_reason_is_a_link_too_and_no_zero() -> None:
    shown = _shown(value_of(None, problem=Text("没有记录，算不出来。", "There are no records.")))

    assert 'class="tn none"' in shown
    assert ">没有记录，算不出来。</a>" in shown


def test_rounding_words_stay_inside_the_link() -> None:
    assert _shown(value_of(Decimal(1237), "over", "1200余")).endswith(">1200余</a>")


def test_paper_lists_the_codes_with_value_day_and_hash() -> None:
    shown = _shown(value_of(Decimal(54)), PAGE)

    assert "〔A21〕" in shown
    assert "<td" in shown
    assert "d" * 12 in shown
    assert "paper-only" in shown


def test_page_without_figures_lists_no_codes() -> None:
    assert "paper-only" not in _shown(None, "{% load figures %}{% traced_codes %}")


def test_accessible_name_in_english() -> None:
    with override("en"):
        assert 'aria-label="54 organisations, ' in _shown(value_of(Decimal(54)))
