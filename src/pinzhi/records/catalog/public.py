"""What is public of each kind, in a stable order: the rows of the API and of bulk export.

The columns bear the names of the import files, so that an export can be imported elsewhere. Persons are not a kind
here: who was honoured appears as announced, in ``honours``.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Model, Q, QuerySet

from pinzhi.engine.catalog.certificates import certificate_state
from pinzhi.engine.catalog.status import standard_status
from pinzhi.engine.errors import BadInput, NotFound
from pinzhi.records.catalog import models
from pinzhi.records.catalog.history import TWINS, facts, links_known
from pinzhi.records.catalog.search.identity import installation_identity

Row = dict[str, Any]
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class PublicKind:
    """One kind as the public sees it.

    ``plain`` maps column to field path; ``lists`` are columns kept joined by ``;``; ``dated`` maps a date column to its
    precision field; ``filters`` maps a query parameter to a field path; ``finish`` fills the worked-out columns.
    """

    model: type[Model]
    key: str
    columns: tuple[str, ...]
    paths: dict[str, str] = field(default_factory=dict)
    lists: frozenset[str] = frozenset()
    dated: dict[str, str] = field(default_factory=dict)
    filters: dict[str, str] = field(default_factory=dict)
    visible: Q = field(default_factory=Q)
    helpers: tuple[str, ...] = ()
    finish: Callable[[list[Row], date], None] | None = None

    def queryset(self) -> QuerySet[Any]:
        """Return the visible records by primary key."""
        return self.model._default_manager.filter(self.visible).order_by("pk")


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a kind; ``last_id`` is where the next page goes on, None at the end."""

    rows: tuple[Row, ...]
    last_id: int | None


def page(
    kind: str,
    *,
    on: date,
    after: int = 0,
    limit: int = 50,
    filters: dict[str, str] | None = None,
    recorded_since: datetime | None = None,
) -> Page:
    """Return up to ``limit`` rows after a primary key; statuses are those of the day ``on``."""
    public = KINDS[kind]
    records = public.queryset().filter(pk__gt=min(after, LARGEST_ID))
    for name, value in (filters or {}).items():
        records = records.filter(**{public.filters[name]: value})
    if recorded_since is not None:
        records = records.filter(recorded_at__gte=recorded_since)
    rows = _rows(public, records[: limit + 1], on)
    more = len(rows) > limit
    rows = rows[:limit]
    last_id = rows[-1]["_id"] if more else None
    return Page(tuple(_shown(public, row) for row in rows), last_id)


def one(kind: str, key: str, *, on: date) -> Row:
    """Return the row of one record by its key; NotFound when there is none that is public."""
    public = KINDS[kind]
    rows = _rows(public, public.queryset().filter(**{public.key: key})[:1], on)
    if not rows:
        raise NotFound(
            "catalog.not_found",
            "名录里没有“{key}”。请检查写法，或先查询。",
            "The catalogue has no “{key}”. Check the spelling, or search first.",
            key=key,
            kind=kind,
        )
    return _shown(public, rows[0])


def stream(kind: str, *, on: date, chunk: int = 2000) -> Iterator[list[Row]]:
    """Yield every public row of a kind in chunks; memory stays that of one chunk."""
    public = KINDS[kind]
    after = 0
    while rows := _rows(public, public.queryset().filter(pk__gt=after)[:chunk], on):
        after = rows[-1]["_id"]
        yield [_shown(public, row) for row in rows]


def data_version() -> str:
    """Return a word that differs with every announced change, and from database to database: for caches and ETags."""
    last = models.SearchChange.objects.aggregate(last=Max("id"))["last"] or 0
    return f"{installation_identity()[:8]}-{last}"


def kind_named(kind: str) -> PublicKind:
    """Return the description of a kind, or refuse naming those there are."""
    try:
        return KINDS[kind]
    except KeyError:
        raise BadInput(
            "catalog.kind",
            "没有“{kind}”这个类型。可用的是：{kinds}。",
            "There is no kind “{kind}”. There are: {kinds}.",
            kind=kind,
            kinds=", ".join(KINDS),
        ) from None


def _rows(public: PublicKind, records: QuerySet[Any], on: date) -> list[Row]:
    """Fetch and finish rows; ``_id`` is the primary key, further ``_`` keys are for working things out."""
    wanted = {name: public.paths.get(name, name) for name in public.columns if name not in WORKED_OUT}
    hidden = {f"_{path}": path for path in (*public.helpers, *public.dated.values())}
    paths = [*wanted.values(), *hidden.values()]
    rows = [dict(zip(("_id", *wanted, *hidden), values, strict=True)) for values in records.values_list("pk", *paths)]
    for row in rows:
        for name in public.lists:
            row[name] = [part for part in (row[name] or "").split(";") if part]
        for name, precision in public.dated.items():
            row[name] = as_known(row[name], row[f"_{precision}"])
    if public.finish is not None:
        public.finish(rows, on)
    return rows


def as_known(day: date | None, precision: str) -> str | None:
    """Return a date as precisely as it is known: 2015, 2015-06 or 2015-06-30."""
    if day is None:
        return None
    return {"y": f"{day:%Y}", "m": f"{day:%Y-%m}"}.get(precision, day.isoformat())


def _shown(public: PublicKind, row: Row) -> Row:
    return {name: row.get(name) for name in public.columns}


def _grouped(pairs: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    groups: dict[int, list[str]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups


def _finish_standards(rows: list[Row], on: date) -> None:
    ids = [row["_id"] for row in rows]
    edges = list(
        models.Replacement.objects.filter(new_id__in=ids, recorded_until=None)
        .order_by("old_number")
        .values_list("new_id", "old_number", "partial")
    )
    whole = _grouped((new, old) for new, old, partial in edges if not partial)
    partly = _grouped((new, old) for new, old, partial in edges if partial)
    drafters = _grouped(
        models.Drafting.objects.filter(standard_id__in=ids, recorded_until=None)
        .order_by("rank")
        .values_list("standard_id", "name")
    )
    for row in rows:
        row["replaces"] = whole.get(row["_id"], [])
        row["partly_replaces"] = partly.get(row["_id"], [])
        row["drafters"] = drafters.get(row["_id"], [])
        row["status"] = standard_status(
            on=on,
            published_on=row["_published_on"],
            effective_on=row["effective_on"],
            withdrawn_on=row["withdrawn_on"],
            superseded_on=row["_superseded_on"],
            stated=row["_stated"],
        )


def _finish_certificates(rows: list[Row], on: date) -> None:
    for row in rows:
        row["state"] = certificate_state(
            on=on,
            state=row["_state"],
            state_on=row["state_on"],
            issued_on=row["issued_on"],
            expires_on=row["expires_on"],
        )


WORKED_OUT = frozenset({"status", "replaces", "partly_replaces", "drafters"})
_ORIGIN = ("source", "synthetic")

# fmt: off
KINDS: dict[str, PublicKind] = {
    "standards": PublicKind(
        model=models.Standard,
        key="canonical",
        columns=(
            "number", "canonical", "family", "title_zh", "title_en", "title_local", "level", "nature",
            "status", "published_on", "effective_on", "withdrawn_on", "ics", "ccs", "authority",
            "committee", "drafters", "adopts", "adoption", "replaces", "partly_replaces", "url", *_ORIGIN,
        ),
        lists=frozenset({"ics", "ccs"}),
        dated={"published_on": "published_precision"},
        filters={"level": "level", "nature": "nature", "family": "family"},
        helpers=("published_on", "superseded_on", "stated"),
        finish=_finish_standards,
    ),
    "organisations": PublicKind(
        model=models.Organisation,
        key="code",
        columns=(
            "code", "name", "name_en", "former_names", "short_names", "kind", "state", "district", "zones",
            "industry", "size", "established_on", "dissolved_on", "address", "website", "phone", *_ORIGIN,
        ),
        lists=frozenset({"former_names", "short_names", "zones"}),
        dated={"established_on": "established_precision"},
        filters={"district": "district", "industry": "industry", "state": "state", "kind": "kind"},
    ),
    "institutions": PublicKind(
        model=models.Institution,
        key="organisation__code",
        columns=(
            "organisation", "name", "categories", "state", "services_zh", "services_en", "contact",
            "district", *_ORIGIN,
        ),
        paths={
            "organisation": "organisation__code",
            "name": "organisation__name",
            "district": "organisation__district",
        },
        lists=frozenset({"categories"}),
        filters={"district": "organisation__district"},
        visible=Q(state="listed"),
    ),
    "capabilities": PublicKind(
        model=models.Capability,
        key="pk",
        columns=(
            "organisation", "category", "scope_zh", "scope_en", "standard", "approval", "approval_number",
            "valid_from", "valid_to",
        ),
        paths={"organisation": "institution__organisation__code", "standard": "standard_number"},
        filters={
            "organisation": "institution__organisation__code",
            "standard": "standard_number",
            "category": "category",
        },
        visible=Q(institution__state="listed"),
    ),
    "certificates": PublicKind(
        model=models.Certificate,
        key="number",
        columns=(
            "number", "scheme", "holder", "holder_name", "product", "standard", "scope_zh", "scope_en",
            "issuer", "edition", "first_issued_on", "issued_on", "expires_on", "state", "state_on",
            "state_ground", "last_audit_on", *_ORIGIN,
        ),
        paths={
            "holder": "holder__code",
            "holder_name": "holder__name",
            "product": "product__name",
            "standard": "standard_number",
            "issuer": "issuer_name",
        },
        filters={
            "scheme": "scheme",
            "holder": "holder__code",
            "standard": "standard_number",
            "district": "holder__district",
        },
        helpers=("state",),
        finish=_finish_certificates,
    ),
    "products": PublicKind(
        model=models.Product,
        key="pk",
        columns=("organisation", "name", "name_en", "nature", "model", "voltage_kv", "brand", *_ORIGIN),
        paths={"organisation": "organisation__code", "brand": "brand__name"},
        filters={"organisation": "organisation__code"},
    ),
    "brands": PublicKind(
        model=models.Brand,
        key="pk",
        columns=("owner", "name", "name_en", "trademark_number", *_ORIGIN),
        paths={"owner": "owner__code"},
        filters={"owner": "owner__code"},
    ),
    "honours": PublicKind(
        model=models.Honour,
        key="code",
        columns=(
            "code", "scheme", "edition", "grade", "category", "title_zh", "title_en", "organisation", "team",
            "recipient", "issuer", "awarded_on", "state", "region", *_ORIGIN,
        ),
        paths={"organisation": "organisation__code"},
        dated={"awarded_on": "awarded_precision"},
        filters={"scheme": "scheme", "edition": "edition", "region": "region", "organisation": "organisation__code"},
    ),
    "places": PublicKind(
        model=models.Place,
        key="code",
        columns=(
            "code", "kind", "name_zh", "name_en", "district", "zone", "host_kind", "host_zh", "host_en",
            "address_zh", "address_en", "latitude", "longitude", "hours_zh", "hours_en", "services",
            "phone", "opened_on", "closed_on", *_ORIGIN,
        ),
        lists=frozenset({"services"}),
        filters={"kind": "kind", "district": "district"},
    ),
    "documents": PublicKind(
        model=models.Document,
        key="code",
        columns=(
            "code", "kind", "title_zh", "title_en", "issuer_zh", "issuer_en", "number", "issued_on",
            "closes_on", "summary_zh", "summary_en", "url", *_ORIGIN,
        ),
        dated={"issued_on": "issued_precision"},
        filters={"kind": "kind"},
    ),
}
# fmt: on


def count(kind: str, *, as_of: date, known_at: datetime | None = None) -> int:
    """Return how many public records of a kind were true on a day, as known at a moment (None: as known now)."""
    public = KINDS[kind]
    if public.model in TWINS:
        return facts(public.model, as_of=as_of, known_at=known_at).count(public.visible)
    return (
        public.model._default_manager.filter(links_known(known_at), public.visible)
        .filter(Q(valid_from=None) | Q(valid_from__lte=as_of), Q(valid_to=None) | Q(valid_to__gt=as_of))
        .count()
    )
