"""Tables as files: columns, cells that cannot run, marks, and nothing sent twice."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
import python_calamine
from django.contrib.auth.models import AnonymousUser
from django.http import FileResponse, StreamingHttpResponse
from django.test import RequestFactory
from django.utils import timezone

from pinzhi.engine.errors import BadInput
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.models import SearchChange
from pinzhi.records.catalog.queries.shapes import Coded, Day, Ref, State
from pinzhi.web import downloads
from pinzhi.web.downloads import Sheet, Table, cells_of, columns_of, download, plain, write_xlsx

pytestmark = pytest.mark.django_db
ON = date(2024, 1, 4)


@dataclass(frozen=True)
class Row:
    """A row with a column of every sort."""

    title: Text
    holder: Ref | None
    state: State
    published: Day
    codes: tuple[Coded, ...]
    scheme: Coded
    until: date | None
    count: int
    synthetic: bool


FULL = Row(
    title=Text("质量", "Quality"),
    holder=Ref("organisation", "91370212MA0000015Y", Text("青岛澄海", "")),
    state=State("active", Text("有效", "Valid"), "ok"),
    published=Day(date(2015, 6, 1), "m"),
    codes=(Coded("C34", Text("通用", "General")), Coded("C35", Text("专用", "Special"))),
    scheme=Coded("qms", Text("质量管理体系", "Quality")),
    until=date(2025, 1, 1),
    count=1200,
    synthetic=True,
)
EMPTY = Row(Text("", ""), None, FULL.state, Day(None), (), FULL.scheme, None, 0, False)


def _request(path: str = "/t.csv", **headers: str) -> Any:
    request = RequestFactory().get(path, headers=headers)
    request.user = AnonymousUser()
    return request


def _csv(*rows: Row, path: str = "/t.csv") -> str:
    response = download(_request(path), "csv", lambda: Sheet("t", Row, rows), name="t", on=ON)
    assert isinstance(response, StreamingHttpResponse)
    return b"".join(response).decode()


def test_columns_are_as_many_as_cells_also_where_something_is_missing() -> None:
    assert list(columns_of(Row)) == [
        "title_zh", "title_en", "holder", "holder_key", "state", "published", "codes", "scheme", "scheme_key", "until",
        "count", "synthetic",
    ]  # fmt: skip
    assert cells_of(FULL) == [
        "质量", "Quality", "青岛澄海", "91370212MA0000015Y", "active", "2015-06", "C34;C35", "质量管理体系", "qms",
        date(2025, 1, 1), 1200, True,
    ]  # fmt: skip
    assert cells_of(EMPTY) == ["", "", None, None, "active", None, "", "质量管理体系", "qms", None, 0, False]


def test_csv_begins_with_the_mark_unless_it_is_not_wanted() -> None:
    assert _csv(FULL).startswith("\ufefftitle_zh,")
    assert _csv(FULL, path="/t.csv?bom=0").startswith("title_zh,")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_cell_that_looks_like_a_formula_is_text_in_csv(text: str) -> None:
    (_head, line) = _csv(Row(**(FULL.__dict__ | {"title": Text(text, "")})), path="/t.csv?bom=0").split("\r\n", 1)

    assert line.lstrip('"').startswith(f"'{text}")


def test_spreadsheet_keeps_text_as_text_and_numbers_as_numbers() -> None:
    row = Row(**(FULL.__dict__ | {"title": Text("=1+1", "http://example.org")}))

    response = download(_request("/t.xlsx"), "xlsx", lambda: Sheet("t", Row, [row]), name="t", on=ON)

    assert isinstance(response, FileResponse)
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response)))
    head, cells = book.get_sheet_by_index(0).to_python()
    assert head == list(columns_of(Row))
    assert (cells[0], cells[1], cells[10]) == ("=1+1", "http://example.org", 1200.0)
    response.close()


def test_spreadsheet_of_too_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "SHEET_ROWS", 2)

    with pytest.raises(BadInput) as refused:
        download(_request("/t.xlsx"), "xlsx", lambda: Sheet("t", Row, [FULL] * 3), name="t", on=ON)

    assert refused.value.code == "downloads.too_long"


def test_spreadsheet_without_a_limit_goes_on_in_the_next_worksheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "PAGE_ROWS", 2)
    file = io.BytesIO()

    write_xlsx(file, Table("t", {"n": int}, [(n,) for n in range(5)]))
    file.seek(0)

    book = python_calamine.CalamineWorkbook.from_filelike(file)
    pages = [book.get_sheet_by_index(number).to_python() for number in range(3)]
    assert pages == [[["n"], [0.0], [1.0]], [["n"], [2.0], [3.0]], [["n"], [4.0]]]


def test_parquet_keeps_the_types_of_columns_over_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "_PART", 2)

    response = download(
        _request("/t.parquet"), "parquet", lambda: Sheet("t", Row, [FULL] * 4 + [EMPTY]), name="t", on=ON
    )

    assert isinstance(response, FileResponse)
    frame = pl.read_parquet(b"".join(response))
    assert frame.columns == list(columns_of(Row))
    assert [frame.schema[name] for name in ("title_zh", "until", "count", "synthetic")] == [
        pl.String, pl.Date, pl.Int64, pl.Boolean,
    ]  # fmt: skip
    assert frame["until"].to_list() == [date(2025, 1, 1)] * 4 + [None]
    response.close()


def test_table_of_cells_is_written_in_every_form() -> None:
    def table() -> Table:
        return Table(
            "t", {"name": str, "share": Decimal, "on": date}, [("=1", Decimal("0.10"), ON), (None, None, None)]
        )

    told = download(_request("/t.json"), "json", table, name="t", on=ON)
    text = download(_request("/t.csv?bom=0"), "csv", table, name="t", on=ON)

    assert json.loads(told.content)["rows"][0] == {"name": "=1", "share": "0.10", "on": "2024-01-04"}  # type: ignore[attr-defined]
    assert b"".join(text) == b"name,share,on\r\n'=1,0.10,2024-01-04\r\n,,\r\n"  # type: ignore[arg-type]


def test_unchanged_table_is_not_read_again() -> None:
    SearchChange.objects.create(kind="standard", first_id=1, last_id=1, at=timezone.now())

    def never() -> Iterator[Row]:
        raise AssertionError("the rows were read")
        yield FULL

    first = download(_request(), "csv", lambda: Sheet("t", Row, [FULL]), name="t", on=ON)
    again = _request(**{"if-none-match": first.headers["ETag"]})
    assert download(again, "csv", lambda: Sheet("t", Row, never()), name="t", on=ON).status_code == 304

    SearchChange.objects.create(kind="standard", first_id=2, last_id=2, at=timezone.now())
    assert download(again, "csv", lambda: Sheet("t", Row, [FULL]), name="t", on=ON).status_code == 200


def test_day_and_filters_make_another_version() -> None:
    def tag(path: str, on: date) -> str:
        return download(_request(path), "csv", lambda: Sheet("t", Row, []), name="t", on=on).headers["ETag"]

    assert len({tag("/t.csv", ON), tag("/t.csv?x=1", ON), tag("/t.csv", date(2024, 1, 5))}) == 3


def test_json_keeps_both_languages_and_days_as_known() -> None:
    told = plain(FULL)

    assert told["title"] == {"zh": "质量", "en": "Quality"}
    assert (told["published"], told["until"], told["synthetic"]) == ("2015-06", "2025-01-01", True)
