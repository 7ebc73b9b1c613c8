"""Invented standards: families of editions that replace each other, under numbers no shipped real standard has."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from pinzhi.records.catalog.demo.chance import stream, weighted
from pinzhi.records.catalog.demo.numbers import Numbers
from pinzhi.records.catalog.demo.titles import Title, titles
from pinzhi.records.catalog.demo.vocabulary import Vocabulary

COLUMNS = (
    *("number", "title_zh", "title_en", "published_on", "effective_on", "withdrawn_on", "ics", "ccs", "authority"),
    *("committee", "drafters", "adopts", "adoption", "replaces", "partly_replaces", "source", "synthetic"),
)
SOURCE = "演示生成"
LEVELS: dict[str, float] = {"national": 0.16, "industry": 0.20, "local": 0.22, "group": 0.22, "enterprise": 0.20}
EDITIONS = (0.70, 0.20, 0.08, 0.02)  # families of one, two, three and four editions
PART_SHARE = 0.22
IN_FORCE_SHARE = 0.86  # of last editions; the others are withdrawn
FIRST_YEAR, LAST_YEAR = 1985, 2023
DEMO_DAY = date(2024, 1, 4)
FAMILIES_PER_CHUNK = 4_000
# How many standards of the city's own period took part in drafting: seed figures A53 and A54.
DRAFTED_NATIONAL, DRAFTED_INDUSTRY = 293, 61
DRAFTED_YEAR = 2023

Row = tuple[str, ...]
_DAYS = tuple(
    date.fromordinal(day).isoformat()
    for day in range(date(FIRST_YEAR, 1, 1).toordinal(), date(LAST_YEAR + 2, 12, 31).toordinal() + 1)
)
_YEAR_STARTS = {
    year: date(year, 1, 1).toordinal() - date(FIRST_YEAR, 1, 1).toordinal() for year in range(FIRST_YEAR, LAST_YEAR + 2)
}
_DEMO_DAY = DEMO_DAY.toordinal() - date(FIRST_YEAR, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class _Edition:
    """Days are counted from the first day of ``FIRST_YEAR``."""

    number: str
    published: int
    effective: int


def generated_standards(
    vocabulary: Vocabulary, count: int, *, taken: Collection[str], drafters: Sequence[str]
) -> Iterator[Row]:
    """Yield ``count`` rows: first the city's drafting of the year, then families of every level.

    ``taken`` holds the numbers without year that real standards have; ``drafters`` are registered names of the city.
    A smaller count is a beginning of a larger one.
    """
    numbers = Numbers(vocabulary, taken, set())
    left = count
    for row in _drafted(vocabulary, numbers, drafters):
        if not left:
            return
        left -= 1
        yield row
    chunk = 0
    while left:
        for family in _families(vocabulary, chunk, numbers, drafters):
            for row in family[:left]:
                yield row
            left -= len(family[:left])
            if not left:
                return
        chunk += 1


def _drafted(vocabulary: Vocabulary, numbers: Numbers, drafters: Sequence[str]) -> Iterator[Row]:
    """Yield the standards of the year in which organisations of the city took part."""
    count = DRAFTED_NATIONAL + DRAFTED_INDUSTRY
    chance = stream(11)
    names = titles(vocabulary, chance, [0] * count)
    draws = chance.integers(0, 2**31, (count, 5)).tolist()
    for place, title in enumerate(names):
        level = "national" if place < DRAFTED_NATIONAL else "industry"
        family = numbers.take(level, title.field, 0, draws[place][0], draws[place][1])
        start = _YEAR_STARTS[DRAFTED_YEAR]
        published = start + draws[place][2] % 340
        edition = _Edition(f"{family}-{DRAFTED_YEAR}", published, published + 60 + draws[place][2] % 120)
        local = [drafters[(draws[place][3] + step * 997) % len(drafters)] for step in range(1 + draws[place][4] % 3)]
        guests = [f"示例起草单位{1 + (draws[place][4] + step) % 60}" for step in range(draws[place][3] % 4)]
        names_in_order = local + guests if draws[place][4] % 5 < 2 else guests + local
        yield _row(edition, title, level, drafters=tuple(dict.fromkeys(names_in_order)))


def _families(vocabulary: Vocabulary, chunk: int, numbers: Numbers, drafters: Sequence[str]) -> Iterator[list[Row]]:
    count = FAMILIES_PER_CHUNK
    chance = stream(12, chunk)
    levels = weighted(chance, tuple(LEVELS.values()), count)
    editions = weighted(chance, EDITIONS, count)
    parts = np.where(chance.random(count) < PART_SHARE, chance.integers(1, 13, count), 0).tolist()
    years = chance.integers(FIRST_YEAR, LAST_YEAR + 1, (count, len(EDITIONS))).tolist()
    in_force = (chance.random(count) < IN_FORCE_SHARE).tolist()
    draws = chance.integers(0, 2**31, (count, 9)).tolist()
    level_names = tuple(LEVELS)
    for place, title in enumerate(titles(vocabulary, chance, parts)):
        level = level_names[levels[place]]
        family = numbers.take(level, title.field, parts[place], draws[place][4], draws[place][8])
        chosen = sorted(set(years[place][: editions[place] + 1]))
        yield _family(family, chosen, title, level, in_force[place], draws[place], drafters)


def _family(
    family: str,
    years: Sequence[int],
    title: Title,
    level: str,
    in_force: bool,
    draws: Sequence[int],
    drafters: Sequence[str],
) -> list[Row]:
    """Return the rows of one family, oldest edition first."""
    rows: list[Row] = []
    previous = ""
    for step, year in enumerate(years):
        edition = _edition(family, year, level, draws[step])
        last = step == len(years) - 1
        withdrawn = "" if in_force or not last or year == LAST_YEAR else _DAYS[_withdrawn(edition, draws[5])]
        named = _drafters(level, draws[6], drafters) if last else ()
        adopted = _adopted(level, draws[7], year) if last else ("", "")
        rows.append(_row(edition, title, level, withdrawn, previous, named, adopted))
        previous = edition.number
    return rows


def _edition(family: str, year: int, level: str, draw: int) -> _Edition:
    """Date an edition. Half of the last year's are not yet in force on the day of the demo."""
    wait = 15 + draw // 1000 % (30 if level in ("group", "enterprise") else 180)
    published = _YEAR_STARTS[year] + draw % 350
    effective = published + wait
    if year == LAST_YEAR:
        effective = _DEMO_DAY + 1 + draw // 7 % 350 if draw % 2 else min(effective, _DEMO_DAY - 1)
    return _Edition(f"{family}-{year}", published, effective)


def _withdrawn(edition: _Edition, draw: int) -> int:
    return edition.effective + 30 + draw % max(1, _DEMO_DAY - 31 - edition.effective)


def _drafters(level: str, draw: int, drafters: Sequence[str]) -> tuple[str, ...]:
    """Name the city's organisations behind a twentieth of the enterprise and group standards.

    National and industry standards get none here: the city's part in those is a published figure (see _drafted).
    """
    if level not in ("enterprise", "group") or draw % 20 or not drafters:
        return ()
    first = drafters[draw // 20 % len(drafters)]
    return (first,) if level == "enterprise" else (first, "示例起草单位" + str(1 + draw // 31 % 60))


def _adopted(level: str, draw: int, year: int) -> tuple[str, str]:
    """Let an eleventh of the national standards adopt an invented international one."""
    if level != "national" or draw % 11:
        return "", ""
    return f"ISO {90000 + draw // 11 % 9000}:{year - 1 - draw // 97 % 4}", ("IDT", "MOD", "NEQ")[draw // 13 % 3]


def _row(
    edition: _Edition,
    title: Title,
    level: str,
    withdrawn: str = "",
    replaces: str = "",
    drafters: Sequence[str] = (),
    adopted: tuple[str, str] = ("", ""),
) -> Row:
    authority = {"national": "国家标准化管理委员会", "industry": "行业主管部门"}.get(level, "")
    return (
        *(edition.number, title.zh, title.en, _DAYS[edition.published], _DAYS[edition.effective], withdrawn),
        *(title.field.ics, title.field.ccs, authority, f"{title.field.zh}标准化技术委员会" if authority else ""),
        *(";".join(drafters), *adopted, replaces, "", SOURCE, "1"),
    )
