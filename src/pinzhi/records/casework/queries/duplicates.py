"""Cases that may be of one thing: near in place and time, found by their box first, then measured."""

from pinzhi.engine.casework.duplicates import Match, Report, Spot, box, matches
from pinzhi.records.casework.models import Case
from pinzhi.records.casework.rules import OPEN_LANES, type_of

MOST = 50


def report_of(case: Case) -> Report | None:
    """Return a case as it is compared; None where it has no coordinates or its type merges nothing."""
    rule = type_of(case).merge
    if rule is None or case.latitude is None or case.longitude is None:
        return None
    same = {code: str(case.values.get(code, "")) for code in rule.same}
    return Report(case.number, Spot(case.latitude, case.longitude), case.found_on, same)


def possible_duplicates(case: Case) -> tuple[Match, ...]:
    """Return the open cases that may be of the same thing as this one, the nearest first."""
    rule, report = type_of(case).merge, report_of(case)
    if rule is None or report is None:
        return ()
    within = box(rule, report)
    others = Case.objects.filter(
        kind=case.kind,
        latitude__range=(within.south, within.north),
        longitude__range=(within.west, within.east),
        found_on__range=(within.first, within.last),
        merged_into=None,
    ).filter(lane__in=OPEN_LANES)
    found = (report_of(other) for other in others.exclude(pk=case.pk).order_by("pk")[:MOST])
    return matches(rule, report, [one for one in found if one is not None])
