"""The words that invented records are made of, read from ``rulebook/<city>/demo/vocabulary``."""

import csv
import gzip
import io
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Word:
    """A word in Chinese and, where there is one, in English."""

    zh: str
    en: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of standardisation: its classes, the industries that write for it, and what they write about."""

    code: str
    zh: str
    ics: str
    ccs: str
    sectors: tuple[str, ...]
    group: str
    objects: tuple[Word, ...]
    attributes: tuple[Word, ...]
    tails: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """A prefix of standard numbers, the range of numbers under it, and how often it is used."""

    level: str
    prefix: str
    lowest: int
    highest: int
    weight: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where an organisation is: ``scope`` is district, province or elsewhere; the code is GB/T 2260."""

    scope: str
    code: str
    name: Word
    weight: float


@dataclass(frozen=True, slots=True)
class Trade:
    """What an organisation does, with its class in GB/T 4754."""

    name: Word
    industry: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything the generator draws from."""

    fields: tuple[Field, ...]
    parts: tuple[Word, ...]
    substances: tuple[Word, ...]
    methods: tuple[Word, ...]
    bodies: tuple[Body, ...]
    places: tuple[Place, ...]
    trades: tuple[Trade, ...]
    forms: tuple[tuple[Word, float], ...]
    short_names: tuple[Word, ...]
    medical: tuple[str, ...]
    food: tuple[str, ...]


def read_rows(file: Path) -> list[dict[str, str]]:
    """Read a CSV file, gzip'd or not."""
    content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"))))


def load_vocabulary(folder: Path) -> Vocabulary:
    """Read the vocabulary of a city's demo."""

    def rows(name: str) -> list[dict[str, str]]:
        return read_rows(folder / name)

    def words(name: str) -> tuple[Word, ...]:
        return tuple(Word(row["zh"], row.get("en", "")) for row in rows(name))

    return Vocabulary(
        fields=_fields(rows("fields.csv"), rows("objects.csv"), rows("attributes.csv"), rows("tails.csv")),
        parts=words("parts.csv"),
        substances=words("substances.csv"),
        methods=words("methods.csv"),
        bodies=tuple(
            Body(row["level"], row["prefix"], int(row["lowest"]), int(row["highest"]), float(row["weight"]))
            for row in rows("bodies.csv")
        ),
        places=tuple(
            Place(row["scope"], row["code"], Word(row["zh"], row["en"]), float(row["weight"]))
            for row in rows("places.csv")
        ),
        trades=tuple(Trade(Word(row["zh"], row["en"]), row["industry"]) for row in rows("trades.csv")),
        forms=tuple((Word(row["zh"], row["en"]), float(row["weight"])) for row in rows("forms.csv")),
        short_names=tuple(Word(row["zh"], row["pinyin"]) for row in rows("short_names.csv.gz")),
        medical=tuple(
            row["zh"] for name in ("medical_products.csv.gz", "medical_segments.csv.gz") for row in rows(name)
        ),
        food=tuple(row["zh"] for row in rows("food_words.csv.gz")),
    )


def _fields(
    fields: list[dict[str, str]],
    objects: list[dict[str, str]],
    attributes: list[dict[str, str]],
    tails: list[dict[str, str]],
) -> tuple[Field, ...]:
    def chosen(rows: list[dict[str, str]], column: str, value: str) -> tuple[Word, ...]:
        return tuple(Word(row["zh"], row["en"]) for row in rows if row[column] == value)

    return tuple(
        Field(
            code=row["field"],
            zh=row["zh"],
            ics=row["ics"],
            ccs=row["ccs"],
            sectors=tuple(row["sectors"].split(";")),
            group=row["group"],
            objects=chosen(objects, "field", row["field"]),
            attributes=chosen(attributes, "group", row["group"]),
            tails=chosen(tails, "group", row["group"]),
        )
        for row in fields
    )
