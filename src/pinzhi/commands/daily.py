"""`pinzhi daily`: what the calendar does, for a timer to run once a day; running it again changes nothing."""

import click

from pinzhi.commands.words import both, say
from pinzhi.engine.texts import Text
from pinzhi.records.assessment.actions.clock import move_what_is_due
from pinzhi.records.clock import moment
from pinzhi.records.journal.notes import remove_old_notes
from pinzhi.records.journal.sealing import seal


@click.command(
    "daily",
    help=both(
        "办理到期的事：逾期未补的申报、有效期届满的称号。每天由定时器运行一次，重复运行不会重复办理。",
        "Do what is due: supplements that never came, titles past their years. Run it daily; safe to repeat.",
    ),
)
def command() -> None:
    """Make every move that is due and say what was done; then seal the journal, this and all before it."""
    when = moment()
    for step in move_what_is_due(when):
        say(Text(f"{step.entry.number} {step.entry.name}：{step.ground}", f"{step.entry.number}: {step.after}"))
    seal(when.at)
    remove_old_notes()
