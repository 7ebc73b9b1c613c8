"""What a publication freezes, as one document that is signed: the words, the values, their definitions and digests."""

from datetime import date, datetime
from fractions import Fraction
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from pinzhi.engine.errors import BadInput
from pinzhi.engine.publishing.checking import printed
from pinzhi.engine.publishing.headlines import plain_headline
from pinzhi.engine.publishing.texts import Block, Reference, parse
from pinzhi.engine.publishing.wording import half_up
from pinzhi.engine.signatures import canonical, sha256
from pinzhi.engine.texts import Language, Text

NOTHING = Text("", "")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class FrozenRow(_Frozen):
    """A row of a table behind a figure; ``number`` None where it was withheld."""

    code: str
    name: Text
    number: str | None


class FrozenTable(_Frozen):
    """A figure broken down, or its peers: the rows as they were, and the code of the one that is meant."""

    kind: Literal["breakdown", "peers"]
    dimension: str
    title: Text
    rows: tuple[FrozenRow, ...]
    here: str = ""


class FrozenStep(_Frozen):
    """A condition by which records were narrowed, and how many were left."""

    text: Text
    count: int


class FrozenFigure(_Frozen):
    """A figure on a day, as it was published: ``number`` is the exact value as text (54, 1/3, 2024-01-01)."""

    id: str
    edition: str
    on: date
    title: Text
    unit: Text
    definition: Text
    excludes: Text
    number: str
    words: Text
    count: int
    definition_digest: str
    records_digest: str
    parts: tuple[int, int] | None = None
    steps: tuple[FrozenStep, ...] = ()
    tables: tuple[FrozenTable, ...] = ()

    def row_words(self, row: FrozenRow) -> str | None:
        """Return the number of a row as it is printed, a share as a percentage; None where it was withheld."""
        if row.number is None or (self.parts is None and "/" not in row.number):
            return row.number
        return f"{printed(half_up(Fraction(row.number) * 100, 1))}%"


class FrozenBulletin(_Frozen):
    """A bulletin as it was published; ``known_at`` is the moment up to which records counted.

    ``title``, ``subtitle`` and ``body`` are in the language of ``texts``; ``headline`` and ``lead`` are title and
    subtitle in plain words.
    """

    format: Literal["pinzhi-bulletin/1"] = "pinzhi-bulletin/1"
    slug: str
    brief: str
    issue: int
    issuer: Text
    owner: Text
    title: Text
    subtitle: Text
    body: Text
    as_of: date
    published_on: date
    known_at: datetime
    figures: tuple[FrozenFigure, ...]
    synthetic: bool

    @property
    def headline(self) -> Text:
        return plain_headline(self.title)

    @property
    def lead(self) -> Text:
        return plain_headline(self.subtitle)

    def figure(self, figure_id: str, on: date | None = None) -> FrozenFigure | None:
        """Return a figure on a day, by default the bulletin's; else the first day on which it was taken."""
        found = [one for one in self.figures if one.id == figure_id]
        meant = on or self.as_of
        return next((one for one in found if one.on == meant), found[0] if found and on is None else None)

    def blocks(self, language: Language) -> tuple[Block, ...]:
        """Return the text in a language, in Chinese where there is no English."""
        return parse((self.body.en if language == "en" else "") or self.body.zh)

    def words(self, reference: Reference, language: Language) -> str:
        """Return the words of a reference: the author's, else the figure's own."""
        if reference.words is not None:
            return reference.words
        figure = self.figure(reference.figure, reference.on)
        return figure.words.in_language(language) if figure else reference.figure


class FrozenErratum(_Frozen):
    """A correction: of a figure (``figure`` and ``on``), or of words of the text. Old and new stand side by side.

    ``publication`` is the digest of the document it corrects, so that it can correct no other.
    """

    format: Literal["pinzhi-erratum/1"] = "pinzhi-erratum/1"
    slug: str
    publication: str
    number: int
    figure: str
    on: date | None
    old: Text
    new: Text
    old_number: str
    new_number: str
    definition_digest: str
    records_digest: str
    known_at: datetime
    ground: Text
    decided_on: date


def document_of(frozen: FrozenBulletin | FrozenErratum) -> bytes:
    """Return the one form of bytes of a document: what is signed and kept."""
    return canonical(frozen.model_dump(mode="json"))


def digest_of(document: bytes) -> str:
    """Return the SHA-256 of a document in hexadecimal."""
    return sha256(document).hex()


def read_bulletin(document: str) -> FrozenBulletin:
    """Return a kept document; BadInput if it is none."""
    try:
        return FrozenBulletin.model_validate_json(document)
    except ValidationError as error:
        raise _broken() from error


def read_erratum(document: str) -> FrozenErratum:
    """Return a kept correction; BadInput if it is none."""
    try:
        return FrozenErratum.model_validate_json(document)
    except ValidationError as error:
        raise _broken() from error


def _broken() -> BadInput:
    return BadInput(
        "publishing.document",
        "保存的文件读不出来：它被改过，或已损坏。请从备份放回。",
        "The kept document cannot be read: it was changed, or is damaged. Put it back from the backup.",
    )
