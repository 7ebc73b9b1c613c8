"""A check's report as a page shows it: the finding in word, shape and colour, then what was looked at."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from pinzhi.engine.attestation.credentials import KIND_TEXTS
from pinzhi.engine.attestation.reports import Check, Report, Said, masked
from pinzhi.engine.catalog.certificates import parse_certificate_number
from pinzhi.engine.errors import BadIdentifier
from pinzhi.engine.texts import Text
from pinzhi.web.addresses import address_of
from pinzhi.web.language import dated, in_english, said

# Colour and shape of each finding; the word stands beside it always.
TONES = {
    "valid": "ok", "suspended": "stop", "withdrawn": "bad", "cancelled": "past", "replaced": "past",
    "expired": "past", "not_yet": "wait", "unconfirmed": "wait", "refused": "bad", "unknown": "wait",
}  # fmt: skip
SHAPES = {"passed": "ok", "failed": "bad", "not_checked": "wait"}
PERSONAL = frozenset({"training_certificate", "appointment"})


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the certificate; ``language`` marks a value that is not in the language of the page."""

    label: str
    value: str
    language: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """The term as a bar, in shares of a hundred; ``left`` says how long it still runs."""

    first: str
    last: str
    elapsed: int
    left: str


@dataclass(frozen=True, slots=True)
class Looked:
    """One check as a line."""

    title: str
    outcome: str
    shape: str
    reason: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Everything that the page of a check shows."""

    verdict: str
    tone: str
    word: str
    advice: str
    checked_at: str
    holder: str
    holder_language: str
    claimed: bool
    facts: list[Fact]
    history: list[Fact]
    term: Term | None
    parts: list[tuple[str, str]]
    looked: list[Looked]
    credential: str
    newer: str
    synthetic: bool


def finding(report: Report) -> Finding:
    """Return a report ready to show; names of persons are masked, whoever presents them."""
    told = report.said
    credential = "" if report.verdict in ("refused", "unknown") or _is_personal(told) else report.code
    return Finding(
        verdict=report.verdict,
        tone=TONES[report.verdict],
        word=said(report.words),
        advice=said(report.advice),
        checked_at=f"{report.on:%Y-%m-%d} {timezone.localtime(report.at):%H:%M}",
        holder=_holder(told) if told else "",
        holder_language=_language(told.holder) if told else "",
        claimed=report.verdict == "refused",
        facts=_facts(told) if told else [],
        history=_history(report),
        term=_term(told, report) if told and report.verdict != "refused" else None,
        parts=_parts(told.number) if told and told.kind == "certificate" else [],
        looked=[_looked(one) for one in report.checks],
        credential=credential,
        newer=report.standing.replaced_by if report.standing and not _is_personal(told) else "",
        synthetic=bool(told and told.synthetic),
    )


def _is_personal(told: Said | None) -> bool:
    return told is not None and (told.holder_kind == "person" or told.kind in PERSONAL)


def _holder(told: Said) -> str:
    return masked(told.holder) if _is_personal(told) else told.holder


def _facts(told: Said) -> list[Fact]:
    register = address_of("certificate", told.key) if told.kind == "certificate" and told.key else ""
    kind = said(KIND_TEXTS[told.kind]) if told.kind in KIND_TEXTS else ""
    facts = [
        Fact(_("证书编号"), told.number, address=register),
        Fact(pgettext("certificate", "种类"), kind),
        _fact(pgettext("certificate", "名称"), told.title),
        _fact(_("等级"), told.grade),
        _fact(_("范围"), told.scope),
        _fact(_("颁发"), told.issuer),
        Fact(_("信用代码"), "" if _is_personal(told) else told.holder_code),
        Fact(_("颁发日期"), dated(told.granted_on)),
    ]
    return [one for one in facts if one.value]


def _fact(label: str, text: Text) -> Fact:
    value = said(text) or text.zh
    return Fact(label, value, _language(value))


def _language(value: str) -> str:
    """Return the language to mark a value with: Chinese on an English page."""
    return "zh-Hans" if in_english() and any("\u3400" <= letter <= "\u9fff" for letter in value) else ""


def _history(report: Report) -> list[Fact]:
    standing = report.standing
    if standing is None or report.verdict in ("valid", "refused"):
        return []
    facts = [
        Fact(pgettext("since", "从"), dated(standing.since)),
        Fact(_("原因"), standing.ground, _language(standing.ground)),
    ]
    return [one for one in facts if one.value]


def _term(told: Said, report: Report) -> Term | None:
    on, first, last = report.on, told.valid_from or told.granted_on, told.valid_until
    if last is None or last < first:
        return None
    elapsed = min(100, max(0, 100 * (on - first).days // max(1, (last - first).days)))
    days = (last - on).days
    left = ""
    if report.verdict == "valid":
        left = ngettext("还有 %(days)s 天到期", "还有 %(days)s 天到期", days) % {"days": days}
    return Term(dated(first), dated(last), elapsed, left)


def _parts(number: str) -> list[tuple[str, str]]:
    """Return the parts of a number of the usual form, each with what it says; other forms say nothing."""
    try:
        parts = parse_certificate_number(number)
    except BadIdentifier:
        return []
    sizes = {"S": _("小型"), "M": _("中型"), "L": _("大型")}
    return [
        (parts.body, pgettext("number", "机构")),
        (f"{parts.year % 100:02d}", pgettext("number", "年份")),
        (parts.letters, pgettext("number", "体系")),
        (parts.serial, pgettext("number", "流水号")),
        (f"R{parts.cycle}", _("初次认证") if parts.cycle == 0 else _("第 {cycle} 次再认证").format(cycle=parts.cycle)),
        (parts.size, sizes[parts.size]),
    ]


def _looked(check: Check) -> Looked:
    words = {"passed": _("通过"), "failed": _("没有通过"), "not_checked": _("没有查")}
    return Looked(said(check.title), words[check.outcome], SHAPES[check.outcome], said(check.reason))
