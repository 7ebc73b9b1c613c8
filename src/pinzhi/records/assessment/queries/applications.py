"""Applications as their own people see them: what is written, what is missing, how long there is, what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from pinzhi.engine.assessment.rounds.eligibility import Finding
from pinzhi.engine.assessment.rounds.seals import digest
from pinzhi.engine.assessment.rounds.states import Move
from pinzhi.engine.errors import NotFound, PinzhiError
from pinzhi.engine.rulebook.scheme_parts import FACTS, Category, Document, FactKind, Rule, Value
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.engine.rulebook.stages import STATES, TERMINAL
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor, may
from pinzhi.records.assessment.models import Entry, EntryFile, EntryStep, Round, RoundStage, SectionVersion
from pinzhi.records.assessment.queries.brought import has_content, latest_sections
from pinzhi.records.assessment.queries.facts import eligibility_of, known_facts, moves_open, supplement_until
from pinzhi.records.assessment.queries.milestones import Milestone, due_of, milestones
from pinzhi.records.assessment.queries.stands import Place, place_of
from pinzhi.records.assessment.queries.visible import rounds, visible_entries
from pinzhi.records.assessment.rules import scheme_of
from pinzhi.records.catalog.names import organisation_names

# While it is in one of these the applicant writes; then it is read as it was sent.
WRITABLE = ("draft", "returned")
# Facts that the catalogue and the honours tell; nobody states them of himself.
_FROM_RECORDS = frozenset({"region", "industry", "size", "status", "quality_certificate", "awarded_within_bar",
                           "revoked_before"})  # fmt: skip
_LEAVING = ("abandoned", "withdrawn_by_applicant")


@dataclass(frozen=True, slots=True)
class Part:
    """What a scheme asks an entry to bring, and what has been brought of it.

    ``state`` is done, missing or optional; ``is_own`` tells whether the applicant brings it now, ``is_later`` whether
    he did or will in another stage; all else is brought by officers.
    """

    document: Document
    state: str
    section: SectionVersion | None
    files: tuple[EntryFile, ...]
    is_own: bool
    is_later: bool
    stage: Text


@dataclass(frozen=True, slots=True)
class FactLine:
    """A fact that conditions ask applicants for; ``value`` is None while nobody stated it."""

    code: str
    kind: FactKind
    title: Text
    value: Value | None


@dataclass(frozen=True, slots=True)
class Application:
    """An application with all that its people need to see."""

    entry: Entry
    scheme: Scheme
    category: Category
    parts: tuple[Part, ...]
    facts: tuple[FactLine, ...]
    conditions: tuple[tuple[Rule, Finding], ...]
    state: Text
    deadline: date | None
    days_left: int | None
    is_writable: bool
    is_reporting: bool
    submit: Move | None
    obstacles: tuple[PinzhiError, ...]
    leave: Move | None
    steps: tuple[EntryStep, ...]
    returned: EntryStep | None
    milestones: tuple[Milestone, ...]
    place: Place | None

    @property
    def own_parts(self) -> tuple[Part, ...]:
        """What the applicant himself brings."""
        return tuple(one for one in self.parts if one.is_own)

    @property
    def done(self) -> int:
        """How many of the required parts and facts are there."""
        parts = sum(one.state == "done" and one.document.required for one in self.own_parts)
        return parts + (0 if self.is_reporting else sum(one.value is not None for one in self.facts))

    @property
    def asked(self) -> int:
        """How many parts and facts are required."""
        return sum(one.document.required for one in self.own_parts) + (0 if self.is_reporting else len(self.facts))

    @property
    def left(self) -> tuple[Text, ...]:
        """What is still to be written, brought or stated."""
        parts = [one.document.title for one in self.own_parts if one.state == "missing"]
        return tuple(parts) if self.is_reporting else (*parts, *(one.title for one in self.facts if one.value is None))

    @property
    def may_submit(self) -> bool:
        """Whether it can be sent now."""
        return self.submit is not None and not self.obstacles


@dataclass(frozen=True, slots=True)
class Line:
    """An application in the list of one's own."""

    entry: Entry
    scheme: Scheme
    state: Text
    applicant: str
    deadline: date | None
    days_left: int | None
    is_writable: bool


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A round that takes applications on a day."""

    held: Round
    scheme: Scheme
    closes_on: date | None
    days_left: int | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was sent with a step: the digest of every section, file and fact as they were at that moment."""

    step: EntryStep
    digest: str
    sections: tuple[tuple[Text, SectionVersion], ...]
    files: tuple[EntryFile, ...]


def own_entries(actor: Actor) -> QuerySet[Entry]:
    """Return the applications of the organisations an actor acts for, and those he made without one."""
    own = Q(organisation_code__in=actor.organisation_codes - {""})
    if actor.is_signed_in:
        own |= Q(created_by_id=actor.user_id, organisation_code="")
    return visible_entries(actor).filter(own)


def own_applications(actor: Actor, on: date) -> tuple[Line, ...]:
    """Return one's own applications: those to be written first, then the latest."""
    lines = []
    for entry in own_entries(actor).order_by("-created_on", "-number"):
        scheme = scheme_of(entry.round)
        is_writable = entry.state in WRITABLE or is_reporting(scheme, entry.state)
        last = deadline_of(entry) if is_writable else None
        lines.append(
            Line(entry, scheme, state_words(scheme, entry.state), entry.name, last, _left(last, on), is_writable)
        )
    return tuple(sorted(lines, key=lambda one: not one.is_writable))


def open_calls(on: date) -> tuple[OpenCall, ...]:
    """Return the rounds that take applications on a day, the one that closes first before the others."""
    found = []
    for held in rounds().prefetch_related("stages"):
        stage = next((one for one in held.stages.all() if one.state == "draft"), None)
        if stage is None or (stage.opens_on and on < stage.opens_on) or (stage.closes_on and stage.closes_on < on):
            continue
        found.append(OpenCall(held, scheme_of(held), stage.closes_on, _left(stage.closes_on, on)))
    return tuple(sorted(found, key=lambda one: one.closes_on or date.max))


def own_entry(actor: Actor, round_key: str, number: str) -> Entry:
    """Return an application of one's own; NotFound for all others, whether they are there or not."""
    found = own_entries(actor).filter(round__key=round_key, number=number).first()
    if found is None or not may(actor, "assessment.apply", found):
        raise NotFound(
            "assessment.entry", "没有“{number}”这份申报，或它不是你的。", "You have no application “{number}”.",
            number=number,
        )  # fmt: skip
    return found


def application(actor: Actor, round_key: str, number: str, on: date) -> Application:
    """Return an application of one's own as it is on a day."""
    entry = own_entry(actor, round_key, number)
    scheme = scheme_of(entry.round)
    reports = is_reporting(scheme, entry.state)
    is_writable = entry.state in WRITABLE or reports
    last = deadline_of(entry) if is_writable else None
    moves = {to.to: (to, kept) for to, _part, kept in moves_open(entry, ("applicant",), on=on)}
    submit = next((found for found in moves.values() if found[0].is_forward), moves.get("submitted"))
    leave = next((moves[to][0] for to in _LEAVING if to in moves), None)
    findings = {one.rule: one for one in eligibility_of(entry, on).findings}
    steps = tuple(entry.steps.order_by("-number"))
    return Application(
        entry=entry,
        scheme=scheme,
        category=next(one for one in scheme.category if one.code == entry.category),
        parts=parts_of_entry(entry),
        facts=fact_lines(entry, on),
        conditions=tuple((one, findings[one.code]) for one in scheme.rules_for(entry.category)),
        state=state_words(scheme, entry.state),
        deadline=last,
        days_left=_left(last, on),
        is_writable=is_writable and (reports or last is None or on <= last),
        is_reporting=reports,
        submit=submit[0] if submit else None,
        obstacles=submit[1] if submit else (),
        leave=leave,
        steps=steps,
        returned=steps[0] if steps and entry.state == "returned" else None,
        milestones=milestones(entry),
        place=place_of(entry),
    )


def is_reporting(scheme: Scheme, state: str) -> bool:
    """Tell whether the applicant moves an entry on from a state after the grant, with the report that it asks for."""
    stage = scheme.stage_of(state)
    return stage is not None and state != "draft" and "applicant" in stage.acts


def own_in_round(actor: Actor, scheme_id: str, edition: str) -> Entry | None:
    """Return the application that an actor is likely to go on with in an edition; None where he has none alive."""
    held = own_entries(actor).filter(round__scheme_id=scheme_id, round__edition=edition)
    return held.exclude(state__in=TERMINAL).order_by("-pk").first()


def parts_of_entry(entry: Entry) -> tuple[Part, ...]:
    """Return what an entry must or may bring, with what has been brought."""
    scheme, sections = scheme_of(entry.round), latest_sections(entry)
    files: dict[str, list[EntryFile]] = {}
    for one in entry.files.filter(removed_at=None).select_related("file", "by").order_by("number"):
        files.setdefault(one.document, []).append(one)
    asks = entry.state if is_reporting(scheme, entry.state) else "draft"
    found = []
    for asked in scheme.documents_for(entry.category):
        section, own = sections.get(asked.code), files.get(asked.code, [])
        is_there = bool(own) or (section is not None and has_content(section.content))
        state = "done" if is_there else "missing" if asked.required else "optional"
        stage = scheme.stage_of(asked.stage)
        words = stage.words if stage else STATES[asked.stage].title
        is_own, by_applicant = asked.stage == asks, stage is not None and "applicant" in stage.acts
        found.append(Part(asked, state, section, tuple(own), is_own, by_applicant and not is_own, words))
    return tuple(found)


def part_of_entry(entry: Entry, document: str) -> Part:
    """Return one part that the applicant brings; NotFound where the scheme asks for none of that code."""
    found = next((one for one in parts_of_entry(entry) if one.document.code == document and one.is_own), None)
    if found is None:
        raise NotFound(
            "assessment.document", "这份申报没有“{code}”这一项。", "This application has no part “{code}”.",
            code=document,
        )  # fmt: skip
    return found


def section_history(entry: Entry, document: str) -> tuple[SectionVersion, ...]:
    """Return every version of a section that was kept, the latest first."""
    return tuple(entry.sections.filter(document=document).select_related("by").order_by("-number"))


def stated_facts(entry: Entry) -> tuple[str, ...]:
    """Return the facts that conditions of an entry's category ask for and no record tells."""
    named = [one.fact for one in scheme_of(entry.round).rules_for(entry.category) if one.fact in FACTS]
    return tuple(dict.fromkeys(one for one in named if one not in _FROM_RECORDS))


def fact_lines(entry: Entry, on: date) -> tuple[FactLine, ...]:
    """Return the facts that applicants state, with what is known of each."""
    known: Mapping[str, Value | None] = known_facts(entry, on)
    return tuple(FactLine(one, FACTS[one][0], FACTS[one][1], known.get(one)) for one in stated_facts(entry))


def deadline_of(entry: Entry) -> date | None:
    """Return the last day, to 24:00, on which an application may be written and sent; None without a limit.

    Of a report after the grant it is the day it is due; a late one is taken all the same, and shows as late.
    """
    if entry.state == "returned":
        return supplement_until(entry, scheme_of(entry.round))
    if is_reporting(scheme_of(entry.round), entry.state):
        return due_of(entry)
    stage = RoundStage.objects.filter(round=entry.round, state="draft").first()
    return stage.closes_on if stage else None


def state_words(scheme: Scheme, state: str) -> Text:
    """Return what a scheme calls a state; a draft is called so whatever its stage is called."""
    stage = scheme.stage_of(state)
    return stage.words if stage is not None and state != "draft" else STATES[state].title


def receipt(entry: Entry, number: int) -> Receipt:
    """Return what was sent with a step, as it was at that moment; NotFound for a step that sent nothing."""
    step = entry.steps.filter(number=number, after="submitted").first()
    if step is None:
        raise NotFound("assessment.receipt", "没有这份回执。", "There is no such receipt.")
    sections = {
        one.document: one
        for one in entry.sections.filter(at__lte=step.recorded_at).select_related("by").order_by("number")
    }
    files = entry.files.filter(at__lte=step.recorded_at).select_related("file").order_by("number")
    kept = [one for one in files if one.removed_at is None or one.removed_at > step.recorded_at]
    facts = {one.fact: one.value for one in entry.facts.filter(at__lte=step.recorded_at).order_by("pk")}
    sent = digest(
        {
            "number": f"{entry.round.key}/{entry.number}",
            "name": entry.name,
            "category": entry.category,
            "sections": {code: one.content for code, one in sections.items()},
            "files": [[one.document, one.number, one.name, one.file.digest] for one in kept],
            "facts": facts,
        }
    )
    titles = {one.code: one.title for one in scheme_of(entry.round).document}
    return Receipt(
        step, sent, tuple((titles.get(code, Text(code, code)), one) for code, one in sections.items()), tuple(kept)
    )


def acting_names(actor: Actor) -> tuple[tuple[str, str], ...]:
    """Return code and name of each organisation an actor may apply for."""
    names = organisation_names(actor.organisation_codes)
    return tuple((code, names.get(code, code)) for code in sorted(actor.organisation_codes))


def _left(last: date | None, on: date) -> int | None:
    return None if last is None else (last - on).days
