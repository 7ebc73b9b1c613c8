"""Pages of records: what they show, where other spellings lead, and their tables as files."""

import json
import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from playwright.sync_api import Page

from tests.build import give_role, make_user
from tests.build_catalog import (
    make_capability,
    make_certificate,
    make_chain,
    make_document,
    make_drafting,
    make_honour,
    make_institution,
    make_organisation,
    make_place,
    make_product,
)
from tests.visitors import sideways_scroll

CODE = "91370212MA0000015Y"


@pytest.fixture
def records(demo_day: date, transactional_db: None) -> dict[str, str]:
    """One record of every kind; returns their addresses."""
    standard = make_chain()[-1]
    holder = make_organisation(name_en="Qingdao Chenghai Precision Co., Ltd.", synthetic=True)
    product = make_product(holder, model="ZR-20")
    make_certificate(holder, "99021Q00018R4M", standard=standard, standard_number=standard.canonical)
    make_certificate(holder, "990-VP-2023/1", product=product, expires_on=date(2024, 1, 1))
    make_drafting(standard, 1, holder)
    make_drafting(standard, 2)
    make_honour("h", organisation=holder)
    make_capability(make_institution(holder), "拉伸", standard=standard, standard_number=standard.canonical)
    make_place("370212", "district", "崂山区", district="370212", name_en="Laoshan District")
    make_place("station", "station", "崂山驿站", district="370212", services="metrology", phone="0532-00000304")
    make_document("call", "call", "征集", closes_on=date(2024, 1, 31), issued_on=date(2023, 12, 1))
    return {
        "standard": "/standards/GB/T_19001-2016",
        "replaced": "/standards/GB/T_19001-2008",
        "organisation": f"/organisations/{CODE}",
        "institution": f"/institutions/{CODE}",
        "certificate": "/certificates/99021Q00018R4M",
        "district": "/places/370212",
        "station": "/places/station",
        "document": "/documents/call",
        "product": f"/products/{product.pk}",
        "table": "/tables/certificates?scheme=qms",
    }


def _text(client: Client, address: str, language: str = "zh-hans") -> str:
    response = client.get(address, headers={"accept-language": language})
    assert response.status_code == 200
    return response.content.decode()


def test_standard_shows_number_status_and_chain(client: Client, records: dict[str, str]) -> None:
    page = _text(client, records["standard"])

    assert "<title>GB/T 19001—2016 质量管理体系 要求" in page
    assert "质量管理体系　要求" in page
    assert '<span class="st ok">现行</span>' in page
    assert 'aria-label="1988 年以来的 4 个版本，今天是 2024 年"' in page
    assert '<link rel="canonical" href="http://testserver/standards/GB/T_19001-2016">' in page


def test_replaced_standard_leads_to_the_one_in_force(client: Client, records: dict[str, str]) -> None:
    page = _text(client, records["replaced"])

    (notice,) = re.findall(r'<div class="note w notice">(.*?)</div>', page, flags=re.S)
    assert '<a class="b nb" href="/standards/GB/T_19001-2016">GB/T 19001—2016</a>' in notice


@pytest.mark.parametrize(
    ("asked", "status", "leads_to"),
    [
        ("/standards/GB/T%2019001-2016", 301, "/standards/GB/T_19001-2016"),
        ("/standards/gb/t_19001—2016", 301, "/standards/GB/T_19001-2016"),
        ("/standards/GB/T_19001", 302, "/standards/GB/T_19001-2016"),
        ("/standards/gb/t_19001-2016.csv", 301, "/standards/GB/T_19001-2016.csv"),
        (f"/organisations/{CODE.lower()}", 301, f"/organisations/{CODE}"),
    ],
)
def test_other_spelling_leads_to_the_permanent_address(
    client: Client, records: dict[str, str], asked: str, status: int, leads_to: str
) -> None:
    response = client.get(asked)

    assert (response.status_code, response.headers["Location"]) == (status, leads_to)


def test_district_that_was_merged_leads_to_the_one_it_became(client: Client, records: dict[str, str]) -> None:
    response = client.get("/places/370282")

    assert (response.status_code, response.headers["Location"]) == (301, "/places/370215")


@pytest.mark.parametrize(
    "address",
    [
        "/standards/GB/T_404040-2020",
        "/standards/" + "9" * 3000,
        "/organisations/91370214MA00000589",
        "/organisations/TMP-FFFFFFFFFFFF",
        "/institutions/91370214MA00000589",
        "/certificates/nonsense",
        "/places/nowhere",
        "/documents/nothing",
        "/products/99999999999999999999999999",
        "/tables/nonsense",
        "/tables/certificates?page=99",
        "/standards/%00",
    ],
)
def test_what_is_not_there_is_a_page_that_helps(client: Client, records: dict[str, str], address: str) -> None:
    response = client.get(address)

    assert response.status_code == 404
    assert 'action="/search"' in response.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/tables/certificates?on=yesterday",
        "/tables/certificates?on=0001-01-01",
        "/tables/certificates?scheme=nonsense",
        "/tables/certificates?page=-1",
        "/tables/certificates?page=99999999999999999999",
        f"/institutions/{CODE}?category=nonsense",
        f"/institutions/{CODE}?page=0",
        f"/organisations/{CODE}.csv?table=nonsense",
    ],
)
def test_what_cannot_be_meant_is_refused(client: Client, records: dict[str, str], address: str) -> None:
    assert client.get(address).status_code == 400


def test_organisation_shows_terms_honours_and_history(client: Client, records: dict[str, str]) -> None:
    page = _text(client, records["organisation"])

    assert '<span class="st past">2024-01-01 过期</span>' in page
    assert 'aria-label="有效期从 2022-05-01 到 2025-04-30；监督检查 2023-04-20"' in page
    assert "获第七届青岛市市长质量奖" in page
    assert '青岛澄海精工有限公司<span class="dm">演示</span>' in page


def test_certificate_says_in_words_what_holds_today(client: Client, records: dict[str, str]) -> None:
    assert "有效，到 2025 年 4 月 30 日为止，还有 482 天。" in _text(client, records["certificate"])
    assert "Valid until 30 April 2025: 482 more days." in _text(client, records["certificate"], "en")
    assert "已经过期" in _text(client, "/certificates/990-VP-2023/1")


def test_institution_that_is_not_listed_is_not_found_but_by_its_own(client: Client, records: dict[str, str]) -> None:
    own = make_organisation("示例检测", "12370200MA0000031D")
    make_institution(own, "applied")
    user = make_user("own@example.org")
    give_role(user, "institution", organisation_code=own.code)
    address = f"/institutions/{own.code}"

    unseen = client.get(address).status_code
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert (unseen, client.get(address).status_code) == (404, 200)


def test_names_from_records_cannot_write_the_page(client: Client, records: dict[str, str]) -> None:
    make_organisation("<script>alert(1)</script>", "91370214MA00000589", name_en='"><img src=x>', address="<b>")

    page = _text(client, "/organisations/91370214MA00000589")

    assert "<script>alert" not in page
    assert "<img" not in page


@pytest.mark.parametrize(
    "kind",
    ["standard", "organisation", "institution", "certificate", "district", "station", "document", "product", "table"],
)
def test_english_page_has_no_chinese_of_its_own(client: Client, records: dict[str, str], kind: str) -> None:
    page = _text(client, records[kind], "en")

    spoken = re.sub(r'<(\w+)[^>]*lang="zh-Hans"[^>]*>.*?</\1>', "", page, flags=re.S)
    spoken = re.sub(r"<title>.*?</title>|<footer class=\"origin.*?</footer>", "", spoken, flags=re.S)
    names = ("青岛澄海精工有限公司", "质量管理体系 要求", "精密减速机", "征集", "崂山驿站", "中文")
    for name in names:
        spoken = spoken.replace(name, "")
    assert re.findall(r"[\u4e00-\u9fff]+", spoken) == []


def test_page_as_json_holds_what_the_page_shows(client: Client, records: dict[str, str]) -> None:
    page = json.loads(client.get("/standards/GB/T_19001-2016.json").content)

    assert (page["number"], page["state"]["code"], page["certificates"], page["holders"]) == (
        "GB/T 19001—2016",
        "current",
        1,
        1,
    )
    assert [one["standard"]["key"] for one in page["editions"]] == [
        "GB/T 10300.2-1988",
        "GB/T 19001-1994",
        "GB/T 19001-2008",
        "GB/T 19001-2016",
    ]


def test_table_of_a_page_as_csv(client: Client, records: dict[str, str]) -> None:
    response = client.get(f"/organisations/{CODE}.csv?table=honours&bom=0")

    lines = response.getvalue().decode().splitlines()
    assert lines == [
        "code,scheme,edition,title_zh,title_en,recipient,team,issuer,awarded,state,synthetic",
        "h,mayor,7,第七届青岛市市长质量奖,,某单位,,青岛市人民政府,2021-12-20,announced,",
    ]


def test_drill_down_shows_the_records_of_the_day(client: Client, records: dict[str, str]) -> None:
    now = client.get("/tables/certificates?scheme=qms").context["page"]
    before = client.get("/tables/certificates?scheme=qms&on=2022-01-01").context["page"]

    assert (now.total, [line.certificate.key for line in now.lines]) == (1, ["99021Q00018R4M"])
    assert before.total == 0


def test_table_as_files_has_the_same_rows(client: Client, records: dict[str, str]) -> None:
    rows = json.loads(client.get("/tables/certificates.json?scheme=qms").content)["rows"]
    lines = client.get("/tables/certificates.csv?scheme=qms").getvalue().decode("utf-8-sig")

    assert [row["certificate"]["key"] for row in rows] == ["99021Q00018R4M"]
    assert [line.split(",")[0] for line in lines.splitlines()] == ["certificate", "99021Q00018R4M"]


def test_page_has_no_inline_style(client: Client, records: dict[str, str]) -> None:
    for address in records.values():
        assert " style=" not in _text(client, address)


@pytest.mark.parametrize("kind", ["standard", "organisation", "institution", "certificate", "district", "table"])
def test_page_is_accessible_and_fits_a_phone(
    records: dict[str, str],
    visit: Callable[..., Page],
    axe: Callable[[Page], None],
    kind: str,
) -> None:
    phone = visit(viewport={"width": 320, "height": 700})
    phone.goto(records[kind])

    assert sideways_scroll(phone) == 0
    axe(phone)


def test_chain_is_followed_by_its_links(records: dict[str, str], page: Page) -> None:
    page.goto(records["standard"])

    page.locator(".wider svg a", has_text="GB/T 19001—2008").click()
    page.wait_for_url("**/GB/T_19001-2008")
    page.locator(".notice a").click()
    page.wait_for_url("**/GB/T_19001-2016")


def test_copy_button_is_there_only_with_javascript(records: dict[str, str], page: Page, plain_page: Page) -> None:
    page.goto(records["standard"])
    plain_page.goto(records["standard"])

    assert page.locator("button.copy").is_visible()
    assert not plain_page.locator("button.copy").is_visible()
