"""`pinzhi draws verify`: make a published draw again from its file: no platform, no network."""

import json
from pathlib import Path

import click

from pinzhi.commands.trusted import FILE
from pinzhi.commands.verbs import with_help
from pinzhi.commands.words import both, say
from pinzhi.engine.casework.published_draws import check
from pinzhi.engine.errors import BadInput
from pinzhi.engine.texts import Text

EXIT_NOT_TRUE = 1  # read and made again, and it is not what was published; 2 is for what cannot be read
_MOST_BYTES = 64 << 20
_MARKS = {True: "✓", False: "✗", None: "…"}


@click.group("draws", help=both("随机抽取：重新抽一次，看结果是否相同。", "Random draws: made again and compared."))
def command() -> None:
    """Group what can be done with a draw."""


@command.command(
    "verify",
    help=both(
        "查验从抽取页下载的 JSON：名单、种子和结果。有一项不符时退出码为 1。",
        "Check the JSON of a draw's page: lists, seed, outcome. Exit code 1 when one of them does not hold.",
    ),
)
@click.argument("file", type=FILE)
@with_help
def verify(file: Path) -> None:
    """Check the file and say what came of it."""
    found = check(_read(file))
    for one in found:
        say(Text(f"{_MARKS[one.holds]} {one.text.zh}", f"{_MARKS[one.holds]} {one.text.en}"))
    if any(one.holds is False for one in found):
        raise click.exceptions.Exit(EXIT_NOT_TRUE)


def _read(file: Path) -> dict[str, object]:
    try:
        with file.open("rb") as stream:
            content = json.loads(stream.read(_MOST_BYTES))
    except (ValueError, RecursionError) as error:
        raise _no_draw(file) from error
    if not isinstance(content, dict):
        raise _no_draw(file)
    return content


def _no_draw(file: Path) -> BadInput:
    return BadInput(
        "casework.draw.json",
        "{file} 不是 JSON 文件，或没有下载完。",
        "{file} is no JSON file, or was not downloaded whole.",
        file=file.name,
    )
