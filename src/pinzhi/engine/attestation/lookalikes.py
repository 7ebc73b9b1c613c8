"""Addresses that only look like the issuer's: other letters, other names built around it, slips, plain http."""

import re
import unicodedata
from dataclasses import dataclass

from pinzhi.engine.errors import BadInput
from pinzhi.engine.texts import Text

_LINK = re.compile(r"(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<path>[^#]*)(?:#(?P<fragment>.*))?")
# Letters of other scripts, and figures, that pass for Latin ones on paper and screen (Unicode TR 39, the common ones).
_PASS_FOR = str.maketrans(
    {
        "а": "a", "с": "c", "ԁ": "d", "е": "e", "һ": "h", "і": "i", "ј": "j", "к": "k", "ӏ": "l", "м": "m", "ո": "n",
        "о": "o", "р": "p", "ԛ": "q", "г": "r", "ѕ": "s", "т": "t", "υ": "u", "ѵ": "v", "ԝ": "w", "х": "x", "у": "y",
        "α": "a", "ε": "e", "η": "n", "ι": "i", "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "τ": "t", "χ": "x", "ɡ": "g",
        "ı": "i", "ⅼ": "l", "0": "o", "1": "l", "ǀ": "l", "։": ":", "‐": "-", "–": "-", "。": ".",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Link:
    """A web address in its parts; ``authority`` is host and port in small letters."""

    scheme: str
    authority: str
    path: str
    fragment: str

    @property
    def site(self) -> str:
        return f"{self.scheme}://{self.authority}"


def link_of(text: str) -> Link:
    """Return the parts of an address; BadInput for one that hides where it leads (a name before @, a backslash)."""
    found = _LINK.fullmatch(text.strip())
    if found is None or any(sign in found["authority"] for sign in "@\\ %") or not found["authority"]:
        raise BadInput(
            "attestation.link",
            "这个网址不对，或故意藏起了它通向哪里：{text}",
            "This address is wrong, or hides on purpose where it leads: {text}",
            text=text[:80],
        )
    return Link(found["scheme"].lower(), found["authority"].lower(), found["path"], found["fragment"] or "")


def resemblance(site: str, known: str) -> Text | None:
    """Say in what way a site only looks like a known one; None where it is that site, or quite another.

    Both are ``scheme://host:port``.
    """
    scheme, _, host = site.partition("://")
    known_scheme, _, known_host = known.partition("://")
    if host == known_host:
        if scheme == known_scheme:
            return None
        return Text(f"地址是 {scheme} 而不是 {known_scheme}：路上可能被人改过",
                    f"its address begins with {scheme}, not {known_scheme}: it may be changed on the way")  # fmt: skip
    if skeleton(host) == skeleton(known_host):
        return Text("用了样子相近的字母", "it is written with letters that only look alike")
    name, wanted = host.partition(":")[0], known_host.partition(":")[0]
    if f"{wanted}." in f"{name}." or f"{skeleton(wanted)}." in f"{skeleton(name)}.":
        return Text("把本站的名字放在别的网站名字里", "it puts our name inside the name of another site")
    if skeleton(wanted).replace(".", "-") in skeleton(name).replace(".", "-"):
        return Text("把本站的名字拼进别的名字里", "it builds our name into another name")
    if _nearly(skeleton(name), skeleton(wanted)):
        return Text("和本站的名字只差一两个字母", "it differs from our name by a letter or two")
    return None


def skeleton(host: str) -> str:
    """Return a host with every letter put as what it passes for; two hosts that look alike have the same one.

    >>> skeleton("ріnzhі.cn") == skeleton("PINZHI.cn")  # the first with Cyrillic letters
    True
    """
    labels = [_shown(label) for label in host.lower().split(".")]
    plain = unicodedata.normalize("NFKD", ".".join(labels)).casefold()
    bare = "".join(letter for letter in plain if unicodedata.category(letter) != "Mn").translate(_PASS_FOR)
    return bare.replace("rn", "m").replace("vv", "w").replace("cl", "d").replace("i", "l").replace("ll", "l")


def _shown(label: str) -> str:
    """Return a label as a browser may show it: punycode in the letters it stands for."""
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError):
        return label


def _nearly(one: str, other: str, most: int = 2) -> bool:
    """Tell whether at most two letters were put in, left out or changed; names under six letters never are near."""
    if abs(len(one) - len(other)) > most or min(len(one), len(other)) < 6:
        return False
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, start=1):
        before, row[0] = row[0], number
        for place, counterpart in enumerate(other, start=1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (letter != counterpart))
    return row[-1] <= most
