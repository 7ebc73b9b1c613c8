"""Take from a text what would tell blind readers whose it is."""

import re
import unicodedata
from collections.abc import Mapping

# What stands around the core of a Chinese company's name.
_FORMS = ("集团股份有限公司", "集团有限公司", "股份有限公司", "有限责任公司", "有限公司", "集团公司", "集团", "公司")
_ADMINISTRATIVE = re.compile(r"^(?:[\u4e00-\u9fff]{2,3}省)?(?:[\u4e00-\u9fff]{2,3}市)?")
_SHORTEST_CORE = 3  # characters: a shorter core would also hide plain words


def cores(name: str, city: str = "") -> tuple[str, ...]:
    """Return the shorter forms by which a text may call an organisation, the longest first.

    >>> cores("青岛澄海精工有限公司", "青岛")
    ('青岛澄海精工', '澄海精工')
    """
    plain = unicodedata.normalize("NFKC", name).strip()
    bare = next((plain.removesuffix(form) for form in _FORMS if plain.endswith(form)), plain)
    without_place = _ADMINISTRATIVE.sub("", bare).removeprefix(city)
    found = dict.fromkeys(one for one in (bare, without_place) if len(one) >= _SHORTEST_CORE and one != plain)
    return tuple(sorted(found, key=len, reverse=True))


def hidden(text: str, secrets: Mapping[str, str]) -> str:
    """Return a text with every secret replaced by its word, however it is spaced or cased; longer secrets first.

    >>> hidden("澄海 精工成立于 2009 年", {"澄海精工": "申报单位"})
    '申报单位成立于 2009 年'
    """
    for secret in sorted(secrets, key=len, reverse=True):
        letters = [_either(letter) for letter in secret if not letter.isspace()]
        if letters:
            word = secrets[secret].replace("\\", r"\\")  # no escape of the pattern's own
            text = re.sub(r"\s*".join(letters), word, text, flags=re.IGNORECASE)
    return text


def _either(letter: str) -> str:
    """Match a letter as it stands and in its plain width: full-width brackets and their like are written both ways."""
    return f"(?:{re.escape(letter)}|{re.escape(unicodedata.normalize('NFKC', letter))})"
