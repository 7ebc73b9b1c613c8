"""Read the rulebook from its folder, once; the only file reading in the engine."""

import csv
import io
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import ValidationError

from pinzhi.engine.errors import BadRulebook, NotFound
from pinzhi.engine.rulebook.check import bad, beside, check_city, check_editions, check_file, check_list, expectation
from pinzhi.engine.rulebook.places import shape_for
from pinzhi.engine.rulebook.seal import check_seals, digest_of
from pinzhi.engine.rulebook.shapes import (
    LISTS,
    City,
    CodeList,
    CodeListFile,
    RulebookFile,
    Synonym,
    Synonyms,
)
from pinzhi.engine.texts import Text

NATIONAL = "national"
SEALS = "sealed.txt"
# Folders of a layer that hold records to load and what they are made of, not decisions.
RECORDS = frozenset({"demo"})
_DAYS = ("valid_from", "valid_to")
F = TypeVar("F", bound=RulebookFile)


@dataclass(frozen=True, slots=True)
class Edition:
    """A file as it was read: ``path`` below the rulebook's folder, ``digest`` the SHA-256 of it and its table."""

    path: str
    digest: str
    content: RulebookFile


@dataclass(frozen=True, slots=True, eq=False)
class Rulebook:
    """What was decided: everything read and checked, nothing changed afterwards. One reading is no other's equal."""

    city: City
    lists: Mapping[str, CodeList]
    synonyms: tuple[Synonym, ...]
    editions: tuple[Edition, ...]
    examples: Mapping[str, str]  # the texts of worked cases, by their paths

    def codelist(self, name: str) -> CodeList:
        """Return a code list: districts, zones, regions, industries, ics, ccs, sectors, schemes or services."""
        if name not in self.lists:
            raise NotFound(
                "rulebook.codelist",
                "规则库没有代码表“{name}”。现有：{known}。",
                "The rulebook has no code list “{name}”. It has: {known}.",
                name=name,
                known=", ".join(self.lists),
            )
        return self.lists[name]

    def all_of(self, shape: type[F]) -> tuple[F, ...]:
        """Return every file of a shape, national ones first, by the order of their names."""
        return tuple(one.content for one in self.editions if isinstance(one.content, shape))

    def file(self, shape: type[F], file_id: str, edition: str) -> F:
        """Return a file of a shape by its id and edition; NotFound names the editions there are."""
        known = [one for one in self.all_of(shape) if one.id == file_id]
        found = next((one for one in known if one.edition == edition), None)
        if found is None:
            raise _unknown(file_id, edition, [one.edition for one in known])
        return found

    def in_force(self, shape: type[F], file_id: str, on: date) -> F:
        """Return the edition of a file in force on a day: of several, the one that came into force last."""
        known = [one for one in self.all_of(shape) if one.id == file_id]
        holding = [one for one in known if one.holds(on)]
        if not holding:
            raise _unknown(file_id, on.isoformat(), [one.edition for one in known])
        return max(holding, key=lambda one: one.in_force_from or date.min)

    def tried(self, shape: type[F], name: str, text: str) -> F:
        """Return a file that lies in no folder, checked as if it did; it may stand for the edition of its name.

        Raises BadRulebook as ``open_rulebook`` does. The rulebook itself stays as it is.
        """
        content = _checked(name, name, shape, _toml(name, text.replace("\r\n", "\n")))
        others = {one.path: one.content for one in self.editions if not _same(one.content, content)}
        check_editions({**others, name: content})
        return content

    def digest(self, content: RulebookFile) -> str:
        """Return the SHA-256 of a file that was read: what records keep of the edition they were made under."""
        return next(one.digest for one in self.editions if one.content is content)


def _unknown(file_id: str, edition: str, known: list[str]) -> NotFound:
    return NotFound(
        "rulebook.edition",
        "规则库没有“{id}”的 {edition} 版。现有：{known_zh}。",
        "The rulebook has no edition {edition} of “{id}”. It has: {known}.",
        id=file_id,
        edition=edition,
        known=", ".join(known) or "none",
        known_zh="、".join(known) or "无",
    )


def open_rulebook(folder: Path, city: str) -> Rulebook:
    """Read and check the national layer and, over it, a city's.

    Raises BadRulebook for the first file that cannot be used; it names the file, the key, what is wrong and what
    would be right.
    """
    editions = tuple(edition for layer in (NATIONAL, city) for edition in _layer(folder, layer))
    if (folder / SEALS).is_file():
        check_seals(SEALS, _text(folder, SEALS), {edition.path: edition.digest for edition in editions})
    check_editions({edition.path: edition.content for edition in editions})
    lists = MappingProxyType({name: _codelist(name, editions) for name in LISTS})
    examples = {path: _text(folder, path) for layer in (NATIONAL, city) for path in _cases(folder, layer)}
    return Rulebook(_city(editions, city, lists), lists, _synonyms(editions), editions, MappingProxyType(examples))


def _cases(folder: Path, layer: str) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in (folder / layer).rglob("*.examples.toml"))


def _layer(folder: Path, layer: str) -> Iterator[Edition]:
    """Read every file of a layer in the order of their names."""
    root = folder / layer
    if not layer or not root.is_dir():
        known = sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
        raise bad(
            f"{layer}/",
            "",
            zh=f"规则库 {folder} 里没有这个文件夹。现有：{'、'.join(known) or '无'}。"
            "请检查 PINZHI_RULEBOOK 和 PINZHI_CITY。",
            en=f"There is no such folder in the rulebook {folder}; there is {', '.join(known) or 'none'}. "
            "Check PINZHI_RULEBOOK and PINZHI_CITY.",
        )
    tables: set[str] = set()
    for path in sorted(root.rglob("*.toml")):
        place = path.relative_to(root).as_posix()
        if place.split("/")[0] in RECORDS or place.endswith(".examples.toml"):
            continue
        edition = _read(folder, layer, place)
        if isinstance(edition.content, CodeListFile) and edition.content.table:
            tables.add(beside(place, edition.content.table))
        yield edition
    for path in sorted(root.rglob("*.csv")):
        place = path.relative_to(root).as_posix()
        if place.split("/")[0] not in RECORDS and place not in tables:
            raise bad(
                f"{layer}/{place}",
                "",
                zh="没有 .toml 文件用 table 指到这张表。请写明来源，或删去它。",
                en="No .toml file names this table with “table”. Give it one with its source, or remove it.",
            )


def _read(folder: Path, layer: str, place: str) -> Edition:
    path = f"{layer}/{place}"
    shape = shape_for(place)
    if shape is None:
        raise bad(
            path,
            "",
            zh="规则库的这个位置不认识：文件的种类由所在文件夹决定，见 docs/reference。",
            en="No kind of rulebook file lies here: the folder tells the kind; see docs/reference.",
        )
    text = _text(folder, path)
    raw = _toml(path, text)
    digest_parts = [text]
    if issubclass(shape, CodeListFile) and isinstance(table := raw.get("table"), str):
        table_text = _table_text(folder, path, table)
        digest_parts.append(table_text)
        if "entry" in raw:
            raise bad(
                path, "entry", zh="已有 table，不能再写 [[entry]]。", en="There is a “table”: no [[entry]] beside it."
            )
        raw["entry"] = tuple(_rows(beside(path, table), table_text))
    return Edition(path, digest_of(*digest_parts), _checked(path, place, shape, raw))


def _checked(path: str, place: str, shape: type[F], raw: Mapping[str, Any]) -> F:
    """Return what a file says in its shape, or refuse it."""
    try:
        content = shape.model_validate(_frozen(raw))
    except ValidationError as error:
        raise _refusal(path, raw, error) from None
    check_file(path, place, content)
    return content


def _same(one: RulebookFile, other: RulebookFile) -> bool:
    return (type(one), one.id, one.edition) == (type(other), other.id, other.edition)


def _text(folder: Path, path: str) -> str:
    """Return a file's text with plain line ends, so that a checkout on another system has the same digest."""
    try:
        return (folder / path).read_bytes().decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise bad(
            path,
            "",
            zh=f"第 {error.start + 1} 个字节不是 UTF-8。请存为 UTF-8。",
            en=f"Byte {error.start + 1} is not UTF-8. Save the file as UTF-8.",
        ) from None


def _toml(path: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise bad(path, "", zh=f"不是正确的 TOML：{error}。", en=f"This is not TOML: {error}.") from None


def _table_text(folder: Path, path: str, table: str) -> str:
    place = beside(path, table)
    if "/" in table or not (folder / place).is_file():
        raise bad(
            path,
            "table",
            zh=f"旁边没有文件“{table}”。应写同一文件夹里的 CSV 文件名。",
            en=f"There is no file “{table}” beside it. Give the name of a CSV file in the same folder.",
        )
    return _text(folder, place)


def _rows(path: str, text: str) -> Iterator[dict[str, Any]]:
    """Turn rows of a table into entries: columns code, zh, en and further keys of an entry; empty cells are absent."""
    for line, row in enumerate(csv.DictReader(io.StringIO(text), strict=True), start=2):
        if None in row or None in row.values():
            raise bad(
                path,
                f"line {line}",
                zh="列数和表头不一样。请检查引号和逗号。",
                en="The row has more or fewer cells than the header. Check quotes and commas.",
            )
        cells: dict[str, Any] = {column: cell.strip() for column, cell in row.items() if cell.strip()}
        words = {language: cells.pop(language) for language in ("zh", "en") if language in cells}
        for column in _DAYS:
            if column in cells:
                cells[column] = _day(path, line, column, cells[column])
        yield {**cells, "name": words}


def _day(path: str, line: int, column: str, cell: str) -> date:
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise bad(
            path,
            f"line {line}, {column}",
            zh=f"“{cell}”不是日期，应如 2017-10-31。",
            en=f"“{cell}” is no date: write 2017-10-31.",
        ) from None


def _frozen(value: Any) -> Any:
    """Return TOML data with tuples for lists, which is what the shapes hold."""
    if isinstance(value, dict):
        return {key: _frozen(one) for key, one in value.items()}
    return tuple(_frozen(one) for one in value) if isinstance(value, list | tuple) else value


def _refusal(path: str, raw: Mapping[str, Any], error: ValidationError) -> BadRulebook:
    """Turn the first thing pydantic minds into a refusal that names the file, or the line of its table."""
    first = error.errors(include_url=False)[0]
    key = [str(step + 1) if isinstance(step, int) else step for step in first["loc"]]
    table = raw.get("table")
    if key[:1] == ["entry"] and len(key) > 1 and isinstance(table, str):
        path, key = beside(path, table), [f"line {int(key[1]) + 1}", *key[2:]]
    zh, en = expectation(first["type"], first["msg"], first.get("input"), first.get("ctx") or {})
    return bad(path, ".".join(key), zh=zh, en=en)


def _codelist(name: str, editions: tuple[Edition, ...]) -> CodeList:
    """Join the entries of all layers under one name."""
    files = [
        (edition.path, edition.content)
        for edition in editions
        if isinstance(edition.content, CodeListFile) and edition.content.id == name
    ]
    check_list(files)
    title = files[0][1].title if files else Text(name, name)
    return CodeList(name, title, tuple(entry for _, content in files for entry in content.entry))


def _city(editions: tuple[Edition, ...], city: str, lists: Mapping[str, CodeList]) -> City:
    for edition in editions:
        if isinstance(edition.content, City):
            check_city(edition.path, edition.content, lists)
            return edition.content
    raise bad(
        f"{city}/catalog/city.toml",
        "",
        zh="没有这个文件。它写明城市的名称和区划代码，每个城市都要有。",
        en="There is no such file. It gives the city's name and region code; every city has one.",
    )


def _synonyms(editions: tuple[Edition, ...]) -> tuple[Synonym, ...]:
    return tuple(pair for one in editions if isinstance(one.content, Synonyms) for pair in one.content.synonym)
