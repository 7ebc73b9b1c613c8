"""`pinzhi journal`: verify, seal and resume the journal; make proofs and check them."""

import click

from pinzhi.commands.verbs import Verb, Verbs
from pinzhi.commands.words import both
from pinzhi.engine.texts import Text


class JournalVerbs(Verbs):
    """What can be done with the journal; checking a proof needs no platform."""

    verbs = {
        "verify": Verb("pinzhi.commands.journal_verify", Text("核验全部记录", "verify all of it")),
        "prove": Verb("pinzhi.commands.journal_prove", Text("出具一行的证明", "write the proof of a line")),
        "check": Verb(
            "pinzhi.commands.journal_check",
            Text("离线检验证明", "check a proof, without the platform"),
            works_alone=True,
        ),
        "seal": Verb("pinzhi.commands.journal_seal", Text("封存还没封存的", "seal what is not sealed yet")),
        "resume": Verb(
            "pinzhi.commands.journal_resume", Text("恢复旧备份后接续", "go on after an older backup was restored")
        ),
    }


@click.group(
    "journal",
    cls=JournalVerbs,
    help=both(
        "审计记录：每一行都进入哈希链和默克尔树，签名头公开；改动、缺失、换位、截断都查得出来。",
        "The journal: every line is in a hash chain and a Merkle tree whose signed heads are public; changes, gaps,"
        " exchanges and cuts are found.",
    ),
)
def command() -> None:
    """Group what can be done with the journal."""
