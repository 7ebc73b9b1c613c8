"""`pinzhi verify`: check a certificate with the issuer's key document alone: no platform, no network."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from pinzhi.commands.trusted import FILE, keys_option, means_from, tell
from pinzhi.commands.words import both, say
from pinzhi.engine.attestation.means import Means
from pinzhi.engine.attestation.presented import PresentedCode, PresentedCredential, PresentedLink
from pinzhi.engine.attestation.reports import Report
from pinzhi.engine.attestation.scans import presented_file
from pinzhi.engine.attestation.verification import refuse_link, verify_code, verify_credential
from pinzhi.engine.errors import BadInput
from pinzhi.engine.texts import Text

EXIT_NOT_VALID = 1  # read and checked, and not to be relied on; 2 is for what cannot be read
_MOST_BYTES = 12 << 20
_GOOD = ("valid", "unconfirmed")


@click.command(
    "verify",
    help=both(
        "离线查验证书：JSON、PDF、码的照片，或含链接的文本文件。说明查了什么、没有查什么。"
        "不能相信或已失效时退出码为 1。",
        "Check a certificate offline: JSON, PDF, a picture of its code, or a text file with its link. Says what was"
        " checked and what could not be. Exit code 1 when it is not to be relied on.",
    ),
)
@click.argument("file", type=FILE)
@keys_option
@click.option(
    "--status",
    type=FILE,
    multiple=True,
    help=both("存下的状态列表，可给几个", "status lists kept before; may be repeated"),
)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help=both("按这一天判断有效期", "judge the term on this day"))
@click.option("--json", "as_json", is_flag=True, help=both("输出 JSON", "print JSON"))
def command(file: Path, keys: tuple[Path, ...], status: tuple[Path, ...], on: datetime | None, as_json: bool) -> None:
    """Check the file and say what came of it."""
    report = _report(file, means_from(keys, status, on.date() if on else None))
    if as_json:
        click.echo(json.dumps(_plain(report), ensure_ascii=False, indent=2, default=str))
    else:
        _tell(report)
    if report.verdict not in _GOOD:
        raise click.exceptions.Exit(EXIT_NOT_VALID)


def _report(file: Path, means: Means) -> Report:
    with file.open("rb") as stream:
        given = presented_file(stream.read(_MOST_BYTES + 1))
    match given:
        case PresentedCredential():
            return verify_credential(given, means)
        case PresentedCode():
            return verify_code(given, means)
        case PresentedLink(link):
            return refuse_link(link, means)
        case _number:
            raise BadInput(
                "attestation.only_a_number",
                "文件里只有编号，离线查不了。请到签发方的网站输入编号。",
                "The file holds a number alone, which cannot be checked offline. Type it at the issuer's site.",
            )


def _tell(report: Report) -> None:
    say(Text(f"{report.words.zh}。{report.advice.zh}", f"{report.words.en}. {report.advice.en}"))
    if report.said is not None:
        one = report.said
        title = Text(
            f"{one.title.zh}　{one.grade.zh}", f"{one.title.en or one.title.zh}  {one.grade.en or one.grade.zh}"
        )
        say(
            Text(f"{one.number}　{one.holder}　{title.zh}".rstrip(), f"{one.number}  {one.holder}  {title.en}".rstrip())
        )
    tell(report.checks)


def _plain(report: Report) -> dict[str, Any]:
    return {
        "verdict": report.verdict,
        "on": report.on,
        "checks": [{"name": one.name, "outcome": one.outcome, "reason": asdict(one.reason)} for one in report.checks],
        "says": asdict(report.said) if report.said else None,
    }
