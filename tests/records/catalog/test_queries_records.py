"""Pages of institutions, certificates, places, documents and products."""

from datetime import date
from typing import Any

import pytest

from pinzhi.engine.errors import NotFound
from pinzhi.records.accounts.permissions import ANONYMOUS, SYSTEM
from pinzhi.records.catalog.queries.certificates import certificate_page
from pinzhi.records.catalog.queries.documents import document_page
from pinzhi.records.catalog.queries.institutions import Wanted, institution_page
from pinzhi.records.catalog.queries.places import current_district, place_page
from pinzhi.records.catalog.queries.products import product_page
from pinzhi.records.catalog.queries.visible import institutions_visible_to
from tests.build import make_actor
from tests.build_catalog import (
    TODAY,
    make_capability,
    make_certificate,
    make_document,
    make_institution,
    make_organisation,
    make_place,
    make_product,
    make_standard,
)

pytestmark = pytest.mark.django_db
CODE = "91370212MA0000015Y"


@pytest.mark.parametrize("state", ["applied", "verified", "suspended", "delisted"])
def test_institution_that_is_not_listed_is_unknown_to_the_public(state: str) -> None:
    make_institution(make_organisation(), state)

    with pytest.raises(NotFound):
        institution_page(CODE, on=TODAY, actor=ANONYMOUS)

    assert institution_page(CODE, on=TODAY, actor=SYSTEM).state.code == state


def test_who_sees_institutions_that_are_not_listed() -> None:
    make_institution(make_organisation(), "applied")
    seeing = {
        "citizen": make_actor("citizen"),
        "supervisor": make_actor("supervisor"),
        "expert": make_actor("expert"),
        "officer elsewhere": make_actor("district_officer", district="370213"),
        "officer here": make_actor("district_officer", district="370212"),
        "city officer": make_actor("city_officer"),
        "operator": make_actor("operator"),
        "own": make_actor("institution", organisation_code=CODE),
    }

    counts = {who: institutions_visible_to(actor).count() for who, actor in seeing.items()}

    assert counts == {
        "citizen": 0,
        "supervisor": 0,
        "expert": 0,
        "officer elsewhere": 0,
        "officer here": 1,
        "city officer": 1,
        "operator": 1,
        "own": 1,
    }


def test_capabilities_are_narrowed_by_category_and_text() -> None:
    institution = make_institution(make_organisation())
    make_capability(institution, "拉伸", standard_number="GB/T 228.1-2021")
    make_capability(institution, "弯曲", standard_number="GB/T 232-2010")
    make_capability(institution, "卡尺校准", category="metrology")

    def found(**wanted: Any) -> list[str]:
        page = institution_page(CODE, on=TODAY, actor=ANONYMOUS, wanted=Wanted(**wanted))
        return [one.scope.zh for one in page.capabilities]

    assert found(category="metrology") == ["卡尺校准"]
    assert found(text="228") == ["拉伸"]
    assert found(text="没有") == []
    assert len(found()) == 3


def test_approval_past_its_last_day_is_expired() -> None:
    institution = make_institution(make_organisation())
    make_capability(institution, "a", valid_to=date(2024, 1, 4))
    make_capability(institution, "b", valid_to=date(2024, 1, 3))

    page = institution_page(CODE, on=TODAY, actor=ANONYMOUS)

    assert [one.state.code for one in page.capabilities] == ["active", "expired"]


@pytest.mark.parametrize("items", [1, 3])
def test_page_of_an_institution_takes_four_statements(items: int, django_assert_num_queries: Any) -> None:
    institution = make_institution(make_organisation())
    for number in range(items):
        make_capability(institution, f"项目{number}", standard=make_standard(f"GB/T {number}-2020"))

    with django_assert_num_queries(4):
        page = institution_page(CODE, on=TODAY, actor=ANONYMOUS)

    assert (page.found, page.total, len(page.capabilities)) == (items, items, items)


def test_certificate_on_its_last_day_is_still_valid() -> None:
    make_certificate(make_organisation(), "Q1", expires_on=TODAY)

    today, tomorrow = certificate_page("Q1", on=TODAY), certificate_page("Q1", on=date(2024, 1, 5))

    assert (today.state.code, today.days_left) == ("active", 0)
    assert tomorrow.state.code == "expired"


def test_number_of_a_certificate_says_its_body_year_and_cycle() -> None:
    holder = make_organisation()
    make_certificate(holder, "03410Q10286R0S")
    make_certificate(holder, "EU-99/a")

    parts = certificate_page("03410Q10286R0S", on=TODAY).parts

    assert parts
    assert (parts.body, parts.year, parts.cycle, parts.size) == ("034", 2010, 0, "S")
    assert certificate_page("EU-99/a", on=TODAY).parts is None


@pytest.mark.parametrize("items", [1, 3])
def test_page_of_a_certificate_takes_three_statements(items: int, django_assert_num_queries: Any) -> None:
    holder = make_organisation()
    make_certificate(holder, "Q")
    for number in range(items):
        make_certificate(holder, f"Q{number}", standard=make_standard(f"GB/T {number}-2020"))

    with django_assert_num_queries(3):  # the certificate, its past states, the holder's others
        page = certificate_page("Q", on=TODAY)

    assert len(page.others) == items


def test_district_counts_its_organisations_certificates_and_places() -> None:
    make_place("370215", "district", "即墨区", district="370215")
    make_place("jimo-1", "station", "即墨驿站", district="370215")
    make_place("laoshan-1", "station", "崂山驿站", district="370212")
    holder = make_organisation(district="370282")  # the code of the county-level city that became the district
    make_organisation("青岛已注销有限公司", "91370214MA00000589", district="370215", state="deregistered")
    make_certificate(holder, "Q1")
    make_certificate(holder, "Q2", scheme="ems")

    page = place_page("370215", on=TODAY)

    assert (page.organisations, page.certificates, page.holders) == (1, 2, 1)
    assert [one.place.key for one in page.around] == ["jimo-1"]


def test_station_shows_the_others_of_its_district() -> None:
    make_place("a", "station", "甲驿站", district="370213", services="metrology;training")
    make_place("b", "centre", "乙中心", district="370213")
    make_place("c", "park", "丙园区", district="370213")

    page = place_page("a", on=TODAY)

    assert [one.place.key for one in page.around] == ["b"]
    assert [one.code for one in page.services] == ["metrology", "training"]
    assert (page.organisations, page.state and page.state.code) == (None, "open")


@pytest.mark.parametrize(
    ("opened", "closed", "state"),
    [(None, None, "open"), (date(2024, 1, 5), None, "coming"), (None, date(2024, 1, 4), "closed")],
)
def test_station_is_open_on_the_day_or_not(opened: date | None, closed: date | None, state: str) -> None:
    make_place("a", "station", "甲驿站", district="370213", opened_on=opened, closed_on=closed)

    page = place_page("a", on=TODAY)

    assert page.state
    assert page.state.code == state


def test_merged_district_has_become_another() -> None:
    assert current_district("370282", on=TODAY) == "370215"
    with pytest.raises(NotFound):
        current_district("370299", on=TODAY)


@pytest.mark.parametrize(
    ("on", "state", "left"),
    [
        (date(2023, 12, 31), "coming", 4),
        (date(2024, 1, 2), "open", 2),
        (date(2024, 1, 4), "last_day", 0),
        (date(2024, 1, 5), "closed", None),
    ],
)
def test_notice_can_be_answered_until_its_last_day(on: date, state: str, left: int | None) -> None:
    make_document("n", "notice", "公示", issued_on=date(2024, 1, 1), closes_on=date(2024, 1, 4))

    page = document_page("n", on=on)

    assert (page.state and page.state.code, page.days_left) == (state, left)


def test_document_lists_the_newest_others_of_its_kind() -> None:
    make_document("a", "policy", "甲", issued_on=date(2023, 1, 1))
    make_document("b", "policy", "乙", issued_on=date(2023, 6, 1))
    make_document("c", "policy", "丙")
    make_document("d", "call", "丁", issued_on=date(2023, 7, 1))

    assert [one.document.key for one in document_page("a", on=TODAY).others] == ["b", "c"]


def test_product_shows_the_certificates_that_name_it() -> None:
    maker = make_organisation()
    product = make_product(maker, model="ZR-20")
    make_product(maker, "行星齿轮箱")
    make_certificate(maker, "P1", product=product, scheme="voluntary-product")
    make_certificate(maker, "Q1")

    page = product_page(product.pk, on=TODAY)

    assert [one.certificate.key for one in page.certificates] == ["P1"]
    assert [one.title.zh for one in page.others] == ["行星齿轮箱"]


@pytest.mark.parametrize("product_id", [0, 2**63 - 1, 2**63, 10**40])
def test_product_that_is_not_there_is_not_found(product_id: int) -> None:
    with pytest.raises(NotFound):
        product_page(product_id, on=TODAY)
