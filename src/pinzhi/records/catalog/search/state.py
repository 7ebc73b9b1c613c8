"""How the index of this node stands, for the health check and the operator."""

from pinzhi.records.catalog.models import SearchChange
from pinzhi.records.catalog.search import store
from pinzhi.records.catalog.search.fields import EDITION
from pinzhi.records.catalog.search.follow import is_stale
from pinzhi.records.catalog.search.reader import reader
from pinzhi.records.catalog.search.shapes import IndexState


def index_state() -> IndexState:
    """Look at the index without changing anything."""
    generation = store.current()
    if generation is None:
        return IndexState("absent")
    state = store.read_state(generation)
    if state is None or state.edition != EDITION:
        return IndexState("broken", generation=generation.name)
    reader().expire()
    snapshot = reader().snapshot()
    behind = SearchChange.objects.filter(id__gt=state.cursor).count()
    return IndexState(
        "broken" if snapshot is None else "stale" if is_stale(state) else "ready",
        records=snapshot.records if snapshot else 0,
        generation=generation.name,
        cursor=state.cursor,
        behind=behind,
        on=state.on,
        size_bytes=sum((state.sizes or {}).values()),
    )
