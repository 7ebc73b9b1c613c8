"""`pinzhi certificates`: issue for what stands in the register, and print all to PDF; both go on where they stopped."""

import os
from pathlib import Path

import click

from pinzhi.commands.words import both, say
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import command as acting
from pinzhi.records.attestation.actions.printing import print_all
from pinzhi.records.attestation.actions.registered import attest_registered
from pinzhi.records.clock import moment


@click.group("certificates", help=both("签发和打印证书。", "Issue and print certificates."))
def command() -> None:
    """Group what can be done with many certificates at once."""


@command.command(
    "issue",
    help=both(
        "为登记里有效而还没有凭证的，逐一签发。可以中断，再运行就接着做。",
        "Sign a credential for each row in force that has none. It may be stopped and goes on when run again.",
    ),
)
@click.option("--kind", type=click.Choice(["honour", "certificate"]), default="honour", show_default=True)
@click.option("--scheme", required=True, help=both("项目代码，如 good-practice", "code of the scheme: good-practice"))
def issue(kind: str, scheme: str) -> None:
    """Issue for a scheme of the register."""
    signed = 0
    with click.progressbar(length=1000, label=scheme) as bar:
        for one in attest_registered(actor=acting("certificates"), kind=kind, scheme=scheme, when=moment()):
            signed = one.signed
            bar.update(1000 * one.done // one.total - bar.pos)
    say(Text(f"新签发 {signed} 份。", f"{signed} newly issued."))


@command.command(
    "print",
    help=both(
        "把现行证书逐一排成 PDF，已有的不重做。可以中断，再运行就接着做；磁盘写满不会留下半个文件。",
        "Set each standing certificate as a PDF; what is there is left. It may be stopped; a full disk leaves no half"
        " file.",
    ),
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--kind", default="", help=both("只要一类", "one kind only: honour, certificate …"))
@click.option("--workers", type=click.IntRange(1, 32), default=os.cpu_count() or 1, help=both("进程数", "processes"))
def printed(folder: Path, kind: str, workers: int) -> None:
    """Print every standing certificate that is not in the folder yet."""
    folder.mkdir(parents=True, exist_ok=True)
    made = 0
    with click.progressbar(length=1000, label="PDF") as bar:
        for one in print_all(folder, kind=kind, workers=workers):
            made = one.made
            bar.update(1000 * one.done // max(one.total, 1) - bar.pos)
    say(Text(f"排成 {made} 份，在 {folder}。", f"{made} set, in {folder}."))
