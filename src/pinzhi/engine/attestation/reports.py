"""What a check found: every single check with its outcome and reason, and what follows from them together."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pinzhi.engine.attestation.statements import Statement
from pinzhi.engine.texts import Text

Outcome = Literal["passed", "failed", "not_checked"]
Verdict = Literal["valid", "suspended", "withdrawn", "cancelled", "replaced", "expired", "not_yet", "unconfirmed",
                  "refused", "unknown"]  # fmt: skip

CHECKS: dict[str, Text] = {
    "address": Text("网址", "Address"),
    "form": Text("书写形式", "Form of writing"),
    "schema": Text("内容齐全", "Content complete"),
    "issuer": Text("签发方", "Issuer"),
    "key": Text("签发时的密钥", "Key at the time of signing"),
    "signature": Text("签名", "Signature"),
    "dates": Text("有效期", "Dates"),
    "register": Text("登记", "Register"),
    "status": Text("状态", "Status"),
    "file": Text("文件", "File"),
}
# A failure of one of these means: not ours, or no longer as we made it. Nothing that it says is to be believed.
GENUINE = ("address", "form", "schema", "issuer", "key", "signature", "register")

VERDICTS: dict[str, Text] = {
    "valid": Text("有效", "Valid"),
    "suspended": Text("暂停", "Suspended"),
    "withdrawn": Text("已撤销", "Withdrawn"),
    "cancelled": Text("已注销", "Cancelled"),
    "replaced": Text("已换发", "Replaced"),
    "expired": Text("已过期", "Expired"),
    "not_yet": Text("尚未生效", "Not yet valid"),
    "unconfirmed": Text("签名真实，状态未查", "Genuine, status not checked"),
    "refused": Text("不能相信", "Not to be trusted"),
    "unknown": Text("没有查到", "Not found"),
}
ADVICE: dict[str, Text] = {
    "valid": Text("请核对纸上的名称和编号与这里一致：码可以被复印。",
                  "Compare name and number on the paper with these: a code can be copied."),
    "suspended": Text("暂停期间不能使用证书和标志。", "While suspended, neither certificate nor mark may be used."),
    "withdrawn": Text("这张证书不能再用，也不能恢复。",
                      "This certificate may not be used any more and will not return."),
    "cancelled": Text("持有人已交回这张证书，不能再用。", "The holder has given it up; it may not be used any more."),
    "replaced": Text("内容已变更并换发，请看新的一份。",
                     "Its content has changed and it was issued anew: see the new one."),
    "expired": Text("有效期已过。", "Its term is over."),
    "not_yet": Text("还没有到生效的日子。", "Its first day has not come yet."),
    "unconfirmed": Text("内容是签发方写的；是否已暂停或撤销，要联网或用状态列表再查。",
                        "The issuer wrote this; whether it was suspended or withdrawn since needs the network or a"
                        " status list."),
    "refused": Text("请不要据此认定任何资格。可以按编号查登记，或告诉我们在哪里见到它。",
                    "Do not rely on it. Look its number up in the register, or tell us where you saw it."),
    "unknown": Text("登记里没有这个编号。请核对有没有写错；外地或外国机构的证书请到签发机构查。",
                    "No such number stands in the register. Check its spelling; ask the body that issued it."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Check:
    """One check, what came of it, and why."""

    name: str
    outcome: Outcome
    reason: Text

    @property
    def title(self) -> Text:
        return CHECKS[self.name]


def passed(name: str, zh: str, en: str, **facts: object) -> Check:
    """Return a check that went well, with its reason; a fact may be a Text."""
    return Check(name, "passed", _filled(zh, en, facts))


def failed(name: str, zh: str, en: str, **facts: object) -> Check:
    """Return a check that went badly, with its reason."""
    return Check(name, "failed", _filled(zh, en, facts))


def not_checked(name: str, zh: str, en: str, **facts: object) -> Check:
    """Return a check that could not be made, and why."""
    return Check(name, "not_checked", _filled(zh, en, facts))


def _filled(zh: str, en: str, facts: dict[str, object]) -> Text:
    chinese = {name: fact.zh if isinstance(fact, Text) else fact for name, fact in facts.items()}
    english = {name: fact.en if isinstance(fact, Text) else fact for name, fact in facts.items()}
    return Text(zh.format(**chinese), en.format(**english))


@dataclass(frozen=True, slots=True)
class Said:
    """What the presented thing says: of a code, only what fits on it."""

    kind: str
    key: str
    number: str
    holder: str
    holder_code: str
    holder_kind: str
    title: Text
    grade: Text
    scope: Text
    issuer: Text
    granted_on: date
    valid_from: date | None
    valid_until: date | None
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What the register says of a credential: its subject's state, and whether this document is the one issued.

    ``is_issued`` False: no such credential was ever signed here, or with another content.
    """

    is_issued: bool
    state: str  # active suspended withdrawn cancelled expired upcoming
    since: date | None
    ground: str
    replaced_by: str  # code of the credential that replaced it; empty if none
    at: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """The whole of a check. ``said`` is None where nothing could be read or nothing said is to be believed."""

    verdict: Verdict
    checks: tuple[Check, ...]
    said: Said | None
    standing: Standing | None
    on: date
    at: datetime
    code: str = ""

    @property
    def words(self) -> Text:
        return VERDICTS[self.verdict]

    @property
    def advice(self) -> Text:
        return ADVICE[self.verdict]

    def check(self, name: str) -> Check | None:
        """Return one check by its name."""
        return next((one for one in self.checks if one.name == name), None)


def verdict_of(checks: tuple[Check, ...], standing: Standing | None, dates: Verdict | None) -> Verdict:
    """Return what follows: first whether it is genuine, then the state, then the dates.

    ``dates`` is expired or not_yet where the dates say so. A withdrawal outlasts expiry, a suspension does not.
    """
    outcomes = {one.name: one.outcome for one in checks}
    if any(outcomes.get(name) == "failed" for name in GENUINE) or outcomes.get("signature") == "not_checked":
        return "refused"
    if standing is not None:
        if standing.state in ("withdrawn", "cancelled"):
            return "withdrawn" if standing.state == "withdrawn" else "cancelled"
        if standing.replaced_by:
            return "replaced"
    if dates is not None:
        return dates
    if standing is not None and standing.state in ("suspended", "expired"):
        return "suspended" if standing.state == "suspended" else "expired"
    if standing is not None and standing.state == "upcoming":
        return "not_yet"
    return "valid" if outcomes.get("status") == "passed" else "unconfirmed"


def said_of(statement: Statement) -> Said:
    """Return what a statement says, as results show it."""
    none = Text("", "")
    return Said(
        statement.kind, statement.key, statement.number, statement.holder_name, statement.holder_code,
        statement.holder_kind, statement.title, statement.grade or none, statement.scope, statement.issuer,
        statement.granted_on, statement.valid_from, statement.valid_until, statement.synthetic,
    )  # fmt: skip


def masked(name: str) -> str:
    """Return a person's name as a public check shows it: the first letter stands, the rest does not.

    >>> masked("欧阳示例"), masked("李明")
    ('欧***', '李*')
    """
    return name[:1] + "*" * max(1, len(name) - 1)
