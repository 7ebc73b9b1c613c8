"""Words for the terminal: one language where something is said, both where help is read."""

import os
from collections.abc import Mapping

import click

from pinzhi.engine.texts import Language, Text


def language(environment: Mapping[str, str] = os.environ) -> Language:
    """Return the terminal's language: ``PINZHI_LANG`` first, then as POSIX orders the locale variables.

    Only a Chinese locale gives Chinese: where the locale is ``C``, nobody promised that Chinese can be shown.
    """
    for name in ("PINZHI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def said(text: Text) -> str:
    """Return the text in the terminal's language."""
    return text.in_language(language())


def say(text: Text) -> None:
    """Print the text in the terminal's language."""
    click.echo(said(text))


def warn(text: Text) -> None:
    """Print the text to standard error, where it is not taken for a result."""
    click.echo(said(text), err=True)


def both(zh: str, en: str) -> str:
    r"""Return help for click with a line in each language; ``\b`` keeps click from joining them."""
    return f"\b\n{zh}\n{en}"
