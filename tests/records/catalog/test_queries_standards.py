"""The page of a standard: its chain, its status on a day, who drafted it, who is certified to it."""

from datetime import date
from typing import Any

import pytest

from pinzhi.engine.errors import NotFound
from pinzhi.records.accounts.permissions import ANONYMOUS
from pinzhi.records.catalog.queries.standards import StandardPage, canonical_for, standard_page
from tests.build import make_actor
from tests.build_catalog import (
    TODAY,
    make_capability,
    make_certificate,
    make_chain,
    make_drafting,
    make_institution,
    make_organisation,
    make_standard,
    replace_standard,
)

pytestmark = pytest.mark.django_db


def _page(number: str, on: date = TODAY) -> StandardPage:
    return standard_page(number, on=on, actor=ANONYMOUS)


def _editions(page: StandardPage) -> list[tuple[str, str]]:
    return [(one.standard.title.zh, one.state.code if one.state else "?") for one in page.editions]


def test_chain_follows_replacements_across_prefixes_from_the_oldest() -> None:
    make_chain()

    assert _editions(_page("GB/T 19001-2008")) == [
        ("GB/T 10300.2—1988", "replaced"),
        ("GB/T 19001—1994", "replaced"),
        ("GB/T 19001—2008", "replaced"),
        ("GB/T 19001—2016", "current"),
    ]


def test_replaced_edition_names_the_one_in_force() -> None:
    make_chain()

    assert [one.key for one in _page("GB/T 10300.2-1988").successors] == ["GB/T 19001-2016"]
    assert _page("GB/T 19001-2016").successors == ()


def test_status_and_successor_are_those_of_the_day_asked() -> None:
    make_chain()

    before = _page("GB/T 19001-2008", on=date(2017, 6, 30))
    after = _page("GB/T 19001-2008", on=date(2017, 7, 1))

    assert (before.state.code, before.successors) == ("current", ())
    assert (after.state.code, [one.key for one in after.successors]) == ("replaced", ["GB/T 19001-2016"])


def test_partly_replaced_standard_stays_current_and_is_marked_as_such() -> None:
    old = make_standard("GB/T 700-1988", effective_on=date(1989, 1, 1))
    new = make_standard("GB/T 701-2008", effective_on=date(2009, 1, 1))
    replace_standard(new, old, partial=True)

    page = _page("GB/T 700-1988")

    assert (page.state.code, page.successors) == ("current", ())
    assert [(one.replaces, one.replaces_partly) for one in page.editions] == [((), ()), ((), ("GB/T 700-1988",))]


def test_number_that_the_catalogue_has_not_stands_in_the_chain_without_a_page() -> None:
    new = make_standard("GB/T 3100-1993", effective_on=date(1994, 7, 1))
    replace_standard(new, "GB 3100-1986")

    first, second = _page("GB/T 3100-1993").editions

    assert (first.standard.key, first.standard.title.zh, first.state) == ("", "GB 3100—1986", None)
    assert second.is_this


def test_editions_of_a_family_belong_together_without_an_edge() -> None:
    make_standard("GB/T 19004-2011", effective_on=date(2012, 2, 1))
    make_standard("GB/T 19004-2020", effective_on=date(2021, 6, 1))

    assert [one.key for one in _page("GB/T 19004-2020").editions] == ["GB/T 19004-2011", "GB/T 19004-2020"]


def test_cycle_in_old_records_does_not_hold_up_the_page() -> None:
    one, other = make_standard("GB/T 1-2000"), make_standard("GB/T 2-2000")
    replace_standard(one, other)
    replace_standard(other, one)

    assert len(_page("GB/T 1-2000").editions) == 2


def test_certificates_count_when_valid_and_holders_once() -> None:
    standard = make_chain()[-1]
    first = make_organisation()
    second = make_organisation("青岛示例电气有限公司", "91370214MA00000589", district="370214")
    for number in range(3):
        make_certificate(first, f"Q{number}", standard=standard, standard_number=standard.canonical)
    make_certificate(second, "Q3", standard=standard)
    make_certificate(second, "Q4", standard=standard, state="suspended", state_on=date(2023, 1, 1))
    make_certificate(second, "Q5", standard=standard, expires_on=date(2024, 1, 3))

    page = _page("GB/T 19001-2016")

    assert (page.certificates, page.holders) == (4, 2)
    assert [(one.district and one.district.title.zh, one.certificates, one.holders) for one in page.districts] == [
        ("崂山区", 3, 1),
        ("城阳区", 1, 1),
    ]


def test_merged_district_counts_under_the_one_it_became() -> None:
    standard = make_standard("GB/T 19001-2016")
    make_certificate(make_organisation(district="370282"), "Q0", standard=standard)

    (only,) = _page("GB/T 19001-2016").districts

    assert only.district
    assert only.district.key == "370215"


def test_schemes_tell_how_many_certificates_still_name_an_earlier_edition() -> None:
    editions = make_chain()
    holder = make_organisation()
    make_certificate(holder, "Q1", standard=editions[-1])
    make_certificate(holder, "Q2", standard=editions[-2])

    counts = {one.scheme.code: (one.certificates, one.older_editions) for one in _page("GB/T 19001-2016").schemes}

    assert counts == {"qms": (1, 1), "qms-construction": (0, 0)}


def test_local_drafters_keep_their_place_in_the_order() -> None:
    standard = make_standard("GB/T 19001-2016")
    make_drafting(standard, 1)
    make_drafting(standard, 2, make_organisation("北京示例研究院", "91110000600037341L", district="110105"))
    make_drafting(standard, 3, make_organisation())

    page = _page("GB/T 19001-2016")

    assert [(one.rank, one.of, one.is_local) for one in page.drafters] == [(1, 3, False), (2, 3, False), (3, 3, True)]
    assert [one.name for one in page.local_drafters] == ["青岛澄海精工有限公司"]


def test_institution_that_is_not_listed_is_shown_to_officers_and_its_own_only() -> None:
    standard = make_standard("GB/T 700-2006")
    hidden = make_organisation("示例检测甲", "12370200MA0000031D")
    make_capability(make_institution(hidden, "applied"), "拉伸", standard=standard, standard_number=standard.canonical)
    officer = make_actor("city_officer")
    own = make_actor("institution", organisation_code=hidden.code)
    other = make_actor("institution", organisation_code="91370214MA00000589")

    seen = [
        standard_page("GB/T 700-2006", on=TODAY, actor=actor).testing_total
        for actor in (ANONYMOUS, other, own, officer)
    ]

    assert seen == [0, 0, 1, 1]


def test_adopted_standard_leads_to_its_page_where_there_is_one() -> None:
    make_standard("GB/T 19001-2016", adopts="ISO 9001:2015", adoption="IDT")

    without = _page("GB/T 19001-2016").adopts
    make_standard("ISO 9001:2015", "")
    within = _page("GB/T 19001-2016").adopts

    assert without
    assert (without.key, without.title.zh) == ("", "ISO 9001:2015")
    assert within
    assert within.key == "ISO 9001:2015"


@pytest.mark.parametrize(
    ("spelling", "canonical"),
    [
        ("gb/t19001—2016", "GB/T 19001-2016"),
        ("GB/T 19001", "GB/T 19001-2016"),
        ("ＧＢ／Ｔ　10300.2-88", "GB/T 10300.2-1988"),
    ],
)
def test_other_spelling_leads_to_the_canonical_number(spelling: str, canonical: str) -> None:
    make_chain()

    assert canonical_for(spelling, on=TODAY) == canonical


@pytest.mark.parametrize("nonsense", ["", "没有数字", "GB/T 404040-2020", "x" * 500 + "1", "\x00 1"])
def test_number_nobody_has_is_not_found(nonsense: str) -> None:
    with pytest.raises(NotFound):
        canonical_for(nonsense, on=TODAY)


@pytest.mark.parametrize("items", [1, 3])
def test_page_of_a_standard_takes_the_same_statements_whatever_its_length(
    items: int, django_assert_num_queries: Any
) -> None:
    standard = make_chain()[-1]
    for number in range(items):
        organisation = make_organisation(f"青岛示例{number}号有限公司", f"TMP-00000000000{number}")
        make_certificate(organisation, f"Q{number}", standard=standard)
        make_drafting(standard, number + 1, organisation)
        institution = make_institution(organisation)
        make_capability(institution, "检测", standard=standard, standard_number=standard.canonical)

    with django_assert_num_queries(9):
        page = _page("GB/T 19001-2016")

    assert (page.certificates, len(page.drafters), len(page.testing)) == (items, items, items)
