"""Published numbers worked out again: the same, changed with records and dates to show for it, or tampered with."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pinzhi.commands import figures_verify
from pinzhi.engine.publishing.checking import Standing, printed
from pinzhi.engine.publishing.frozen import FrozenFigure
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import SYSTEM
from pinzhi.records.catalog.actions import record_change
from pinzhi.records.catalog.models import Honour
from pinzhi.records.publishing.live import Wanted, Words
from pinzhi.records.publishing.models import Publication, PublishedFigure
from pinzhi.records.publishing.queries.snapshots import snapshot
from pinzhi.records.publishing.times import AsOf
from pinzhi.records.publishing.verify import Checked, verify
from tests.build_catalog import make_certificate, make_honour, make_organisation
from tests.build_publishing import make_figures
from tests.records.publishing.build import DAY, Desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_day")]
LATER = datetime(2024, 2, 1, 2, tzinfo=UTC)
LATE = {
    "scheme": "mayor", "edition": "7", "grade": "award", "title_zh": "第七届青岛市市长质量奖",
    "recipient": "补记的单位", "issuer": "青岛市人民政府", "awarded_on": "2021-12-20", "state": "announced",
    "region": "3702",
}  # fmt: skip
TITLE = Text("质量年", "The quality year")


class Records:
    """Figures as they come out of the records."""

    def standings(self, wanted: Iterable[Wanted], known: datetime | None) -> Mapping[Wanted, Standing]:
        return {(one, on): self._standing(one, AsOf(on, known)) for one, on in wanted}

    def _standing(self, figure: str, at: AsOf) -> Standing:
        value = snapshot(figure, at).value
        return Standing(value.words, value.number, value.problem, lambda words: None)

    def frozen(self, wanted: Iterable[Wanted], known: datetime) -> tuple[FrozenFigure, ...]:
        return tuple(self._frozen(figure, AsOf(on, known)) for figure, on in wanted)

    def _frozen(self, figure_id: str, at: AsOf) -> FrozenFigure:
        taken = snapshot(figure_id, at)
        figure, number = taken.value.figure, taken.number
        assert number is not None
        return FrozenFigure(
            id=figure_id, edition=figure.edition, on=at.on, title=figure.title, unit=figure.unit,
            definition=figure.definition, excludes=figure.excludes, number=printed(number), words=taken.words,
            count=taken.count, definition_digest=taken.definition, records_digest=taken.records,
        )  # fmt: skip


def published(*figures: str) -> Publication:
    """Publish a bulletin that names some figures, on 4 January 2024."""
    desk = Desk()
    desk.figures = Records()  # type: ignore[assignment]
    body = "".join(f"有[[{one}]]。" for one in figures)
    return desk.published(words=Words(TITLE, Text(body, body), DAY, Text("", "")))


def change(kind: str, key: str, since: date | None = None, **values: object) -> None:
    record_change(actor=SYSTEM, kind=kind, key=key, values=values, valid_from=since, now=LATER)


def checked(figure: str = "A21") -> Checked:
    report = verify()
    assert report.documents == ()
    return next(one for one in report.checked if one.figure == figure)


def test_nothing_changed_is_the_same_then_and_now() -> None:
    make_honour("mayor-7-award-01")
    published("A21")

    found = checked()

    assert (found.published, found.then, found.now, found.has_changed) == ("1", "1", "1", False)
    assert (found.faults, found.differences) == ((), ())


def test_a_record_withdrawn_since_is_named_with_its_dates() -> None:
    make_honour("mayor-7-award-01")
    make_honour("mayor-7-award-02", recipient="被撤销的单位")
    published("A21")

    change("honour", "mayor-7-award-02", date(2023, 12, 1), state="revoked")
    found = checked()

    assert (found.published, found.then, found.now, found.faults) == ("2", "2", "1", ())
    (one,) = found.differences
    assert (one.kind, one.key, one.since, one.learned) == ("withdrawn", "mayor-7-award-02", date(2023, 12, 1), LATER)
    assert [(field.field, field.before, field.after) for field in one.fields] == [("state", "announced", "revoked")]
    assert one.text.en == (
        "mayor-7-award-02 第七届青岛市市长质量奖 被撤销的单位: no longer counted, recorded 2024-02-01 10:00,"
        " since 2023-12-01 (state: announced → revoked)"
    )


def test_a_record_withdrawn_later_than_the_day_changes_nothing() -> None:
    make_honour("mayor-7-award-01")
    published("A21")

    change("honour", "mayor-7-award-01", date(2024, 1, 20), state="revoked")
    found = checked()

    assert (found.then, found.now, found.differences, found.faults) == ("1", "1", (), ())


def test_a_record_entered_late_is_told_from_one_that_was_known_and_back_dated() -> None:
    make_honour("mayor-7-award-01")
    make_honour("mayor-7-award-02", state="notice")
    published("A21")

    change("honour", "mayor-7-award-02", date(2023, 11, 1), state="announced")
    change("honour", "mayor-7-award-03", **LATE)
    found = checked()

    assert (found.then, found.now) == ("1", "3")
    assert [(one.kind, one.key, one.since) for one in found.differences] == [
        ("backdated", "mayor-7-award-02", date(2023, 11, 1)),
        ("added", "mayor-7-award-03", None),
    ]


def test_what_a_record_says_may_change_without_the_number() -> None:
    make_honour("mayor-7-award-01")
    published("A21")

    change("honour", "mayor-7-award-01", grade="excellence")
    found = checked()

    assert (found.then, found.now, found.has_changed) == ("1", "1", False)
    (one,) = found.differences
    assert (one.kind, [field.field for field in one.fields]) == ("changed", ["grade"])


def test_a_certificate_whose_holder_moved_names_the_holder() -> None:
    holder = make_organisation()
    make_certificate(holder, "TSPZ-2022-01", scheme="taishan-quality", edition="2022", expires_on=None)
    make_certificate(make_organisation("另一家", "91370212MA0000023D"), "TSPZ-2021-01", scheme="taishan-quality",
                     edition="2021", expires_on=None)  # fmt: skip
    published("B11")

    change("organisation", holder.code, date(2023, 6, 1), district="370214")
    found = checked("B11")

    assert (found.then, found.now) == ("2", "1")
    (one,) = found.differences
    assert (one.kind, one.key, one.through) == ("withdrawn", "TSPZ-2022-01", "青岛澄海精工有限公司")
    assert (one.since, one.learned) == (date(2023, 6, 1), LATER)
    assert [(field.field, field.before, field.after) for field in one.fields] == [("district", "370212", "370214")]


def test_a_record_that_is_no_longer_kept_is_a_fault_and_is_told() -> None:
    make_honour("mayor-7-award-01")
    make_honour("mayor-7-award-02")
    published("A21")

    Honour.objects.filter(code="mayor-7-award-02").delete()
    found = checked()

    assert (found.published, found.then, found.now) == ("2", "1", "1")
    assert [fault.en for fault in found.faults] == [
        "What was known then gives 1, but 2 was published: the value or the records of that time were changed."
    ]


def test_a_past_that_was_rewritten_is_a_fault_though_the_number_is_the_same() -> None:
    make_honour("mayor-7-award-01")
    published("A21")

    Honour.objects.filter(code="mayor-7-award-01").update(code="mayor-7-award-09")
    found = checked()

    assert (found.then, found.now) == ("1", "1")
    assert [fault.en for fault in found.faults] == [
        "The value is the same, but the records of that time are others now (1, now 1): somebody changed history."
    ]


def test_a_frozen_value_that_was_changed_is_found_in_the_document() -> None:
    make_honour("mayor-7-award-01")
    published("A21")

    PublishedFigure.objects.update(number="2")
    report = verify()

    assert not report.is_sound
    assert [(slug, fault.en) for slug, fault in report.documents] == [
        ("quality-year", "The value of A21 was changed: 1 was signed, 2 stands in the table.")
    ]


def test_a_definition_that_was_edited_is_told_from_one_that_is_gone(settings: Any, tmp_path: Path) -> None:
    body = '[count]\nfrom = "honours"\nwhere = [{ field = "scheme", is = "mayor" }]\n'
    for name in ("then", "edited", "gone"):
        (tmp_path / name).mkdir()
    make_figures(settings, tmp_path / "then", T1=body)
    make_honour("mayor-7-award-01")
    published("T1")

    make_figures(settings, tmp_path / "edited", T1=body + "# edited\n")
    edited = checked("T1")
    make_figures(settings, tmp_path / "gone", T2=body)
    gone = checked("T1")

    assert (edited.then, edited.now) == ("1", "1")
    assert [fault.en for fault in edited.faults] == [
        "The definition of T1 was changed after it was published (another digest): definitions get new editions and are"
        " never edited."
    ]
    assert (gone.then, gone.now) == (None, None)
    assert [fault.en for fault in gone.faults] == [
        "The rulebook has no definition of T1 for 2023-12-31 any more; it cannot be worked out again."
    ]


def test_the_command_says_so_and_ends_with_one_only_for_faults() -> None:
    make_honour("mayor-7-award-01")
    make_honour("mayor-7-award-02")
    published("A21")
    change("honour", "mayor-7-award-02", date(2023, 12, 1), state="revoked")

    honest = told()
    PublishedFigure.objects.update(words_zh="三")
    tampered = told()

    assert honest.exit_code == 0
    assert honest.output.splitlines()[0] == "! quality-year A21 2023-12-31: published 2, then 2, now 1"
    assert honest.output.splitlines()[-1] == (
        "✓ 1 numbers worked out again: 0 as the records give today, 1 changed since, 0 tampered with."
    )
    assert tampered.exit_code == 1


def told() -> Any:
    return CliRunner(env={"PINZHI_LANG": "en"}).invoke(figures_verify.command, [])
