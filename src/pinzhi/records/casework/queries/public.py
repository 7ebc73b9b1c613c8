"""What the public sees of cases: the kinds it may report, one's own by number and digits, and those that are open."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.crypto import constant_time_compare, salted_hmac

from pinzhi.engine.casework.cases import OPEN
from pinzhi.engine.errors import NotFound
from pinzhi.engine.rulebook.case_types import CaseType
from pinzhi.engine.texts import Text
from pinzhi.records.casework.fields import open_box, place_words
from pinzhi.records.casework.models import Case, CaseStep
from pinzhi.records.casework.queries.dossier import Value, value_of
from pinzhi.records.casework.queries.duplicates import possible_duplicates
from pinzhi.records.casework.queries.visible import public_cases
from pinzhi.records.casework.rules import case_types, type_now, type_of
from pinzhi.records.catalog.models import Place
from pinzhi.records.catalog.queries.shapes import State
from pinzhi.records.catalog.rulebook import rulebook

PAGE = 20
FEWEST_DIGITS = 4
CODE_LENGTH = 8
MOST_PLACES = 8
_SHAPES = {"new": "wait", "open": "run", "waiting": "wait", "closed": "ok"}
_ANSWER = "answer"  # the field that holds an answer in words, where a type has one


@dataclass(frozen=True, slots=True)
class Turn:
    """A step as the public sees it: what was done, where the case stood then, on which day; never by whom."""

    title: Text
    state: Text
    on: date


@dataclass(frozen=True, slots=True)
class Told:
    """A case as it is told to whoever brought it, or to everybody: no names, no contacts."""

    number: str
    title: str
    kind: Text
    theme: Text
    district: Text
    state: State
    opened_on: date
    closed_on: date | None
    due_on: date | None
    turns: tuple[Turn, ...]
    answers: tuple[Text, ...]
    values: tuple[Value, ...]
    is_public: bool
    merged_into: str
    seen_before: int
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Spot:
    """A known place to choose: as a case keeps it, its name and its address."""

    value: str
    name: Text
    address: Text


def door_types() -> tuple[CaseType, ...]:
    """Return the kinds of problem that anybody may bring, each in its newest edition, in the order of their titles."""
    newest = (type_now(one) for one in sorted({one.id for one in case_types()}))
    return tuple(one for one in newest if one.family == "problem" and "reporter" in one.opened_by and contact_of(one))


def door_type(kind: str) -> CaseType:
    """Return a kind that anybody may bring; NotFound for all others."""
    found = next((one for one in door_types() if one.id == kind), None)
    if found is None:
        raise NotFound(
            "casework.report.kind", "没有这类问题可以反映。", "There is no such thing to report.", kind=kind[:60]
        )
    return found


def contact_of(kind: CaseType) -> str:
    """Return the code of the field that keeps how to reach whoever brought a case; empty where there is none."""
    return next((one.code for one in kind.field if one.kind == "contact" and one.personal), "")


def code_of(number: str) -> str:
    """Return the code by which a case may be asked for without a phone; it follows from the number and our key."""
    digest = salted_hmac("pinzhi.casework.report", number, algorithm="sha256").hexdigest()
    return str(int(digest, 16))[-CODE_LENGTH:]


def own_case(number: str, digits: str) -> Told:
    """Return a case to whoever knows its number and the last four digits of the phone given, or the receipt's code.

    NotFound says the same of a number that does not exist and of wrong digits, so that neither can be tried out.
    """
    asked = "".join(one for one in unicodedata.normalize("NFKC", digits) if one.isdigit())
    case = Case.objects.select_related("merged_into").filter(number=number.strip().upper()[:24]).first()
    known = case is not None and contact_of(type_of(case)) != ""
    if case is None or not known or not _knows(case, asked):
        raise NotFound(
            "casework.report.unknown",
            "没有查到。请核对编号，以及手机号后四位或回执上的查询码。",
            "Nothing was found. Check the number, and the last four digits of the phone or the code on the receipt.",
        )
    return told(case)


def public_case(number: str) -> Told:
    """Return a case that everybody may see; NotFound for one that is not there or not open to all."""
    case = public_cases().filter(number=number[:24]).first()
    if case is None:
        raise NotFound(
            "casework.public",
            "没有“{number}”，或这一件还没有公开。",
            "There is no “{number}”, or it is not open to all.",
            number=number[:24],
        )
    return told(case)


def public_list(theme: str, words: str, page: int) -> tuple[tuple[Told, ...], int]:
    """Return a page of the cases that everybody may see, the newest first, and how many there are."""
    found = public_cases()
    if theme:
        found = found.filter(theme=theme)
    if words:
        found = found.filter(Q(title__icontains=words) | Q(number__iexact=words))
    rows = found.prefetch_related("steps").select_related("merged_into").order_by("-opened_on", "-pk")
    return tuple(told(one) for one in rows[(page - 1) * PAGE : page * PAGE]), found.count()


def public_themes() -> tuple[tuple[str, Text], ...]:
    """Return the themes under which cases are open to all."""
    return tuple(sorted({one.theme: one.theme_title for one in case_types() if one.public is not None}.items()))


def near(number: str) -> tuple[Told, ...]:
    """Return the cases open to all that may be of the same thing as this one."""
    case = Case.objects.filter(number=number).first()
    if case is None:
        return ()
    keys = [match.key for match in possible_duplicates(case)]
    return tuple(told(one) for one in public_cases().filter(number__in=keys).order_by("pk"))


def places_like(words: str) -> tuple[Spot, ...]:
    """Return known places with coordinates whose name or address has these words, to choose from."""
    asked = words.strip()[:100]
    if not asked:
        return ()
    named = Q(name_zh__icontains=asked) | Q(name_en__icontains=asked) | Q(address_zh__icontains=asked)
    found = Place.objects.filter(named).exclude(latitude=None).exclude(longitude=None).order_by("name_zh", "pk")
    return tuple(
        Spot(
            f"{one.latitude} {one.longitude} {one.name_zh}",
            Text(one.name_zh, one.name_en or one.name_zh),
            Text(one.address_zh, one.address_en or one.address_zh),
        )
        for one in found[:MOST_PLACES]
    )


def told(case: Case) -> Told:
    """Return a case without whatever tells of a person."""
    kind = type_of(case)
    state, districts = kind.state_of(case.state), rulebook().codelist("districts")
    turns = tuple(_turns(case, kind))
    return Told(
        number=case.number,
        title=case.title if _is_public(kind, "what") else "",
        kind=kind.title,
        theme=kind.theme_title,
        district=districts.text(case.district) if case.district else Text("", ""),
        state=State(case.state, state.title if state else Text(case.state, case.state), _SHAPES.get(case.phase, "run")),
        opened_on=case.opened_on,
        closed_on=case.closed_on,
        due_on=case.due_on,
        turns=turns,
        answers=tuple(_answers(case, kind)),
        values=tuple(_public_values(case, kind)),
        is_public=kind.is_public(case.state) and case.merged_into is None,
        merged_into=case.merged_into.number if case.merged_into else "",
        seen_before=case.seen_before,
        synthetic=case.synthetic,
    )


def _knows(case: Case, asked: str) -> bool:
    if len(asked) == CODE_LENGTH:
        return constant_time_compare(asked, code_of(case.number))
    phone = "".join(one for one in open_box(case).get(contact_of(type_of(case)), "") if one.isdigit())
    enough = len(asked) == FEWEST_DIGITS and len(phone) >= FEWEST_DIGITS
    return enough and constant_time_compare(asked, phone[-FEWEST_DIGITS:])


def _turns(case: Case, kind: CaseType) -> Iterator[Turn]:
    for one in _steps(case):
        step, state = kind.step_of(one.code), kind.state_of(one.after)
        title = step.title if step else (Text("收到", "Received") if one.code == OPEN else Text("合并办理", "Merged"))
        yield Turn(title, state.title if state else Text(one.after, one.after), one.made_on)


def _answers(case: Case, kind: CaseType) -> Iterator[Text]:
    """Yield what is answered in words: the reasons of the steps whose words are for others, and the answer field."""
    last = None
    for one in _steps(case):
        step = last = kind.step_of(one.code)
        if step is not None and step.public_answer and one.ground:
            yield Text(one.ground, one.ground)
    if last is not None and last.public_answer and (words := str(case.values.get(_ANSWER, ""))):
        yield Text(words, words)


def _steps(case: Case) -> list[CaseStep]:
    return sorted(case.steps.all(), key=lambda one: one.number)


def _public_values(case: Case, kind: CaseType) -> Iterator[Value]:
    for field in kind.field:
        value = str(case.values.get(field.code, ""))
        if not value or field.personal or not field.public or field.code == "what":
            continue
        yield value_of(field, place_words(value) if field.kind == "place" else value, case)


def _is_public(kind: CaseType, code: str) -> bool:
    field = kind.field_of(code)
    return field is not None and field.public
