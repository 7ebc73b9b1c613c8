"""Numbers for invented standards: well formed, each family once, none that a shipped real standard has."""

from collections.abc import Collection, Iterator
from itertools import count

from pinzhi.records.catalog.demo.vocabulary import Body, Field, Vocabulary

# Provinces by their first two digits in GB/T 2260; Shandong writes an eighth of the local standards.
PROVINCES = (
    *(11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 41, 42, 43, 44, 45, 46),
    *(50, 51, 52, 53, 54, 61, 62, 63, 64, 65),
)
SHANDONG_CITIES = (1, 2, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17)  # Qingdao three times
ASSOCIATIONS, FIRMS = 1_500, 12_000  # how many invented codes share the group and enterprise standards
STRIDE = 7_919  # prime: successive attempts land far apart
ATTEMPTS = 40  # then the family becomes a part


class Numbers:
    """Gives out family names (numbers without year) and remembers which are taken.

    ``real`` families lend neither their name nor a part of it; ``taken`` is shared by all who give out names.
    """

    def __init__(self, vocabulary: Vocabulary, real: Collection[str], taken: set[str]) -> None:
        self._real = {family.partition(".")[0] for family in real}
        self._taken = taken
        self._national = [body for body in vocabulary.bodies if body.level == "national"]
        self._weights = [round(body.weight) for body in self._national]
        industry = {body.prefix.split("/")[0]: body for body in vocabulary.bodies if body.level == "industry"}
        self._industry = {
            field.code: [industry[sector] for sector in field.sectors if sector in industry]
            for field in vocabulary.fields
        }

    def take(self, level: str, field: Field, part: int, body_draw: int, start: int) -> str:
        """Return the first free family name of a level from ``start`` on, and take it."""
        for family in self._candidates(level, field, part, body_draw, start):
            if family not in self._taken and family.partition(".")[0] not in self._real:
                self._taken.add(family)
                return family
        raise AssertionError("the candidates never end")

    def _candidates(self, level: str, field: Field, part: int, body_draw: int, start: int) -> Iterator[str]:
        if level == "national":
            return _of_body(self._national_body(body_draw), start, part)
        if level == "industry":
            bodies = self._industry[field.code]
            return _of_body(bodies[body_draw % len(bodies)], start, part)
        if level == "local":
            return _of_body(Body(level, _local_prefix(body_draw), 1, 6000, 1), start, part)
        if level == "group":
            return _of_body(Body(level, f"T/{_letters(body_draw % ASSOCIATIONS)}", 1, 900, 1), start, part)
        return _of_body(Body(level, f"Q/{_letters(body_draw % FIRMS)}", 1, 120, 1), start, part)

    def _national_body(self, draw: int) -> Body:
        place = draw % sum(self._weights)
        for body, weight in zip(self._national, self._weights, strict=True):
            place -= weight
            if place < 0:
                return body
        raise AssertionError("the place is below the sum of the weights")


def _of_body(body: Body, start: int, part: int) -> Iterator[str]:
    width = 3 if body.level in ("group", "enterprise") else 1
    for step in count():
        number = body.lowest + (start + step * STRIDE) % (body.highest - body.lowest + 1)
        kept_part = part + step // ATTEMPTS * 13
        yield f"{body.prefix} {number:0{width}d}.{kept_part}" if kept_part else f"{body.prefix} {number:0{width}d}"


def _local_prefix(draw: int) -> str:
    """Return DB and the region: an eighth is Shandong, a quarter is written by cities."""
    by_city = draw // 8 % 4 == 0
    nature = "" if draw // 32 % 10 == 0 else "/T"
    if draw % 8 == 0:
        city = f"{SHANDONG_CITIES[draw // 320 % len(SHANDONG_CITIES)]:02d}" if by_city else ""
        return f"DB37{city}{nature}"
    province = PROVINCES[draw // 320 % len(PROVINCES)]
    return f"DB{province}{f'{1 + draw // 9600 % 12:02d}' if by_city else ''}{nature}"


def _letters(number: int) -> str:
    """Return the code of an invented association or firm: three letters after the S of 示例."""
    return "S" + "".join(chr(65 + number // 26**place % 26) for place in (2, 1, 0))
