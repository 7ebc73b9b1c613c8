"""The API: listings with cursors, single records, counts as of any day, bulk export, refusals as problems."""

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from pinzhi.records.accounts import keys
from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import actor_for
from pinzhi.records.catalog import models

pytestmark = pytest.mark.django_db
RECORDED = datetime(2024, 1, 2, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_home(settings: Any, tmp_path: Path) -> None:
    """Keep the export files of one test from the next."""
    settings.HOME = tmp_path


@pytest.fixture
def organisations() -> list[models.Organisation]:
    codes = ["91370212MA0000015Y", "91370200MA0000023D", "91370214MA00000589"]
    return [
        models.Organisation.objects.create(
            code=code,
            name=f"青岛示例{number}有限公司",
            short_names="示例;样例",
            district="370212" if number else "370213",
            established_on=date(2008, 1, 1),
            established_precision="y",
            recorded_at=RECORDED,
            synthetic=True,
        )
        for number, code in enumerate(codes)
    ]


@pytest.fixture
def chain() -> tuple[models.Standard, models.Standard]:
    old = models.Standard.objects.create(
        number="GB/T 19580-2004", canonical="GB/T 19580-2004", family="GB/T 19580", title_zh="卓越绩效评价准则",
        level="national", published_on=date(2004, 8, 30), effective_on=date(2005, 1, 1),
        superseded_on=date(2012, 8, 1), recorded_at=RECORDED,
    )  # fmt: skip
    new = models.Standard.objects.create(
        number="GB/T 19580-2012", canonical="GB/T 19580-2012", family="GB/T 19580", title_zh="卓越绩效评价准则",
        level="national", published_on=date(2012, 3, 9), effective_on=date(2012, 8, 1), ics="03.120.10",
        recorded_at=RECORDED,
    )  # fmt: skip
    models.Replacement.objects.create(new=new, old=old, old_number=old.canonical, recorded_at=RECORDED)
    return old, new


def test_a_listing_is_walked_to_its_end_by_cursors(client: Client, organisations: list[models.Organisation]) -> None:
    first = client.get("/api/v1/organisations?limit=2").json()
    second = client.get("/api/v1/organisations", {"limit": 2, "cursor": first["next_cursor"]}).json()

    names = [item["name"] for item in first["items"] + second["items"]]
    assert names == [organisation.name for organisation in organisations]
    assert second["next_cursor"] is None


def test_a_listing_is_narrowed_by_its_filters(client: Client, organisations: list[models.Organisation]) -> None:
    answer = client.get("/api/v1/organisations?district=370212").json()

    assert [item["code"] for item in answer["items"]] == ["91370200MA0000023D", "91370214MA00000589"]
    assert answer["items"][0]["short_names"] == ["示例", "样例"]
    assert answer["items"][0]["established_on"] == "2008"


@pytest.mark.parametrize("spelling", ["GB/T_19580-2004", "GB/T 19580—2004", "gb/t19580-2004"])
def test_a_standard_is_found_under_any_spelling(
    client: Client, chain: tuple[models.Standard, models.Standard], spelling: str
) -> None:
    answer = client.get(f"/api/v1/standards/{spelling}").json()

    assert answer["number"] == "GB/T 19580-2004"
    assert answer["status"] == "replaced"


def test_a_status_is_that_of_the_day_asked(client: Client, chain: tuple[models.Standard, models.Standard]) -> None:
    answer = client.get("/api/v1/standards?as_of=2012-07-31").json()

    assert [(item["number"], item["status"]) for item in answer["items"]] == [
        ("GB/T 19580-2004", "current"),
        ("GB/T 19580-2012", "upcoming"),
    ]
    assert answer["items"][1]["replaces"] == ["GB/T 19580-2004"]


def test_a_count_is_of_a_day_and_of_what_was_known(client: Client, organisations: list[models.Organisation]) -> None:
    known = client.get("/api/v1/counts/organisations?as_of=2024-01-04").json()
    before = client.get("/api/v1/counts/organisations", {"known_at": "2024-01-01T00:00:00Z"}).json()

    assert (known["count"], before["count"]) == (3, 0)


def test_an_unchanged_answer_is_not_sent_twice(client: Client, organisations: list[models.Organisation]) -> None:
    first = client.get("/api/v1/organisations")
    again = client.get("/api/v1/organisations", headers={"If-None-Match": first["ETag"]})

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


@pytest.mark.parametrize("file_format", ["csv", "xlsx", "parquet"])
def test_an_export_holds_every_public_row(
    client: Client, organisations: list[models.Organisation], file_format: str
) -> None:
    response = client.get(f"/api/v1/exports/organisations.{file_format}")
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]

    if file_format == "csv":
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    elif file_format == "xlsx":
        head, *lines = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
        rows = [dict(zip(map(str, head), line, strict=True)) for line in lines]
    else:
        rows = pl.read_parquet(content).to_dicts()
    assert [row["name"] for row in rows] == [organisation.name for organisation in organisations]
    assert rows[0]["short_names"] == "示例;样例"
    again = client.get(f"/api/v1/exports/organisations.{file_format}", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_an_export_never_holds_what_a_spreadsheet_would_run(client: Client) -> None:
    models.Organisation.objects.create(code="TMP-1", name='=HYPERLINK("x")', recorded_at=RECORDED)

    content = b"".join(client.get("/api/v1/exports/organisations.csv").streaming_content)  # type: ignore[attr-defined]

    assert "'=HYPERLINK" in content.decode()


def test_institutions_not_listed_are_nowhere_public(client: Client, organisations: list[models.Organisation]) -> None:
    hidden = models.Institution.objects.create(
        organisation=organisations[0], categories="testing", state="applied", recorded_at=RECORDED
    )
    models.Capability.objects.create(institution=hidden, category="testing", scope_zh="秘密", recorded_at=RECORDED)

    assert client.get("/api/v1/institutions").json()["items"] == []
    assert client.get("/api/v1/capabilities").json()["items"] == []
    assert client.get(f"/api/v1/institutions/{organisations[0].code}").status_code == 404
    assert client.get("/api/v1/counts/institutions").json()["count"] == 0


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/api/v1/standards?cursor=%00%ff", 400, "api.cursor"),
        ("/api/v1/standards?cursor=YWZ0ZXI6OTk5OTk5OTk5OTk5OTk5OTk5OTk", 400, "api.cursor"),
        ("/api/v1/standards?limit=99999999999999999999999", 422, "api.parameters"),
        ("/api/v1/standards?colour=red", 400, "api.parameter_unknown"),
        ("/api/v1/standards?as_of=2023-02-30", 422, "api.parameters"),
        ("/api/v1/standards/GB/T_0-1900", 404, "catalog.not_found"),
        ("/api/v1/counts/planets", 422, "api.parameters"),
        ("/api/v1/exports/standards.exe", 422, "api.parameters"),
        ("/api/v1/search?page=18446744073709551617", 422, "api.parameters"),
    ],
)
def test_a_refusal_is_a_problem_document(client: Client, address: str, status: int, code: str) -> None:
    response = client.get(address)

    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    assert (response.json()["code"], response.json()["status"]) == (code, status)


def test_a_problem_speaks_the_language_of_the_caller(client: Client) -> None:
    chinese = client.get("/api/v1/standards?cursor=x").json()["detail"]
    english = client.get("/api/v1/standards?cursor=x", headers={"Accept-Language": "en"}).json()["detail"]

    assert "重头" in chinese or "从头" in chinese
    assert "begin anew" in english


@pytest.fixture
def secret() -> str:
    user = User.objects.create_user("program@example.org", "a long enough password")
    key = keys.create_api_key(actor=actor_for(user, date(2024, 1, 4)), name="程序", now=RECORDED, per_minute=2)
    return key.secret


def test_a_key_has_its_own_limit_and_says_what_is_left(
    client: Client, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pinzhi.web.api.limits.now", lambda: RECORDED)  # three calls within one minute
    headers = {"Authorization": f"Bearer {secret}"}

    answers = [client.get("/api/v1/places", headers=headers) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert 1 <= int(answers[2]["Retry-After"]) <= 60
    assert answers[2].json()["code"] == "api.limit"


def test_an_unknown_key_is_refused_and_not_taken_for_nobody(client: Client, secret: str) -> None:
    answer = client.get("/api/v1/places", headers={"X-API-Key": secret[:-1] + "!"})

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_the_description_names_every_address(client: Client) -> None:
    description = client.get("/api/v1/openapi.json").json()

    assert description["openapi"].startswith("3.1")
    assert {"/api/v1/standards", "/api/v1/search", "/api/v1/exports/{kind}.{file_format}"} <= set(description["paths"])
    assert client.get("/api/v1/docs").status_code == 200
