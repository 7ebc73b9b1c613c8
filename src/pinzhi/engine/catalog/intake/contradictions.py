"""Rows that contradict themselves: what no single cell shows. Some are refused, some only worth a warning."""

from collections.abc import Callable, Mapping
from datetime import date
from itertools import repeat
from typing import Any

from pinzhi.engine.catalog.intake.sheet import Sheet
from pinzhi.engine.errors import BadInput
from pinzhi.engine.texts import Text

Rule = Callable[[Sheet, date], None]


def check(sheet: Sheet, on: date) -> None:
    """Add to the sheet what contradicts what; ``on`` is the day for rules about states and dates."""
    for rule in RULES.get(sheet.kind.name, ()):
        rule(sheet, on)


def _column(sheet: Sheet, name: str, absent: Any = None) -> Any:
    return sheet.values.get(name) or repeat(absent, sheet.size)


def _in_order(first: str, second: str, code: str) -> Rule:
    """Return the rule that a date is not before another; they are compared as exactly as both are known."""

    def rule(sheet: Sheet, on: date) -> None:
        labels = {column.name: column for column in sheet.kind.columns}
        precisions = _column(sheet, first.removesuffix("_on") + "_precision", "d")
        rows = zip(_column(sheet, first), _column(sheet, second), precisions, strict=False)
        for row, (earlier, later, precision) in enumerate(rows):
            if earlier and later and later < earlier and later < earlier[: _EXACT[precision]]:
                error = BadInput(
                    code,
                    "“{later_zh}”（{later}）早于“{earlier_zh}”（{earlier}）。请核对这两个日期。",
                    "“{later_en}” ({later}) lies before “{earlier_en}” ({earlier}). Check both dates.",
                    later_zh=labels[second].zh,
                    later_en=labels[second].en,
                    earlier_zh=labels[first].zh,
                    earlier_en=labels[first].en,
                    later=later,
                    earlier=earlier,
                )
                sheet.refuse(row, second, later, error)

    return rule


_EXACT = {"y": 4, "m": 7, "d": 10}


def _replaces_itself(sheet: Sheet, on: date) -> None:
    for column in ("replaces", "partly_replaces"):
        rows = zip(sheet.values["canonical"], _column(sheet, column, ()), strict=False)
        for row, (number, replaced) in enumerate(rows):
            if number and number in replaced:
                error = BadInput(
                    "import.standard.replaces_itself",
                    "标准 {number} 不能代替自己。请从代替标准中删去。",
                    "{number} cannot replace itself. Take it out of the standards replaced.",
                    number=number,
                )
                sheet.refuse(row, column, number, error)


def _replaces_twice(sheet: Sheet, on: date) -> None:
    """Wholly and partly at once is a contradiction."""
    if "replaces" not in sheet.values or "partly_replaces" not in sheet.values:
        return
    for row, (whole, part) in enumerate(zip(sheet.values["replaces"], sheet.values["partly_replaces"], strict=True)):
        both = set(whole).intersection(part) if part else None
        if both:
            error = BadInput(
                "import.standard.replaces_twice",
                "{number} 不能既被全部代替又被部分代替。请只留一处。",
                "{number} cannot be replaced wholly and partly at once. Keep one of the two.",
                number=min(both),
            )
            sheet.refuse(row, "partly_replaces", min(both), error)


def _status_and_dates(sheet: Sheet, on: date) -> None:
    """The dates decide; a stated status that says otherwise is worth a look."""
    today = on.isoformat()
    rows = zip(
        _column(sheet, "stated", ""),
        _column(sheet, "published_on"),
        _column(sheet, "effective_on"),
        _column(sheet, "withdrawn_on"),
        strict=False,
    )
    for row, (stated, published, effective, withdrawn) in enumerate(rows):
        if not stated:
            continue
        against = _date_against(stated, published, effective, withdrawn, today)
        if against:
            text = Text(
                f"状态与日期不一致：{against} 与所写状态不符，以日期为准。",
                f"Status and dates disagree: {against} speaks against the status; the dates decide.",
            )
            sheet.warn(row, "status", stated, "import.standard.status_and_dates", text)


def _date_against(
    stated: str, published: str | None, effective: str | None, withdrawn: str | None, today: str
) -> str | None:
    """Return the date that speaks against a stated status, if one does."""
    if stated in ("current", "upcoming", "draft") and withdrawn and withdrawn <= today:
        return withdrawn
    if stated == "current" and effective and effective > today:
        return effective
    if stated in ("upcoming", "draft") and effective and effective <= today:
        return effective
    if stated == "withdrawn" and withdrawn and withdrawn > today:
        return withdrawn
    if stated != "draft" and published and published > today:
        return published
    return None


def _untitled(sheet: Sheet, on: date) -> None:
    titles = [sheet.values[name] for name in ("title_zh", "title_en", "title_local") if name in sheet.values]
    for row, found in enumerate(zip(*titles, strict=True)):
        if not any(found):
            text = Text("没有名称，只能按标准号找到。", "It has no title: it can be found by its number only.")
            sheet.warn(row, "title_zh", "", "import.standard.untitled", text)


def _adoption_without_number(sheet: Sheet, on: date) -> None:
    if "adoption" not in sheet.values or "adopts" not in sheet.values:
        return
    for row, (degree, number) in enumerate(zip(sheet.values["adoption"], sheet.values["adopts"], strict=True)):
        if degree and not number:
            text = Text("写了采用程度，没有写采用的国际标准。", "It says how it adopts, but not which standard.")
            sheet.warn(row, "adoption", degree, "import.standard.adoption", text)


def _active_but_dissolved(sheet: Sheet, on: date) -> None:
    if "state" not in sheet.values:
        return
    for row, (state, ended) in enumerate(zip(sheet.values["state"], _column(sheet, "dissolved_on"), strict=False)):
        if state == "active" and ended:
            error = BadInput(
                "import.organisation.active_but_dissolved",
                "有注销日期（{ended}），状态却是存续。请改正其中一项。",
                "Dissolved on {ended}, yet the state is active. Correct one of the two.",
                ended=ended,
            )
            sheet.refuse(row, "state", state, error)


def _state_without_date(sheet: Sheet, on: date) -> None:
    if "state" not in sheet.values:
        return
    for row, (state, since) in enumerate(zip(sheet.values["state"], _column(sheet, "state_on"), strict=False)):
        if state != "active" and not since:
            text = Text(
                "暂停、撤销、注销应写明日期，否则过去某日的统计无法算准。",
                "A suspension, withdrawal or cancellation needs its date, or past counts cannot be exact.",
            )
            sheet.warn(row, "state_on", state, "import.certificate.state_without_date", text)


def _half_a_position(sheet: Sheet, on: date) -> None:
    rows = zip(_column(sheet, "latitude"), _column(sheet, "longitude"), strict=False)
    if "latitude" not in sheet.values and "longitude" not in sheet.values:
        return
    for row, (latitude, longitude) in enumerate(rows):
        if (latitude is None) != (longitude is None):
            error = BadInput(
                "import.place.half_a_position",
                "纬度和经度要么都写，要么都不写。",
                "Give latitude and longitude, or neither.",
            )
            sheet.refuse(row, "latitude", latitude or longitude, error)


def _nobody_honoured(sheet: Sheet, on: date) -> None:
    rows = zip(
        _column(sheet, "recipient", ""), _column(sheet, "organisation", ""), _column(sheet, "person", ""), strict=False
    )
    if not {"recipient", "organisation", "person"} & sheet.values.keys():
        return
    for row, named in enumerate(rows):
        if not any(named):
            error = BadInput(
                "import.honour.nobody",
                "没有写谁获得荣誉：请填组织、个人或获奖者。",
                "Nobody is honoured: name an organisation, a person or a recipient.",
            )
            sheet.refuse(row, "recipient", "", error)


RULES: Mapping[str, tuple[Rule, ...]] = {
    "standards": (
        _in_order("published_on", "effective_on", "import.standard.effective_before_published"),
        _in_order("published_on", "withdrawn_on", "import.standard.withdrawn_before_published"),
        _replaces_itself,
        _replaces_twice,
        _status_and_dates,
        _untitled,
        _adoption_without_number,
    ),
    "organisations": (
        _in_order("established_on", "dissolved_on", "import.organisation.dissolved_before_established"),
        _active_but_dissolved,
    ),
    "certificates": (
        _in_order("issued_on", "expires_on", "import.certificate.expires_before_issued"),
        _in_order("first_issued_on", "issued_on", "import.certificate.issued_before_first"),
        _in_order("first_issued_on", "state_on", "import.certificate.state_before_issue"),
        _state_without_date,
    ),
    "capabilities": (_in_order("valid_from", "valid_to", "import.capability.ends_before_start"),),
    "places": (
        _in_order("opened_on", "closed_on", "import.place.closed_before_opened"),
        _half_a_position,
    ),
    "documents": (_in_order("issued_on", "closes_on", "import.document.closes_before_issue"),),
    "honours": (_nobody_honoured,),
}
