"""What is asked of the cases: which, in what order, with which columns; checked once, kept in an address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pinzhi.engine.errors import BadInput
from pinzhi.engine.texts import Text
from pinzhi.records.casework.rules import case_types
from pinzhi.records.catalog.rulebook import rulebook

COLUMNS: Mapping[str, Text] = {
    "overdue": Text("逾期", "Overdue"),
    "today": Text("今天到期", "Due today"),
    "open": Text("办理中", "In hand"),
    "waiting": Text("等待别人", "Waiting for others"),
    "closed": Text("已办结", "Closed"),
}
ORDERS: Mapping[str, Text] = {
    "": Text("先到期的在前", "Due first"),
    "oldest": Text("先立案的在前", "Oldest first"),
    "newest": Text("后立案的在前", "Newest first"),
}
SHOWN: Mapping[str, Text] = {
    "kind": Text("类型", "Type"),
    "state": Text("状态", "State"),
    "district": Text("区市", "District"),
    "organisation": Text("单位", "Organisation"),
    "opened": Text("立案日期", "Opened"),
    "due": Text("最晚", "Due"),
}
USUAL = ("kind", "state", "district", "organisation", "due")
LONGEST_WORDS = 100


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the cases is asked for; empty asks for all that is open.

    ``mine`` leaves those where it is one's own turn, ``due`` those that fall due on a day. ``order`` and ``shown`` say
    how a list stands on the page: its order, and its columns beside number and subject.
    """

    column: str = ""
    theme: str = ""
    kind: str = ""
    district: str = ""
    q: str = ""
    mine: bool = False
    due: date | None = None
    order: str = ""
    shown: tuple[str, ...] = USUAL

    def kept(self) -> dict[str, str]:
        """Return the filter as it stands in an address."""
        asked = {
            "column": self.column,
            "theme": self.theme,
            "kind": self.kind,
            "district": self.district,
            "q": self.q,
            "mine": "1" if self.mine else "",
            "due": self.due.isoformat() if self.due else "",
            "order": self.order,
            "shown": "" if self.shown == USUAL else ",".join(self.shown),
        }
        return {name: value for name, value in asked.items() if value}


def filter_of(asked: Mapping[str, str]) -> Filter:
    """Read a filter from an address; BadInput for a value that is none of those there are."""
    shown = tuple(one for one in asked.get("shown", "").split(",") if one)
    found = Filter(
        column=asked.get("column", ""),
        theme=asked.get("theme", ""),
        kind=asked.get("kind", ""),
        district=asked.get("district", ""),
        q=asked.get("q", "").replace("\x00", "").strip()[:LONGEST_WORDS],
        mine=asked.get("mine", "") == "1",
        due=_day(asked.get("due", "")),
        order=asked.get("order", ""),
        shown=tuple(one for one in SHOWN if one in shown) or USUAL,
    )
    known = {
        "column": set(COLUMNS),
        "theme": {one.theme for one in case_types()},
        "kind": {one.id for one in case_types()},
        "district": set(rulebook().codelist("districts").codes),
        "order": set(ORDERS),
    }
    for name, values in known.items():
        value = getattr(found, name)
        if value and value not in values:
            raise _unknown(name, value)
    for one in shown:
        if one not in SHOWN:
            raise _unknown("shown", one)
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise _unknown("due", text) from None


def _unknown(name: str, value: str) -> BadInput:
    return BadInput(
        "casework.filter",
        "没有“{value}”这个筛选条件。",
        "There is no filter “{value}” for {name}.",
        name=name,
        value=value[:40],
    )
