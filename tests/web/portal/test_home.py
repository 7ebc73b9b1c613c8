"""The home page: search, what closes soon, figures out of the records, districts, newest documents."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from pinzhi.records.catalog import models
from tests.web.portal import city

catalogue, indexed = city.catalogue, city.indexed


def _honour(number: int, *, scheme: str = "mayor", edition: str = "7", state: str = "announced", **more: Any) -> None:
    models.Honour.objects.create(
        code=f"{scheme}-{edition}-{number}",
        scheme=scheme,
        edition=edition,
        state=state,
        recorded_at=timezone.now(),
        **({"grade": "award", "title_zh": "质量奖", "recipient": "某单位", "issuer": "政府", "region": "3702"} | more),
    )


def test_home_shows_what_can_still_be_answered_the_next_to_close_first(client: Client, catalogue: None) -> None:
    calls = client.get("/").context["calls"]

    assert [(one.title, one.closes, one.left, one.soon) for one in calls] == [
        ("首席质量官培训报名", "1 月 8 日", "还有 4 天", True),
        ("第八届青岛市市长质量奖申报", "1 月 31 日", "还有 27 天", False),
    ]


def test_notice_on_its_last_day_closes_today(client: Client, catalogue: None) -> None:
    (notice,) = client.get("/").context["notices"]

    assert (notice.title, notice.left) == ("省长质量奖推荐名单公示", "今天截止")


def _figures(client: Client) -> dict[str, Any]:
    return {one.value.figure.id: one for one in client.get("/").context["figures"]}


def test_figures_count_records_and_leave_out_what_is_not_an_award(client: Client, catalogue: None) -> None:
    for number in range(5):
        _honour(number)
    _honour(9, edition="6")
    _honour(10, state="notice")
    _honour(11, state="revoked")

    figure = _figures(client)["A21"]

    assert (figure.value.number, figure.label) == (6, figure.value.figure.title.zh)
    assert len(figure.picture.dots) == 6


def test_share_of_the_province_is_told_as_a_fraction(client: Client, catalogue: None) -> None:
    for number in range(9):
        _honour(number, scheme="china", region="3702" if number < 3 else "3701")
    _honour(20, scheme="china", region="3201")

    figure = _figures(client)["A14"]

    assert figure.value.words.zh == "1/3"
    assert sum(rect.paint == "fill-sea" for rect in figure.picture.rects) == 3


def test_certificate_counts_until_its_last_day(client: Client, catalogue: None, settings: Any) -> None:
    holder = models.Organisation.objects.get(code="91370212264804953L")
    for number in range(2):
        models.Certificate.objects.create(
            number=f"Q{number}",
            scheme="qms",
            holder=holder,
            issued_on=date(2021, 1, 5),
            expires_on=date(2024, 1, 4),
            recorded_at=timezone.now(),
        )

    today = _figures(client)["A60"]
    settings.TODAY = date(2024, 1, 5)

    assert today.value.number == 2
    assert "A60" not in _figures(client)


def test_every_figure_is_a_link_that_says_its_day(client: Client, catalogue: None) -> None:
    _honour(1)

    page = client.get("/").content.decode()

    unit = _figures(client)["A21"].unit
    assert f'class="tn" href="/figures/A21" data-f="A21" aria-label="1 {unit}，截至 2024-01-04，看来历">1</a>' in page


def test_districts_of_the_day_lie_on_the_diagram_with_their_places(client: Client, catalogue: None) -> None:
    districts = {one.word: one for one in client.get("/").context["districts"]}

    assert len(districts) == 10
    assert "即墨市" not in districts
    assert districts["崂山区"].count == "1 处"
    assert districts["崂山区"].address == "/search?district=370212"
    assert len({one.spot for one in districts.values()}) == 10


def test_newest_documents_come_first(client: Client, catalogue: None) -> None:
    from_home = client.get("/").context["documents"]

    assert len(from_home) == 4
    assert [one.day for one in from_home] == sorted((one.day for one in from_home), reverse=True)


def test_invented_records_carry_the_mark(client: Client, catalogue: None) -> None:
    page = client.get("/").content.decode()

    assert re.search(r'第八届青岛市市长质量奖申报</a><span class="dm">演示</span>', page)


def test_empty_city_still_has_its_page(client: Client, demo_day: date, db: None) -> None:
    response = client.get("/")

    assert response.status_code == 200
    assert response.context["figures"] == []
    assert "现在没有正在进行的征集" in response.content.decode()


def test_english_home_has_no_chinese_of_its_own(client: Client, catalogue: None) -> None:
    _honour(1)
    page = client.get("/", headers={"accept-language": "en"}).content.decode()

    spoken = re.sub(r'<[^>]*lang="zh-Hans"[^>]*>.*?</', "", page, flags=re.S)
    assert re.findall(r"[\u4e00-\u9fff]+", spoken) == []


def test_demo_bar_tells_the_day_it_takes_for_today(client: Client, catalogue: None, settings: Any) -> None:
    settings.DEMO = True

    assert "今天是 2024 年 1 月 4 日" in client.get("/").content.decode()
    assert "Today is 4 January 2024" in client.get("/", headers={"accept-language": "en"}).content.decode()


@pytest.mark.parametrize("personal", ["/accounts/", "/desk/", "/operator/"])
def test_robots_leave_personal_pages_alone(client: Client, personal: str) -> None:
    response = client.get("/robots.txt")

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert f"Disallow: {personal}" in response.content.decode()


def test_favicon_is_the_brand(client: Client) -> None:
    assert client.get("/favicon.ico")["Location"] == "/static/img/favicon.svg"
