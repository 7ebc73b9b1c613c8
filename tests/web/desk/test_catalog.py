"""Officers import on the web: preview, confirm, result, rejects, templates."""

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from python_calamine import CalamineWorkbook

from pinzhi.engine.catalog.intake.kinds import KINDS
from pinzhi.records.catalog.importing import uploads
from pinzhi.records.catalog.models import ImportRun, Organisation
from pinzhi.records.journal.models import Entry
from tests.build import give_role, make_user

pytestmark = pytest.mark.django_db
ROWS = """code,name,district,established_on
91370212MA0000015Y,青岛甲有限公司,370212,2015
91370200MA0000023D,青岛乙有限公司,370202,2016-02-30
"""


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path, demo_day: date) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def officer() -> Client:
    user = make_user()
    give_role(user, "city_officer")
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def _send(client: Client, text: str, kind: str = "organisations", name: str = "名单.csv") -> HttpResponse:
    sent = SimpleUploadedFile(name, text.encode())
    return client.post("/desk/import", {"kind": kind, "file": sent})  # type: ignore[return-value]


def test_a_file_is_previewed_confirmed_and_its_rejects_corrected(officer: Client) -> None:
    sent = _send(officer, ROWS)
    assert sent.status_code == 302
    preview = officer.get(sent["Location"])
    page = preview.content.decode()
    assert preview.status_code == 200
    assert "There is no day 30 in month 2 of 2016." in page
    assert "青岛甲有限公司" in page
    assert not Organisation.objects.exists()

    confirmed = officer.post(sent["Location"])
    result = officer.get(confirmed["Location"])
    rejects = officer.get(f"{confirmed['Location']}/rejects.csv")

    assert result.status_code == 200
    assert Organisation.objects.get().name == "青岛甲有限公司"
    run = ImportRun.objects.get()
    assert (run.file_name, run.created, run.refused) == ("名单.csv", 1, 1)
    assert Entry.objects.get(action="catalog.import").actor.startswith("user:")
    text = b"".join(rejects.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert [row["_rule"] for row in csv.DictReader(io.StringIO(text))] == ["import.date.impossible"]

    again = _send(officer, text.replace("2016-02-30", "2016-02-29"))
    officer.post(again["Location"])
    assert Organisation.objects.count() == 2


def test_a_confirmed_file_is_not_kept(officer: Client) -> None:
    sent = _send(officer, ROWS)
    officer.post(sent["Location"])

    assert officer.get(sent["Location"]).status_code == 404
    assert list(uploads._folder().iterdir()) == []


def test_what_would_change_is_shown_field_by_field(officer: Client) -> None:
    officer.post(_send(officer, ROWS)["Location"])

    page = officer.get(_send(officer, ROWS.replace("370212,", "370214,"))["Location"]).content.decode()

    assert "<td>370212</td>" in page
    assert "<td>370214</td>" in page


def test_a_file_that_cannot_be_read_says_why(officer: Client) -> None:
    preview = officer.get(_send(officer, "颜色\n红\n")["Location"])

    assert preview.status_code == 400
    assert "lacks required columns: name" in preview.content.decode()
    assert officer.get(_send(officer, "")["Location"]).status_code == 400


def test_nothing_sent_at_all_is_refused(officer: Client) -> None:
    page = officer.post("/desk/import", {})

    assert page.status_code == 400
    assert page.context["form"].errors.keys() == {"kind", "file"}


def test_a_file_over_the_limit_is_refused(officer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "UPLOAD_LIMIT_MB", 0)

    answer = _send(officer, ROWS)

    assert answer.status_code == 400
    assert "larger than 0 MB" in answer.content.decode()


@pytest.mark.parametrize("address", ["/desk/import/organisations/abc", "/desk/import/planets/" + "0" * 64])
def test_unknown_uploads_are_not_found(officer: Client, address: str) -> None:
    assert officer.get(address).status_code == 404


@pytest.mark.parametrize("run", ["1", str(2**70)])
def test_unknown_runs_are_not_found(officer: Client, run: str) -> None:
    assert officer.get(f"/desk/import/runs/{run}").status_code == 404
    assert officer.get(f"/desk/import/runs/{run}/rejects.csv").status_code == 404


def test_templates_hold_the_columns_of_each_kind(officer: Client, tmp_path: Path) -> None:
    for kind in KINDS.values():
        text = officer.get(f"/desk/import/templates/{kind.name}.csv").content.decode("utf-8-sig")
        assert text.strip().split(",") == [column.name for column in kind.columns]
        book = tmp_path / f"{kind.name}.xlsx"
        book.write_bytes(officer.get(f"/desk/import/templates/{kind.name}.xlsx").content)
        header = CalamineWorkbook.from_path(str(book)).get_sheet_by_index(0).to_python()[0]
        assert header == [column.zh for column in kind.columns]
    assert officer.get("/desk/import/templates/standards.pdf").status_code == 404


def test_only_officers_and_operators_import() -> None:
    addresses = ("/desk/import", "/desk/import/runs/1", "/desk/import/templates/standards.csv")
    anonymous, citizen = Client(), Client()
    citizen.force_login(make_user("citizen@example.org"))

    for address in addresses:
        assert anonymous.get(address).status_code == 302
        assert citizen.get(address).status_code == 403


def test_the_page_lists_past_imports(officer: Client) -> None:
    assert "Nothing has been imported yet" in officer.get("/desk/import").content.decode()

    officer.post(_send(officer, ROWS)["Location"])

    assert "名单.csv" in officer.get("/desk/import").content.decode()
