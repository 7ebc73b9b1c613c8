"""The record of an inspection on paper: what was found, who signed, and the digest that ties it to the signed file."""

import json
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst

from pinzhi.engine.casework.field_records import content_of
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.inspections.models import Inspection
from pinzhi.records.inspections.queries.records import frozen_of

_TEMPLATE = Path(__file__).parent / "record.typ"
_FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
_ONE_AT_A_TIME = threading.Lock()
_RESULTS = {
    "clean": "未发现问题　No problem found",
    "corrected": "发现问题，已当场改正　Problems, put right at once",
    "rectify": "发现问题，责令整改　Problems to be put right",
}
_PLACES = {
    "near": "在场　on site",
    "far": "离对象较远　far from it",
    "away": "不在本区市　outside the district",
    "fast": "位置可疑　doubtful place",
    "vague": "位置不准　vague place",
    "none": "无位置　no place",
}


def record_pdf(inspection: Inspection) -> bytes:
    """Return the record as a tagged PDF; the same record with the same signatures gives the same bytes."""
    inputs = {"data": json.dumps(_words(inspection), ensure_ascii=False)}
    at = inspection.frozen_at
    with _ONE_AT_A_TIME:
        made = _compiler().compile(
            format="pdf", sys_inputs=inputs, pdf_standards=["a-3a", "ua-1"], timestamp=int(at.timestamp()) if at else 0
        )
    if not isinstance(made, bytes):
        raise TypeError(f"the compiler gave {type(made)}")
    return made


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    return typst.Compiler(_TEMPLATE, font_paths=[_FONTS], ignore_system_fonts=True)


def _words(inspection: Inspection) -> dict[str, Any]:
    said = content_of(frozen_of(inspection))
    platform = rulebook().city.platform
    facts = [
        ("编号　Number", said["number"]),
        ("被检查单位　Inspected", f"{said['organisation']['name']}　{said['organisation']['code']}"),
        ("检查日期　Day", said["visited_on"]),
        ("检查人员　Inspectors", "、".join(f"{one['name']}（{one['code']}）" for one in said["members"])),
        ("抽取批次　Draw", said["draw"] or ""),
        ("检查表　Checklist", f"{said['checklist']['id']} {said['checklist']['edition']}"),
        ("结果　Result", _RESULTS.get(said["result"], said["result"])),
        ("专家意见　Advice", said.get("advice", "")),
    ]
    return {
        "title": "现场检查记录",
        "title_en": "Record of inspection",
        "plan": f"{said['plan']['zh']}　{said['plan']['en']}",
        "issuer": _both(platform),
        "demo": "演示　Demonstration" if said["synthetic"] else "",
        "facts": [{"label": label, "value": value} for label, value in facts if value],
        "items": [_item(number, one) for number, one in enumerate(said["items"], start=1)],
        "signatures": [
            {
                "name": f"{one.name}　{one.person}",
                "words": f"拒签，见证人 {one.witness}：{one.words}　Refused, witnessed" if one.refused else one.words,
                "at": one.at.astimezone().strftime("%Y-%m-%d %H:%M"),
            }
            for one in inspection.signatures.order_by("at")
        ],
        "digest": inspection.document_digest,
        "proof": inspection.proof,
        "key": inspection.key_id,
    }


def _item(number: int, one: dict[str, Any]) -> dict[str, Any]:
    place = _PLACES.get(one.get("place", "none"), "")
    taken = f"{one['taken_at'][:16].replace('T', ' ')}　{place}" if "taken_at" in one else ""
    photos = "、".join(photo["sha256"][:12] for photo in one["photos"])
    return {
        "number": str(number),
        "title": one["title"]["zh"],
        "title_en": one["title"]["en"],
        "answer": one["words"]["zh"],
        "conforms": one["conforms"],
        "note": one["note"],
        "small": "　".join(part for part in (taken, f"照片 {photos}" if photos else "") if part),
    }


def _both(text: Text) -> str:
    return f"{text.zh}　{text.en}"
