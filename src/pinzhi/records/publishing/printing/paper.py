"""What a printed bulletin says, for every kind of file alike: head, text with codes, list of codes, colophon."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.conf import settings

from pinzhi.engine.publishing.frozen import FrozenErratum, FrozenFigure, FrozenRow, FrozenTable
from pinzhi.engine.texts import Language, Text
from pinzhi.records.publishing.queries.published import Part, Published, Span, headline, parts

SHORT = 8  # letters of a digest that are printed
BANNER = Text("质量简报", "Quality Bulletin")
DRAFT = Text("草稿，没有签发；数字是今天的。", "A draft, not signed; figures as of today.")
_HEADS: dict[Language, tuple[str, ...]] = {
    "zh": ("代号", "数值", "数字", "截至", "记录摘要"),
    "en": ("Code", "Value", "Figure", "As of", "Records"),
}
_WIDEST = 20  # rows of a picture that are printed; the page has them all


@dataclass(frozen=True, slots=True)
class Run:
    """Words; ``code`` of the figure that stands for them, ``new`` what was put in their place."""

    words: str
    code: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a picture: its name, its number as printed, its share of the longest, whether it is meant."""

    name: str
    number: str
    share: float
    here: bool


@dataclass(frozen=True, slots=True)
class Leaf:
    """A paragraph, a heading or a picture; ``number`` counts headings from 1."""

    kind: str
    runs: tuple[Run, ...] = ()
    caption: str = ""
    bars: tuple[Bar, ...] = ()
    number: int = 0


@dataclass(frozen=True, slots=True)
class Code:
    """A line of the list of codes."""

    code: str
    words: str
    title: str
    on: str
    digest: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A bulletin as it is printed, in one language."""

    language: Language
    banner: str
    issue: str
    owner: str
    day: str
    title: str
    subtitle: str
    notes: tuple[str, ...]  # above the text: withdrawn, corrected
    leaves: tuple[Leaf, ...]
    as_of: str
    codes_title: str
    codes_heads: tuple[str, ...]  # a word for each part of a code
    codes: tuple[Code, ...]
    address: str
    colophon: str
    printed: str
    checks: str


def paper(page: Published, language: Language) -> Paper:
    """Return what is printed of a bulletin."""
    frozen = page.frozen

    def said(text: Text) -> str:
        return text.in_language(language) or text.zh

    def sentence(zh: str, en: str) -> str:
        return en if language == "en" else zh

    title, lead = headline(page, language)
    day = long_day(frozen.published_on, language)
    demo = sentence("（演示）", " (demonstration)") if frozen.synthetic else ""
    return Paper(
        language=language,
        banner=said(BANNER),
        issue=sentence(f"第 {frozen.issue} 期", f"No. {frozen.issue}") if frozen.issue else "",
        owner=said(frozen.owner) + demo,
        day=day,
        title=line_of(title, language),
        subtitle=line_of(lead, language),
        notes=_notes(page, language),
        leaves=tuple(_leaves(parts(page, language), language)),
        as_of=sentence(
            f"数字截至 {long_day(frozen.as_of, language)}，另有写明的除外",
            f"Figures as of {long_day(frozen.as_of, language)} unless another day is given",
        ),
        codes_title=sentence("本篇数字", "Figures in this bulletin"),
        codes_heads=_HEADS[language],
        codes=tuple(_code(page, one, language) for one in frozen.figures),
        address=f"{settings.ADDRESS}/bulletins/{frozen.slug}",
        colophon=said(frozen.issuer),
        printed=sentence(f"{day}印发", f"Issued {day}"),
        checks=sentence(
            f"网页、来历和签名见上面的网址。文件摘要 {page.publication.digest}。",
            f"Page, sources and signature stand at this address. Digest of the document: {page.publication.digest}.",
        )
        if page.publication.digest
        else DRAFT.in_language(language),
    )


def long_day(day: date, language: Language) -> str:
    """Return a day as it is written on paper."""
    if language == "en":
        return f"{day.day} {day:%B %Y}"
    return f"{day.year}年{day.month}月{day.day}日"


def correction_line(erratum: FrozenErratum, language: Language) -> str:
    """Return a correction as one sentence with its day."""
    old, new = erratum.old.in_language(language), erratum.new.in_language(language)
    ground = erratum.ground.in_language(language) or erratum.ground.zh
    if not old or not new:
        old, new = erratum.old.zh, erratum.new.zh
    if language == "en":
        code = f" ({erratum.figure})" if erratum.figure else ""
        return f"Corrected on {long_day(erratum.decided_on, 'en')}: “{old}”{code} becomes “{new}”. {ground}"
    code = f"（{erratum.figure}）" if erratum.figure else ""
    return f"{long_day(erratum.decided_on, 'zh')}更正：“{old}”{code}改为“{new}”。{ground}"


def _notes(page: Published, language: Language) -> tuple[str, ...]:
    notes = []
    bulletin = page.bulletin
    if bulletin.withdrawn_on is not None:
        day = long_day(bulletin.withdrawn_on, language)
        ground = (bulletin.withdrawn_en if language == "en" else "") or bulletin.withdrawn_zh
        notes.append(f"Withdrawn on {day}. {ground}" if language == "en" else f"本篇已于{day}撤回。{ground}")
    if not page.publication.digest:
        notes.append(DRAFT.in_language(language))
    notes += [correction_line(one.frozen, language) for one in page.corrections]
    return tuple(notes)


def _leaves(found: tuple[Part, ...], language: Language) -> list[Leaf]:
    leaves, headings = [], 0
    for part in found:
        if part.kind == "picture":
            if part.figure is not None and part.table is not None:
                leaves.append(
                    Leaf(
                        "picture",
                        (),
                        _caption(part.figure, part.table, language),
                        _bars(part.figure, part.table, language),
                    )
                )
            continue
        headings += part.kind == "heading"
        leaves.append(Leaf(part.kind, tuple(map(_run, part.spans)), number=headings if part.kind == "heading" else 0))
    return leaves


def line_of(spans: tuple[Span, ...], language: Language) -> str:
    """Return a headline, or a sentence, as one line; what was corrected says so behind the words that stood there."""
    corrected = " (corrected: {})" if language == "en" else "（更正：{}）"
    return "".join(span.words + (corrected.format(span.new) if span.new else "") for span in spans)


def _run(span: Span) -> Run:
    return Run(span.words, span.figure.id if span.figure else "", span.new)


def _caption(figure: FrozenFigure, table: FrozenTable, language: Language) -> str:
    code = f" [{figure.id}]" if language == "en" else f"〔{figure.id}〕"
    return f"{figure.title.in_language(language)}{caption(figure, table, language)}{code}"


def caption(figure: FrozenFigure, table: FrozenTable, language: Language) -> str:
    """Return what stands under a picture behind its figure's title; peers are not counted in the unit of a place."""
    by, unit = (one.in_language(language) for one in (table.title, figure.unit))
    counted = unit if table.kind == "breakdown" else ""
    if language == "en":
        return f", {by[:1].lower()}{by[1:]}" + (f" ({counted})" if counted else "")
    return f"，{by}" + (f"（{counted}）" if counted else "")


def _bars(figure: FrozenFigure, table: FrozenTable, language: Language) -> tuple[Bar, ...]:
    numbers = [Fraction(row.number) if row.number else Fraction(0) for row in table.rows]
    top = max([*numbers, Fraction(1)])
    withheld = "withheld" if language == "en" else "不显示"
    return tuple(
        Bar(
            row_name(table, row, language),
            figure.row_words(row) or withheld,
            float(number / top),
            row.code == table.here,
        )
        for row, number in zip(table.rows[:_WIDEST], numbers, strict=False)
    )


def row_name(table: FrozenTable, row: FrozenRow, language: Language) -> str:
    """Return the name of a row; a bare number, such as an edition, says what it counts."""
    name = row.name.in_language(language) or row.name.zh
    return f"{table.title.in_language(language)} {name}" if name.isdecimal() else name


def _code(page: Published, figure: FrozenFigure, language: Language) -> Code:
    correction = page.correction_of(figure)
    words = figure.words.in_language(language)
    if correction is not None:
        words = f"{words} → {correction.new.in_language(language)}"
    return Code(
        figure.id,
        f"{words}{' ' if language == 'en' else ''}{figure.unit.in_language(language)}".strip(),
        figure.title.in_language(language),
        figure.on.isoformat(),
        figure.records_digest[:SHORT],
    )
