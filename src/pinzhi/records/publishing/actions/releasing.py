"""Release the figures over people once for each quarter; what was released stays. 群体数字发布."""

from datetime import date

from django.db import transaction

from pinzhi.engine.periods import Moment
from pinzhi.engine.privacy import may_be_shown, release_days, withheld
from pinzhi.engine.rulebook.figures import Figure
from pinzhi.records.accounts.permissions import SYSTEM, Actor
from pinzhi.records.journal.actions import write as write_journal
from pinzhi.records.publishing.definitions import digest_of, figures
from pinzhi.records.publishing.models import GroupRelease
from pinzhi.records.publishing.queries.protected import answers_in, numbers_of, table_in, taken


def release_groups(when: Moment, *, actor: Actor = SYSTEM) -> tuple[GroupRelease, ...]:
    """Release every figure over people for each quarter that has ended and has no release yet, the oldest first."""
    there = set(GroupRelease.objects.values_list("figure", "on"))
    due = [
        (figure, day)
        for day in release_days(when.on)
        for figure in figures(day).values()
        if figure.privacy == "group" and (figure.id, day) not in there
    ]
    return tuple(_released(figure, day, when, actor) for figure, day in due)


def _released(figure: Figure, on: date, when: Moment, actor: Actor) -> GroupRelease:
    """Keep what is counted for a day; what may be shown of it is decided beside every release of other days."""
    with transaction.atomic():
        others = list(GroupRelease.objects.select_for_update().filter(figure=figure.id, is_shown=True).order_by("on"))
        answers, parts = taken(figure, on)
        shown = may_be_shown(numbers_of(figure, answers), (numbers_of(figure, answers_in(one)) for one in others))
        dimension = next(iter(figure.dimensions.by), "")
        tables = [table_in(one) for one in others if one.dimension == dimension]
        release = GroupRelease.objects.create(
            figure=figure.id,
            on=on,
            made_at=when.at,
            digest=digest_of(figure),
            is_shown=shown,
            answers=[[str(one.number), one.records] for one in answers],
            dimension=dimension,
            parts={code: list(numbers) for code, numbers in parts.items()},
            hidden=sorted(withheld(parts, tables)),
        )
        write_journal(
            at=when.at,
            actor=actor.key,
            action="publishing.release",
            object_kind="figure",
            object_key=figure.id,
            edition=figure.edition,
            detail={"on": on.isoformat(), "definition": release.digest, "shown": shown},
        )
    return release
