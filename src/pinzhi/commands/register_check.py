"""`pinzhi register check`: check a dump of the register with the published keys alone."""

from hashlib import sha256
from pathlib import Path

import click

from pinzhi.commands.trusted import keys_option, means_from, read_json, tell
from pinzhi.commands.words import both
from pinzhi.engine.attestation.dumps import check_dump, files_of

EXIT_FALSE = 1
_BLOCK = 1 << 20


@click.command(
    "check",
    help=both(
        "检验下载的转储：清单的签名，每个文件的摘要。有一项不符时退出码为 1。",
        "Check a dump that was fetched: the list's signature, each file's digest. Exit code 1 when one does not fit.",
    ),
)
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@keys_option
def command(folder: Path, keys: tuple[Path, ...]) -> None:
    """Check the list and the files beside it."""
    listed = read_json(folder / "manifest.json")
    digests = {one.name: _digest(folder / one.name) for one in files_of(listed) if (folder / one.name).is_file()}
    checks = check_dump(listed, digests, means_from(keys))
    tell(checks)
    if any(one.outcome == "failed" for one in checks):
        raise click.exceptions.Exit(EXIT_FALSE)


def _digest(file: Path) -> str:
    digest = sha256()
    with file.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
