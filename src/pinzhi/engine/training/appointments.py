"""Appointments of chief quality and brand officers: the states as data, and what each step needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

from pinzhi.engine.errors import BadInput, Conflict
from pinzhi.engine.texts import Text

State = Literal["nominated", "appointed", "filed", "serving", "changed", "dismissed", "ended"]
By = Literal["enterprise", "officer", "system"]


@dataclass(frozen=True, slots=True)
class Step:
    """A step: from where to where, who takes it, and what must be said with it."""

    before: State
    after: State
    by: tuple[By, ...]
    needs: tuple[Literal["letter", "ground", "certificate", "successor"], ...] = ()


STATES: Mapping[str, Text] = MappingProxyType(
    {
        "nominated": Text("已提名", "nominated"),
        "appointed": Text("已任命", "appointed"),
        "filed": Text("已备案", "filed"),
        "serving": Text("在任", "serving"),
        "changed": Text("已变更", "changed"),
        "dismissed": Text("已解聘", "dismissed"),
        "ended": Text("已期满", "term ended"),
    }
)
STEPS: tuple[Step, ...] = (
    Step("nominated", "appointed", ("enterprise",), ("letter",)),
    Step("nominated", "changed", ("enterprise",), ("ground",)),
    Step("appointed", "filed", ("officer",), ("certificate",)),
    Step("appointed", "changed", ("enterprise",), ("ground",)),
    Step("appointed", "dismissed", ("enterprise", "officer"), ("ground",)),
    Step("filed", "serving", ("system", "officer")),
    Step("filed", "dismissed", ("enterprise", "officer"), ("ground",)),
    Step("serving", "changed", ("enterprise",), ("ground", "successor")),
    Step("serving", "dismissed", ("enterprise", "officer"), ("ground",)),
    Step("serving", "ended", ("system", "officer", "enterprise")),
)
CLOSED = frozenset({"changed", "dismissed", "ended"})
# An officer who is filed counts while he serves; nobody else covers his enterprise.
COVERS = frozenset({"serving"})


def step_between(before: str, after: str) -> Step:
    """Return the step between two states; Conflict where there is none, naming what is possible."""
    found = next((one for one in STEPS if (one.before, one.after) == (before, after)), None)
    if found is None:
        onward = [STATES[one.after] for one in STEPS if one.before == before]
        raise Conflict(
            "training.appointment.state",
            "这一任职现在是“{now_zh}”，不能改为“{to_zh}”。可以改为：{onward_zh}。",
            "This appointment is {now}; it cannot become {to}. It can become: {onward}.",
            now=STATES[before].en,
            now_zh=STATES[before].zh,
            to=STATES[after].en,
            to_zh=STATES[after].zh,
            onward=", ".join(one.en for one in onward) or "nothing else",
            onward_zh="、".join(one.zh for one in onward) or "无",
        )
    return found


def steps_for(state: str, by: str) -> tuple[Step, ...]:
    """Return the steps that somebody may take from a state."""
    return tuple(one for one in STEPS if one.before == state and by in one.by)


def check_said(step: Step, said: Mapping[str, str]) -> None:
    """Refuse a step without what must be said with it: letter, ground, certificate, successor."""
    missing = [one for one in step.needs if not said.get(one, "").strip()]
    if missing:
        words = [_NEEDS[one] for one in missing]
        raise BadInput(
            "training.appointment.needs",
            "还缺：{missing_zh}。",
            "Still missing: {missing}.",
            missing=", ".join(one.en for one in words),
            missing_zh="、".join(one.zh for one in words),
            first=missing[0],
        )


def term_end(starts_on: date, years: int) -> date:
    """Return the last day of a term: the day before its anniversary."""
    try:
        after = starts_on.replace(year=starts_on.year + years)
    except ValueError:  # begun on 29 February
        after = date(starts_on.year + years, 3, 1)
    return date.fromordinal(after.toordinal() - 1)


_NEEDS: Mapping[str, Text] = MappingProxyType(
    {
        "letter": Text("任命书文号", "the number of the letter of appointment"),
        "ground": Text("理由", "the ground"),
        "certificate": Text("有效的培训证书", "a valid training certificate"),
        "successor": Text("接任人（没有就写“暂缺”）", "the successor (or say that the post is vacant)"),
    }
)
