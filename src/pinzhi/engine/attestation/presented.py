"""What somebody presents to be checked: a number, a link, a code, or a credential as a file or pasted text."""

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pinzhi.engine.attestation import compact
from pinzhi.engine.attestation.compact import Unpacked
from pinzhi.engine.attestation.lookalikes import Link, link_of
from pinzhi.engine.errors import BadInput
from pinzhi.engine.signatures import sha256

LONGEST_BYTES = 256 * 1024  # a credential of ours has about 3 kB
_DEEPEST = 24
_NUMBER = re.compile(r"[\w\-/.()（）〔〕\[\]·#:\u4e00-\u9fff ]{1,120}")
_CODE = re.compile(r"1[A-Za-z0-9_-]{90,}")


@dataclass(frozen=True, slots=True)
class PresentedNumber:
    """A number that somebody typed."""

    number: str


@dataclass(frozen=True, slots=True)
class PresentedCode:
    """The code from paper, with the link it stood in if it did."""

    unpacked: Unpacked
    link: Link | None


@dataclass(frozen=True, slots=True)
class PresentedLink:
    """A link without a code: to a credential's page, or leading elsewhere."""

    link: Link


@dataclass(frozen=True, slots=True)
class PresentedCredential:
    """A credential as read. ``oddities`` name what no credential of ours has; ``digest`` is of the very bytes."""

    document: dict[str, Any]
    oddities: tuple[str, ...]
    digest: bytes


Presented = PresentedNumber | PresentedCode | PresentedLink | PresentedCredential


def presented(data: str | bytes) -> Presented:
    """Return what was presented; BadInput, saying what would be right, for what cannot be read at all."""
    text = _text(data)
    if text.startswith(("{", "[")):
        return _credential(text)
    if "://" in text[:20]:
        link = link_of(text)
        return PresentedCode(compact.unpacked(link.fragment), link) if link.fragment else PresentedLink(link)
    bare = text.removeprefix("#")
    if _CODE.fullmatch(bare):
        return PresentedCode(compact.unpacked(bare), None)
    if _NUMBER.fullmatch(text):
        return PresentedNumber(text)
    raise _unreadable("kind")


def strict_json(text: str) -> tuple[Any, tuple[str, ...]]:
    """Return a JSON value and what is odd about its writing: ``duplicate``, ``float``, ``not_nfc``.

    Python's reader takes the last of two equal keys where others take the first; a float has no form that everybody
    writes alike; letters in decomposed form look like others and are not. BadInput for what is no JSON or is too deep.
    """
    odd: set[str] = set()

    def fold(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        folded = dict(pairs)
        if len(folded) != len(pairs):
            odd.add("duplicate")
        return folded

    def number(found: str) -> float:
        odd.add("float")
        return float(found)

    if _depth(text) > _DEEPEST:
        raise _unreadable("depth")
    try:
        value = json.loads(text, object_pairs_hook=fold, parse_float=number, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise _unreadable("json") from error
    if any(unicodedata.normalize("NFC", one) != one for one in _strings(value)):
        odd.add("not_nfc")
    return value, tuple(sorted(odd))


def _credential(text: str) -> PresentedCredential:
    document, odd = strict_json(text)
    if not isinstance(document, dict):
        raise _unreadable("json")
    return PresentedCredential(document, odd, sha256(text.encode("utf-8", "surrogatepass")))


def _text(data: str | bytes) -> str:
    if len(data) > LONGEST_BYTES:
        raise BadInput(
            "attestation.too_long",
            "内容太大（{size} 字节）：一份凭证不到 {limit} 字节。请选凭证文件本身，不要选压缩包或扫描件合集。",
            "This is too large ({size} bytes): a credential has fewer than {limit}. Choose the credential's own file,"
            " not an archive or a bundle of scans.",
            size=len(data),
            limit=LONGEST_BYTES,
        )
    if isinstance(data, bytes):
        try:
            data = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise _unreadable("utf8") from error
    return data.strip()


def _depth(text: str) -> int:
    """Return how deep brackets nest outside of texts, without building anything."""
    depth = deepest = 0
    for sign in re.sub(r'"(?:[^"\\]|\\.)*"', "", text):
        if sign in "{[":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "}]":
            depth -= 1
    return deepest


def _strings(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield name
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


def _refuse_constant(found: str) -> float:
    raise ValueError(found)


_WHY = {
    "kind": ("不是编号、链接、码，也不是凭证", "it is no number, link, code or credential"),
    "json": ("不是完整的 JSON，可能被截断或改动过", "it is no whole JSON: cut off or changed"),
    "depth": ("嵌套太深，凭证不是这样的", "it is nested deeper than any credential"),
    "utf8": ("不是 UTF-8 文字", "it is not UTF-8 text"),
}


def _unreadable(why: str) -> BadInput:
    zh, en = _WHY[why]
    return BadInput(
        "attestation.unreadable",
        f"读不出来：{zh}。请用原来的文件，或输入证书编号。",
        f"This cannot be read: {en}. Use the original file, or type the number of the certificate.",
        why=why,
    )
