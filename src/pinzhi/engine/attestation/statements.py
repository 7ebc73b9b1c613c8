"""What a credential says: one statement about one row of a register, checked before anybody signs it."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Literal, get_args

from pinzhi.engine.errors import BadInput
from pinzhi.engine.signatures import canonical, sha256
from pinzhi.engine.texts import Text

Kind = Literal["certificate", "honour", "training_certificate", "appointment"]
HolderKind = Literal["organisation", "team", "person"]
KINDS: tuple[str, ...] = get_args(Kind)
HOLDER_KINDS: tuple[str, ...] = get_args(HolderKind)
LONGEST = 2000  # characters of one text
_MOST_MARKS = 200


@dataclass(frozen=True, slots=True)
class Statement:
    """What was granted, to whom, by whom, on what basis and for how long.

    ``(kind, key)`` names the row of the register that it is about; ``number`` is what is printed. ``holder_code`` is a
    unified social credit code or empty. ``valid_until`` is the last day of validity, None for no end. ``marks`` are
    pairs of a label and a mark as text: a number written as a float has no form that everybody writes alike.
    Nothing is said of a person but what the public register shows.
    """

    kind: Kind
    key: str
    number: str
    holder_name: str
    holder_code: str
    holder_kind: HolderKind
    title: Text
    grade: Text | None
    scheme_id: str
    edition: str
    scope: Text
    issuer: Text
    basis: str
    granted_on: date
    valid_from: date
    valid_until: date | None
    synthetic: bool
    marks: tuple[tuple[str, str], ...] = ()


def checked(statement: Statement) -> Statement:
    """Return a statement with its texts in composed form (Unicode NFC); BadInput for one that nobody may sign."""
    if statement.kind not in KINDS or statement.holder_kind not in HOLDER_KINDS:
        raise _wrong("kind", f"{statement.kind}/{statement.holder_kind}")
    composed = replace(
        statement,
        **{
            one.name: _composed(one.name, getattr(statement, one.name))
            for one in fields(statement)
            if isinstance(getattr(statement, one.name), str | Text)
        },
        marks=tuple((_composed("marks", label), _composed("marks", mark)) for label, mark in statement.marks),
    )
    for name in ("key", "number", "holder_name", "scheme_id"):
        if not getattr(composed, name).strip():
            raise _wrong(name, "")
    if not composed.title.zh.strip() or not composed.issuer.zh.strip():
        raise _wrong("title/issuer", "")
    if len(composed.marks) > _MOST_MARKS:
        raise _wrong("marks", str(len(composed.marks)))
    if composed.valid_until is not None and composed.valid_until < composed.valid_from:
        raise BadInput(
            "attestation.dates",
            "有效期止 {until} 早于有效期起 {since}。请核对日期。",
            "The last day of validity, {until}, is before the first, {since}. Check the dates.",
            until=composed.valid_until,
            since=composed.valid_from,
        )
    return composed


def as_plain(statement: Statement) -> dict[str, Any]:
    """Return a statement as JSON values: days as ISO text, texts as ``{zh, en}``; what is empty is left out."""
    found: dict[str, Any] = {}
    for one in fields(statement):
        value = getattr(statement, one.name)
        if isinstance(value, Text):
            value = {"zh": value.zh, "en": value.en}
        elif isinstance(value, date):
            value = value.isoformat()
        elif one.name == "marks":
            value = [list(pair) for pair in value]
        if value is not None and value != "" and value != []:
            found[one.name] = value
    return found


def from_plain(plain: Mapping[str, Any]) -> Statement:
    """Return the statement that ``as_plain`` wrote; BadInput for anything else."""
    try:
        return checked(
            Statement(
                **{
                    name: _typed(name, plain.get(name), required=name in _NEEDED)
                    for name in (one.name for one in fields(Statement))
                }
            )
        )
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise _wrong("statement", str(error)) from error


def digest_of(statement: Statement) -> str:
    """Return the hash of what a statement says, hexadecimal: equal for equal statements on every machine."""
    return sha256(canonical(as_plain(statement))).hex()


_NEEDED = frozenset({"kind", "key", "number", "holder_name", "holder_kind", "title", "scheme_id", "issuer",
                     "granted_on", "valid_from", "synthetic"})  # fmt: skip
_DAYS = frozenset({"granted_on", "valid_from", "valid_until"})
_TEXTS = frozenset({"title", "grade", "scope", "issuer"})


def _typed(name: str, value: Any, *, required: bool) -> Any:
    if value is None:
        if required:
            raise KeyError(name)
        return {"scope": Text("", ""), "marks": (), "valid_until": None, "grade": None}.get(name, "")
    if name in _DAYS:
        return date.fromisoformat(value)
    if name in _TEXTS:
        return Text(str(value["zh"]), str(value["en"]))
    if name == "marks":
        return tuple((str(label), str(mark)) for label, mark in value)
    if not isinstance(value, bool if name == "synthetic" else str):
        raise TypeError(name)
    return value


def _composed(name: str, value: str | Text) -> Any:
    if isinstance(value, Text):
        return Text(_composed(name, value.zh), _composed(name, value.en))
    text = unicodedata.normalize("NFC", value)
    if len(text) > LONGEST or any(unicodedata.category(letter) in ("Cc", "Cs") and letter != "\n" for letter in text):
        raise _wrong(name, text[:60])
    return text


def _wrong(name: str, found: str) -> BadInput:
    return BadInput(
        "attestation.statement",
        "不能签发：{field} 缺少或不合规定（{found}）。",
        "Cannot be issued: {field} is missing or not allowed ({found}).",
        field=name,
        found=found.encode("utf-8", "replace").decode()[:60],
    )
