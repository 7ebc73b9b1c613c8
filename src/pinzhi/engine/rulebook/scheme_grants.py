"""What a scheme grants and keeps beyond a round: numbers, terms, the systems of a programme, halls, derived roles."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Annotated, Literal, Protocol

from pydantic import Field, StringConstraints

from pinzhi.engine.periods import months_after
from pinzhi.engine.rulebook.scheme_parts import Grade, Months, Stage
from pinzhi.engine.rulebook.shapes import Amount, BothLanguages, Fault, Shape
from pinzhi.engine.rulebook.stages import STATES
from pinzhi.engine.texts import Text

Party = Literal["first", "second", "third"]  # ISO/IEC 17000:2020, 4.3 to 4.5
PARTIES: Mapping[str, Text] = MappingProxyType(
    {
        "first": Text("自我声明（第一方）", "declared by the provider (first party)"),
        "second": Text("由使用方或主管部门评价（第二方）", "assessed by a user or an authority (second party)"),
        "third": Text("由独立的第三方评价", "assessed by an independent third party"),
    }
)
_PLACES = frozenset({"serial", "edition", "year", "grade"})
_BRACES = re.compile(r"\{([a-z]*)\}")


class Numbering(Shape):
    """How numbers are given: ``TSPZ-{edition}-{serial}``, the serial counted from 1 in each series.

    A series is the pattern with everything but the serial filled in, so it begins anew with each edition or year that
    the pattern names. ``digits`` are the fewest digits of a serial. Every number is unique; a gap is no fault.
    """

    pattern: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9{}./-]{3,60}$")]
    digits: Annotated[int, Field(ge=1, le=9)] = 3

    def series(self, *, edition: str, on: date, grade: str) -> str:
        """Return the series of a number, with ``{serial}`` left open."""
        return self.pattern.format(serial="{serial}", edition=edition, year=on.year, grade=grade)

    def number(self, series: str, serial: int) -> str:
        """Return a number of a series.

        >>> Numbering(pattern="TSPZ-{edition}-{serial}", digits=2).number("TSPZ-2024-{serial}", 7)
        'TSPZ-2024-07'
        """
        return series.replace("{serial}", f"{serial:0{self.digits}}")


class Module(Shape):
    """A system of a programme: what it is for, and what of it stands in Pinzhi (``kept``, an address below ``at``)."""

    code: Literal["brand", "standard", "evaluation", "promotion", "protection"]
    title: BothLanguages
    text: BothLanguages
    kept: BothLanguages
    at: Annotated[str, StringConstraints(pattern=r"^/[a-z0-9/?=&-]*$")]


class Term(Shape):
    """The term of what was granted: so many months, from a day that the scheme names or from the day of the grant."""

    months: Months
    starts_on: date | None = None

    def start(self, granted_on: date) -> date:
        """Return the first day."""
        return self.starts_on or granted_on

    def last_day(self, granted_on: date) -> date:
        """Return the last day: 36 months from 1 January 2024 end on 31 December 2026."""
        return date.fromordinal(months_after(self.start(granted_on), self.months).toordinal() - 1)


class Participation(Shape):
    """How the part in drafting standards is counted from the drafters named in them.

    Who stands at rank ``lead_rank`` or better led a standard, all others took part. Standards are counted, not names,
    and those of one level only once.
    """

    lead_rank: Annotated[int, Field(gt=0, le=10)] = 1
    levels: tuple[Literal["international", "national", "industry", "local", "group"], ...]


class Hall(Shape):
    """A hall of an expo: its stands are numbered from 1, each of ``square_metres``; larger ones take several."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9-]{0,9}$")]
    title: BothLanguages
    stands: Annotated[int, Field(gt=0, le=10_000)]
    square_metres: Annotated[Amount, Field(gt=0, le=10_000)]


class Granting(Protocol):
    """What of a scheme these checks read."""

    @property
    def kind(self) -> str: ...
    @property
    def grants(self) -> str: ...
    @property
    def register_code(self) -> str: ...
    @property
    def number(self) -> Numbering | None: ...
    @property
    def term(self) -> Term | None: ...
    @property
    def module(self) -> tuple[Module, ...]: ...
    @property
    def hall(self) -> tuple[Hall, ...]: ...
    @property
    def participation(self) -> Participation | None: ...
    @property
    def graded_by(self) -> str: ...
    @property
    def is_competitive(self) -> bool: ...
    @property
    def grade(self) -> tuple[Grade, ...]: ...
    @property
    def stage(self) -> tuple[Stage, ...]: ...


def _fault(key: str, zh: str, en: str) -> Fault:
    return Fault(key, Text(zh, en))


def granting_faults(scheme: Granting) -> Iterator[Fault]:
    """Yield what cannot be granted, numbered, counted or allotted as it is written."""
    if (scheme.grants == "certificate") != bool(scheme.register_code):
        yield _fault(
            "register",
            'grants = "certificate" 时要写 register（认证项目代码），否则不写。',
            "“register”, the code of a certification scheme, goes with grants = “certificate” and with nothing else.",
        )
    if scheme.number:
        yield from _number_faults(scheme.number)
    yield from _twice("module", [one.code for one in scheme.module])
    yield from _twice("hall", [one.code for one in scheme.hall])
    if bool(scheme.hall) != any(stage.state == "allotment" for stage in scheme.stage):
        yield _fault(
            "hall", "展馆和“allotment”环节要一起写。", "Halls and the stage “allotment” go together: give both."
        )
    if (scheme.participation is not None) != (scheme.kind == "participation"):
        yield _fault(
            "participation",
            'kind = "participation" 和 [participation] 要一起写。',
            "kind = “participation” and [participation] go together.",
        )
    yield from _graded_faults(scheme)
    for number, stage in enumerate(scheme.stage, start=1):
        yield from _after_faults(f"stage.{number}", stage, [one.code for one in scheme.grade])


def _number_faults(number: Numbering) -> Iterator[Fault]:
    named = _BRACES.findall(number.pattern)
    left = _BRACES.sub("", number.pattern)
    if "{" in left or "}" in left or set(named) - _PLACES or named.count("serial") != 1:
        yield _fault(
            "number.pattern",
            f"“{number.pattern}”应有一个 {{serial}}，另可写 {{edition}}、{{year}}、{{grade}}。",
            f"“{number.pattern}” needs {{serial}} once, and may name {{edition}}, {{year}}, {{grade}}.",
        )


def _twice(key: str, codes: Sequence[str]) -> Iterator[Fault]:
    for number, code in enumerate(codes, start=1):
        if code in codes[: number - 1]:
            yield _fault(f"{key}.{number}", f"“{code}”写了两次。", f"“{code}” stands twice.")


def _graded_faults(scheme: Granting) -> Iterator[Fault]:
    if not scheme.graded_by:
        return
    stage = next((one for one in scheme.stage if one.state == scheme.graded_by), None)
    if stage is None or STATES[stage.state].place != "judging" or scheme.is_competitive:
        yield _fault(
            "graded_by",
            f"“{scheme.graded_by}”应是一个评审环节，且名额不限。",
            f"“{scheme.graded_by}” must be a stage of judging, in a scheme without quotas.",
        )
    for number, grade in enumerate(scheme.grade, start=1):
        if grade.at_least is not None:
            yield _fault(
                f"grade.{number}.at_least",
                "等级由评分表决定（graded_by），这里不写分数线。",
                "The instrument decides the grades (graded_by): no line here.",
            )


def _after_faults(key: str, stage: Stage, grades: Sequence[str]) -> Iterator[Fault]:
    is_after = STATES[stage.state].place == "after"
    for name, given, allowed in (
        ("due_months", stage.due_months is not None, is_after),
        ("extension_months", stage.extension_months is not None, "extended" in STATES[stage.state].aside),
        ("grants", bool(stage.grants), is_after),
        ("weight", stage.weight is not None, not STATES[stage.state].milestone),
    ):
        if given and not allowed:
            yield _fault(f"{key}.{name}", "这个环节用不到，请删去。", "This stage has no use for it. Remove it.")
    if stage.grants and stage.grants not in grades:
        yield _fault(
            f"{key}.grants",
            f"没有“{stage.grants}”。现有：{'、'.join(grades)}。",
            f"There is no “{stage.grants}”. There is {', '.join(grades)}.",
        )
