"""What the page of a scheme shows beside the round: systems, milestones, surveillance, halls, and what it came to."""

from dataclasses import dataclass
from datetime import date

from pinzhi.engine.catalog.words import LEVELS
from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.engine.rulebook.scheme_grants import PARTIES
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.engine.texts import Text
from pinzhi.records.attestation.queries.surveillance_tasks import METHODS
from pinzhi.records.catalog.queries.participation import Part, parts
from pinzhi.records.catalog.queries.programmes import (
    EditionCount,
    certificates_by_edition,
    titles_by_grade,
    titles_of_documents,
)
from pinzhi.records.catalog.queries.tables import statistics_year


@dataclass(frozen=True, slots=True)
class MilestoneLine:
    """A stage after the grant: by which month it must be over, the line to pass, what an extension gives."""

    title: Text
    due: Text
    by: Text
    note: Text


@dataclass(frozen=True, slots=True)
class GradeLine:
    """A grade of the instrument and the ways to earn it, in words."""

    title: Text
    ways: tuple[Text, ...]
    to_confirm: bool


@dataclass(frozen=True, slots=True)
class Programme:
    """All of a scheme's page that does not belong to the round itself; empty where a scheme has none of it."""

    party: Text | None
    term: Text | None
    milestones: tuple[MilestoneLine, ...]
    watched: tuple[tuple[Text, Text], ...]
    grades: tuple[GradeLine, ...]
    documents: tuple[tuple[str, Text], ...]
    certificates: tuple[EditionCount, ...]
    titles: tuple[tuple[Text, int], ...]
    led: tuple[tuple[Text, Part], ...]
    year: int


def programme(scheme: Scheme, instrument: Instrument | None, on: date) -> Programme:
    """Return what a scheme's page shows beside the round, on a day."""
    year = statistics_year(on)
    return Programme(
        party=PARTIES[scheme.party] if scheme.party else None,
        term=_term(scheme),
        milestones=_milestones(scheme),
        watched=_watched(scheme),
        grades=_grades(instrument) if scheme.graded_by and instrument else (),
        documents=titles_of_documents(scheme.supporting),
        certificates=certificates_by_edition(scheme.register_code, on) if scheme.register_code else (),
        titles=_titles(scheme, on) if scheme.kind == "pilot" else (),
        led=tuple((LEVELS[one.level], one) for one in parts(on, year)) if scheme.participation else (),
        year=year,
    )


def _term(scheme: Scheme) -> Text | None:
    if scheme.term is None:
        return None
    months = scheme.term.months
    if scheme.term.starts_on is None:
        return Text(f"自批准之日起 {months} 个月", f"{months} months from the day of approval")
    first, last = scheme.term.starts_on, scheme.term.last_day(scheme.term.starts_on)
    return Text(f"{months} 个月，{first} 至 {last}", f"{months} months, {first} to {last}")


def _milestones(scheme: Scheme) -> tuple[MilestoneLine, ...]:
    found = []
    for stage in scheme.stage:
        if stage.due_months is None:
            continue
        month = stage.due_months
        by = Text("由申报单位报告", "reported by the host")
        if stage.panel is not None:
            by = Text(f"由 {stage.panel.size} 名专家评估", f"evaluated by {stage.panel.size} experts")
        notes = []
        if stage.at_least is not None:
            notes.append(Text(f"不低于 {stage.at_least}%", f"at least {stage.at_least}%"))
        if stage.extension_months is not None:
            more = stage.extension_months
            notes.append(Text(f"可以延期一次，{more} 个月", f"one extension of {more} months"))
        note = Text("；".join(one.zh for one in notes), "; ".join(one.en for one in notes))
        found.append(MilestoneLine(stage.words, Text(f"第 {month} 个月前", f"by month {month}"), by, note))
    return tuple(found)


def _watched(scheme: Scheme) -> tuple[tuple[Text, Text], ...]:
    rule = scheme.surveillance
    if rule is None:
        return ()
    kinds = [METHODS[one] for one in rule.kinds]
    unannounced = Text("，不事先通知", ", unannounced") if rule.unannounced else Text("", "")
    return (
        (
            Text("多久一次", "How often"),
            Text(
                f"发证后 {rule.first_within_months} 个月内第一次，以后每 {rule.interval_months} 个月",
                f"first within {rule.first_within_months} months, then every {rule.interval_months} months",
            ),
        ),
        (
            Text("怎样监督", "By what"),
            Text(
                "、".join(one.zh for one in kinds) + unannounced.zh, ", ".join(one.en for one in kinds) + unannounced.en
            ),
        ),
        (
            Text("逾期", "Overdue"),
            Text(
                f"暂停；{rule.suspension_months} 个月内没有恢复的撤销",
                f"suspended; withdrawn if not restored within {rule.suspension_months} months",
            )
            if rule.overdue == "suspend"
            else Text("标明逾期", "shown as overdue"),
        ),
    )


def _grades(instrument: Instrument) -> tuple[GradeLine, ...]:
    names = {one.code: one.title for one in instrument.section} | {"total": Text("总分", "total")}
    found = []
    for grade in instrument.grade:
        ways = tuple(
            Text(
                "，".join(f"{names[part].zh}不低于 {points}" for part, points in way.items()),
                ", ".join(f"{names[part].en.lower()} at least {points}" for part, points in way.items()),
            )
            for way in grade.when
        )
        found.append(GradeLine(grade.title, ways, grade.to_confirm))
    return tuple(found)


def _titles(scheme: Scheme, on: date) -> tuple[tuple[Text, int], ...]:
    counts = titles_by_grade(scheme.honours, on)
    return tuple((one.title, counts[one.code]) for one in scheme.grade if counts.get(one.code))
