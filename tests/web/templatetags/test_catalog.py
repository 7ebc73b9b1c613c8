"""Tags of the catalogue's pages."""

from datetime import date

import pytest
from django.template import TemplateSyntaxError
from django.utils.translation import override

from pinzhi.engine.texts import Text
from pinzhi.records.catalog.queries.shapes import Coded, Day, Ref, State
from pinzhi.web.templatetags.catalog import as_printed, in_language, show, thousands, titled, tn


def test_traceable_number_leads_to_its_records_and_says_so() -> None:
    made = tn(12667, to="/tables/certificates", words="张有效证书", on=date(2024, 1, 4), figure="A60")

    assert made == (
        '<a class="tn" href="/tables/certificates" data-f="A60"'
        ' aria-label="12,667 张有效证书，截至 2024-01-04，看来历">12,667</a>'
    )


@pytest.mark.parametrize("target", ["", "nowhere", "javascript:alert(1)"])
def test_number_without_records_is_refused(target: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        tn(54, to=target)


def test_text_is_shown_in_the_language_of_the_page() -> None:
    with override("en"):
        assert in_language(Text("标准", "Standard")) == "Standard"
        assert show(Text("标准", "")) == '<span lang="zh-Hans">标准</span>'
    assert show(Text("标准", "Standard")) == "标准"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        ("", ""),
        (0, "0"),
        (12667, "12,667"),
        ("<b>", "&lt;b&gt;"),
        (date(2024, 1, 4), '<span class="nb num">2024-01-04</span>'),
        (Day(date(2015, 6, 1), "m"), '<span class="nb num">2015-06</span>'),
        (Day(None), ""),
        (State("active", Text("有效", "Valid"), "ok"), '<span class="st ok">有效</span>'),
        ((Coded("a", Text("甲", "A")), Coded("b", Text("乙", "B"))), "甲、乙"),
        (Ref("place", "370212", Text("崂山区", "Laoshan")), '<a href="/places/370212">崂山区</a>'),
        (Ref("standard", "", Text("GB 1—1990", "")), '<span class="nb">GB 1—1990</span>'),
    ],
)
def test_value_of_any_kind_is_shown(value: object, shown: str) -> None:
    assert show(value) == shown


def test_title_of_a_standard_has_a_full_blank_between_its_parts() -> None:
    assert titled(Text("质量管理体系 要求", "")) == "质量管理体系　要求"
    assert titled(Text("电工术语 IEC 词汇", "")) == "电工术语 IEC 词汇"


def test_numbers_are_printed_as_official_texts_print_them() -> None:
    assert (as_printed("GB/T 19001-2016"), thousands(1_000_000)) == ("GB/T 19001—2016", "1,000,000")
