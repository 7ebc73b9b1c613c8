"""Pictures of time: where bars begin and end, and what a term is called."""

from datetime import date, timedelta

import pytest

from pinzhi.engine.texts import Text
from pinzhi.records.catalog.queries.certificates import CertificateRow
from pinzhi.records.catalog.queries.editions import Edition
from pinzhi.records.catalog.queries.shapes import Coded, Day, Ref, State
from pinzhi.web.portal.timelines import axis_over, chain, terms

ON = date(2024, 1, 4)
EXPIRED = State("expired", Text("过期", "Expired"), "past")
SUSPENDED = State("suspended", Text("暂停", "Suspended"), "stop")


def _edition(number: str, start: date, end: date | None = None, **more: object) -> Edition:
    state = State("replaced" if end else "current", Text("", ""), "ok")
    given = {"replaces": (), "replaces_partly": (), "is_this": end is None, "synthetic": False} | more
    standard = Ref("standard", number, Text(number, number))
    return Edition(standard, Text("", ""), state, Day(None), start, end, **given)  # type: ignore[arg-type]


def _row(**more: object) -> CertificateRow:
    given = {
        "certificate": Ref("certificate", "Q1", Text("Q1", "Q1")),
        "scheme": Coded("qms", Text("质量管理体系", "Quality management system")),
        "basis": None,
        "scope": Text("", ""),
        "issuer": "",
        "issued": Day(date(2022, 1, 4)),
        "expires_on": date(2026, 1, 3),
        "audits": (),
        "due_on": None,
        "overdue": False,
        "expires_soon": False,
        "state": State("active", Text("有效", "Valid"), "ok"),
        "state_on": None,
        "synthetic": False,
    } | more
    return CertificateRow(**given)  # type: ignore[arg-type]


def test_axis_marks_at_most_nine_round_years() -> None:
    axis = axis_over([date(1988, 1, 1), ON], before=timedelta(0), after=timedelta(days=365))

    assert axis.years == (1990, 1995, 2000, 2005, 2010, 2015, 2020, 2025)
    assert (axis.at(axis.start), axis.at(axis.end), axis.at(date(1900, 1, 1))) == (0.0, 100.0, 0.0)


def test_chain_has_a_bar_for_each_time_in_force_and_a_step_between() -> None:
    old = _edition("GB/T 1-2000", date(2000, 1, 1), date(2010, 1, 1))
    new = _edition("GB/T 1-2009", date(2010, 1, 1), replaces=("GB/T 1-2000",))

    drawing = chain([old, new], ON, narrow=False)

    assert drawing
    first, second = drawing.bars
    end = float(first.x[:-1]) + float(first.width[:-1])
    assert float(second.x[:-1]) == pytest.approx(end, abs=0.02)
    assert [line.paint for line in drawing.lines if line.paint.startswith("line-ink3")] == ["line-ink3"]


def test_partial_replacement_is_a_dashed_step() -> None:
    old = _edition("GB/T 1-2000", date(2000, 1, 1))
    new = _edition("GB/T 2-2009", date(2010, 1, 1), replaces_partly=("GB/T 1-2000",))

    drawing = chain([old, new], ON, narrow=True)

    assert drawing
    assert [line.paint for line in drawing.lines if "dash" in line.paint] == ["line-ink3 dash"]


def test_chain_without_any_day_is_left_to_the_table() -> None:
    assert chain([_edition("Q/ABC 1", None)], ON, narrow=False) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("year", [1900, 1988, 2023])
def test_name_of_an_edition_is_always_drawn(year: int, narrow: bool) -> None:
    drawing = chain([_edition(f"GB/T 1-{year}", date(year, 1, 1))], ON, narrow=narrow)

    assert drawing
    assert f"GB/T 1-{year}" in [word.text for word in drawing.words]


def test_term_is_light_with_its_elapsed_part_dark() -> None:
    _axis, (term,) = terms([_row(audits=(date(2023, 1, 4),))], ON)

    light, dark = term.drawing.bars
    assert float(dark.width[:-1]) / float(light.width[:-1]) == pytest.approx(0.5, abs=0.01)
    assert len(term.drawing.dots) == 1


@pytest.mark.parametrize(
    ("facts", "word", "shape"),
    [
        ({}, "", "ok"),
        ({"expires_soon": True, "expires_on": date(2024, 3, 17)}, "到期前 73 天", "warn"),
        ({"expires_soon": True, "expires_on": ON}, "今天到期", "warn"),
        ({"overdue": True, "due_on": date(2023, 12, 1)}, "监督逾期，应在 2023-12-01 前", "warn"),
        (
            {"state": State("expired", Text("过期", ""), "past"), "expires_on": date(2024, 1, 1)},
            "2024-01-01 过期",
            "past",
        ),
        ({"state": State("suspended", Text("暂停", ""), "stop")}, "", "stop"),
    ],
)
def test_words_after_a_term_say_first_what_is_to_be_done(facts: dict[str, object], word: str, shape: str) -> None:
    _axis, (term,) = terms([_row(**facts)], ON)

    assert (term.word, term.shape) == (word, shape)


def test_certificates_without_days_have_no_picture() -> None:
    axis, (term,) = terms([_row(issued=Day(None), expires_on=None)], ON)

    assert (axis, term.drawing.height) == (None, 0)
