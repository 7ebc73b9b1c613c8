"""Invented credit codes."""

from pinzhi.engine.catalog.credit import check_credit_code
from pinzhi.records.catalog.demo.codes import credit_codes


def test_codes_are_the_worked_examples() -> None:
    assert credit_codes(["91370212"], 1) == ["91370212MA0000015Y"]
    assert credit_codes(["91370200"], 2) == ["91370200MA0000023D"]
    assert credit_codes(["12370200"], 3) == ["12370200MA0000031D"]
    assert credit_codes(["51370200", "91370214", "91370213"], 4) == [
        "51370200MA000004X4",
        "91370214MA00000589",
        "91370213MA0000066M",
    ]


def test_codes_pass_the_check_and_differ() -> None:
    codes = credit_codes(["91370202", "12370281", "51370213", "N1370283"] * 500, 9_999_000)

    assert [check_credit_code(code) for code in codes] == codes
    assert len(set(codes)) == len(codes)
