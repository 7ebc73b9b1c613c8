"""Files given to a check without the platform: key documents, status lists, what is to be checked."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from pinzhi.commands.words import both, say
from pinzhi.engine.attestation.key_documents import known_issuer
from pinzhi.engine.attestation.means import Means
from pinzhi.engine.attestation.reports import Check
from pinzhi.engine.errors import BadInput
from pinzhi.engine.texts import Text

LARGEST_BYTES = 8 << 20
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
SIGNS = {"passed": "✓", "failed": "✗", "not_checked": "?"}

keys_option = click.option(
    "--keys",
    "keys",
    type=FILE,
    multiple=True,
    help=both(
        "签发方的密钥文件（网站的 /.well-known/did.json），可给几个",
        "the issuer's key document, /.well-known/did.json of its site; may be repeated",
    ),
)


def means_from(keys: tuple[Path, ...], lists: tuple[Path, ...] = (), on: date | None = None) -> Means:
    """Return what a check without the network has at hand; the day is this machine's unless one is given."""
    now = datetime.now().astimezone()
    read = [read_json(file) for file in lists]
    return Means(
        issuers=tuple(known_issuer(read_json(file)) for file in keys),
        at=now,
        on=on or now.date(),
        lists={str(one.get("id")): one for one in read if isinstance(one, dict)},
    )


def tell(checks: tuple[Check, ...]) -> None:
    """Print each check with its sign: passed, failed, or not checked."""
    for one in checks:
        sign = SIGNS[one.outcome]
        say(Text(f"{sign} {one.title.zh}：{one.reason.zh}", f"{sign} {one.title.en}: {one.reason.en}"))


def read_json(file: Path) -> Any:
    """Return the content of a JSON file; BadInput for one that is none, or too large."""
    if file.stat().st_size > LARGEST_BYTES:
        raise BadInput("attestation.file_size", "{file} 太大。", "{file} is too large.", file=file.name)
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadInput(
            "attestation.file_json", "{file} 不是 JSON 文件。", "{file} is not a JSON file.", file=file.name
        ) from error
