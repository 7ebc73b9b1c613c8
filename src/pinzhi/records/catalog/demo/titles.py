"""Titles of invented standards: an object, perhaps with an attribute, and what the standard says about it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pinzhi.records.catalog.demo.chance import below, weighted
from pinzhi.records.catalog.demo.vocabulary import Field, Vocabulary, Word

# Where the object of a title comes from: composed from the lists, a medical product, a food.
ORIGINS = (0.72, 0.16, 0.12)
DETERMINATION, TWO_OBJECTS, PLAIN = 0, 1, 2
# Titles without parts: "determination of a substance", two objects joined, object and tail. Substances are looked for
# in materials and food only, which are two fifths of all objects: hence the first share is twice the wanted sixth.
PATTERNS = (0.40, 0.16, 0.44)
ANALYSED = ("material", "food")
ATTRIBUTE_SHARE = 0.45
# Composed objects alone have an English name; with this share 60 % of all titles are in both languages.
ENGLISH_SHARE = 0.84


@dataclass(frozen=True, slots=True)
class Title:
    """A title and the field that it belongs to. The English one may be empty."""

    zh: str
    en: str
    field: Field


def titles(vocabulary: Vocabulary, chance: np.random.Generator, parts: list[int]) -> Iterator[Title]:
    """Compose one title for each entry of ``parts``: 0, or the number of the part."""
    count = len(parts)
    fields = {field.code: field for field in vocabulary.fields}
    origins = weighted(chance, ORIGINS, count)
    patterns = weighted(chance, PATTERNS, count)
    chosen_fields = below(chance, len(vocabulary.fields), count)
    numbers = chance.integers(0, 2**31, (count, 5)).tolist()
    attributed = (chance.random(count) < ATTRIBUTE_SHARE).tolist()
    english = (chance.random(count) < ENGLISH_SHARE).tolist()
    for place, part in enumerate(parts):
        draws = numbers[place]
        if origins[place] == 0:
            field = vocabulary.fields[chosen_fields[place]]
            thing = _composed(field, draws, attributed[place])
        else:
            field, names = (
                (fields["medical"], vocabulary.medical) if origins[place] == 1 else (fields["food"], vocabulary.food)
            )
            thing = Word(names[draws[0] % len(names)])
        title = (
            _with_part(vocabulary, thing, part, draws)
            if part
            else _PATTERNS[patterns[place]](vocabulary, field, thing, draws)
        )
        yield Title(title.zh, title.en if thing.en and english[place] else "", field)


def _composed(field: Field, draws: list[int], attributed: bool) -> Word:
    thing = field.objects[draws[0] % len(field.objects)]
    if not attributed:
        return Word(thing.zh, _capital(thing.en))
    attribute = field.attributes[draws[1] % len(field.attributes)]
    return Word(attribute.zh + thing.zh, f"{attribute.en} {thing.en}")


def _with_part(vocabulary: Vocabulary, thing: Word, part: int, draws: list[int]) -> Word:
    subject = vocabulary.parts[draws[2] % len(vocabulary.parts)]
    return Word(f"{thing.zh} 第{part}部分：{subject.zh}", f"{thing.en} - Part {part}: {subject.en}")


def _determination(vocabulary: Vocabulary, field: Field, thing: Word, draws: list[int]) -> Word:
    if field.group not in ANALYSED:
        return _plain(vocabulary, field, thing, draws)
    substance = vocabulary.substances[draws[2] % len(vocabulary.substances)]
    method = vocabulary.methods[draws[3] % len(vocabulary.methods)]
    return Word(
        f"{thing.zh} {substance.zh}的测定 {method.zh}", f"{thing.en} - Determination of {substance.en} - {method.en}"
    )


def _two_objects(vocabulary: Vocabulary, field: Field, thing: Word, draws: list[int]) -> Word:
    other = field.objects[draws[4] % len(field.objects)]
    tail = field.tails[draws[2] % len(field.tails)]
    return Word(f"{thing.zh}和{other.zh} {tail.zh}", f"{thing.en} and {other.en} - {tail.en}")


def _plain(vocabulary: Vocabulary, field: Field, thing: Word, draws: list[int]) -> Word:
    tail = field.tails[draws[2] % len(field.tails)]
    return Word(f"{thing.zh} {tail.zh}", f"{thing.en} - {tail.en}")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_PATTERNS = {DETERMINATION: _determination, TWO_OBJECTS: _two_objects, PLAIN: _plain}
