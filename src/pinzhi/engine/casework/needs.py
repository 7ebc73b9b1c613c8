"""What a need asks for, as people write it: services, by words that the rulebook lists; things, by what is left."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pinzhi.engine.rulebook.case_parts import ServiceWords

MOST = 4
PHRASES = 6
_BREAKS = re.compile(r"[^\w/.\-—]+|_")
_NUMBER = re.compile(r"(?<![A-Za-z])[A-Z]{1,6}(?:/[A-Z]+)? ?\d{2,6}(?:\.\d+)*(?:[-—]\d{4})?(?![\d])")


@dataclass(frozen=True, slots=True)
class Asked:
    """A service that a need seems to ask for, and the words that say so, in the order of the rulebook."""

    service: str
    found: tuple[str, ...]


def services_asked(text: str, listed: Iterable[ServiceWords]) -> tuple[Asked, ...]:
    """Return the services that a text asks for, those with most letters found first; at most four.

    A word that is part of a longer one that was found counts once, with the longer. Nothing found is no error: whoever
    asks then chooses by himself.

    >>> listed = (ServiceWords(service="M01", words=("检定", "强制检定")), ServiceWords(service="T01", words=("检测",)))
    >>> [(one.service, one.found) for one in services_asked("压力表要强制检定，再检测一次", listed)]
    [('M01', ('强制检定',)), ('T01', ('检测',))]
    """
    plain = " ".join(text.casefold().split())
    found = []
    for place, one in enumerate(listed):
        words = [word for word in one.words if word.casefold() in plain]
        longest = tuple(word for word in words if not any(word != other and word in other for other in words))
        if longest:
            found.append((-sum(map(len, longest)), place, Asked(one.service, longest)))
    return tuple(asked for _, _, asked in sorted(found, key=lambda one: one[:2])[:MOST])


def things_named(text: str, idle: Iterable[str]) -> tuple[str, ...]:
    """Return what of a need may name a thing: numbers of standards first, then what is left, the longest first.

    ``idle`` words are cut out; what is shorter than two letters is left out.

    >>> things_named("我们要做电缆型式试验，按 GB/T 12706.1-2020。", ["我们", "要做", "按"])
    ('GB/T 12706.1-2020', '电缆型式试验')
    """
    numbers = [match[0] for match in _NUMBER.finditer(text)]
    rest = _NUMBER.sub(" ", text)
    for word in sorted(idle, key=len, reverse=True):
        bounds = r"\b" if word.isascii() else ""
        rest = re.sub(f"{bounds}{re.escape(word)}{bounds}", " ", rest, flags=re.IGNORECASE)
    parts = [part for part in _BREAKS.split(rest) if len(part) > 1]
    return tuple(dict.fromkeys([*numbers, *sorted(parts, key=len, reverse=True)]))[:PHRASES]
