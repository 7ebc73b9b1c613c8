"""What a column of an import file is: its headers in both languages, how its cells are read, what it fills."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pinzhi.engine.catalog.intake.cells import Read
from pinzhi.engine.texts import Text

_REQUIRED = re.compile(r"(必填|选填|required|optional)$")

# The code lists of the rulebook by name (districts, zones, industries, schemes …), each code with its words.
Lists = Mapping[str, Mapping[str, Text]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a file may have.

    ``fields`` are the fields of the record that it fills; several when a cell says several things (a date and how
    exact it is). ``empty`` are their values where the cell is empty. ``links`` columns fill no field of the record:
    their cells hold lists of other records. ``plain`` columns hold mostly different cells: nothing is remembered.
    """

    name: str
    zh: str
    en: str
    read: Callable[[Lists], Read]
    fields: tuple[str, ...]
    empty: tuple[Any, ...] = ("",)
    required: bool = False
    plain: bool = False
    also: tuple[str, ...] = ()

    @property
    def label(self) -> Text:
        return Text(self.zh, self.en)

    @property
    def headers(self) -> tuple[str, ...]:
        """Return the headers by which the column is known, the English one of the templates first."""
        return (self.name, self.zh, self.en, *self.also)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: what one row is, its columns, and the columns that must be there."""

    name: str
    label: Text
    columns: tuple[Column, ...]

    @property
    def required(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.required)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def squashed(header: str) -> str:
    """Return a header as it is compared: case, blanks, underscores, brackets and "required" apart."""
    return _REQUIRED.sub("", "".join(letter for letter in header.casefold() if letter.isalnum()))


def match_headers(kind: Kind, headers: list[str]) -> dict[str, int]:
    """Return the place of each known column among the headers of a file; the first of two equal ones counts."""
    places = {squashed(known): column.name for column in kind.columns for known in reversed(column.headers)}
    found: dict[str, int] = {}
    for place, header in enumerate(headers):
        name = places.get(squashed(header))
        if name is not None:
            found.setdefault(name, place)
    return found
