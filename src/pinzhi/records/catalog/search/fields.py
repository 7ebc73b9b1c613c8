"""The fields of the index, and how keys and orders are packed into numbers."""

import re
import zlib
from datetime import date
from functools import lru_cache

import tantivy

KIND_CODES = {
    "standard": 1,
    "organisation": 2,
    "institution": 3,
    "certificate": 4,
    "product": 5,
    "place": 6,
    "document": 7,
}
KIND_OF_CODE = {code: kind for kind, code in KIND_CODES.items()}
FACET_FIELDS = ("kind", "status", "level", "district", "industry", "service", "category", "scheme", "year")
# a folder made by another edition of this file is rebuilt; raise it with any change of fields or tokens
EDITION = 7

# letters up to which each beginning is a term of its own; longer ones are few enough to be told by other means
BEGIN_HAN, BEGIN_LATIN, BEGIN_PINYIN, BEGIN_INITIALS, BEGIN_NUMBER = 3, 5, 5, 7, 8
_BEGINNINGS = "beginnings"  # the first letter of a text, the first two, and so on


def schema() -> tantivy.Schema:
    """Return the fields of the index; nothing is stored, rows come from the database."""
    builder = tantivy.SchemaBuilder()
    # signed, because a deletion by term takes every Python number for a signed one and finds nothing among unsigned
    builder.add_integer_field("key", indexed=True, fast=True)
    builder.add_text_field("num", tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("exact", tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("start", tokenizer_name=_BEGINNINGS, index_option="basic")
    builder.add_text_field("branch", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("both", tokenizer_name="whitespace", index_option="basic")
    for name in ("zh", "bi", "py"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("en", tokenizer_name="en_stem", index_option="freq")
    for name in FACET_FIELDS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("family", "rank", "day", "sequence"):
        builder.add_unsigned_field(name, fast=True)
    return builder.build()


def writer_of(index: tantivy.Index, heap_bytes: int) -> tantivy.IndexWriter:
    """Return the writer of an index, one thread; an index forgets its own tokenizers when it is closed."""
    longest = max(BEGIN_HAN, BEGIN_LATIN, BEGIN_PINYIN, BEGIN_INITIALS, BEGIN_NUMBER)
    beginnings = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(1, longest, prefix_only=True)).build()
    index.register_tokenizer(_BEGINNINGS, beginnings)
    return index.writer(heap_bytes, 1)


def key_of(kind: str, record_id: int) -> int:
    """Pack kind and primary key; the kinds of one record lie side by side."""
    return record_id * 16 + KIND_CODES[kind]


def family_of(family: str) -> int:
    """Return a number shared by the editions of a standard; 0 is no family."""
    return zlib.crc32(family.encode("utf-8", "ignore")) | 1 << 32 if family else 0


# ---- rank: which of several owners of the same digits or title comes first -------------------------------------------
STATUS_RANKS = {
    "current": 4,
    "active": 4,
    "listed": 4,
    "upcoming": 3,
    "draft": 2,
    "suspended": 2,
    "replaced": 1,
    "expired": 1,
}  # withdrawn, cancelled, deregistered, revoked: 0
_CLASSES = {
    "national": 6,
    "international": 5,
    "industry": 4,
    "local": 3,
    "group": 2,
    "enterprise": 1,
    "institution": 7,
    "place": 7,
    "organisation": 5,
    "document": 5,
    "product": 2,
    "certificate": 1,
}
_FACTORS = (0.90, 0.95, 1.0, 1.2, 1.3)  # by status rank; worth 25 % → 80 % of families with the edition in force first
_CLASS_FACTORS = {1: 0.97, 2: 0.98, 3: 1.0, 4: 1.02, 5: 1.03, 6: 1.05, 7: 1.1}


def rank_of(class_name: str, status: str, year: int | None) -> int:
    """Pack class, status and year into one number that orders owners of the same number: higher comes first."""
    years = min(max((year or 1900) - 1900, 0), 255)
    return (_CLASSES.get(class_name, 0) << 11) + (STATUS_RANKS.get(status, 0) << 8) + years


def is_worth_proposing(status: str) -> bool:
    """Tell whether a record is proposed after very few letters: what is no longer in force needs more of them."""
    return STATUS_RANKS.get(status, 0) > 1


def factor_of(rank: int) -> float:
    """Return what a text score is multiplied with: in force before replaced, national a little before the others."""
    return _FACTORS[(rank >> 8) & 7] * _CLASS_FACTORS.get(rank >> 11, 1.0) * (1 + 0.001 * (rank & 255))


FACTORS = tuple(factor_of(rank) if (rank >> 8) & 7 < len(_FACTORS) else 1.0 for rank in range(8 << 11))


# ---- sequence: the order of numbers ----------------------------------------------------------------------------------
_NUMBER = re.compile(r"([^\d]*)(\d*)[^\d]*(\d*)")
LAST = (1 << 62) - 1


def sequence_of(number: str, year: int | None) -> int:
    """Pack a normalised number so that sorting by it gives issuer, number, part, year (issuers by four letters)."""
    found = _NUMBER.match(number)
    if found is None or not number:
        return LAST
    main = min(int(found[2][:9] or 0), (1 << 24) - 1)
    part = min(int(found[3][:5] or 0), (1 << 10) - 1)
    return (_issuer_order(found[1]) << 42) + (main << 18) + (part << 8) + min(max((year or 1900) - 1900, 0), 255)


@lru_cache(10_000)
def _issuer_order(letters: str) -> int:
    order = 0
    for letter in "".join([letter for letter in letters if "a" <= letter <= "z"])[:4].ljust(4, "`"):
        order = order * 32 + ord(letter) - 96
    return order


def day_of(day: date | None) -> int:
    """Return a day as a number to sort by; 0 is unknown."""
    return day.toordinal() if day else 0
