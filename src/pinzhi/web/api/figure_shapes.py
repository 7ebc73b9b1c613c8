"""What goes in and out of the API about figures."""

from datetime import date

from ninja import Field, Schema

from pinzhi.web.api.shapes import NO_NUL, Moment


class Both(Schema):
    """One meaning in Chinese and English."""

    zh: str
    en: str


class Times(Schema):
    """The two times of a figure."""

    on: date | None = Field(None, description="Day the figure is taken; today if left out.")
    known: Moment | None = Field(None, description="Moment at which it was known; now if left out.")


class FiguresQuery(Times):
    q: str = Field("", max_length=100, pattern=NO_NUL, description="A word of name or definition, or a number.")
    theme: str = Field("", max_length=40, pattern=NO_NUL)


class BreakdownQuery(Times):
    by: str = Field("", max_length=40, pattern=NO_NUL, description="One of `dimensions`; the first if left out.")


class TrendQuery(Times):
    months: int = Field(24, ge=1, le=120)


class RecordsQuery(Times):
    page: int = Field(1, ge=1, le=1_000_000)
    part: str = Field("", max_length=120, pattern=NO_NUL, description="A part only, such as `district=370212`.")


class FigureShape(Schema):
    """What a figure says, what it does not, and who answers for it. 数字."""

    id: str
    edition: str
    title: Both
    unit: Both
    definition: Both
    excludes: Both
    confused_with: list[str]
    theme: str
    owner: Both
    source: str
    checked_on: date | None
    privacy: str
    measure: str
    dimensions: list[str]


class FigureValue(Schema):
    """A figure on a day. Without a number, `problem` says why; a missing number is never zero."""

    id: str
    on: date
    known: Moment | None
    words: Both = Field(description="As it is published: 1200余, 93%, 第一.")
    number: float | None
    exact: str | None = Field(description="The number without loss, such as 1/3.")
    items: list[Both]
    parts: list[int] | None = Field(description="Part and whole of a share.")
    problem: Both | None
    definition_digest: str


class FigureAndValue(Schema):
    figure: FigureShape
    value: FigureValue


class FigureList(Schema):
    items: list[FigureAndValue]


class Part(Schema):
    code: str
    name: Both
    number: float | None = Field(description="Null where it is withheld.")


class BreakdownAnswer(Schema):
    """The parts of a figure. Where `overlaps` they may not be added up."""

    by: str
    overlaps: bool
    parts: list[Part]


class TrendPoint(Schema):
    on: date
    number: float | None


class TrendAnswer(Schema):
    points: list[TrendPoint]


class RecordLine(Schema):
    cells: list[Both]
    kind: str | None = Field(description="Kind of the record's own page; null where it has none.")
    key: str


class RecordsAnswer(Schema):
    """A page of the records a figure stands on."""

    columns: list[Both]
    items: list[RecordLine]
    total: int
    page: int
    pages: int
