"""Seals: the same facts give the same digest, changed ones another, and editions are not exchanged under way."""

from dataclasses import replace
from decimal import Decimal

import pytest

from pinzhi.engine.assessment.rounds.seals import Seal, check_pin, digest, marks_digest
from pinzhi.engine.errors import Conflict
from tests.engine.assessment.rounds.facts import PIN


def test_a_digest_depends_on_content_and_not_on_order() -> None:
    assert digest({"b": 1, "a": ("x", None, True)}) == digest({"a": ["x", None, True], "b": 1})
    assert digest({"mark": Decimal("88.50")}) != digest({"mark": Decimal("88.5")})


def test_floats_have_no_canonical_form() -> None:
    with pytest.raises(TypeError):
        digest({"mark": 88.5})


def test_marks_are_sealed_in_any_order() -> None:
    first, second = ("j1", "4.1.2", Decimal(55)), ("j2", "4.1.2", Decimal(50))

    assert marks_digest([first, second]) == marks_digest([second, first])
    assert marks_digest([first, second]) != marks_digest([first, ("j2", "4.1.2", Decimal(55))])


def test_what_was_never_sealed_is_not_whole() -> None:
    assert not Seal("", "").is_whole
    assert not Seal("aa", "ab").is_whole
    assert Seal("aa", "aa").is_whole


@pytest.mark.parametrize("other", [replace(PIN, edition="7"), replace(PIN, digest="cd" * 32), replace(PIN, id="x")])
def test_an_entry_is_not_judged_by_another_edition_or_a_changed_file(other: object) -> None:
    with pytest.raises(Conflict) as refused:
        check_pin(PIN, other)  # type: ignore[arg-type]
    assert refused.value.code == "assessment.round.seal"
