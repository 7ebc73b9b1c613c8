"""`pinzhi register`: dump the public register with a signed list, and check a dump without the platform."""

import click

from pinzhi.commands.verbs import Verb, Verbs
from pinzhi.commands.words import both
from pinzhi.engine.texts import Text


class RegisterVerbs(Verbs):
    """What can be done with the register as a whole; checking a dump needs no platform."""

    verbs = {
        "dump": Verb("pinzhi.commands.register_dump", Text("转储公开登记", "dump the public register")),
        "check": Verb(
            "pinzhi.commands.register_check", Text("离线检验转储", "check a dump, offline"), works_alone=True
        ),
    }


@click.group(
    "register",
    cls=RegisterVerbs,
    help=both("公开登记的转储：写出、检验。", "Dumps of the public register: write, check."),
)
def command() -> None:
    """Group what can be done with dumps."""
