"""What the clock does to entries: supplements that never came lapse, titles past their years expire."""

from pinzhi.engine.errors import Conflict
from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import SYSTEM
from pinzhi.records.assessment.actions.moving import move_entry
from pinzhi.records.assessment.models import Entry, EntryStep

# What the clock makes of a state, with the grounds that it writes down.
MOVES = {
    "returned": ("lapsed", Text("补正期限已过", "The time to supplement is over")),
    "announced": ("expired", Text("有效期届满", "The years of validity are over")),
    "in_force": ("expired", Text("有效期届满", "The years of validity are over")),
    "monitored": ("expired", Text("有效期届满", "The years of validity are over")),
    "suspended": ("expired", Text("有效期届满", "The years of validity are over")),
}


def move_what_is_due(when: Moment) -> tuple[EntryStep, ...]:
    """Make every move whose time has come, each wholly or not at all, and return the steps made.

    Running it again on the same day moves nothing; an entry that somebody moves meanwhile is left to its new state.
    """
    made = []
    for entry in Entry.objects.filter(state__in=MOVES).select_related("round").order_by("pk").iterator():
        to, ground = MOVES[entry.state]
        try:
            made.append(
                move_entry(actor=SYSTEM, entry_id=entry.pk, to=to, seen=entry.version, when=when, ground=ground.zh)
            )
        except Conflict:  # the time has not come, the scheme has no such move, or somebody was first
            continue
    return tuple(made)
