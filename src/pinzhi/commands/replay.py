"""`pinzhi replay`: what a round would have come to under another edition of its rules; the record is not touched."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from pinzhi.commands.words import both
from pinzhi.records.assessment.queries.replay import changed_scheme, replay, replay_under
from pinzhi.records.assessment.queries.visible import round_by_key


@click.command(
    "replay",
    help=both(
        "按同一规则的另一版重算一轮评审，每份申报一行 JSON；不改任何记录。EDITION 是规则库里的版次，或改过的规则文件。",
        "Work a round out under another edition of its scheme, one line of JSON for each entry; nothing is changed."
        " EDITION is one of the rulebook's, or a changed file.",
    ),
)
@click.argument("round_key", metavar="ROUND")
@click.argument("edition", metavar="EDITION")
def command(round_key: str, edition: str) -> None:
    """Print every entry under both editions, in the order of the new ranking."""
    held, file = round_by_key(round_key), Path(edition)
    if file.suffix == ".toml" and file.is_file():
        found = replay_under(held, changed_scheme(held, file.name, file.read_bytes()))
    else:
        found = replay(held, edition)
    for one in found:
        click.echo(json.dumps(asdict(one), default=str, ensure_ascii=False))
