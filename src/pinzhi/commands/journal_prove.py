"""`pinzhi journal prove`: write the proof of one line to a file, with what the line says."""

import json
from pathlib import Path

import click

from pinzhi.commands.words import both, say
from pinzhi.engine.texts import Text
from pinzhi.records.journal.proving import proof_of_line


@click.command(
    "prove",
    help=both(
        "出具一行的证明（含内容），写进文件，可交给有权知道这一行的人。NUMBER 是审计记录页上的编号。",
        "Write the proof of a line, with what it says, for who may know it. NUMBER is that of the journal's page.",
    ),
)
@click.argument("number", type=click.IntRange(1))
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help=both("写到哪个文件", "file to write")
)
def command(number: int, out: Path) -> None:
    """Write the proof."""
    proof = proof_of_line(number)
    out.write_text(json.dumps(proof.as_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    say(
        Text(
            f"已写入 {out}：位置 {proof.position + 1:,}，签名头 {proof.head.number}。",
            f"{out} is written: position {proof.position + 1:,}, head {proof.head.number}.",
        )
    )
