"""Whether every open case still has the rules it was opened under."""

from dataclasses import dataclass

from django.db.models import Count

from pinzhi.engine.errors import Conflict
from pinzhi.engine.rulebook.case_types import CaseType
from pinzhi.engine.texts import Text
from pinzhi.records.casework.models import Case
from pinzhi.records.casework.rules import OPEN_LANES, case_types
from pinzhi.records.catalog.rulebook import rulebook

NAMED = 5  # cases named of a kind that cannot go on


@dataclass(frozen=True, slots=True)
class Stranded:
    """Open cases that no rule leads on: of which edition, in which state, why, how many, the first of them by number.

    ``blocks`` where not even their state is known: the file is gone, or has lost it. A file that was only changed
    shows them still, and lets nobody take a step until it is put back.
    """

    kind: str
    edition: str
    state: str
    why: Text
    count: int
    numbers: tuple[str, ...]
    blocks: bool

    @property
    def text(self) -> Text:
        """What is wrong, with the cases."""
        named = ", ".join(self.numbers) + (" …" if self.count > len(self.numbers) else "")
        return Text(
            f"{self.kind} {self.edition} 版，{self.count} 件在办的办件停在“{self.state}”：{self.why.zh}（{named}）",
            f"{self.kind}, edition {self.edition}: {self.count} open cases in “{self.state}”: {self.why.en} ({named})",
        )


def stranded_cases() -> tuple[Stranded, ...]:
    """Return the open cases whose type's file is gone, has lost their state, or was changed since."""
    types = {(one.id, one.edition): one for one in case_types()}
    still_open = Case.objects.filter(lane__in=OPEN_LANES)
    found = []
    rows = still_open.order_by().values_list("kind", "edition", "digest", "state").annotate(n=Count("pk"))
    for kind, edition, digest, state, count in sorted(rows):
        file = types.get((kind, edition))
        if (why := _wrong(file, digest, state)) is not None:
            those = still_open.filter(kind=kind, edition=edition, digest=digest, state=state).order_by("pk")
            numbers = tuple(those.values_list("number", flat=True)[:NAMED])
            blocks = file is None or file.state_of(state) is None
            found.append(Stranded(kind, edition, state, why, count, numbers, blocks))
    return tuple(found)


def require_rules_of_open_cases() -> None:
    """Refuse, with Conflict, to work with a rulebook that has lost the file or the state of an open case."""
    lost = next((one for one in stranded_cases() if one.blocks), None)
    if lost is not None:
        raise Conflict(
            "casework.rules",
            "{lost_zh}。请放回这个文件；要改规则，另加一个版次。",
            "{lost}. Put the file back; to change the rules, add an edition.",
            lost_zh=lost.text.zh,
            lost=lost.text.en,
        )


def _wrong(file: CaseType | None, digest: str, state: str) -> Text | None:
    if file is None:
        return Text("规则文件不在了", "the file is gone")
    if file.state_of(state) is None:
        return Text("规则文件里没有这个状态了", "the file has lost this state")
    if rulebook().digest(file) != digest:
        return Text("规则文件改过了，和立案时不同", "the file was changed since they were opened")
    return None
