"""Entries at the quota line that scores alone cannot tell apart: what the committee compares and gives reasons for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pinzhi.engine.texts import Text
from pinzhi.records.assessment.models import Entry, Round, Settlement
from pinzhi.records.assessment.queries.facts import consultation_of
from pinzhi.records.assessment.queries.results import latest_results, percent_of, total_of
from pinzhi.records.assessment.rules import scheme_of

MOST = 4  # entries beside each other: more do not fit a page
SURE = 0.95  # within the quota, or outside it, in so many of the resampled rounds
_NONE = Text("—", "—")


@dataclass(frozen=True, slots=True)
class Beside:
    """A line of the comparison: what is compared, and what each entry has there."""

    title: Text
    values: tuple[Text, ...]


def is_contested(within: float) -> bool:
    """Tell whether it is open if an entry is within the quota: neither in nor out in nineteen of twenty draws.

    >>> [is_contested(one) for one in (0.04, 0.05, 0.5, 0.95, 0.96)]
    [False, True, True, True, False]
    """
    return 1 - SURE - 1e-9 <= within <= SURE + 1e-9


def beside(held: Round, numbers: Iterable[str], on: date) -> tuple[Beside, ...]:
    """Compare entries in the order given: total, each stage, changes on site, what departments said."""
    scheme = scheme_of(held)
    known = {one.number: one for one in Entry.objects.filter(round=held, number__in=list(numbers)[:MOST])}
    entries = [known[number] for number in numbers if number in known]
    for one in entries:
        one.round = held
    results = latest_results(one.pk for one in entries)
    totals = [total_of(scheme, one, results.get(one.pk, {})) for one in entries]
    lines = [
        Beside(
            Text("总分", "Points"), tuple(Text(str(one.points), str(one.points)) if one else _NONE for one in totals)
        )
    ]
    for stage in scheme.stage:
        percents = [percent_of(results.get(one.pk, {}).get(stage.state)) for one in entries]
        if any(one is not None for one in percents):
            shown = ("—" if one is None else f"{float(one):.1f}%" for one in percents)
            lines.append(Beside(stage.words, tuple(Text(one, one) for one in shown)))
    lines.append(Beside(Text("现场改分", "Changed on site"), tuple(_changes(one) for one in entries)))
    if scheme.consultation is not None:
        lines.append(Beside(Text("部门意见", "Departments"), tuple(_departments(one, on) for one in entries)))
    return tuple(lines)


def _changes(entry: Entry) -> Text:
    count = Settlement.objects.filter(entry=entry).exclude(kind="consensus").values("item").distinct().count()
    return Text(f"{count} 项，有理由", f"{count}, with reasons") if count else Text("没有", "none")


def _departments(entry: Entry, on: date) -> Text:
    consulted = consultation_of(entry, on)
    if consulted is None:
        return _NONE
    opinions = list(consulted.opinions.values())
    against = sum(1 for one in opinions if one == "objection")
    if against:
        return Text(f"{against} 家有异议", f"{against} objected")
    silent = sum(1 for one in opinions if one != "no-objection")
    if silent:
        return Text(f"{silent} 家没有答复", f"{silent} did not answer")
    return Text(f"{len(opinions)} 家，无异议", f"{len(opinions)}, none objected")
