"""A reader chooses language and size of type, and stays on the page."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_language_is_remembered_and_the_page_kept(client: Client) -> None:
    response = client.get("/language/en", {"next": "/search?q=质量&page=2"})

    assert response.status_code == 302
    assert response["Location"] == "/search?q=%E8%B4%A8%E9%87%8F&page=2"
    assert client.cookies["django_language"].value == "en"
    assert '<html lang="en"' in client.get("/no/such/page").content.decode()


def test_chinese_comes_first_for_a_reader_of_neither_language(client: Client) -> None:
    page = client.get("/no/such/page", headers={"accept-language": "de"}).content.decode()

    assert '<html lang="zh-Hans"' in page


def test_language_link_leads_back_to_this_very_page(client: Client) -> None:
    page = client.get("/no/such/page?a=1&b=2").content.decode()

    assert 'href="/language/en?next=%2Fno%2Fsuch%2Fpage%3Fa%3D1%26b%3D2"' in page


def test_unknown_language_and_size_are_not_found(client: Client) -> None:
    assert client.get("/language/fr").status_code == 404
    assert client.get("/type/huge").status_code == 404


def test_large_type_is_remembered_until_it_is_undone(client: Client) -> None:
    client.get("/type/large", {"next": "/"})
    large = client.get("/no/such/page").content.decode()
    client.get("/type/normal", {"next": "/"})
    normal = client.get("/no/such/page").content.decode()

    assert 'class="large"' in large
    assert "标准字号" in large
    assert 'class="large"' not in normal


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org", "/\\example.org", "javascript:alert(1)", "", "search"]
)
def test_way_back_never_leads_to_another_site(client: Client, elsewhere: str) -> None:
    assert client.get("/language/en", {"next": elsewhere})["Location"] == "/"


def test_way_back_to_an_address_too_long_drops_the_query(client: Client) -> None:
    assert client.get("/language/en", {"next": "/search?q=" + "长" * 5000})["Location"] == "/search"


def test_way_back_carries_no_line_break(client: Client) -> None:
    assert "\n" not in client.get("/type/large", {"next": "/a\nSet-Cookie: x=1"})["Location"]
