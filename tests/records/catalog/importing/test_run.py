"""A file goes in: what is created, changed, refused and left alone."""

import csv
import gzip
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars
import pytest
import xlsxwriter

from pinzhi.engine.errors import BadInput, NotAllowed
from pinzhi.records.accounts.permissions import ANONYMOUS, SYSTEM
from pinzhi.records.catalog import models
from pinzhi.records.catalog.history import facts
from pinzhi.records.catalog.importing.report import ImportReport
from pinzhi.records.catalog.importing.run import import_file, preview
from pinzhi.records.catalog.personal import PersonalFacts, opened
from pinzhi.records.journal.models import Entry

pytestmark = pytest.mark.django_db
NOW = datetime(2024, 1, 4, 2, tzinfo=UTC)
LATER = datetime(2024, 2, 1, 2, tzinfo=UTC)

STANDARDS = """number,title_zh,title_en,published_on,effective_on,status,drafters,replaces
GB/T 19580-2004,卓越绩效评价准则,,2004-08-30,2005-01-01,被代替,,
GB/T 19580-2012,卓越绩效评价准则,Criteria for excellence,2012-03-09,2012-08-01,现行,甲公司;中国质量协会,GB/T 19580-2004
"""
ORGANISATIONS = """统一社会信用代码,名称,区划代码,状态,成立日期
91370212MA0000015Y,青岛甲有限公司,崂山区,存续,2015
91370200MA0000023D,青岛乙有限公司,370202,存续,2016-03
,中国质量协会,,存续,1979-08-31
"""


def _write(folder: Path, text: str, name: str = "file.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def _go(kind: str, path: Path, now: datetime = NOW, **more: Any) -> ImportReport:
    return import_file(kind, path, actor=SYSTEM, now=now, **more)


def _counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.changed, report.unchanged, report.refused


def _rules(report: ImportReport) -> list[tuple[int, str, str]]:
    return [(one.line, one.field, one.code) for one in report.problems if not one.is_warning]


def test_standards_go_in_with_their_links(tmp_path: Path) -> None:
    report = _go("standards", _write(tmp_path, STANDARDS))

    old, new = models.Standard.objects.order_by("canonical")
    assert _counts(report) == (2, 0, 0, 0)
    assert (new.title_en, new.level, new.nature, new.family) == (
        "Criteria for excellence", "national", "recommended", "GB/T 19580",
    )  # fmt: skip
    assert old.superseded_on == date(2012, 8, 1)
    assert [(d.rank, d.name, d.organisation) for d in new.drafters.order_by("rank")] == [
        (1, "甲公司", None),
        (2, "中国质量协会", None),
    ]
    edge = models.Replacement.objects.get()
    assert (edge.new, edge.old, edge.partial) == (new, old, False)
    assert [(c.kind, c.first_id, c.last_id) for c in models.SearchChange.objects.all()] == [
        ("standard", old.pk, new.pk)
    ]


def test_links_wait_for_records_that_come_later(tmp_path: Path) -> None:
    header, old, new = STANDARDS.splitlines()
    _go("standards", _write(tmp_path, f"{header}\n{new}\n", "new.csv"))
    _go("organisations", _write(tmp_path, ORGANISATIONS, "organisations.csv"))

    _go("standards", _write(tmp_path, f"{header}\n{old}\n", "old.csv"), LATER)

    replaced = models.Standard.objects.get(canonical="GB/T 19580-2004")
    assert models.Replacement.objects.get().old == replaced
    assert replaced.superseded_on == date(2012, 8, 1)
    assert models.Drafting.objects.get(rank=2).organisation == models.Organisation.objects.get(name="中国质量协会")


def test_twice_is_once(tmp_path: Path) -> None:
    path = _write(tmp_path, STANDARDS)
    _go("standards", path)
    before = list(models.Standard.objects.values())

    report = _go("standards", path, LATER)

    assert _counts(report) == (0, 0, 2, 0)
    assert list(models.Standard.objects.values()) == before
    assert models.StandardPast.objects.count() == 0
    assert models.SearchChange.objects.count() == 1
    assert models.Replacement.objects.count() == 1
    assert Entry.objects.filter(action="catalog.import").count() == 2


def test_a_differing_row_corrects_and_keeps_what_was_believed(tmp_path: Path) -> None:
    _go("standards", _write(tmp_path, STANDARDS))

    report = _go("standards", _write(tmp_path, STANDARDS.replace("2012-08-01", "2012-09-01"), "b.csv"), LATER)

    assert _counts(report) == (0, 1, 1, 0)
    assert models.Standard.objects.get(canonical="GB/T 19580-2004").superseded_on == date(2012, 9, 1)
    then = facts(models.Standard, as_of=date(2020, 1, 1), known_at=datetime(2024, 1, 10, tzinfo=UTC))
    assert {row["superseded_on"] for row in then.values("superseded_on")} == {None, date(2012, 8, 1)}
    assert {row["effective_on"] for row in then.values("effective_on")} == {date(2005, 1, 1), date(2012, 8, 1)}


def test_dropped_links_end_and_their_consequence_too(tmp_path: Path) -> None:
    _go("standards", _write(tmp_path, STANDARDS))
    dropped = STANDARDS.replace(",GB/T 19580-2004\n", ",\n").replace("甲公司;", "")

    _go("standards", _write(tmp_path, dropped, "b.csv"), LATER)

    assert models.Replacement.objects.get().recorded_until == LATER
    assert models.Standard.objects.get(canonical="GB/T 19580-2004").superseded_on is None
    assert [d.name for d in models.Drafting.objects.filter(recorded_until=None)] == ["中国质量协会"]


def test_columns_that_a_file_lacks_stay_as_they_are(tmp_path: Path) -> None:
    _go("standards", _write(tmp_path, STANDARDS))

    report = _go("standards", _write(tmp_path, "标准号,主管部门\nGB/T 19580-2012,市场监管总局\n", "b.csv"), LATER)

    standard = models.Standard.objects.get(canonical="GB/T 19580-2012")
    assert _counts(report) == (0, 1, 0, 0)
    assert (standard.authority, standard.title_zh) == ("市场监管总局", "卓越绩效评价准则")
    assert standard.drafters.filter(recorded_until=None).count() == 2


def test_organisations_without_a_code_get_a_temporary_one_and_keep_their_record(tmp_path: Path) -> None:
    _go("organisations", _write(tmp_path, ORGANISATIONS))
    before = models.Organisation.objects.get(name="中国质量协会")

    coded = "code,name\n51370200MA000004X4,中国质量协会\n"
    report = _go("organisations", _write(tmp_path, coded, "b.csv"), LATER)

    after = models.Organisation.objects.get(name="中国质量协会")
    assert before.code.startswith("TMP-")
    assert _counts(report) == (0, 1, 0, 0)
    assert (after.pk, after.code) == (before.pk, "51370200MA000004X4")
    assert _counts(_go("organisations", _write(tmp_path, ORGANISATIONS, "c.csv"), LATER)) == (0, 0, 3, 0)


def test_names_of_districts_and_precisions_are_understood(tmp_path: Path) -> None:
    _go("organisations", _write(tmp_path, ORGANISATIONS))

    first = models.Organisation.objects.get(code="91370212MA0000015Y")
    assert (first.district, first.established_on, first.established_precision) == ("370212", date(2015, 1, 1), "y")


def test_a_row_with_its_own_day_changes_instead_of_correcting(tmp_path: Path) -> None:
    _go("organisations", _write(tmp_path, ORGANISATIONS))
    moved = "code,name,district,valid_from\n91370212MA0000015Y,青岛甲有限公司,370214,2023-06-01\n"

    _go("organisations", _write(tmp_path, moved, "b.csv"), LATER)

    assert facts(models.Organisation, as_of=date(2023, 5, 31)).count(district="370212") == 1
    assert facts(models.Organisation, as_of=date(2023, 6, 1)).count(district="370212") == 0
    older = _go(
        "organisations", _write(tmp_path, moved.replace("2023-06", "2022-06").replace("370214", "370213"), "c.csv")
    )
    assert _rules(older) == [(2, "valid_from", "import.row.older")]


def test_a_suspension_changes_a_certificate_from_its_day(tmp_path: Path) -> None:
    _go("organisations", _write(tmp_path, ORGANISATIONS))
    header = "number,scheme,holder,standard,issued_on,expires_on,state,state_on\n"
    row = "03410Q10286R0S,qms,青岛甲有限公司,GB/T 19001-2016,2023-03-10,2026-03-09,"
    _go("certificates", _write(tmp_path, f"{header}{row}有效,\n", "a.csv"))

    _go("certificates", _write(tmp_path, f"{header}{row}暂停,2024-01-20\n", "b.csv"), LATER)

    assert facts(models.Certificate, as_of=date(2024, 1, 19)).count(state="active") == 1
    assert facts(models.Certificate, as_of=date(2024, 1, 20)).count(state="suspended") == 1


def test_every_kind_goes_in(tmp_path: Path) -> None:
    """One file of each kind, each leaning on those before it."""
    files = {
        "organisations": ORGANISATIONS,
        "standards": STANDARDS,
        "institutions": "组织,服务类别,服务内容\n91370200MA0000023D,检验检测;计量,电器检测\n",
        "capabilities": "organisation,category,scope_zh,standard\n青岛乙有限公司,检验检测,安全,GB/T 19580-2012\n",
        "brands": "owner,name\n青岛甲有限公司,甲牌\n",
        "products": "organisation,name,model,brand\n青岛甲有限公司,电冰箱,BCD-1,甲牌\n",
        "certificates": "number,scheme,holder,product,issuer\nC-1,qms,青岛甲有限公司,电冰箱,91370200MA0000023D\n",
        "people": "name,organisation,post,phone\n张三,青岛甲有限公司,首席质量官,13800000000\n",
        "honours": "code,scheme,edition,grade,title_zh,person,issuer\nmayor-7-01,mayor,7,excellence,市长奖,张三,市\n",
        "places": "code,kind,name_zh,latitude,longitude\nlicang-centre,质量服务中心,李沧中心,36.145,120.433\n",
        "documents": "code,kind,title_zh,issuer_zh,issued_on\ncall-2024,征集,征集公告,市市场监管局,2024-01-02\n",
    }
    for kind, text in files.items():
        report = _go(kind, _write(tmp_path, text, f"{kind}.csv"))
        assert report.refused == 0, report.problems
        again = _go(kind, tmp_path / f"{kind}.csv", LATER)
        assert (again.created, again.changed) == (0, 0), kind

    certificate = models.Certificate.objects.get()
    assert certificate.product == models.Product.objects.get()
    assert certificate.issuer_name == "青岛乙有限公司"
    assert models.Product.objects.get().brand == models.Brand.objects.get()
    assert models.Capability.objects.get().standard == models.Standard.objects.get(canonical="GB/T 19580-2012")
    assert models.Honour.objects.get().recipient == "张三"
    kept = models.PersonalData.objects.select_related("person").get()
    assert opened(kept.person.code, kept.sealed) == PersonalFacts(phone="13800000000")
    assert b"13800000000" not in bytes(models.PersonalData.objects.get().sealed)


def test_refused_rows_are_told_by_cell_and_the_rest_goes_in(tmp_path: Path) -> None:
    text = STANDARDS + (
        "GB/T 1-2000,坏日期,,2023-02-29,,,,\n"
        "无编号,没有数字,,,,,,\n"
        "GB/T 19580-2012,重复,,,,,,\n"
        "GB/T 2-2000,自己代替自己,,,,,,GB/T 2-2000\n"
        'GB/T 3-2000,"引号没有"配对,,,,,,\n'
        "GB/T 4-2000,格子太多,,,,,,,,,x\n"
        "GB/T 5-2000,好的一行,,,,,,\n"
    )

    report = _go("standards", _write(tmp_path, text))

    assert _counts(report) == (3, 0, 0, 6)
    assert sorted(_rules(report)) == [
        (4, "published_on", "import.date.impossible"),
        (5, "number", "catalog.standard_number"),
        (6, "number", "import.row.repeated"),
        (7, "replaces", "import.standard.replaces_itself"),
        (8, "", "import.row.quotes"),
        (9, "", "import.row.cells"),
    ]


def test_corrected_rejects_go_in(tmp_path: Path) -> None:
    text = STANDARDS + "GB/T 1-2000,坏日期,,2023-02-29,,,,\n"
    report = _go("standards", _write(tmp_path, text))
    assert report.rejects is not None
    with report.rejects.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["_line"], row["_field"], row["_value"], row["_rule"]) for row in rows] == [
        ("4", "published_on", "2023-02-29", "import.date.impossible")
    ]
    assert (rows[0]["_why_zh"], rows[0]["_why_en"]) == (
        "2023 年 2 月没有 29 日。",
        "There is no day 29 in month 2 of 2023.",
    )

    corrected = report.rejects.read_text("utf-8-sig").replace("坏日期,,2023-02-29", "坏日期,,2023-02-28")
    again = _go("standards", _write(tmp_path, corrected, "corrected.csv", "utf-8-sig"), LATER)

    assert _counts(again) == (1, 0, 0, 0)
    assert again.unknown_columns == ()
    assert models.Standard.objects.get(canonical="GB/T 1-2000").published_on == date(2023, 2, 28)


def test_chains_that_close_a_circle_are_refused(tmp_path: Path) -> None:
    text = "number,title_zh,replaces\nGB 1-2010,甲,GB 2-2010\nGB 2-2010,乙,GB 3-2010\nGB 3-2010,丙,GB 1-2010\n"

    report = _go("standards", _write(tmp_path, text))

    assert _rules(report) == [(4, "replaces", "import.standard.replaces_cycle")]
    assert "GB 3-2010 → GB 1-2010 → GB 2-2010 → GB 3-2010" in report.problems[0].text.en

    later = _go("standards", _write(tmp_path, "number,replaces\nGB 3-2010,GB 1-2010\n", "b.csv"), LATER)
    assert _rules(later) == [(2, "replaces", "import.standard.replaces_cycle")]


def test_references_must_exist_and_be_one(tmp_path: Path) -> None:
    twins = ORGANISATIONS.replace("青岛乙", "青岛甲")
    _go("organisations", _write(tmp_path, twins))
    text = "owner,name\n青岛甲有限公司,甲牌\n青岛丙有限公司,丙牌\n91370200MA0000023D,乙牌\n"

    report = _go("brands", _write(tmp_path, text, "brands.csv"))

    assert _rules(report) == [(2, "owner", "import.reference.ambiguous"), (3, "owner", "import.reference.missing")]
    assert report.created == 1


def test_credit_codes_are_tested(tmp_path: Path) -> None:
    report = _go("organisations", _write(tmp_path, ORGANISATIONS.replace("0000015Y", "0000051Y")))

    assert _rules(report) == [(2, "code", "catalog.credit_code.check")]


def test_a_dry_run_writes_nothing_and_says_what_would_change(tmp_path: Path) -> None:
    _go("standards", _write(tmp_path, STANDARDS))
    text = STANDARDS.replace("2012-08-01,现行,甲公司;", "2012-09-01,现行,") + "GB/T 5-2000,新的,,,,,,\n"

    report = preview("standards", _write(tmp_path, text, "b.csv"), actor=SYSTEM, now=LATER)

    assert _counts(report) == (1, 1, 1, 0)
    changed, new = report.changes
    assert (changed.line, changed.key, changed.is_new) == (3, "GB/T 19580-2012", False)
    assert [(f.field, f.before, f.after) for f in changed.fields] == [
        ("effective_on", "2012-08-01", "2012-09-01"),
        ("drafters", "甲公司;中国质量协会", "中国质量协会"),
    ]
    assert (new.key, new.is_new) == ("GB/T 5-2000", True)
    assert models.Standard.objects.count() == 2
    assert models.ImportRun.objects.count() == 1


def test_only_those_allowed_import(tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        import_file("standards", _write(tmp_path, STANDARDS), actor=ANONYMOUS, now=NOW)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_are_found_out(tmp_path: Path, encoding: str) -> None:
    report = _go("organisations", _write(tmp_path, ORGANISATIONS, encoding=encoding))

    assert _counts(report) == (3, 0, 0, 0)
    assert models.Organisation.objects.filter(name="青岛甲有限公司").exists()


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_other_delimiters_are_found_out(tmp_path: Path, delimiter: str) -> None:
    report = _go("organisations", _write(tmp_path, ORGANISATIONS.replace(",", delimiter)))

    assert _counts(report) == (3, 0, 0, 0)


def test_forms_of_files_are_told_by_their_content(tmp_path: Path) -> None:
    rows = [line.split(",") for line in ORGANISATIONS.splitlines()]
    packed = tmp_path / "packed.csv"
    packed.write_bytes(gzip.compress(ORGANISATIONS.encode("gb18030")))
    parquet = tmp_path / "rows.data"
    polars.DataFrame(rows[1:], schema=rows[0], orient="row").write_parquet(parquet)
    sheet = tmp_path / "rows.xlsx"
    with xlsxwriter.Workbook(sheet) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
        page.write_datetime(1, 4, datetime(2015, 1, 1), book.add_format({"num_format": "yyyy-mm-dd"}))  # noqa: DTZ001 cells have no zone

    assert _counts(_go("organisations", packed)) == (3, 0, 0, 0)
    assert _counts(_go("organisations", parquet)) == (0, 0, 3, 0)
    assert _counts(_go("organisations", sheet)) == (0, 1, 2, 0)  # the sheet knows the day


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("nothing.csv", b"", "import.file.empty"),
        ("columns.csv", "颜色,大小\n红,大\n".encode(), "import.file.columns"),
        ("utf8.csv", "名称\n青岛甲有限公司青岛\n".encode() + b"\xff\xfe\n", "import.file.encoding"),
        ("gb.csv", "名称\n青岛\n".encode("gb18030") + b"\xff\xff\n", "import.file.encoding"),
        ("twice.csv", "名称,区划代码, 名称\n青岛甲有限公司,370212,乙\n".encode(), "import.file.column_twice"),
        ("cut.csv.gz", gzip.compress(ORGANISATIONS.encode() * 50)[:-20], "import.file.gzip"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "import.file.old_excel"),
        ("bad.xlsx", b"PK\x03\x04" + b"\0" * 100, "import.file.xlsx"),
        ("bad.parquet", b"PAR1" + b"\0" * 100, "import.file.parquet"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_read_are_refused_whole(tmp_path: Path, name: str, content: bytes, rule: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(BadInput) as refusal:
        _go("organisations", path)

    assert refusal.value.code == rule
    assert models.ImportRun.objects.count() == 0


def test_a_missing_file_and_an_unknown_kind_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"import\.file\.missing"):
        _go("standards", tmp_path / "nowhere.csv")
    with pytest.raises(BadInput, match=r"import\.kind"):
        _go("planets", _write(tmp_path, STANDARDS))


def test_unknown_columns_are_named_and_ignored(tmp_path: Path) -> None:
    report = _go("organisations", _write(tmp_path, "名称,颜色\n青岛甲有限公司,红\n"))

    assert report.unknown_columns == ("颜色",)
    assert report.created == 1
