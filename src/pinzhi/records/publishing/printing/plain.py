"""A bulletin as plain text."""

from pinzhi.records.publishing.printing.paper import Leaf, Paper, Run


def as_text(paper: Paper) -> str:
    """Return a printed bulletin as text: codes stand behind numbers, pictures are tables, lines are not broken."""
    lines = [paper.banner + (f"　{paper.issue}" if paper.issue else ""), f"{paper.owner}　{paper.day}", ""]
    lines += [paper.title, *filter(None, [paper.subtitle]), ""]
    for note in paper.notes:
        lines += [f"* {note}", ""]
    for leaf in paper.leaves:
        lines += [*_leaf(leaf), ""]
    lines += [paper.as_of, "", paper.codes_title]
    lines += [f"[{one.code}]　{one.words}　{one.title}　{one.on}　{one.digest}" for one in paper.codes]
    lines += ["", paper.colophon, paper.printed, paper.address, paper.checks]
    return "\n".join(lines) + "\n"


def _leaf(leaf: Leaf) -> list[str]:
    if leaf.kind == "picture":
        return [leaf.caption, *(f"  {bar.name}　{bar.number}" for bar in leaf.bars)]
    words = "".join(map(_run, leaf.runs))
    return [f"## {words}" if leaf.kind == "heading" else words]


def _run(run: Run) -> str:
    new = f"（→ {run.new}）" if run.new else ""
    return f"{run.words}{new}{f'〔{run.code}〕' if run.code else ''}"
