"""`pinzhi doctor`: what is wrong, in plain words, and how to mend it; `--fix` does what is safe."""

import click

from pinzhi.commands.check import EXIT_BAD, tell
from pinzhi.commands.findings import Finding, findings
from pinzhi.commands.words import both, said, say
from pinzhi.engine.texts import Text


@click.command(
    "doctor",
    help=both(
        "说明哪里有问题、怎样修复；还有未修复的错误时退出码为 1。",
        "Say what is wrong and how to mend it; exit code 1 while something bad is left.",
    ),
)
@click.option("--fix", is_flag=True, help=both("修复可以安全修复的问题", "mend what can be mended safely"))
def command(fix: bool) -> None:
    """Tell the findings that need something, mend them when asked."""
    left = [finding for finding in _examined(fix) if finding.grade != "good"]
    if not left:
        say(Text("一切正常。", "All is well."))
    for finding in left:
        tell(finding)
        if finding.remedy:
            click.echo(f"  → {said(finding.remedy)}")
    if any(finding.grade == "bad" for finding in left):
        raise click.exceptions.Exit(EXIT_BAD)


def _examined(fix: bool) -> list[Finding]:
    """Examine; where something was mended, examine again, since more can be seen then (tables before the index)."""
    found = list(findings())
    mended: set[Text] = set()
    while fix and (open_ones := [f for f in found if f.mend and f.text not in mended]):
        for finding in open_ones:
            say(Text(f"正在修复：{finding.text.zh}", f"Mending: {finding.text.en}"))
            finding.mend()  # type: ignore[misc]  # chosen by its being there
            mended.add(finding.text)
        found = list(findings())
    return found
