"""What odd addresses get: a page, a place to go or a refusal in plain words, never a fault of ours."""

import itertools
from collections.abc import Iterable

import pytest
from django.test import Client

from tests.web.portal import city

catalogue, indexed = city.catalogue, city.indexed

# As they stand in an address, percent-encoded by whoever wants to break something.
ODD = [
    "%00",
    "%01%02%1b%7f",
    "%20",
    "%09",
    "%0d%0aX-Injected:1",
    "%E8%B4%A8",
    "%E8%B4%A8%E9%87%8F" * 300,
    "%F0%9F%8E%89",
    "%ED%A0%BD",  # half a character
    "%FF%FE",  # not UTF-8
    "%C0%80",
    "%zz",
    "%",
    "..",
    "..%2f..%2fetc%2fpasswd",
    "-1",
    "0",
    "9223372036854775808",
    "99999999999999999999999999",
    "%D9%A1%D9%A2",  # digits of another script
    "%E2%80%AE",
    "%CC%81" * 50,
    "'%3B%20DROP%20TABLE%20catalog_standard%3B--",
    "%22%20OR%20title%3A%5B%2A%20TO%20%2A%5D%5E%7E",
    "2024-02-30",
    "9999-12-31",
    "0001-01-01",
    "1e400",
    "NaN",
    "GB/T_19001-2016/",
    "TMP-",
    "a" * 4000,
]
KINDS = ["standards", "organisations", "institutions", "certificates", "places", "documents", "products", "tables"]
SEARCHES = ["/search", "/search.json", "/search.csv", "/suggest", "/api/v1/search", "/api/v1/suggest"]
FILTERS = ["kind", "district", "industry", "year", "sort", "page"]
FORMS = ["", ".json", ".csv", ".xlsx"]
RECORDS = [
    "/standards/GB/T_19580-2012",
    "/organisations/91370212264804953L",
    "/certificates/TSPZ-2023-01",
    "/places/laoshan-station",
    "/documents/call-mayor-8",
]
TABLES = ["/tables/certificates", "/tables/organisations", "/tables/mayor-award"]


@pytest.fixture
def visitor(client: Client, catalogue: None, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Somebody whose calls are not counted, and whose faults are answered with a status like any other's."""
    monkeypatch.setattr("pinzhi.web.api.limits.ANONYMOUS_PER_MINUTE", 100_000)
    client.raise_request_exception = False
    return client


def _faults(visitor: Client, addresses: Iterable[str]) -> list[tuple[int, str]]:
    answers = ((visitor.get(address).status_code, address) for address in addresses)
    return [(status, address[:120]) for status, address in answers if status >= 500]


@pytest.mark.parametrize("search", SEARCHES)
def test_no_search_is_a_fault(visitor: Client, search: str) -> None:
    queries = [f"{search}?q={odd}" for odd in ODD]
    filters = [f"{search}?q=a&{name}={odd}" for name, odd in itertools.product(FILTERS, ODD)]
    repeated = [f"{search}?q=a&" + "&".join(f"{name}=2016" for _ in range(300)) for name in FILTERS]

    assert _faults(visitor, queries + filters + repeated) == []


@pytest.mark.parametrize("kind", KINDS)
def test_no_key_is_a_fault(visitor: Client, kind: str) -> None:
    pages = [f"/{kind}/{odd}{form}" for odd, form in itertools.product(ODD, FORMS)]
    rows = [f"/api/v1/{kind}/{odd}" for odd in ODD]

    assert _faults(visitor, pages + rows) == []


@pytest.mark.parametrize("kind", ["standards", "organisations"])
def test_no_cursor_or_day_is_a_fault(visitor: Client, kind: str) -> None:
    cursors = [f"/api/v1/{kind}?{name}={odd}" for name in ("cursor", "limit", "as_of", "district") for odd in ODD]
    counts = [f"/api/v1/counts/{kind}?{name}={odd}" for name in ("as_of", "known_at") for odd in ODD]

    assert _faults(visitor, cursors + counts) == []


@pytest.mark.parametrize("record", RECORDS)
def test_no_table_of_a_record_is_a_fault(visitor: Client, record: str) -> None:
    assert _faults(visitor, [f"{record}{form}?table={odd}" for form in (".csv", ".json") for odd in ODD]) == []


@pytest.mark.parametrize("table", TABLES)
def test_no_filter_of_a_table_is_a_fault(visitor: Client, table: str) -> None:
    names = ("on", "page", "district", "standard", "unknown")
    asked = [f"{table}{form}?{name}={odd}" for form in ("", ".csv") for name in names for odd in ODD]

    assert _faults(visitor, asked) == []


def test_no_setting_is_a_fault(visitor: Client) -> None:
    asked = [f"{start}{odd}" for start in ("/language/en?next=", "/type/large?next=", "/language/", "/") for odd in ODD]

    assert _faults(visitor, asked) == []


def test_blank_organisation_is_not_found(visitor: Client) -> None:
    assert visitor.get("/organisations/%20").status_code == 404
    assert visitor.get("/organisations/%20.csv").status_code == 404
