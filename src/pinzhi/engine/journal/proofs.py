"""Proofs to take away: that a line is in the journal, that a journal only ever grew; checked without us."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from pinzhi.engine.errors import BadInput
from pinzhi.engine.journal.heads import Head, digest, head_from_json, whole
from pinzhi.engine.journal.lines import Line, line_from_json
from pinzhi.engine.journal.tree import DIGEST_BYTES, is_included, leaf_digest
from pinzhi.engine.texts import Text

TYPE = "pinzhi-journal-proof"
VERSION = 1
LONGEST_PATH = 64


@dataclass(frozen=True, slots=True)
class Proof:
    """That a leaf stands at a position (from zero) of the journal of a signed head.

    ``line`` is what the leaf is the digest of; None where it is not for the reader's eyes.
    """

    position: int
    leaf: bytes
    path: tuple[bytes, ...]
    head: Head
    line: Line | None

    def as_json(self) -> dict[str, Any]:
        """Return the proof as a JSON object, which is the file that is handed out."""
        shown = {} if self.line is None else {"line": self.line.as_json()}
        return {
            "type": TYPE,
            "v": VERSION,
            "position": self.position,
            "leaf": self.leaf.hex(),
            **shown,
            "path": [step.hex() for step in self.path],
            "head": self.head.as_json(),
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """One question asked of a proof: ``holds`` is None where it could not be asked."""

    code: str
    holds: bool | None
    text: Text


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking a proof gave: good when everything that must hold does."""

    proof: Proof
    answers: tuple[Answer, ...]

    @property
    def is_good(self) -> bool:
        """Whether the line, or the digest alone, is proven to be in a journal signed with a known key."""
        return all(answer.holds is not False for answer in self.answers) and self._held("signature")

    def _held(self, code: str) -> bool:
        return any(answer.code == code and answer.holds for answer in self.answers)


def proof_from_json(value: Any) -> Proof:
    """Return the proof that a JSON object holds; BadInput says what is missing."""
    if not isinstance(value, dict) or value.get("type") != TYPE or value.get("v") != VERSION:
        raise BadInput(
            "journal.proof.type",
            "这不是记录证明：应有 type 为 {type}、v 为 {version}。",
            "This is not a proof from the journal: expected type {type}, v {version}.",
            type=TYPE,
            version=VERSION,
        )
    steps = value.get("path")
    if not isinstance(steps, list) or len(steps) > LONGEST_PATH:
        raise BadInput("journal.proof.path", "证明缺少路径。", "The proof has no path.")
    return Proof(
        position=whole(value, "position"),
        leaf=digest(value, "leaf", DIGEST_BYTES),
        path=tuple(digest({"path": step}, "path", DIGEST_BYTES) for step in steps),
        head=head_from_json(value.get("head")),
        line=line_from_json(value["line"]) if "line" in value else None,
    )


def keys_from_json(value: Any) -> tuple[str, ...]:
    """Return the Multikey texts of a key file: an object whose ``keys`` are objects with a ``key`` each."""
    listed = value.get("keys") if isinstance(value, dict) else None
    keys = [one.get("key") for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    if not keys or not all(isinstance(key, str) for key in keys):
        raise BadInput(
            "journal.keys",
            "公钥文件应有 keys 列表，每项有 key。请从平台的审计记录公开页下载。",
            "A key file has a list of keys, each with a key. Download it from the journal's public page.",
        )
    return tuple(key for key in keys if isinstance(key, str))


def keys_as_json(keys: Iterable[tuple[str, str, str, str | None]]) -> dict[str, Any]:
    """Return the key file: for each key its id, Multikey text, since when, and until when it signed."""
    return {
        "type": "pinzhi-journal-keys",
        "v": VERSION,
        "keys": [{"id": id_, "key": key, "from": since, "until": until} for id_, key, since, until in keys],
    }


def check(proof: Proof, keys: Collection[str]) -> Checked:
    """Check a proof against the journal's public keys (Multikey texts); without keys the signature stays open."""
    return Checked(proof, (_line(proof), _path(proof), _signature(proof.head, keys)))


def _line(proof: Proof) -> Answer:
    if proof.line is None:
        return Answer(
            "line",
            None,
            Text(
                "证明不含记录内容，只证明这个摘要在记录里。",
                "The proof does not hold the line itself: it proves that this digest is in the journal.",
            ),
        )
    if leaf_digest(proof.line.canonical()) == proof.leaf:
        return Answer("line", True, Text("内容与摘要相符。", "The line agrees with its digest."))
    return Answer(
        "line",
        False,
        Text("内容与摘要不符：内容被改过。", "The line does not agree with its digest: it was changed."),
    )


def _path(proof: Proof) -> Answer:
    size = proof.head.size
    if is_included(proof.leaf, proof.position, size, proof.path, proof.head.root):
        text = Text(
            f"它是 {size:,} 行记录中的第 {proof.position + 1:,} 行。",
            f"It is line {proof.position + 1:,} of the {size:,} lines of the journal.",
        )
        return Answer("path", True, text)
    return Answer(
        "path",
        False,
        Text("路径算不出签名头里的根：这一行不在那份记录里。",
             "The path does not lead to the root in the head: the line is not in that journal."),
    )  # fmt: skip


def _signature(head: Head, keys: Collection[str]) -> Answer:
    if not keys:
        return Answer(
            "signature",
            None,
            Text(
                "没有给出公钥，不知道是谁签的。请用 --keys 给出公开的密钥文件。",
                "No public keys were given, so nobody knows who signed. Give the published key file with --keys.",
            ),
        )
    if head.key not in keys:
        text = Text(
            f"签名头由不认识的密钥 {head.key} 签出。", f"The head is signed by a key that is not known: {head.key}."
        )
        return Answer("signature", False, text)
    if head.is_signed_by(keys):
        return Answer("signature", True, Text(f"签名有效，签于 {head.at}。", f"The signature holds, made {head.at}."))
    return Answer("signature", False, Text("签名无效：签名头被改过。", "The signature is wrong: the head was changed."))
