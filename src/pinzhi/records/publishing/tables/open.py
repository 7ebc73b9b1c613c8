"""The records of a source by its name, as of a day."""

from pinzhi.records.publishing.sources.names import SOURCES
from pinzhi.records.publishing.sources.shapes import Listing
from pinzhi.records.publishing.tables.asks import Table
from pinzhi.records.publishing.tables.database import DatabaseTable
from pinzhi.records.publishing.tables.memory import MemoryTable
from pinzhi.records.publishing.times import AsOf


def table(source: str, at: AsOf) -> Table:
    """Return the records of a source as of a day, as known at a moment."""
    found = SOURCES[source]
    return MemoryTable(found, at) if isinstance(found, Listing) else DatabaseTable(found, at)
