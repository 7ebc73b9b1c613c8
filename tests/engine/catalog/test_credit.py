"""Unified social credit codes: worked examples, and no single slip that passes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.catalog.credit import (
    ALPHABET,
    body_code_fits,
    check_character,
    check_credit_code,
    check_organisation_code,
    is_temporary,
    kind_of,
    temporary_code,
)
from pinzhi.engine.errors import BadIdentifier

# Two worked examples of GB 32100-2015 as other implementations have them, then invented codes.
CODES = [
    "91350100M000100Y43", "91110000600037341L", "91370212MA0000015Y", "91370200MA0000023D", "12370200MA0000031D",
    "51370200MA000004X4", "91370214MA00000589", "91370213MA0000066M",
]  # fmt: skip
VALID = st.text(ALPHABET, min_size=17, max_size=17).map(lambda body: body + check_character(body))


@pytest.mark.parametrize("code", CODES)
def test_check_credit_code_accepts_right_codes(code: str) -> None:
    assert check_credit_code(code) == code
    assert body_code_fits(code)


def test_check_credit_code_normalises_blanks_case_and_width() -> None:
    assert check_credit_code(" 9135 0100-m000100y４3 ") == "91350100M000100Y43"


@pytest.mark.parametrize("head", ["N1370213", "A1370213", "Y1370213"])
def test_check_credit_code_accepts_codes_that_begin_with_a_letter(head: str) -> None:
    body = f"{head}MA000000X"

    assert check_credit_code(body + check_character(body)) == body + check_character(body)


@pytest.mark.parametrize(("text", "code"), [
    ("", "catalog.credit_code.length"),
    ("9135", "catalog.credit_code.length"),
    ("9" * 5000, "catalog.credit_code.length"),
    ("91350100M000100YI3", "catalog.credit_code.character"),
    ("91350100M000100Y4\x00", "catalog.credit_code.character"),
    ("91350100M000100Y44", "catalog.credit_code.check"),
])  # fmt: skip
def test_check_credit_code_says_what_is_wrong(text: str, code: str) -> None:
    with pytest.raises(BadIdentifier) as refused:
        check_credit_code(text)

    assert refused.value.code == code


def test_check_credit_code_names_the_right_check_character() -> None:
    with pytest.raises(BadIdentifier) as refused:
        check_credit_code("91350100M000100Y44")

    assert refused.value.facts["expected"] == "3"


@given(VALID, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_any_single_changed_character_is_refused(code: str, at: int, character: str) -> None:
    changed = code[:at] + character + code[at + 1 :]

    if changed == code:
        assert check_credit_code(changed) == code
    else:
        with pytest.raises(BadIdentifier):
            check_credit_code(changed)


@given(VALID, st.integers(0, 16))
def test_swapped_neighbours_that_differ_are_refused(code: str, at: int) -> None:
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]

    if swapped == code:
        return
    with pytest.raises(BadIdentifier):
        check_credit_code(swapped)


@given(st.text(max_size=40))
def test_check_credit_code_raises_nothing_but_bad_identifier(text: str) -> None:
    try:
        code = check_credit_code(text)
    except BadIdentifier:
        return

    assert check_credit_code(code) == code


def test_body_code_fits_is_a_warning_of_its_own() -> None:
    wrong_inside = "91350100M000100Y5"
    code = wrong_inside + check_character(wrong_inside)

    assert check_credit_code(code) == code
    assert not body_code_fits(code)


def test_kind_of_reads_the_first_two_characters() -> None:
    assert [kind_of(code) for code in ("91350100M000100Y43", "12370200MA0000031D", "51370200MA000004X4", "A1")] == [
        "enterprise", "public_institution", "association", "other",
    ]  # fmt: skip


def test_temporary_code_is_the_same_for_the_same_name() -> None:
    code = temporary_code("青岛某某 有限公司")

    assert code == temporary_code("青岛某某有限公司")
    assert code != temporary_code("青岛某某有限责任公司")
    assert is_temporary(code)
    assert not is_temporary("91350100M000100Y43")
    assert check_organisation_code(code.lower()) == code
