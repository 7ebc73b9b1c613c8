"""`pinzhi journal resume`: after an older backup was restored, go on without breaking what was published."""

import click
from django.utils import timezone

from pinzhi.commands.words import both, say
from pinzhi.engine.texts import Text
from pinzhi.records.journal.resuming import resume
from pinzhi.records.journal.sealing import seal


@click.command(
    "resume",
    help=both(
        "恢复旧备份后接续：用库外留存的签名头和摘要补上丢失的位置，并把这件事和理由写进记录。",
        "After an older backup was restored: put heads and digests kept outside back in place of the lost lines, and"
        " write that and the reason into the journal.",
    ),
)
@click.option("--reason", required=True, help=both("为什么恢复", "why it was restored"))
def command(reason: str) -> None:
    """Resume, seal and say what is lost."""
    now = timezone.now()
    done = resume(at=now, actor="command:journal", reason=reason)
    seal(now)
    lost = done.end - done.first - done.found
    say(
        Text(
            f"位置 {done.first + 1:,}–{done.end:,} 已补上摘要；其中 {lost:,} 行的内容已丢失。",
            f"Positions {done.first + 1:,}–{done.end:,} have their digests again; {lost:,} of the lines are lost.",
        )
    )
