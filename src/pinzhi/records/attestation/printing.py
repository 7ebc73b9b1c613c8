"""Certificates on paper: a tagged PDF/A with the code to scan and the credential itself attached."""

import json
import threading
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pylopdf_fonts_zh_cn
import segno
import typst

from pinzhi.engine.attestation.credentials import KIND_TEXTS, statement_of
from pinzhi.engine.attestation.statements import Statement
from pinzhi.engine.texts import Text
from pinzhi.records.attestation.models import Credential
from pinzhi.records.attestation.queries.issuer import site_issuer
from pinzhi.records.catalog.rulebook import rulebook

if TYPE_CHECKING:
    from typst import PDFStandard  # stands in the stubs only

_TEMPLATE = Path(__file__).parent / "certificate.typ"
_FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
# A-3a keeps for good and may carry the attached credential; UA-1 can be read aloud.
STANDARDS: "list[PDFStandard]" = ["a-3a", "ua-1"]
CORRECTION = "M"  # restores 15% of the code: enough for a fold or a stamp, and still coarse enough to photograph
_ROOMY, _FEW = 260, 8  # characters and lines of facts that fit in the larger type
_QUIET = 4  # modules of white around the code (ISO/IEC 18004)
_SENTENCES: dict[str, Text] = {
    "honour": Text("被授予{title}", "has been given {title}"),
    "certificate": Text("经评审符合{title}的要求，特发此证。", "was assessed and meets the requirements of {title}."),
    "training_certificate": Text("参加{title}，考核合格，特发此证。", "attended {title} and passed its examination."),
    "appointment": Text("任{title}。", "holds the post of {title}."),
}
_ONE_AT_A_TIME = threading.Lock()


def certificate_pdf(credential: Credential) -> bytes:
    """Return the certificate of a credential; the same credential always gives the same bytes."""
    said = statement_of(json.loads(credential.document))
    inputs = {
        "data": json.dumps(_words(said), ensure_ascii=False),
        "code": code_svg(credential),
        "credential": credential.document,
    }
    with _ONE_AT_A_TIME:
        made = _compiler().compile(
            format="pdf", sys_inputs=inputs, pdf_standards=STANDARDS, timestamp=int(credential.signed_at.timestamp())
        )
    if not isinstance(made, bytes):
        raise TypeError(f"the compiler gave {type(made)}")
    return made


def code_link(credential: Credential) -> str:
    """Return what the code says: the address of the check, with the signed content behind #, which no server sees."""
    return f"{site_issuer().address}/verify#{credential.compact}"


def code_svg(credential: Credential) -> str:
    """Return the code as a drawing."""
    drawn = BytesIO()
    made = segno.make_qr(code_link(credential), error=CORRECTION, boost_error=False)
    made.save(drawn, kind="svg", border=_QUIET, scale=4, xmldecl=False)
    return drawn.getvalue().decode()


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    """Return the compiler of the template: making it reads the fonts, so that one is kept."""
    return typst.Compiler(_TEMPLATE, font_paths=[_FONTS], ignore_system_fonts=True)


def _words(said: Statement) -> dict[str, Any]:
    kind, platform, facts = KIND_TEXTS[said.kind], rulebook().city.platform, _facts(said)
    return {
        "title": f"{kind.zh} {said.number}",
        "description": f"{said.title.zh} {said.holder_name}",
        "number": said.number,
        "kind": _both(kind),
        "platform": _both(platform),
        "demo": _both(Text("演示", "Demonstration") if said.synthetic else Text("", "")),
        "holder": said.holder_name,
        "sentence": _both(_SENTENCES[said.kind], title=said.title),
        "grade": _both(said.grade or Text("", "")),
        "facts": [{"label": _both(label), "value": _both(value)} for label, value in facts],
        "dense": sum(len(value.zh) + len(value.en) // 2 for _label, value in facts) > _ROOMY or len(facts) > _FEW,
        "issuer": _both(said.issuer),
        "granted": _both(_long_day(said)),
        "code_alt": f"查证码，编号 {said.number}。Code to check certificate {said.number}.",
        "check": _both(Text("扫码查证，或到这个网址输入编号", "Scan to check, or type the number at")),
        "check_address": f"{site_issuer().address}/verify",
    }


def _facts(said: Statement) -> list[tuple[Text, Text]]:
    until = f"{said.valid_from} 至 {said.valid_until}" if said.valid_until else f"{said.valid_from} 起"
    until_en = f"{said.valid_from} to {said.valid_until}" if said.valid_until else f"from {said.valid_from}"
    facts = [
        (Text("证书编号", "Number"), Text(said.number, "")),
        (Text("统一社会信用代码", "Credit code"), Text(said.holder_code, "")),
        (Text("范围", "Scope"), said.scope),
        (Text("依据", "Basis"), Text(said.basis, "")),
        *((Text(label, ""), Text(mark, "")) for label, mark in said.marks),
        (Text("有效期", "Term"), Text(until, until_en)),
    ]
    return [(label, value) for label, value in facts if value.zh]


def _long_day(said: Statement) -> Text:
    day = said.granted_on
    return Text(f"{day.year} 年 {day.month} 月 {day.day} 日", day.isoformat())


def _both(text: Text, **facts: Text) -> dict[str, str]:
    """Return a text as the template takes it, with texts put into its places."""
    zh = text.zh.format(**{name: fact.zh for name, fact in facts.items()}) if facts else text.zh
    en = text.en.format(**{name: fact.en or fact.zh for name, fact in facts.items()}) if facts else text.en
    return {"zh": zh, "en": en}
