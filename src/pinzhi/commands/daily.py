"""`pinzhi daily`: what the calendar does, for a timer to run once a day; running it again changes nothing."""

import click
from django.utils import timezone

from pinzhi.commands.tasks import TASKS
from pinzhi.commands.words import both, say, warn
from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import command as acting
from pinzhi.records.assessment.actions.clock import move_what_is_due
from pinzhi.records.attestation.actions.dumping import dump_register
from pinzhi.records.attestation.actions.surveillance_clock import run_surveillance
from pinzhi.records.casework.actions.clock import do_what_is_due
from pinzhi.records.clock import moment
from pinzhi.records.database import take_stock
from pinzhi.records.journal.notes import remove_old_notes
from pinzhi.records.journal.sealing import seal
from pinzhi.records.notices.letters import forget_undelivered
from pinzhi.records.publishing.actions.briefing import draft_due_briefs
from pinzhi.records.publishing.actions.releasing import release_groups
from pinzhi.records.tasks.queue import work
from pinzhi.records.training.actions.appointing import move_what_is_due as move_appointments
from pinzhi.records.training.actions.appointing import remind_to_file
from pinzhi.records.training.actions.lapsing import follow_certificates


@click.command(
    "daily",
    help=both(
        "办理到期的事：逾期未补的申报、有效期届满的称号、逾期的办件和监督、提醒和邮件。每天由定时器运行一次，重复运行不会重复办理。",
        "Do what is due: supplements that never came, titles past their years, overdue cases and surveillance,"
        " reminders and mail. Run it daily; safe to repeat.",
    ),
)
def command() -> None:
    """Make every move that is due and say what was done; then seal the journal, this and all before it."""
    when = moment()
    for step in move_what_is_due(when):
        say(Text(f"{step.entry.number} {step.entry.name}：{step.ground}", f"{step.entry.number}: {step.after}"))
    for number in do_what_is_due(when):
        say(Text(f"{number}：已催办，或视为办结", f"{number}: those concerned were told, or it is complete by silence"))
    follow_training(when)
    for release in release_groups(when):
        say(Text(f"{release.figure} 已按 {release.on} 发布", f"{release.figure} is released for {release.on}"))
    for bulletin in draft_due_briefs(when):
        say(Text(f"定期简报 {bulletin.slug} 已起草", f"The brief {bulletin.slug} is drafted"))
    watch(when)
    folder = dump_register(actor=acting("daily"), when=when)
    say(Text(f"登记已转储到 {folder}。", f"The register is dumped in {folder}."))
    seal(when.at)
    remove_old_notes()
    take_stock()


def follow_training(when: Moment) -> None:
    """Let filed officers serve, end terms, follow certificates that lapse or hold again, and remind."""
    moved, changed = move_appointments(when), follow_certificates(when)
    remind_to_file(when)
    if moved or changed:
        say(
            Text(
                f"任职变动 {moved} 个，培训证书失效或恢复 {changed} 张",
                f"{moved} appointments moved, {changed} training certificates lapsed or hold again",
            )
        )


def watch(when: Moment) -> None:
    """Suspend, withdraw and remind as surveillance has it, and do the background work that is due."""
    reminded = 0
    for done in run_surveillance(when):
        if done.what == "reminded":
            reminded += 1
        elif done.what == "failed":
            warn(Text(f"{done.key} 没有办成：{done.text.zh}", f"{done.key} was not done: {done.text.en}"))
        else:
            say(Text(f"{done.key} {done.text.zh}", f"{done.key} {done.text.en}"))
    forget_undelivered(when.at)
    worked = work(TASKS, timezone.now)
    if reminded or worked.done or worked.put_off:
        say(
            Text(
                f"提醒 {reminded} 条；后台任务做完 {worked.done} 件，推后 {worked.put_off} 件",
                f"{reminded} reminders; {worked.done} background tasks done, {worked.put_off} put off",
            )
        )
