"""`pinzhi journal seal`: seal what waits, now; the platform does so by itself every second."""

import click
from django.utils import timezone

from pinzhi.commands.words import both, say
from pinzhi.engine.texts import Text
from pinzhi.records.journal.sealing import seal
from pinzhi.records.journal.storage import newest_head


@click.command(
    "seal",
    help=both(
        "封存还没封存的记录，签名并写到库外。平台运行时每秒自动进行。",
        "Seal what waits, sign a head and copy it outside the database. The running platform does so every second.",
    ),
)
def command() -> None:
    """Seal and say how far the journal reaches."""
    count = seal(timezone.now())
    head = newest_head()
    size, number = (head.size, head.number) if head else (0, 0)
    say(
        Text(
            f"封存 {count:,} 行；共 {size:,} 行，签名头 {number}。",
            f"{count:,} lines sealed; {size:,} in all, head {number}.",
        )
    )
