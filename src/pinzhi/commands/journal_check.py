"""`pinzhi journal check`: check a proof with the published keys alone; needs no platform and no network."""

import json
from pathlib import Path
from typing import Any

import click

from pinzhi.commands.words import both, say
from pinzhi.engine.errors import BadInput
from pinzhi.engine.journal.proofs import Checked, check, keys_from_json, proof_from_json
from pinzhi.engine.texts import Text

EXIT_FALSE = 1
LARGEST_BYTES = 1_000_000
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_SIGNS = {True: "✓", False: "✗", None: "?"}


@click.command(
    "check",
    help=both(
        "检验一份证明：内容与摘要、路径与树根、签名。公钥文件从平台的“审计记录”公开页下载。不成立时退出码为 1。",
        "Check a proof: line against digest, path against root, signature. The key file comes from the public page of"
        " the journal. Exit code 1 when it does not hold.",
    ),
)
@click.argument("file", type=_FILE)
@click.option("--keys", type=_FILE, help=both("公开的密钥文件", "the published key file"))
@click.option("--json", "as_json", is_flag=True, help=both("输出 JSON", "print JSON"))
def command(file: Path, keys: Path | None, as_json: bool) -> None:
    """Check the proof and say what holds."""
    checked = check(proof_from_json(_read(file)), keys_from_json(_read(keys)) if keys else ())
    if as_json:
        click.echo(json.dumps(_as_json(checked), ensure_ascii=False, indent=2))
    else:
        _tell(checked)
    if not checked.is_good:
        raise click.exceptions.Exit(EXIT_FALSE)


def _tell(checked: Checked) -> None:
    for answer in checked.answers:
        sign = _SIGNS[answer.holds]
        say(Text(f"{sign} {answer.text.zh}", f"{sign} {answer.text.en}"))
    if line := checked.proof.line:
        click.echo(json.dumps(line.as_json(), ensure_ascii=False, indent=2))


def _as_json(checked: Checked) -> dict[str, Any]:
    return {
        "good": checked.is_good,
        "position": checked.proof.position + 1,
        "answers": {answer.code: answer.holds for answer in checked.answers},
        "line": checked.proof.line.as_json() if checked.proof.line else None,
    }


def _read(file: Path) -> Any:
    if file.stat().st_size > LARGEST_BYTES:
        raise BadInput("journal.file_size", "{file} 太大。", "{file} is too large.", file=file.name)
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadInput(
            "journal.file_json", "{file} 不是 JSON 文件。", "{file} is not a JSON file.", file=file.name
        ) from error
