"""What a publication freezes of a figure: its value, and digests of its definition and of every record behind it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from pinzhi.engine.rulebook.figures import Figure
from pinzhi.engine.signatures import canonical, sha256
from pinzhi.engine.texts import Text
from pinzhi.records.publishing.compile import Number
from pinzhi.records.publishing.definitions import figure_named
from pinzhi.records.publishing.queries.listing import all_rows
from pinzhi.records.publishing.queries.protected import release_digest, shown_release
from pinzhi.records.publishing.queries.values import Value, figure_value
from pinzhi.records.publishing.sources.names import SOURCES
from pinzhi.records.publishing.times import AsOf

EMPTY = hashlib.sha256().hexdigest()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A figure as it is frozen; ``records`` is the SHA-256 over all record keys and digests, ``count`` how many.

    Of figures over people they are those of the release, which no later record changes.
    """

    value: Value
    definition: str
    records: str
    count: int

    @property
    def words(self) -> Text:
        return self.value.words

    @property
    def number(self) -> Number | None:
        return self.value.number


def snapshot(figure_id: str, at: AsOf) -> Snapshot:
    """Return what a publication freezes of a figure."""
    value = figure_value(figure_id, at)
    if value.figure.privacy == "group":
        release = shown_release(value.figure, at)
        return Snapshot(value, value.digest, release_digest(release) if release else EMPTY, value.records or 0)
    digest, count = hashlib.sha256(), 0
    for key, content in record_keys(figure_id, at):
        digest.update(f"{key}\t{content}\n".encode())
        count += 1
    return Snapshot(value, value.digest, digest.hexdigest(), count)


def record_keys(figure_id: str, at: AsOf) -> Iterator[tuple[str, str]]:
    """Yield the key of every record behind a figure with a digest of what the figure looks at, in a stable order.

    A figure made of other figures yields theirs, each key with the figure's id before it. A record whose address
    changed is the same to a figure that does not look at addresses. Of figures over people no record is told.
    """
    yield from _keys(figure_named(figure_id, at.on), at)


def _keys(figure: Figure, at: AsOf) -> Iterator[tuple[str, str]]:
    if figure.privacy == "group":
        return
    if figure.records is None:
        for _, other in figure.made_of:
            yield from ((f"{other}:{key}", content) for key, content in record_keys(other, at))
        return
    fields = looked_at(figure)
    records, ask = all_rows(figure, at)
    for row in records.keys(ask, fields):
        content = {name: _plain(row.values[name]) for name in fields}
        yield row.key, sha256(canonical(content)).hex()[:32]


def looked_at(figure: Figure) -> tuple[str, ...]:
    """Return the fields whose values a figure depends on, flags apart: they follow from others and the day."""
    records = figure.records
    if records is None:
        return ()
    named = {where.field for _, where in figure.conditions()}
    named |= {records.period.field} if records.period else set()
    named |= {name for key in ("of", "by", "along", "show") if (name := getattr(records, key, ""))}
    named |= set(figure.dimensions.by)
    fields = SOURCES[records.source or ""].fields
    return tuple(sorted(name for name in named if fields[name].flag is None))


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, str | bool) else str(value)
