"""`pinzhi register dump`: write the day's dump of the public register."""

import click

from pinzhi.commands.words import both, say
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import command as acting
from pinzhi.records.attestation.actions.dumping import dump_register
from pinzhi.records.clock import moment


@click.command(
    "dump",
    help=both(
        "把公开登记全部写成文件，附签名清单；一天一份，pinzhi daily 也会做。网站的 /dumps 可下载。",
        "Write the whole public register into files with a signed list; one a day, also by pinzhi daily. The site"
        " offers them at /dumps.",
    ),
)
def command() -> None:
    """Write the dump of today and say where it is."""
    folder = dump_register(actor=acting("register"), when=moment(), tell=lambda name: click.echo(f"  {name}"))
    say(Text(f"登记已转储到 {folder}。", f"The register is dumped in {folder}."))
