"""`pinzhi replay`: what a round would have come to under another edition of its rules; the record is not touched."""

import json
from dataclasses import asdict

import click

from pinzhi.commands.words import both
from pinzhi.records.assessment.queries.replay import replay
from pinzhi.records.assessment.queries.visible import round_by_key


@click.command(
    "replay",
    help=both(
        "按规则库里同一规则的另一版重算一轮评审，每份申报一行 JSON；不改任何记录。",
        "Work a round out under another edition of its scheme, one line of JSON for each entry; nothing is changed.",
    ),
)
@click.argument("round_key", metavar="ROUND")
@click.argument("edition", metavar="EDITION")
def command(round_key: str, edition: str) -> None:
    """Print every entry under both editions, in the order of the new ranking."""
    for one in replay(round_by_key(round_key), edition):
        click.echo(json.dumps(asdict(one), default=str, ensure_ascii=False))
