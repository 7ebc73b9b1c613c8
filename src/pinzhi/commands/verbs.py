"""Verbs of the terminal, each loaded only when it is asked for, and a group of them."""

import importlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

import click

from pinzhi.engine.texts import Text
from pinzhi.records.journal import origin

with_help = click.help_option("-h", "--help", help="显示帮助 · show this help")


@dataclass(frozen=True)
class Verb:
    """A verb: the module whose ``command`` is run, and what must stand in the environment before settings load.

    A verb that ``works_alone`` needs neither settings nor database, and none are loaded.
    """

    module: str
    text: Text
    environment: Mapping[str, str] = field(default_factory=dict)
    works_alone: bool = False


class Verbs(click.Group):
    """Verbs loaded by name, so that help is quick and a verb can set its environment before settings load."""

    verbs: Mapping[str, Verb] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs in the order in which a newcomer needs them."""
        return list(self.verbs)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Prepare what the verb needs and load it."""
        verb = self.verbs.get(cmd_name)
        return _load(verb) if verb else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs in both languages without loading any of them."""
        with formatter.section("命令 Commands"):
            formatter.write_dl([(name, f"{verb.text.zh} · {verb.text.en}") for name, verb in self.verbs.items()])


def _load(verb: Verb) -> click.Command:
    for name, value in verb.environment.items():
        os.environ.setdefault(name, value)
    if not verb.works_alone:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pinzhi.config.settings")
        importlib.import_module("django").setup()
        origin.begin("command")
    command = importlib.import_module(verb.module).command
    if not isinstance(command, click.Command):
        raise TypeError(f"{verb.module}.command is not a command")
    return with_help(command)
