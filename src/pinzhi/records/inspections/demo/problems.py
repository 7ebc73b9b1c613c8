"""Dust and gas problems of the high-tech zone in 2023, found and put right; notices of the year. All invented."""

from collections.abc import Iterator, Sequence
from datetime import date

from pinzhi.engine.rulebook.case_parts import CaseRole
from pinzhi.records.casework.actions.past import PastCase, PastStep
from pinzhi.records.catalog.models import Organisation
from pinzhi.records.catalog.rulebook import calendar

DUST, GAS = 234, 65
DISTRICT = "370214"
FIRST = date(2023, 1, 4)
_DUST = (
    ("bare-soil", "裸土未覆盖"), ("road", "道路积尘"), ("stockpile", "物料堆场未苫盖"), ("haulage", "渣土车未密闭"),
)  # fmt: skip
_GAS = (("carbon-overdue", "活性炭超期未换"), ("records", "治理台账缺页"))
_NOT_SIGNED, _NOT_ANSWERED = 3, 4  # of the notices, sent in the last days of the year


def problems(firms: Sequence[Organisation]) -> Iterator[PastCase]:
    """Yield the problems of the year, each closed within it, spread over its working days and the zone."""
    for number in range(DUST):
        category, what = _DUST[number % len(_DUST)]
        values = {"what": f"{what}　{number + 1} 号点", "category": category}
        yield _problem("dust-problem", f"demo/dust/{number}", values, firms[number % len(firms)], number)
    for number in range(GAS):
        category, what = _GAS[number % len(_GAS)]
        values = {"what": f"{what}　{number + 1} 号", "category": category, "instrument": "none"}
        yield _problem("gas-problem", f"demo/gas/{number}", values, firms[-1 - number % len(firms)], number * 3)


def _problem(kind: str, once: str, values: dict[str, str], firm: Organisation, number: int) -> PastCase:
    days = calendar()
    found = days.add(FIRST, number * 220 // DUST if number < DUST else number)
    north, east = 36.22 + number * 7 % 50 / 1000, 120.23 + number * 11 % 60 / 1000
    place = f"{north:.4f} {east:.4f} 高新区 {number % 40 + 1} 号路"
    led: tuple[tuple[str, CaseRole, int], ...] = (
        ("assign", "officer", 0), ("rectify", "handler", 2 + number % 3), ("verify", "verifier", 4 + number % 3),
        ("close", "officer", 5 + number % 3),
    )  # fmt: skip
    values |= {"place": place, "organisation": firm.code, "measures": "已整改并拍照。"}
    steps = tuple(PastStep(code, role, days.add(found, later) if later else found) for code, role, later in led)
    return PastCase(once, kind, values, "verifier", found, steps, firm.code, DISTRICT)


def notices(firms: Sequence[Organisation], plan: str, document: str) -> Iterator[PastCase]:
    """Yield a notice for each target: signed for and answered, but for a few that were sent last."""
    days, late = calendar(), _NOT_SIGNED + _NOT_ANSWERED
    for number, firm in enumerate(firms):
        left = len(firms) - number
        sent = date(2023, 12, 28) if left <= late else date(2023, 3, 6)
        steps = [
            PastStep("sign", "handler", days.add(sent, 1 + number % 4)),
            PastStep("answer", "handler", days.add(sent, 6 + number % 10)),
        ][: 0 if left <= _NOT_SIGNED else 1 if left <= late else 2]
        values = {
            "organisation": firm.code, "document": document, "signed-by": "演示签收人",
            "self-check": "已按检查表自查。", "dangers": "0",
        }  # fmt: skip
        yield PastCase(
            f"notice/{plan}/{firm.code}", "responsibility-notice", values, "officer", sent, tuple(steps), firm.code
        )
