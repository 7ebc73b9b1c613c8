"""`pinzhi figures`: show a figure, hold figures against a table, verify all that was published."""

import click

from pinzhi.commands.verbs import Verb, Verbs
from pinzhi.commands.words import both
from pinzhi.engine.texts import Text


class FigureVerbs(Verbs):
    """What can be done with figures at a terminal."""

    verbs = {
        "show": Verb("pinzhi.commands.figures_show", Text("一个数字及其由来", "a figure and how it comes about")),
        "rows": Verb("pinzhi.commands.figures_rows", Text("与一张表逐行对照", "hold figures against a table")),
        "verify": Verb("pinzhi.commands.figures_verify", Text("复算已发表的数字", "work out again what was published")),
    }


@click.group(
    "figures",
    cls=FigureVerbs,
    help=both("公布的数字：查看、对照、复算。", "Published figures: show, compare, verify."),
)
def command() -> None:
    """Group what can be done with figures."""
