"""Work out again what was published: as known then it is the same, as known now every difference has its records."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from django.core.cache import cache

from pinzhi.engine.errors import PinzhiError
from pinzhi.engine.publishing.checking import printed
from pinzhi.engine.publishing.frozen import read_erratum
from pinzhi.engine.rulebook.figures import Figure
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.publishing.definitions import digest_of, figures
from pinzhi.records.publishing.differences import Difference, differences
from pinzhi.records.publishing.models import Publication, PublishedFigure
from pinzhi.records.publishing.queries.protected import shown_release
from pinzhi.records.publishing.queries.published import Comparison, Published
from pinzhi.records.publishing.queries.snapshots import Snapshot, record_keys, snapshot
from pinzhi.records.publishing.queries.values import KEPT_S, data_version, kept_name
from pinzhi.records.publishing.sealing import faults_of
from pinzhi.records.publishing.sources.names import SOURCES
from pinzhi.records.publishing.sources.shapes import Source
from pinzhi.records.publishing.times import AsOf

MOST_DIFFERENCES = 200
MOST_CAUSES = 5  # of a number, on a page
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Checked:
    """A published number worked out again.

    ``published`` is what stands there, ``corrected`` what a correction put in its place (empty: none). ``then`` is the
    value as known when it was published, ``now`` as known now, both for its own day, as texts; None where it has none.
    ``faults`` are what must not be: another definition, another value from what was known then. ``differences`` are
    honest changes since, by record; ``more`` how many of them are left out.
    """

    slug: str
    figure: str
    on: date
    known: datetime
    published: str
    corrected: str
    then: str | None
    now: str | None
    faults: tuple[Text, ...]
    differences: tuple[Difference, ...]
    more: int = 0

    @property
    def has_changed(self) -> bool:
        """Whether the records of today give another value than the one that stands, corrected where it was."""
        return self.now != (self.corrected or self.published)


@dataclass(frozen=True, slots=True)
class Report:
    """All published numbers, and what is wrong with the documents they stand in, by bulletin."""

    checked: tuple[Checked, ...]
    documents: tuple[tuple[str, Text], ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing was tampered with; changes since are no fault."""
        return not self.documents and not any(one.faults for one in self.checked)


def verify(slugs: Iterable[str] = (), *, progress: Tell = lambda done, total: None) -> Report:
    """Verify some bulletins, or all that were published: the signed documents, then each number."""
    publications = Publication.objects.select_related("bulletin").prefetch_related("figures").order_by("pk")
    if wanted := tuple(slugs):
        publications = publications.filter(bulletin__slug__in=wanted)
    held = list(publications)
    documents = tuple((one.bulletin.slug, fault) for one in held for fault in faults_of(one))
    rows = [(one, row) for one in held for row in one.figures.all()]
    checked = []
    for done, (publication, row) in enumerate(rows):
        progress(done, len(rows))
        checked.append(explain(row, publication))
    return Report(tuple(checked), documents)


def explain(row: PublishedFigure, publication: Publication | None = None) -> Checked:
    """Work a published number out again, and say which records differ and since when."""
    held = publication or row.publication
    known = held.known_at
    figure, faults = _definition(row)
    before = _taken(row, known) if figure else None
    after = _taken(row, None) if figure else None
    if before is not None and not faults:
        faults = _history_faults(row, before)
    found: Iterator[Difference] = iter(())
    if figure is not None and (before is None or after is None or before.records != after.records):
        found = _differing(figure, row, known)
    shown = tuple(islice(found, MOST_DIFFERENCES))
    return Checked(
        slug=held.bulletin.slug,
        figure=row.figure,
        on=row.on,
        known=known,
        published=row.number,
        corrected=_corrected(row, held),
        then=_printed(before),
        now=_printed(after),
        faults=tuple(faults),
        differences=shown,
        more=sum(1 for _ in found),
    )


def causes_of(page: Published, compared: Comparison) -> tuple[Text, ...]:
    """Return why a published number comes out otherwise today: a new definition, the records with their dates.

    The first few, in the words of a page; nothing where it still stands or has no value, and no records of people.
    """
    figure = compared.figure
    told = (compared.definition,) if compared.definition else ()
    if compared.is_same or compared.today.problem:
        return told
    row = next((one for one in page.publication.figures.all() if (one.figure, one.on) == (figure.id, figure.on)), None)
    return told + (_record_causes(row, page.publication) if row else ())


def _record_causes(row: PublishedFigure, publication: Publication) -> tuple[Text, ...]:
    """Return the records by which a number differs, from what is kept while neither they nor the definition change."""
    figure = figures(row.on).get(row.figure)
    if figure is None:
        return ()
    parts = list(_standing_on_records(figure, row.on))
    versions = "-".join(data_version(part.records.source) for part in parts if part.records)
    name = kept_name("causes", figure, AsOf(row.on, publication.known_at), versions)
    told: tuple[Text, ...] | None = cache.get(name)
    if told is None:
        found = islice(_differing(figure, row, publication.known_at), MOST_CAUSES)
        told = tuple(one.text for one in found)
        cache.set(name, told, KEPT_S)
    return told


def _corrected(row: PublishedFigure, publication: Publication) -> str:
    """Return the number that the newest correction put in its place; empty for none."""
    found = publication.errata.filter(figure=row.figure, on=row.on).order_by("-number").first()
    return read_erratum(found.document).new_number if found else ""


def _definition(row: PublishedFigure) -> tuple[Figure | None, list[Text]]:
    """Return the figure in force on its day, and what is wrong with its definition."""
    figure = figures(row.on).get(row.figure)
    if figure is None:
        return None, [
            Text(
                f"规则库里不再有 {row.figure} 在 {row.on} 的定义，不能复算。",
                f"The rulebook has no definition of {row.figure} for {row.on} any more; it cannot be worked out again.",
            )
        ]
    if digest_of(figure) == row.definition_digest:
        return figure, []
    known = {rulebook().digest(one): one.edition for one in rulebook().all_of(Figure) if one.id == row.figure}
    if row.definition_digest in known:
        older = known[row.definition_digest]
        return figure, [
            Text(
                f"发表时按第 {older} 版定义，现在同一天按第 {figure.edition} 版。",
                f"Published under edition {older} of the definition; edition {figure.edition} holds for that day now.",
            )
        ]
    return figure, [
        Text(
            f"{row.figure} 的定义在发表后被改过（摘要不同）：定义应出新版，不应改旧版。",
            f"The definition of {row.figure} was changed after it was published (another digest): definitions get new"
            " editions and are never edited.",
        )
    ]


def _history_faults(row: PublishedFigure, before: Snapshot) -> list[Text]:
    """Return what must not be: from what was known then, another value or other records come out."""
    printed_then = _printed(before)
    if printed_then != row.number:
        return [
            Text(
                f"按当时已知的记录算出 {printed_then}，发表的是 {row.number}：发表的值或当时的记录被改过。",
                f"What was known then gives {printed_then}, but {row.number} was published: the value or the records of"
                " that time were changed.",
            )
        ]
    if before.records != row.records_digest or before.count != row.count:
        return [
            Text(
                f"值相同，但当时的记录不同了（{row.count} 条，现在是 {before.count} 条）：有人改过历史记录。",
                f"The value is the same, but the records of that time are others now ({row.count}, now {before.count}):"
                " somebody changed history.",
            )
        ]
    return []


def _taken(row: PublishedFigure, known: datetime | None) -> Snapshot | None:
    try:
        return snapshot(row.figure, AsOf(row.on, known))
    except PinzhiError:
        return None


def _printed(one: Snapshot | None) -> str | None:
    return None if one is None or one.number is None else printed(one.number)


def _differing(figure: Figure, row: PublishedFigure, known: datetime) -> Iterator[Difference]:
    """Yield the records by which the figure differs; of figures made of others, those of each of them."""
    for part in _standing_on_records(figure, row.on):
        records = part.records
        source = SOURCES[records.source] if records else None
        if not isinstance(source, Source):
            continue
        then, now = AsOf(row.on, known), AsOf(row.on)
        if part.privacy == "group":
            yield from _released_since(part, then, now)
            continue
        before, after = dict(record_keys(part.id, then)), dict(record_keys(part.id, now))
        yield from differences(source, before, after, on=row.on, known=known)


def _released_since(figure: Figure, then: AsOf, now: AsOf) -> Iterator[Difference]:
    """Yield the release that came since; of people no record is named."""
    before, after = shown_release(figure, then), shown_release(figure, now)
    if after is not None and after != before:
        yield Difference("added", str(after), "", since=after.on, learned=after.made_at)


def _standing_on_records(figure: Figure, on: date) -> Iterator[Figure]:
    if figure.records is not None:
        yield figure
        return
    known = figures(on)
    for _, name in figure.made_of:
        if name in known:
            yield from _standing_on_records(known[name], on)
