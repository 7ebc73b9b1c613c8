"""Pages of bulletins: frozen text with a link behind every number, the drawer, files, what is said of differences."""

import json
import struct
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client

from pinzhi.engine.texts import Text
from pinzhi.records.publishing.actions.correcting import correct_words, withdraw
from pinzhi.records.publishing.live import Words
from pinzhi.records.publishing.models import Bulletin, Publication
from tests.records.publishing.build import DAY, Desk, at
from tests.web.portal.bulletin_city import FIRM, publish_real, revoke_one

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_day")]
ADDRESS = settings.ADDRESS
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def desk() -> Desk:
    return publish_real()


def html(client: Client, address: str, status: int = 200, **headers: Any) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_list_tells_of_what_was_published(client: Client, desk: Desk) -> None:
    page = html(client, "/bulletins")

    assert "两家得过市长质量奖" in page
    assert "1 个数字，全部可追溯" in page


def test_every_number_is_a_link_with_a_name(client: Client, desk: Desk) -> None:
    page = html(client, "/bulletins/real")

    assert (
        '得奖的有<a class="tn" href="/bulletins/real/figures/A21" data-f="A21"'
        ' aria-label="2 个，截至 2023-12-31，看来历">2</a>' in page
    )
    assert "签名有效" in page
    assert "1 个数字，今天重算 1 个一致" in page


def test_the_drawer_is_a_page_by_itself_and_a_part_for_scripts(client: Client, desk: Desk) -> None:
    whole = html(client, "/bulletins/real/figures/A21")
    part = html(client, "/bulletins/real/figures/A21", **{"HX-Request": "true"})

    assert "<h1>" in whole
    assert "历届市长质量奖" in whole
    assert "<html" not in part
    assert "今天重算，与文中一致" in part
    assert "/figures/A21/records?on=2023-12-31" in part


def test_a_record_withdrawn_after_publication_changes_no_number_but_is_said(client: Client, desk: Desk) -> None:
    revoke_one()

    page = html(client, "/bulletins/real")
    drawer = html(client, "/bulletins/real/figures/A21")

    assert ">2</a>" in page
    assert "文中 2，今天重算 1" in page
    assert "今天重算是 1，发布时是 2" in drawer
    for told in (page, drawer):
        assert "不再计入，2024-02-01 08:00 登记，自 2023-06-01 起" in told


def test_corrected_words_stand_beside_the_old_ones_with_their_day(client: Client, desk: Desk) -> None:
    bulletin = Bulletin.objects.get(slug="real")
    correct_words(
        actor=desk.chair, bulletin_id=bulletin.pk, old=Text("平台开放", ""), new=Text("平台全天开放", ""),
        ground=Text("漏写了时间。", ""), seen=bulletin.version, when=at("01-10"),
    )  # fmt: skip

    page = html(client, "/bulletins/real")

    assert "<del>平台开放</del><ins>平台全天开放</ins>" in page
    assert "2024年1月10日更正：“平台开放”改为“平台全天开放”。漏写了时间。" in page
    assert "漏写了时间。" in html(client, "/bulletins/corrections")


def test_a_withdrawn_bulletin_says_so(client: Client, desk: Desk) -> None:
    bulletin = Bulletin.objects.get(slug="real")
    withdraw(
        actor=desk.chair,
        bulletin_id=bulletin.pk,
        ground=Text("整篇有误。", ""),
        seen=bulletin.version,
        when=at("02-01"),
    )

    page = html(client, "/bulletins/real")

    assert "2024-02-01 已撤回" in page
    assert "整篇有误。" in page


def test_a_tampered_document_is_said_on_the_page(client: Client, desk: Desk) -> None:
    kept = Publication.objects.get()
    document = json.loads(kept.document)
    document["title"]["zh"] = "三家得过市长质量奖"
    Publication.objects.update(document=json.dumps(document, ensure_ascii=False))

    page = html(client, "/bulletins/real")

    assert "和签名的文件不符" in page
    assert "签名有效" not in page


def test_files_of_every_kind_are_given_out(client: Client, desk: Desk) -> None:
    starts = {"pdf": b"%PDF-1.7", "docx": b"PK", "txt": "质量简报".encode(), "json": b"{"}

    for form, start in starts.items():
        answer = client.get(f"/bulletins/real.{form}")
        assert answer.status_code == 200
        assert answer.content.startswith(start)
    signed = json.loads(client.get("/bulletins/real.json").content)
    assert signed["document"]["figures"][0]["number"] == "2"


def test_english_pages_say_where_there_is_chinese_only(client: Client, desk: Desk) -> None:
    client.cookies["django_language"] = "en"

    page = html(client, "/bulletins/real")

    assert "This bulletin exists in Chinese only." in page
    assert 'lang="zh-Hans"' in page


@pytest.mark.parametrize(
    "address",
    ["/bulletins/none", "/bulletins/draft", "/bulletins/real/figures/Z9", "/bulletins?page=9", "/bulletins/none.pdf"],
)
def test_what_is_not_there_is_not_found(client: Client, desk: Desk, address: str) -> None:
    desk.draft("draft", Words(Text("草稿", ""), Text(FIRM, ""), DAY))

    html(client, address, 404)


def test_a_day_that_is_none_is_refused(client: Client, desk: Desk) -> None:
    html(client, "/bulletins/real/figures/A21?on=2023-13-01", 400)


def test_subscribing_by_mail_answers_alike_and_an_account_is_told_in_its_inbox(client: Client, desk: Desk) -> None:
    answer = client.post("/bulletins/subscriptions", {"topic": "all", "address": "li@example.org"})

    assert "请到邮箱里确认" in answer.content.decode()
    assert client.post("/bulletins/subscriptions", {"topic": "all", "address": "li"}).status_code == 400


def test_the_page_tells_search_engines_and_link_previews_what_it_is(client: Client, desk: Desk) -> None:
    page = html(client, "/bulletins/real")
    drawer = html(client, "/bulletins/real/figures/A21")

    for told in (page, drawer):
        assert f'<link rel="canonical" href="{ADDRESS}/bulletins/real">' in told
    assert '<meta name="description" content="得奖的有2家。平台开放。">' in page
    assert '<meta property="og:title" content="两家得过市长质量奖">' in page
    assert f'<meta property="og:image" content="{ADDRESS}/bulletins/real.png">' in page


def test_the_front_page_shows_the_newest_that_stands_with_its_numbers(client: Client, desk: Desk) -> None:
    page = html(client, "/")
    bulletin = Bulletin.objects.get(slug="real")
    withdraw(actor=desk.chair, bulletin_id=bulletin.pk, ground=Text("有误。", ""), seen=bulletin.version, when=at())

    assert '<h3><a href="/bulletins/real">两家得过市长质量奖</a>' in page
    assert '得奖的有<a class="tn" href="/bulletins/real/figures/A21"' in page
    assert "/bulletins/real" not in html(client, "/")


def test_the_picture_of_a_link_has_the_size_previews_ask_for(client: Client, desk: Desk) -> None:
    answer = client.get("/bulletins/real.png")

    assert answer["Content-Type"] == "image/png"
    assert struct.unpack(">II", answer.content[16:24]) == (1200, 630)


def test_the_feed_names_every_bulletin_by_its_permanent_address(client: Client, desk: Desk) -> None:
    bulletin = Bulletin.objects.get(slug="real")
    withdraw(
        actor=desk.chair, bulletin_id=bulletin.pk, ground=Text("有误。", ""), seen=bulletin.version, when=at("02-01")
    )

    feed = ElementTree.fromstring(client.get("/bulletins.atom").content)  # noqa: S314 (our own answer)

    (entry,) = feed.iter(f"{ATOM}entry")
    told = {child.tag.removeprefix(ATOM): child.text for child in entry}
    assert told["id"] == f"{ADDRESS}/bulletins/real"
    assert told["title"] == "已撤回：两家得过市长质量奖"
    assert told["summary"] == "得奖的有2家。平台开放。"
    assert (told["published"], told["updated"]) == ("2024-01-04T09:00:00+00:00", "2024-02-01T00:00:00+08:00")
