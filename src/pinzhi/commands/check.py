"""`pinzhi check`: a line for each thing the platform needs; ends with 1 when one of them is bad."""

import click

from pinzhi.commands.findings import Finding, findings, rules
from pinzhi.commands.words import both, said

EXIT_BAD = 1
SIGNS = {"good": "✓", "doubtful": "!", "bad": "✗"}


@click.command(
    "check",
    help=both(
        "检查设置、规则库、数据库和检索索引；有错误时退出码为 1。",
        "Check settings, rulebook, database and search index; exit code 1 when something is bad.",
    ),
)
@click.option("--rulebook", "only_rulebook", is_flag=True, help=both("只检查规则库", "check the rulebook only"))
def command(only_rulebook: bool) -> None:
    """Check everything, or the rulebook only."""
    worst = [tell(finding) for finding in ([rules()] if only_rulebook else findings())]
    if "bad" in worst:
        raise click.exceptions.Exit(EXIT_BAD)


def tell(finding: Finding) -> str:
    """Print one finding and return its grade."""
    click.echo(f"{SIGNS[finding.grade]} {said(finding.text)}")
    return finding.grade
