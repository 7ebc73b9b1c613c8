"""Who of a committee may not vote on which entries, and why."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from pinzhi.engine.assessment.rounds.conflicts import recusals
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.models import Membership
from pinzhi.records.assessment.models import Entry, Expert, Member, Round
from pinzhi.records.assessment.queries.experts import all_conflicts

_OWN = Text("代表申报单位", "acts for the applicant")


def recused(held: Round, entries: Sequence[Entry], on: date) -> dict[int, dict[int, Text]]:
    """Return, by the key of an entry and of a user, why a member may not vote: the applicant's own, or in conflict.

    Entries and members without a recusal are left out. The number of queries does not depend on how many there are.
    """
    members = list(Member.objects.filter(round=held, left_on=None).order_by("pk"))
    users = [one.user_id for one in members]
    experts = {one.pk: one for one in Expert.objects.filter(user_id__in=users)}
    found: defaultdict[int, dict[int, Text]] = defaultdict(dict)
    for (expert, entry), conflicts in all_conflicts(held, list(experts.values()), entries, on).items():
        barred = [one for one in conflicts if "vote" in recusals([one])]
        if barred:
            found[entry][experts[expert].user_id] = barred[0].evidence
    by_code = defaultdict(list)
    for one in entries:
        if one.organisation_code:
            by_code[one.organisation_code].append(one.pk)
    held_by = Membership.objects.filter(user_id__in=users, ended_at=None, organisation_code__in=list(by_code))
    for user, code in held_by.values_list("user_id", "organisation_code"):
        for key in by_code[code]:
            found[key][user] = _OWN
    return dict(found)
