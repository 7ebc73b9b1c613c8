"""The same documents and queries in plain engines: words joined by AND, ranked as each engine does by itself.

Each rival gets words cut by the same dictionary: what is compared is the engine and the design, not the cutting.
"""

import os
import re
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

import psycopg
import tantivy
from tantivy import Occur, Query

from pinzhi.engine.catalog import tokens
from pinzhi.records.catalog.search.documents import Entry

Document = tuple[str, str]  # kind and primary key; words joined by blanks


class Rival(Protocol):
    """An engine: filled once, then asked."""

    name: str

    def fill(self, documents: Iterable[Document]) -> None:
        """Index all documents."""

    def search(self, words: list[str]) -> list[str]:
        """Return the ids of the ten best documents that hold all words; none where there is no word."""

    def close(self) -> None:
        """Let go of what it holds."""


_LATIN_WORD = re.compile(r"[0-9a-z.+#]*[0-9a-z]")


def _latin_words(text: str) -> list[str]:
    return _LATIN_WORD.findall(text)


def document(entry: Entry) -> Document:
    """Return an entry as plain words: titles, names, number whole and without its year."""
    normal = tokens.normalise(" ".join((entry.title, *entry.names, *entry.short_names, entry.title_en)))
    cut = tokens.cut(normal)
    latin = _latin_words(cut.latin)
    return f"{entry.kind} {entry.id}", " ".join(
        [cut.words, *latin, *tokens.number_forms(tokens.normalise(entry.number)).own]
    )


def query_words(text: str) -> list[str]:
    """Return the words of a query as a plain engine gets them."""
    normal = tokens.normalise(text)
    if any(letter.isdigit() for letter in normal) and normal.isascii() and len(normal) < 40:
        return [tokens.squash(normal)]  # it is spared the guessing that this is a number
    latin = _latin_words(" ".join(run for run in tokens.runs(normal) if tokens.is_latin(run)))
    return list(dict.fromkeys([*tokens.words(normal).must, *latin]))


class BareTantivy:
    """Tantivy with one field of words, in one segment where memory allows."""

    name = "Tantivy, words"

    def __init__(self, folder: Path) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("words", tokenizer_name="whitespace", index_option="freq")
        builder.add_unsigned_field("place", fast=True)
        self._schema = builder.build()
        folder.mkdir(parents=True)
        self._index = tantivy.Index(self._schema, str(folder))
        self._names: list[str] = []

    def fill(self, documents: Iterable[Document]) -> None:
        """Index all documents."""
        writer = self._index.writer(1_500_000_000, 1)
        for place, (name, words) in enumerate(documents):
            self._names.append(name)
            made = tantivy.Document.from_dict({"words": words, "place": place}, self._schema)
            writer.add_document(made)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, words: list[str]) -> list[str]:
        """Return the ids of the ten best."""
        if not words:
            return []
        terms = [Query.term_query(self._schema, "words", word, "freq") for word in words]
        query = Query.boolean_query([(Occur.Must, term) for term in terms])
        hits = [address for _, address in self._searcher.search(query, 10, count=False).hits]
        places = self._searcher.fast_field_values("place", hits)
        return [self._names[int(place or 0)] for place in places]

    def close(self) -> None:
        """Leave the files to whoever made the folder."""


class Fts5:
    """SQLite FTS5 with words, its index whole (``detail=full``): it ranks by what it then need not read again."""

    name = "SQLite FTS5, words"

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(folder / "fts5.sqlite3")
        self._connection.execute("PRAGMA mmap_size=3000000000")
        self._connection.execute(
            "CREATE VIRTUAL TABLE found USING fts5(name UNINDEXED, words, tokenize=\"unicode61 tokenchars '.+#'\")"
        )

    def fill(self, documents: Iterable[Document]) -> None:
        """Index all documents."""
        with self._connection:
            self._connection.executemany("INSERT INTO found VALUES (?, ?)", documents)
        self._connection.execute("INSERT INTO found(found) VALUES ('optimize')")
        self._connection.commit()

    def search(self, words: list[str]) -> list[str]:
        """Return the ids of the ten best."""
        if not words:
            return []
        match = " ".join('"' + word.replace('"', "") + '"' for word in words)
        sql = "SELECT name FROM found WHERE words MATCH ? ORDER BY rank LIMIT 10"
        return [name for (name,) in self._connection.execute(sql, [match])]

    def close(self) -> None:
        """Leave nothing open."""
        self._connection.close()


class TsVector:
    """PostgreSQL full-text search with words and their places, as ``to_tsvector`` gives them, a GIN index and ts_rank.

    The server's settings are left as they are but for compiling queries (jit), which only costs time here. One
    connection stays open; psycopg has each statement prepared after a few times, as a web server's would be.
    """

    name = "PostgreSQL tsvector, words"

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        self._connection.execute("SET jit = off")
        self._connection.execute("DROP TABLE IF EXISTS benchmark_words")
        self._connection.execute("CREATE UNLOGGED TABLE benchmark_words (name text, words tsvector)")

    def fill(self, documents: Iterable[Document]) -> None:
        """Index all documents."""
        with self._connection.cursor() as cursor:
            with cursor.copy("COPY benchmark_words FROM STDIN") as copy:
                for name, words in documents:
                    places = enumerate(words.split(), 1)
                    copy.write_row((name, " ".join([f"{_lexeme(word)}:{place}" for place, word in places])))
            cursor.execute("SET maintenance_work_mem = '512MB'")
            cursor.execute("CREATE INDEX ON benchmark_words USING gin (words)")
            cursor.execute("VACUUM ANALYZE benchmark_words")

    def search(self, words: list[str]) -> list[str]:
        """Return the ids of the ten best."""
        if not words:
            return []
        sql = (
            "SELECT name FROM benchmark_words, CAST(%s AS tsquery) AS asked WHERE words @@ asked"
            " ORDER BY ts_rank(words, asked) DESC LIMIT 10"
        )
        asked = " & ".join(_lexeme(word) for word in words)
        return [name for (name,) in self._connection.execute(sql, [asked])]

    def close(self) -> None:
        """Leave nothing in the database."""
        self._connection.execute("DROP TABLE IF EXISTS benchmark_words")
        self._connection.close()


def _lexeme(word: str) -> str:
    return "'" + word.replace("\\", "").replace("'", "") + "'"


def rivals(folder: Path) -> Iterator[Rival]:
    """Yield every engine that is there."""
    yield BareTantivy(folder / "bare")
    yield Fts5(folder)
    if url := os.environ.get("PINZHI_BENCH_POSTGRES") or os.environ.get("PINZHI_DATABASE_URL"):
        yield TsVector(url)
