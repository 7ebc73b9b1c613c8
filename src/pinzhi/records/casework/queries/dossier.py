"""One case with all that its reader may see of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pinzhi.engine.casework.cases import OPEN, Doer
from pinzhi.engine.casework.deadlines import Due, clocks
from pinzhi.engine.casework.duplicates import Match
from pinzhi.engine.casework.workflow import Way, ways
from pinzhi.engine.rulebook.case_parts import CASE_ROLES, CaseField
from pinzhi.engine.rulebook.case_types import CaseType
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.models import Case, CaseFile, CaseStep, Remark
from pinzhi.records.casework.queries.desk import CaseLine, lines
from pinzhi.records.casework.queries.duplicates import possible_duplicates
from pinzhi.records.casework.rules import facts_of, roles_in, type_of
from pinzhi.records.catalog.models import Organisation
from pinzhi.records.catalog.rulebook import calendar, rulebook

# Files that no step asks for: what a reporter sent, what a saving stands on, anything else.
_OTHER_FILES = {
    "report": Text("反映时的照片", "Sent with the report"),
    "saving": Text("节约的依据", "What the saving stands on"),
    "other": Text("其他材料", "Other files"),
}


@dataclass(frozen=True, slots=True)
class Value:
    """A field of a case with what it holds, ready to show; ``link`` leads to a record of the catalogue."""

    title: Text
    text: Text
    link: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The files of a kind: photos, which are shown, and papers, which are kept."""

    title: Text
    photos: tuple[CaseFile, ...]
    papers: tuple[CaseFile, ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    """A case with all that its reader may see of it."""

    case: Case
    kind: CaseType
    line: CaseLine
    values: tuple[Value, ...]
    turn: Text | None  # whose turn it is, with a name where an organisation was named
    ways: tuple[Way, ...]
    dues: tuple[Due, ...]
    steps: tuple[tuple[CaseStep, Text, Text, str], ...]  # step, its title, state after, who
    evidence: tuple[Evidence, ...]
    remarks: tuple[Remark, ...]
    duplicates: tuple[tuple[Match, CaseLine], ...]
    is_officer: bool
    takes_part: bool
    is_inside: bool
    may_extend: tuple[Due, ...]


def dossier(actor: Actor, case: Case, on: date) -> Dossier:
    """Return a case with all that its reader may see: personal fields only for those who handle it."""
    kind, facts, roles = type_of(case), facts_of(case), roles_in(actor, case)
    inside = bool(roles & {"officer", "supervisor", "verifier"})
    dues = clocks(kind, facts, on=on, days=calendar())
    is_officer = "officer" in roles
    remarks = case.remarks.order_by("pk")
    alike = possible_duplicates(case) if is_officer and case.phase != "closed" else ()
    near = {one.number: one for one in lines(Case.objects.filter(number__in=[one.key for one in alike]), on)}
    return Dossier(
        case=case,
        kind=kind,
        line=next(lines([case], on)),
        values=tuple(_values(kind, case)),
        turn=_turn(kind, case),
        ways=tuple(way for way in ways(kind, facts, Doer(actor.key, roles)) if set(way.step.by) & roles),
        dues=dues,
        steps=tuple(_steps(case, kind)),
        evidence=tuple(_evidence(case, kind)),
        remarks=tuple(remarks if inside else remarks.filter(internal=False)),
        duplicates=tuple((match, near[match.key]) for match in alike if match.key in near),
        is_officer=is_officer,
        takes_part=bool(roles),
        is_inside=inside,
        may_extend=tuple(
            one
            for one in dues
            if is_officer and one.met_on is None and (deadline := kind.deadline_of(one.code)) and deadline.extension
        ),
    )


def _turn(kind: CaseType, case: Case) -> Text | None:
    """Return whose turn it is: whoever takes the first step out of the state; None once the case is closed."""
    step = next(iter(kind.steps_from(case.state)), None)
    if step is None or case.phase == "closed":
        return None
    role = step.by[0]
    code = {"handler": case.handler_code, "provider": case.provider_code, "reporter": case.reporter_code}.get(role, "")
    name = Organisation.objects.filter(code=code).values_list("name", flat=True).first() if code else None
    words = CASE_ROLES[role]
    return Text(f"{words.zh}（{name}）", f"{words.en} ({name})") if name else words


def _values(kind: CaseType, case: Case) -> Iterator[Value]:
    for field in kind.field:
        value = str(case.values.get(field.code, ""))
        if value and not field.personal:
            yield value_of(field, value, case)


def value_of(field: CaseField, value: str, held: Case) -> Value:
    """Return what a field holds: a choice by its words, a number with its unit, an organisation by its name."""
    if field.codelist and value in (codes := rulebook().codelist(field.codelist)):
        return Value(field.title, codes.text(value))
    match field.kind:
        case "choice":
            found = next((one.title for one in field.choices if one.code == value), Text(value, value))
            return Value(field.title, found)
        case "flag":
            return Value(field.title, Text("是", "yes") if value == "yes" else Text("否", "no"))
        case "money":
            return Value(field.title, Text(f"{value} 元", f"{value} yuan"))
        case "organisation" if value == held.organisation_code:
            return Value(field.title, Text(held.organisation_name, held.organisation_name), f"/organisations/{value}")
    if field.unit is not None:
        return Value(field.title, Text(f"{value} {field.unit.zh}", f"{value} {field.unit.en}"))
    return Value(field.title, Text(value, value))


def _evidence(case: Case, kind: CaseType) -> Iterator[Evidence]:
    """Yield the files by kind, in the order in which the steps ask for them; what no step asks for comes last."""
    titles = {need.kind: need.title for step in kind.step for need in step.evidence} | _OTHER_FILES
    files = list(case.files.order_by("pk"))
    for code, title in titles.items():
        those = [one for one in files if one.kind == code]
        if those:
            photos = tuple(one for one in those if one.media == "image")
            yield Evidence(title, photos, tuple(one for one in those if one.media != "image"))


def _steps(case: Case, kind: CaseType) -> Iterator[tuple[CaseStep, Text, Text, str]]:
    rows = list(case.steps.order_by("number"))
    ids = {int(one.actor[5:]) for one in rows if one.actor.startswith("user:")}
    names = {f"user:{user.pk}": user.name or user.email for user in User.objects.filter(pk__in=ids)}
    for one in rows:
        step, state = kind.step_of(one.code), kind.state_of(one.after)
        title = step.title if step else (Text("提出", "Opened") if one.code == OPEN else Text("合并", "Merged"))
        role = CASE_ROLES.get(one.role)
        who = names.get(one.actor) or (role.zh if role else one.actor)
        yield one, title, state.title if state else Text(one.after, one.after), who
