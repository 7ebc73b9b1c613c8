"""Whole-file sense of the rulebook: doubled codes, unknown parents, mergers that lead nowhere, a city that fits."""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from pinzhi.engine.errors import BadRulebook
from pinzhi.engine.rulebook.figures import Figure
from pinzhi.engine.rulebook.shapes import City, CodeList, CodeListFile, Entry, RulebookFile, Synonyms


def bad(file: str, key: str, *, zh: str, en: str) -> BadRulebook:
    """Return the refusal of a file: which file, which key, what is wrong and what would be right."""
    return BadRulebook(
        "rulebook.file",
        "{file}{at_zh}：{wrong_zh}",
        "{file}{at}: {wrong_en}",
        file=file,
        key=key,
        at=f", {key}" if key else "",
        at_zh=f"，{key}" if key else "",
        wrong_zh=zh,
        wrong_en=en,
    )


# What pydantic calls its refusals, in the words of the rulebook. ``{found}`` is the value, the rest its context.
_EXPECTATIONS: Mapping[str, tuple[str, str]] = {
    "missing": ("缺少这一项，必须有。", "This key is missing; it is required."),
    "extra_forbidden": ("没有这一项，请检查拼写。", "There is no such key. Check the spelling."),
    "string_type": ("是 {found}，应为加引号的文字。", "Found {found}; expected text in quotes."),
    "string_too_short": ("是空的，应有内容。", "It is empty; expected something."),
    "string_pattern_mismatch": ("“{found}”的写法不对，应符合 {pattern}。", "“{found}” is not written as {pattern}."),
    "date_type": (
        "是 {found}，应为不加引号的日期，如 2026-11-20。",
        "Found {found}; expected a date without quotes: 2026-11-20.",
    ),
    "int_type": ("是 {found}，应为整数。", "Found {found}; expected a whole number."),
    "bool_type": ("是 {found}，应为 true 或 false。", "Found {found}; expected true or false."),
    "tuple_type": ("是 {found}，应为列表 [ … ]。", "Found {found}; expected a list [ … ]."),
    "greater_than": ("是 {found}，应大于 {gt}。", "Found {found}; expected more than {gt}."),
    "less_than_equal": ("是 {found}，应不大于 {le}。", "Found {found}; expected at most {le}."),
    "literal_error": ("是“{found}”，应为 {expected} 之一。", "Found “{found}”; expected one of {expected}."),
}
_LONGEST_FOUND = 80


def expectation(kind: str, message: str, found: object, context: Mapping[str, Any]) -> tuple[str, str]:
    """Return what was expected and found, in both languages, from pydantic's kind, words, value and context."""
    facts = {**context, "found": str(found)[:_LONGEST_FOUND]}
    if kind in _EXPECTATIONS:
        zh, en = _EXPECTATIONS[kind]
        return zh.format(**facts), en.format(**facts)
    plain = message.removeprefix("Value error, ")
    return f"是 {facts['found']}：{plain}。", f"Found {facts['found']}: {plain}."


def check_file(path: str, place: str, content: RulebookFile) -> None:
    """Refuse a file that says another name than its own, or days out of order."""
    name = PurePosixPath(place).stem
    if isinstance(content, CodeListFile) and content.id != name:
        raise bad(
            path,
            "id",
            zh=f"是“{content.id}”，应与文件名一样：“{name}”。",
            en=f"Found “{content.id}”; expected the name of the file, “{name}”.",
        )
    if isinstance(content, Figure) and name not in (content.id, f"{content.id}-{content.edition}"):
        raise bad(
            path,
            "id",
            zh=f"是“{content.id}”，应与文件名一样：“{name}”，或文件名再加版次。",
            en=f"Found “{content.id}”; expected the name of the file, “{name}”, which may add the edition.",
        )
    first, last = content.in_force_from, content.in_force_to
    if first and last and last <= first:
        raise bad(
            path, "in_force_to", zh=f"是 {last}，应晚于 {first}。", en=f"Found {last}; expected later than {first}."
        )

    for fault in content.faults():
        raise bad(path, fault.key, zh=fault.text.zh, en=fault.text.en)


def check_editions(contents: Mapping[str, RulebookFile]) -> None:
    """Refuse an edition that is there twice, and one that names a file which is not there."""
    known: dict[tuple[type[RulebookFile], str, str], str] = {}
    for path, content in contents.items():
        if isinstance(content, CodeListFile | City | Synonyms):
            continue  # of these each layer has one, and they are laid over one another
        before = known.setdefault((type(content), content.id, content.edition), path)
        if before != path:
            raise bad(
                path,
                "edition",
                zh=f"“{content.id}”的 {content.edition} 版已在 {before} 里。应写另一版次。",
                en=f"Edition {content.edition} of “{content.id}” stands in {before} already. Give it another edition.",
            )
    for path, content in contents.items():
        for named in content.references():
            if (named.shape, named.id, named.edition) not in known:
                editions = ", ".join(one[2] for one in known if one[:2] == (named.shape, named.id))
                raise bad(
                    path,
                    named.key,
                    zh=f"规则库没有“{named.id}”的 {named.edition} 版。现有：{editions or '无'}。",
                    en=f"There is no edition {named.edition} of “{named.id}”. There is {editions or 'none'}.",
                )


def beside(path: str, table: str) -> str:
    """Return the path of the table that a file names."""
    return f"{path.rpartition('/')[0]}/{table}"


def check_list(files: Sequence[tuple[str, CodeListFile]]) -> None:
    """Refuse doubled codes, unknown parents, circles, and mergers into codes that are not there."""
    where: dict[str, str] = {}
    entries: dict[str, Entry] = {}
    for toml, content in files:
        path = beside(toml, content.table) if content.table else toml
        for entry in content.entry:
            if entry.code in where:
                raise bad(
                    path,
                    f"entry {entry.code}",
                    zh=f"代码已在 {where[entry.code]} 里。每个代码只能有一次。",
                    en=f"The code is already in {where[entry.code]}. Each code may be there once.",
                )
            where[entry.code], entries[entry.code] = path, entry
    for code, entry in entries.items():
        _check_ties(where[code], entry, entries)


def _check_ties(path: str, entry: Entry, entries: Mapping[str, Entry]) -> None:
    for key in ("parent", "merged_into"):
        other = getattr(entry, key)
        if other and other not in entries:
            raise bad(
                path,
                f"entry {entry.code}, {key}",
                zh=f"表里没有代码“{other}”。",
                en=f"The list has no code “{other}”.",
            )
        _check_circle(path, entry, key, entries)
    if entry.valid_from and entry.valid_to and entry.valid_to <= entry.valid_from:
        raise bad(
            path,
            f"entry {entry.code}, valid_to",
            zh=f"是 {entry.valid_to}，应晚于 valid_from（{entry.valid_from}）。",
            en=f"Found {entry.valid_to}; expected later than valid_from ({entry.valid_from}).",
        )
    if entry.merged_into and entry.valid_to is None:
        raise bad(
            path,
            f"entry {entry.code}, valid_to",
            zh="并入了别的代码，却没有写从哪一天起。",
            en="The code was merged into another, but from which day on is missing.",
        )


def _check_circle(path: str, entry: Entry, key: str, entries: Mapping[str, Entry]) -> None:
    seen = [entry.code]
    while (further := getattr(entries[seen[-1]], key)) and further in entries:
        if further in seen:
            circle = " → ".join([*seen, further])
            raise bad(
                path,
                f"entry {entry.code}, {key}",
                zh=f"绕成了一圈：{circle}。",
                en=f"This runs in a circle: {circle}.",
            )
        seen.append(further)


def check_city(path: str, city: City, lists: Mapping[str, CodeList]) -> None:
    """Refuse a city that is not in the list of regions, or districts that are not its own."""
    regions = lists["regions"]
    if city.region not in regions:
        raise bad(
            path,
            "region",
            zh=f"地区表里没有“{city.region}”。",
            en=f"The list of regions has no “{city.region}”.",
        )
    if city.province != city.region[:2]:
        raise bad(
            path,
            "province",
            zh=f"是“{city.province}”，应为地区代码的前两位“{city.region[:2]}”。",
            en=f"Found “{city.province}”; expected the first two digits of the region, “{city.region[:2]}”.",
        )
    strange = next((code for code in lists["districts"].codes if not code.startswith(city.region)), None)
    if strange is not None:
        raise bad(
            beside(path, "districts.toml"),
            f"entry {strange}",
            zh=f"不是本市的区划：本市以“{city.region}”开头。",
            en=f"Not a district of this city, whose codes begin with “{city.region}”.",
        )
