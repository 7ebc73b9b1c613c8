"""Small frozen answers that pages of every kind are made of."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from pinzhi.engine.catalog import words
from pinzhi.engine.catalog.certificates import certificate_state
from pinzhi.engine.catalog.codes import printed
from pinzhi.engine.catalog.status import standard_status
from pinzhi.engine.errors import NotFound
from pinzhi.engine.rulebook.shapes import CodeList
from pinzhi.engine.texts import Text
from pinzhi.records.catalog import models
from pinzhi.records.catalog.rulebook import rulebook

NO_WORDS = Text("", "")


@dataclass(frozen=True, slots=True)
class Ref:
    """Another record: enough to name it and to lead to its page. An empty key means that it has no page."""

    kind: str
    key: str
    title: Text  # the English one is empty where there is none


@dataclass(frozen=True, slots=True)
class State:
    """A state on a day: its code, its word and the shape it is drawn with."""

    code: str
    word: Text
    shape: str


@dataclass(frozen=True, slots=True)
class Coded:
    """A code with its words."""

    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class Day:
    """A day no finer than it is known: ``precision`` d, m or y."""

    on: date | None
    precision: str = "d"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record came from, when it was recorded, and whether it is invented for a demonstration."""

    source: str
    recorded_at: datetime
    synthetic: bool


class Recorded(Protocol):
    """What every record of the catalogue carries."""

    source: str
    recorded_at: datetime
    synthetic: bool


def origin_of(record: Recorded) -> Origin:
    return Origin(record.source, record.recorded_at, record.synthetic)


def standard_state(standard: models.StandardFacts, on: date) -> State:
    """Return the status of a standard on a day."""
    code = standard_status(
        on=on,
        published_on=standard.published_on,
        effective_on=standard.effective_on,
        withdrawn_on=standard.withdrawn_on,
        superseded_on=standard.superseded_on,
        stated=standard.stated,
    )
    return State(code, words.STANDARD_STATUS[code], words.SHAPES["standard"][code])


def state_of_certificate(certificate: models.CertificateFacts, on: date) -> State:
    """Return the state of a certificate on a day."""
    code = certificate_state(
        on=on,
        state=certificate.state,
        state_on=certificate.state_on,
        issued_on=certificate.issued_on,
        expires_on=certificate.expires_on,
    )
    return State(code, words.CERTIFICATE_STATES[code], words.SHAPES["certificate"][code])


def state_in(kind: str, vocabulary: words.Words, code: str) -> State:
    """Return a recorded state with its word and shape; an unknown code stands for itself."""
    return State(code, vocabulary.get(code, Text(code, code)), words.SHAPES[kind].get(code, "wait"))


def standard_ref(standard: models.StandardFacts) -> Ref:
    """Return a standard named by its printed number."""
    number = printed(standard.number)
    return Ref("standard", standard.canonical, Text(number, number))


def number_ref(canonical: str, standard: models.Standard | None) -> Ref | None:
    """Return a cited standard: with its page where the catalogue has it, else the bare number; None for none."""
    if standard is not None:
        return standard_ref(standard)
    return Ref("standard", "", Text(printed(canonical), printed(canonical))) if canonical else None


def organisation_ref(organisation: models.Organisation) -> Ref:
    return Ref("organisation", organisation.code, Text(organisation.name, organisation.name_en))


def district_ref(code: str, on: date) -> Ref | None:
    """Return the district that records of a code count under on a day; None for no code."""
    if not code:
        return None
    districts = rulebook().codelist("districts")
    current = districts.current(code, on)
    if current in districts:
        return Ref("place", current, districts.text(current))
    return Ref("place", "", rulebook().codelist("regions").text(code[:4]))


def coded(list_name: str, codes: str) -> tuple[Coded, ...]:
    """Return the codes of a column joined by ``;``, each with its words; a finer code takes the words of its field.

    ICS 03.120.10 is named by field 03 where the list goes no further, CCS A00 by its letter.
    """
    codelist = rulebook().codelist(list_name)
    return tuple(Coded(code, _nearest(codelist, code)) for code in codes.split(";") if code)


def _nearest(codelist: CodeList, code: str) -> Text:
    shorter = code
    while shorter:
        if shorter in codelist:
            return codelist.text(shorter)
        shorter = shorter[:-1].rstrip(". ")
    return NO_WORDS


def listed(text: str) -> tuple[str, ...]:
    """Return the parts of a column joined by ``;``."""
    return tuple(part for part in text.split(";") if part)


def nothing_found(kind: str, key: str) -> NotFound:
    """Return the refusal for a record that is not there, or that this actor may not see."""
    return NotFound(
        "catalog.not_found",
        "名录里没有“{key}”。请检查写法，或先查询。",
        "The catalogue has no “{key}”. Check the spelling, or search first.",
        key=key[:80],
        kind=kind,
    )
