"""Every published number of the demonstration comes out of its records, one by one; and a record changed moves its own.

The expectations stand in the rulebook's demo folder, so that `pinzhi figures rows` holds the same table against a
running site.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.db.models import Count
from django.test.utils import override_settings

from pinzhi.engine.periods import Moment
from pinzhi.engine.publishing.expectations import Expectation, read_expectations
from pinzhi.engine.rulebook.figures import Figure
from pinzhi.records.accounts.demo import create_demo_accounts
from pinzhi.records.accounts.permissions import SYSTEM
from pinzhi.records.casework.demo.service import load_service
from pinzhi.records.casework.demo.story import load_cases
from pinzhi.records.casework.models import SavingClaim, SavingFinding
from pinzhi.records.catalog.actions import record_change
from pinzhi.records.catalog.demo.loading import load
from pinzhi.records.catalog.demo.sizes import Size
from pinzhi.records.catalog.models import Certificate, Honour, Institution, Organisation, Standard
from pinzhi.records.catalog.queries.validity import valid_on
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.inspections.demo.story import load_inspections
from pinzhi.records.publishing.actions.releasing import release_groups
from pinzhi.records.publishing.compare import compare
from pinzhi.records.publishing.queries.snapshots import record_keys
from pinzhi.records.publishing.queries.values import figure_values
from pinzhi.records.publishing.times import AsOf
from pinzhi.records.training.demo import load_training
from tests.build_publishing import make_figures

pytestmark = pytest.mark.django_db
YEAR_END = date(2023, 12, 31)
LOADED = datetime(2024, 1, 4, 1, tzinfo=UTC)
# The whole register, and little of what surrounds it.
CORE = Size("core", standards=400, organisations=11_841, institutions=20)
TABLE = Path(django_settings.RULEBOOK) / django_settings.CITY / "demo" / "expected-figures.csv"
PEER = {
    "scheme": "governor", "edition": "9", "grade": "award", "title_zh": "第九届山东省省长质量奖",
    "recipient": "济南示例获奖单位", "issuer": "山东省人民政府", "awarded_on": "2023", "state": "announced",
    "region": "3701",
}  # fmt: skip
LATE = {
    "scheme": "mayor", "edition": "7", "grade": "nomination", "title_zh": "第七届青岛市市长质量奖提名奖",
    "recipient": "青岛示例补记单位", "issuer": "青岛市人民政府", "awarded_on": "2021-12-20", "state": "announced",
    "region": "3702",
}  # fmt: skip
EXPECTED = read_expectations(TABLE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module", autouse=True)
def city(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Load what the figures stand on once for this file, and take it back afterwards."""
    folder = tmp_path_factory.mktemp("city")
    at = override_settings(
        DEMO=True, TODAY=date(2024, 1, 4), MEDIA_ROOT=folder, KEYS=folder / "keys", JOURNAL_FOLDER=folder / "journal"
    )  # fmt: skip
    with at, django_db_blocker.unblock(), transaction.atomic():
        create_demo_accounts()
        load(CORE)
        load_training()
        load_cases()
        load_service()
        load_inspections()
        release_groups(Moment(LOADED, date(2024, 1, 4)))
        yield
        transaction.set_rollback(True)


def numbers(on: date = YEAR_END, known: datetime | None = None) -> dict[str, tuple[Any, Any]]:
    """Every figure with its number on a day."""
    ids = [one.id for one in rulebook().all_of(Figure) if one.holds(on)]
    return {one: (value.number, value.items) for one, value in figure_values(ids, AsOf(on, known)).items()}


def moved(before: dict[str, tuple[Any, Any]]) -> dict[str, Any]:
    """The figures that are others than before, with their numbers now."""
    return {one: now[0] for one, now in numbers().items() if now != before[one]}


def change(kind: str, key: str, since: date | None = None, **values: object) -> None:
    record_change(actor=SYSTEM, kind=kind, key=key, values=values, valid_from=since, now=datetime.now(UTC))


# ---- the rows --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("row", EXPECTED, ids=[row.figure for row in EXPECTED])
def test_a_published_number_comes_out_of_the_records(row: Expectation) -> None:
    (found,) = compare([row], on=YEAR_END)

    assert found.value is not None
    assert found.value.problem is None
    assert found.verdict == ("larger" if row.size else "equal"), found.value.number
    if found.verdict == "larger":  # counted all the same, of the fewer records there are
        assert found.value.number == {
            "A45": Organisation.objects.count(),
            "A46": Institution.objects.filter(state="listed").count(),
            "A47": Standard.objects.count(),
        }[row.figure]  # fmt: skip


def test_a_row_says_what_is_wrong_with_it() -> None:
    rows = read_expectations("id,op,value,upper,unit\nA21,eq,55,,\nX99,eq,1,,\nA36,eq,1,,\n")

    found = compare(rows, on=YEAR_END)

    assert [row.verdict for row in found] == ["differs", "unknown", "none"]
    assert all(row.is_fault for row in found)


# ---- what must hold among them ---------------------------------------------------------------------------------------
def test_the_numbers_agree_with_one_another() -> None:
    value = {one: held[0] for one, held in numbers().items()}
    share = figure_values(["A14", "A34", "E11"], AsOf(YEAR_END))
    on_notice = figure_values(["A15", "A16", "A17"], AsOf(YEAR_END))

    assert value["A08"] + value["A09"] + value["A10"] == value["A11"] == 3
    assert (value["A12"] + value["A13"], share["A14"].parts) == (9, (9, 27))
    assert value["A15"] + value["A16"] == value["A17"] == 2
    assert {one.zh for one in (*on_notice["A15"].items, *on_notice["A16"].items)} == {
        "山东港口集团青岛港“连钢创新团队”",
        "中车青岛四方机车车辆股份有限公司",
    }
    assert value["A60"] - value["A61"] == 825
    assert value["A55"] + value["A56"] + value["A57"] == 13
    assert value["A53"] + value["A54"] == 354
    assert value["B11"] == 1 + value["B13"]
    assert value["C03"] + value["C04"] == 64
    assert (value["C05"], value["C06"]) == (date(2024, 1, 1), date(2026, 12, 31))
    assert value["A51"] >= 2 + 3 + 5
    assert value["A49"] <= value["A45"]
    assert value["A50"] > 0
    assert value["E08"] + value["E09"] == 7 <= value["E03"]
    assert share["E11"].parts == (value["E10"], value["E10"])
    assert share["A34"].parts is not None
    assert Fraction(*share["A34"].parts) == share["A34"].number


def test_sets_that_must_not_overlap_do_not() -> None:
    """A drafted standard is of one level; nobody on notice is among those who won; editions follow on one another."""
    editions = figure_values(["A20"], AsOf(YEAR_END))["A20"].items
    levels = [set(keys_of(one)) for one in ("A53", "A54")]

    assert [one.zh for one in editions] == ["7", "6", "5", "4", "3", "2", "1"]
    assert not levels[0] & levels[1]
    assert not set(keys_of("A13")) & set(keys_of("A17"))
    assert set(keys_of("B13")) < set(keys_of("B11"))


def keys_of(figure: str) -> Iterator[str]:
    return (key for key, _ in record_keys(figure, AsOf(YEAR_END)))


# ---- a record changed moves its own figures, and no others -----------------------------------------------------------
def test_a_revoked_award_is_no_longer_counted() -> None:
    before = numbers()

    change("honour", "mayor-3-award-01", state="revoked")

    assert moved(before) == {"A21": 53}


def test_an_edition_whose_awards_are_all_revoked_breaks_the_row_of_editions() -> None:
    before = numbers()
    codes = Honour.objects.filter(scheme="mayor", edition="5").values_list("code", flat=True)

    for code in codes:
        change("honour", code, state="revoked")

    assert moved(before) == {"A21": 48, "A20": 2}


def test_notices_that_are_announced_become_awards() -> None:
    before = numbers()

    for code in ("china-5-nomination-01", "china-5-nomination-02"):
        change("honour", code, state="announced", awarded_on="2023-12")

    assert moved(before) == {"A13": 10, "A14": Fraction(11, 29), "A15": 0, "A16": 0, "A17": 0}


def test_a_suspended_certificate_leaves_both_counts_only_with_its_holder_s_last() -> None:
    before = numbers()
    in_force = Certificate.objects.filter(valid_on(YEAR_END), scheme="qms")
    holder = in_force.values("holder").annotate(n=Count("pk")).filter(n=2).order_by("holder")[0]["holder"]
    number, last = in_force.filter(holder=holder).order_by("number").values_list("number", flat=True)

    change("certificate", number, date(2023, 12, 1), state="suspended", state_on="2023-12-01")
    assert moved(before) == {"A60": 12_666}

    change("certificate", last, date(2023, 12, 1), state="withdrawn", state_on="2023-12-01")
    assert moved(before) == {"A60": 12_665, "A61": 11_841}


def test_an_enterprise_that_moved_to_another_district_counts_there() -> None:
    before = numbers()

    change("organisation", code_of("青岛汉缆股份有限公司"), date(2023, 6, 1), district="370214")

    assert moved(before) == {"B03": None, "B05": 4, "B11": 5}
    assert numbers(date(2023, 5, 31))["B11"][0] == before["B11"][0]


def test_a_rank_is_lost_when_a_peer_has_more() -> None:
    before = numbers()

    for number in range(2):
        change("honour", f"governor-9-award-3701-9{number}", **PEER)

    assert moved(before) == {"A02": 2}  # of all editions both cities now have 18: they share the first place


def test_a_late_entry_counts_for_its_day_and_not_for_what_was_known_then() -> None:
    then = datetime.now(UTC)
    before = numbers()

    change("honour", "mayor-7-nomination-99", **LATE)

    assert moved(before) == {"A21": 55}
    assert numbers(known=then)["A21"] == before["A21"]


def test_a_saving_withdrawn_after_it_was_verified_is_no_longer_counted() -> None:
    before = numbers()
    claim = SavingClaim.objects.filter(findings__verdict="verified").order_by("pk").first()
    assert claim is not None

    SavingFinding.objects.create(
        claim=claim, verdict="withdrawn", ground="重复", actor="test", decided_on=YEAR_END, decided_at=LOADED
    )

    assert moved(before) == {"A50": before["A50"][0] - claim.amount}


def code_of(name: str) -> str:
    return Organisation.objects.get(name=name).code


# ---- a figure is a text and nothing else -----------------------------------------------------------------------------
def test_a_figure_is_added_by_text_alone(settings: Any, tmp_path: Path) -> None:
    body = """
[distinct]
from = "honours"
of = "organisation"
where = [
  { field = "scheme", in = ["mayor", "governor", "china"] },
  { field = "region", starts = "3702" },
  { field = "won", is = true },
]
"""
    make_figures(settings, tmp_path, T1=body)

    (row,) = compare(read_expectations(f"id,op,value,upper,unit\nT1,eq,{honoured()},,\n"), on=YEAR_END)

    assert row.verdict == "equal"


def honoured() -> int:
    won = Honour.objects.filter(scheme__in=("mayor", "governor", "china"), region="3702", state="announced")
    return won.exclude(organisation=None).values("organisation").distinct().count()
