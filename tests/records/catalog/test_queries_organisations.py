"""The page of an organisation: what it holds, has won and helped to draft, and what happened to it."""

from datetime import date
from typing import Any

import pytest

from pinzhi.engine.errors import NotFound
from pinzhi.records.accounts.permissions import ANONYMOUS
from pinzhi.records.catalog import models
from pinzhi.records.catalog.queries.organisations import OrganisationPage, code_for, organisation_page
from tests.build_catalog import (
    RECORDED,
    TODAY,
    make_certificate,
    make_drafting,
    make_honour,
    make_institution,
    make_organisation,
    make_product,
    make_standard,
)

pytestmark = pytest.mark.django_db
CODE = "91370212MA0000015Y"


def _page(on: date = TODAY) -> OrganisationPage:
    return organisation_page(CODE, on=on, actor=ANONYMOUS)


def test_headline_counts_leave_out_what_is_not_yet_or_no_longer() -> None:
    holder = make_organisation()
    make_certificate(holder, "valid")
    make_certificate(holder, "soon", expires_on=date(2024, 3, 17))
    make_certificate(holder, "expired", expires_on=date(2024, 1, 3))
    make_honour("won", organisation=holder)
    make_honour("on-notice", organisation=holder, state="notice")
    for rank, number in ((1, "JB/T 1-2022"), (4, "GB/T 3-2024")):
        make_drafting(make_standard(number), rank, holder)

    page = _page()

    assert (page.certificates_valid, page.certificates_expiring, page.honours_won) == (2, 1, 1)
    assert (len(page.standards), page.standards_led, page.standards_joined) == (2, 1, 1)


def test_valid_certificate_whose_audit_is_late_is_overdue() -> None:
    make_certificate(make_organisation(), "Q1", last_audit_on=date(2022, 12, 1))

    (row,) = _page().certificates

    assert (row.state.code, row.due_on, row.overdue) == ("active", date(2023, 12, 1), True)


def test_audit_after_the_last_day_is_not_due() -> None:
    make_certificate(make_organisation(), "Q1", expires_on=date(2024, 3, 17), last_audit_on=date(2023, 4, 20))

    (row,) = _page().certificates

    assert (row.due_on, row.overdue, row.expires_soon) == (None, False, True)


def test_certificate_of_a_list_of_names_is_never_called_overdue() -> None:
    make_certificate(
        make_organisation(),
        "T1",
        scheme="taishan-quality",
        issued_on=date(2019, 1, 1),
        expires_on=None,
        last_audit_on=None,
    )

    (row,) = _page().certificates

    assert (row.state.code, row.due_on, row.overdue) == ("active", None, False)
    assert (row.issued.on, row.issued.precision) == (date(2019, 1, 1), "y")


def test_valid_certificates_come_before_those_that_ended() -> None:
    holder = make_organisation()
    make_certificate(holder, "ended", expires_on=date(2023, 1, 1))
    make_certificate(holder, "later", expires_on=date(2026, 1, 1))
    make_certificate(holder, "sooner", expires_on=date(2024, 6, 1))

    assert [one.certificate.key for one in _page().certificates] == ["sooner", "later", "ended"]


def test_drafted_standard_tells_the_place_and_the_length_of_the_order() -> None:
    holder, standard = make_organisation(), make_standard("GB/T 3-2010")
    make_drafting(standard, 1)
    make_drafting(standard, 2, holder)
    make_drafting(standard, 3)

    (row,) = _page().standards

    assert (row.rank, row.of) == (2, 3)


def test_events_are_told_until_the_day_asked_the_latest_first() -> None:
    holder = make_organisation(established_on=date(2008, 5, 12))
    make_certificate(holder, "Q1", issued_on=date(2020, 12, 31), expires_on=date(2024, 1, 1), last_audit_on=None)
    make_honour("h", organisation=holder)

    def told(on: date) -> list[str]:
        return [event.what for event in _page(on).events]

    assert told(TODAY) == ["certificate_expired", "honoured", "certified", "established"]
    assert told(date(2021, 6, 1)) == ["certified", "established"]


def test_former_names_are_dated_where_the_history_knows_when() -> None:
    holder = make_organisation(former_names="青岛澄海减速机厂;青岛老名字")
    models.OrganisationPast.objects.create(
        subject_id=holder.pk,
        code=CODE,
        name="青岛澄海减速机厂",
        valid_to=date(2015, 3, 1),
        recorded_at=RECORDED,
    )

    assert [(one.name, one.until) for one in _page().names] == [
        ("青岛澄海减速机厂", date(2015, 3, 1)),
        ("青岛老名字", None),
    ]


def test_institution_is_linked_when_it_may_be_seen() -> None:
    holder = make_organisation()
    institution = make_institution(holder, "applied")

    hidden = _page().institution
    institution.state = "listed"
    institution.save()

    assert hidden is None
    assert _page().institution is not None


def test_website_that_is_no_web_address_is_not_linked() -> None:
    make_organisation(website="javascript:alert(1)")

    assert _page().website == ""


def test_temporary_code_leads_to_the_credit_code() -> None:
    holder = make_organisation()
    models.OrganisationPast.objects.create(
        subject_id=holder.pk, code="TMP-0123456789AB", name=holder.name, recorded_at=RECORDED, recorded_until=RECORDED
    )

    assert code_for("TMP-0123456789AB") == CODE


def test_code_that_nobody_bore_is_not_found() -> None:
    with pytest.raises(NotFound):
        code_for("TMP-FFFFFFFFFFFF")
    with pytest.raises(NotFound):
        _page()


@pytest.mark.parametrize("items", [1, 3])
def test_page_of_an_organisation_takes_the_same_statements_whatever_its_length(
    items: int, django_assert_num_queries: Any
) -> None:
    holder = make_organisation()
    for number in range(items):
        standard, product = make_standard(f"GB/T {number}-2020"), make_product(holder, f"产品{number}")
        make_certificate(holder, f"Q{number}", standard=standard, product=product)
        make_drafting(standard, 1, holder)
        make_honour(f"h{number}", organisation=holder)
        models.Brand.objects.create(owner=holder, name=f"品牌{number}", recorded_at=RECORDED)

    with django_assert_num_queries(8):
        page = _page()

    lists = (page.certificates, page.standards, page.honours, page.products, page.brands)
    assert [len(one) for one in lists] == [items] * 5
