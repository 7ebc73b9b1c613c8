"""Bulletins as readers see them: frozen text and values, corrections, what records give today, uses of figures."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from pinzhi.engine.errors import NotFound
from pinzhi.engine.publishing.checking import Standing, printed
from pinzhi.engine.publishing.frozen import (
    FrozenBulletin,
    FrozenErratum,
    FrozenFigure,
    FrozenTable,
    read_bulletin,
    read_erratum,
)
from pinzhi.engine.publishing.headlines import parse_headline
from pinzhi.engine.publishing.texts import Block, Piece, Reference, references
from pinzhi.engine.texts import Language, Text
from pinzhi.records.publishing.live import Figures
from pinzhi.records.publishing.models import Bulletin, Erratum, Publication, PublishedFigure
from pinzhi.records.publishing.queries.visible import PUBLIC, public_bulletin
from pinzhi.records.publishing.sealing import faults_of, faults_of_erratum

PAGE = 20


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction as readers see it."""

    frozen: FrozenErratum
    faults: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A published figure beside what records give today for the same day: the same, another value, or none."""

    figure: FrozenFigure
    number: str  # what stands today: corrected where it was corrected
    today: Standing
    is_same: bool
    correction: FrozenErratum | None

    @property
    def definition(self) -> Text | None:
        """Return how the definition of today is another than that of the value that stands; None where it is not."""
        was = self.correction.definition_digest if self.correction else self.figure.definition_digest
        if self.today.definition in ("", was):
            return None
        before, now = self.figure.edition, self.today.edition
        if before == now:
            return Text(
                f"定义的文件在发布后被改过，版次没有变（第 {now} 版）。",
                f"The file of its definition was edited after publication, without a new edition ({now}).",
            )
        return Text(
            f"定义变了：发布时按第 {before} 版，这一天现在按第 {now} 版。",
            f"Its definition changed: edition {before} when it was published, edition {now} for that day now.",
        )


@dataclass(frozen=True, slots=True)
class Published:
    """A published bulletin: what was frozen, what was corrected since, and whether all of it is as it was signed."""

    bulletin: Bulletin
    publication: Publication
    frozen: FrozenBulletin
    corrections: tuple[Correction, ...]
    faults: tuple[Text, ...]

    @property
    def is_withdrawn(self) -> bool:
        return self.bulletin.state == "withdrawn"

    def correction_of(self, figure: FrozenFigure) -> FrozenErratum | None:
        """Return the newest correction of a figure."""
        found = [one.frozen for one in self.corrections if (one.frozen.figure, one.frozen.on) == (figure.id, figure.on)]
        return found[-1] if found else None


@dataclass(frozen=True, slots=True)
class ListRow:
    """A bulletin in the public list."""

    slug: str
    title: Text
    subtitle: Text
    owner: Text
    published_on: date
    figures: int
    is_brief: bool
    issue: int
    is_withdrawn: bool
    corrected_on: date | None
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Use:
    """Where a figure was published: in which bulletin, in which words, and whether it was corrected.

    ``records`` is the digest of the records behind it then, ``is_sealed`` whether document and signature still fit.
    """

    slug: str
    title: Text
    published_on: date
    on: date
    words: Text
    corrected: Text | None
    is_withdrawn: bool
    records: str
    is_sealed: bool


def published(slug: str) -> Published:
    """Return a published bulletin by its address; NotFound for drafts as for none."""
    bulletin = public_bulletin(slug)
    publication = Publication.objects.prefetch_related("figures", "errata").get(bulletin=bulletin)
    corrections = tuple(
        Correction(read_erratum(one.document), faults_of_erratum(one))
        for one in publication.errata.order_by("number").select_related("publication")
    )
    return Published(bulletin, publication, read_bulletin(publication.document), corrections, faults_of(publication))


def newest(limit: int) -> tuple[Published, ...]:
    """Return what was published last, the newest first, with what was withdrawn."""
    slugs = Bulletin.objects.filter(state__in=PUBLIC).order_by("-published_on", "-id").values_list("slug", flat=True)
    return tuple(published(slug) for slug in slugs[:limit])


def figure_in(page: Published, figure_id: str, on: date | None) -> FrozenFigure:
    """Return a figure of a bulletin; NotFound where it does not stand in it."""
    figure = page.frozen.figure(figure_id, on)
    if figure is None:
        raise NotFound(
            "publishing.no_such_figure",
            "这篇简报里没有 {figure} 这个数字。",
            "The figure {figure} does not stand in this bulletin.",
            figure=figure_id[:40],
        )
    return figure


def comparisons(page: Published, figures: Figures) -> tuple[Comparison, ...]:
    """Return every figure of a bulletin beside what records give today, in the order of the text."""
    wanted = [(one.id, one.on) for one in page.frozen.figures]
    today = figures.standings(wanted, None)
    return tuple(_compared(page, one, today[one.id, one.on]) for one in page.frozen.figures)


def _compared(page: Published, figure: FrozenFigure, today: Standing) -> Comparison:
    correction = page.correction_of(figure)
    number = correction.new_number if correction else figure.number
    is_same = today.number is not None and today.problem is None and printed(today.number) == number
    return Comparison(figure, number, today, is_same, correction)


def bulletins(page: int, *, brief: str = "") -> tuple[tuple[ListRow, ...], int]:
    """Return a page of what was published, newest first, and how many pages there are."""
    rows = Bulletin.objects.filter(state__in=PUBLIC).order_by("-published_on", "-id")
    if brief:
        rows = rows.filter(brief=brief)
    pages = max(1, -(-rows.count() // PAGE))
    if not 1 <= page <= pages:
        raise NotFound(
            "publishing.page",
            "只有 {pages} 页，没有第 {page} 页。",
            "There are {pages} pages; there is no page {page}.",
            pages=pages,
            page=page,
        )
    return _rows(rows[(page - 1) * PAGE : page * PAGE]), pages


def standing(limit: int) -> tuple[ListRow, ...]:
    """Return the newest bulletins that were not withdrawn."""
    return _rows(Bulletin.objects.filter(state="published").order_by("-published_on", "-id")[:limit])


def _rows(rows: QuerySet[Bulletin]) -> tuple[ListRow, ...]:
    shown = rows.select_related("publication__text").prefetch_related("publication__figures", "publication__errata")
    return tuple(map(_row, shown))


def _row(bulletin: Bulletin) -> ListRow:
    text = bulletin.publication.text
    corrected = [one.decided_on for one in bulletin.publication.errata.all()]
    return ListRow(
        slug=bulletin.slug,
        title=text.headline,
        subtitle=text.lead,
        owner=Text(bulletin.owner_zh, bulletin.owner_en),
        published_on=bulletin.publication.published_on,
        figures=len(bulletin.publication.figures.all()),
        is_brief=bool(bulletin.brief),
        issue=bulletin.issue,
        is_withdrawn=bulletin.state == "withdrawn",
        corrected_on=max(corrected, default=None),
        synthetic=bulletin.synthetic,
    )


def corrections(limit: int = 100) -> tuple[tuple[Text, FrozenErratum], ...]:
    """Return the newest corrections of all bulletins with the titles they belong to."""
    rows = Erratum.objects.select_related("publication__text").order_by("-decided_on", "-id")[:limit]
    return tuple((row.publication.text.headline, read_erratum(row.document)) for row in rows)


def uses(figure_id: str) -> tuple[Use, ...]:
    """Return where a figure was published, newest first."""
    rows = (
        PublishedFigure.objects.filter(figure=figure_id)
        .select_related("publication__text", "publication__bulletin")
        .prefetch_related("publication__figures")
        .order_by("-publication__published_on", "-id")
    )
    errata = {
        (one.publication_id, one.on): read_erratum(one.document).new
        for one in Erratum.objects.filter(figure=figure_id).order_by("number")
    }
    return tuple(
        Use(
            slug=row.publication.bulletin.slug,
            title=row.publication.text.headline,
            published_on=row.publication.published_on,
            on=row.on,
            words=Text(row.words_zh, row.words_en),
            corrected=errata.get((row.publication_id, row.on)),
            is_withdrawn=row.publication.bulletin.state == "withdrawn",
            records=row.records_digest,
            is_sealed=not faults_of(row.publication),
        )
        for row in rows
    )


# ---- the text in pieces, for page, PDF, DOCX and plain text ----------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Span:
    """A run of a text: plain words, a figure's words, or words that were corrected; ``new`` is what is right."""

    words: str
    figure: FrozenFigure | None = None
    new: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph or heading as spans, or the picture of a figure by one of its tables."""

    kind: str
    spans: tuple[Span, ...]
    figure: FrozenFigure | None = None
    table: FrozenTable | None = None


def parts(page: Published, language: Language) -> tuple[Part, ...]:
    """Return the frozen text with the corrections in their places."""
    fixes = [one.frozen for one in page.corrections if not one.frozen.figure]
    return tuple(_part(page, block, language, fixes) for block in page.frozen.blocks(language))


def headline(page: Published, language: Language) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Return title and subtitle, with the corrections of their figures in place."""
    frozen = page.frozen
    lines = (parse_headline(one.in_language(language) or one.zh) for one in (frozen.title, frozen.subtitle))
    title, lead = (tuple(_spans(page, pieces, language, [])) for pieces in lines)
    return title, lead


def opening(page: Published, language: Language) -> tuple[Span, ...]:
    """Return the first paragraph; nothing where there is none."""
    return next((part.spans for part in parts(page, language) if part.kind == "paragraph"), ())


def _part(page: Published, block: Block, language: Language, fixes: list[FrozenErratum]) -> Part:
    if block.kind == "picture":
        (reference,) = references([block])
        figure = page.frozen.figure(reference.figure)
        return Part("picture", (), figure, table_of(figure, block.dimension) if figure else None)
    return Part(block.kind, tuple(_spans(page, block.pieces, language, fixes)))


def _spans(page: Published, pieces: Iterable[Piece], language: Language, fixes: list[FrozenErratum]) -> Iterable[Span]:
    for piece in pieces:
        if isinstance(piece, Reference):
            figure = page.frozen.figure(piece.figure, piece.on)
            correction = page.correction_of(figure) if figure else None
            words = page.frozen.words(piece, language)
            yield Span(words, figure, correction.new.in_language(language) if correction else "")
        else:
            yield from _corrected(piece, language, fixes)


def _corrected(piece: str, language: Language, fixes: list[FrozenErratum]) -> Iterable[Span]:
    for fix in fixes:
        old = fix.old.in_language(language)
        if old and old in piece:
            before, _, after = piece.partition(old)
            yield from _corrected(before, language, fixes)
            yield Span(old, new=fix.new.in_language(language))
            yield from _corrected(after, language, fixes)
            return
    if piece:
        yield Span(piece)


def table_of(figure: FrozenFigure, dimension: str = "") -> FrozenTable | None:
    """Return the table a picture is drawn from: the one by a dimension, else the peers, else the first."""
    if dimension:
        return next((one for one in figure.tables if one.dimension == dimension), None)
    return next((one for one in figure.tables if one.kind == "peers"), figure.tables[0] if figure.tables else None)
