"""The frozen record of an inspection: is it what was signed, what became of its findings, the file to take home."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from pinzhi.engine.casework.field_records import Frozen, content_of, is_genuine
from pinzhi.engine.signatures import key_text
from pinzhi.engine.texts import Text
from pinzhi.records import signing
from pinzhi.records.casework.models import Case
from pinzhi.records.casework.queries.desk import CaseLine, lines
from pinzhi.records.inspections.models import Inspection
from pinzhi.records.inspections.queries.visits import answer_words
from pinzhi.records.inspections.rules import checklist_of

PURPOSE = "attestation"


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding with the case it became, as it stands today."""

    item: Text
    case: CaseLine


@dataclass(frozen=True, slots=True)
class LateLine:
    """A record, or a photo by its id and name, that came after the record was handed in."""

    item: Text
    words: Text
    note: str
    name: str
    received_at: datetime
    photo: int | None = None


def frozen_of(inspection: Inspection) -> Frozen:
    """Return the record as it was handed in."""
    return Frozen(inspection.document, inspection.document_digest, inspection.proof)


def is_genuine_record(inspection: Inspection) -> bool:
    """Tell whether the record is, to the byte, what the house signed."""
    return is_genuine(frozen_of(inspection), [one.public for one in signing.public_keys(PURPOSE)])


def signed_file(inspection: Inspection) -> bytes:
    """Return the record with its proof and all signatures, as a file that anybody can check with the public key."""
    key = next((one for one in signing.public_keys(PURPOSE) if one.id == inspection.key_id), None)
    content = {
        "record": content_of(frozen_of(inspection)),
        "sha256": inspection.document_digest,
        "canonical": "RFC 8785",
        "proof": {
            "type": "Ed25519",
            "key": inspection.key_id,
            "public": key_text(key.public) if key else None,
            "signature": inspection.proof,
        },
        "signatures": [
            {"role": one.role, "person": one.person, "name": one.name, "refused": one.refused, "words": one.words,
             "witness": one.witness, "sha256": one.digest, "at": one.at.isoformat()}
            for one in inspection.signatures.order_by("at")
        ],
    }  # fmt: skip
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def finding_lines(inspection: Inspection, on: date) -> tuple[FindingLine, ...]:
    """Return the findings with their cases, in the order in which they were raised."""
    found = list(inspection.findings.order_by("pk").values_list("item", "case_id"))
    cases = list(Case.objects.filter(pk__in=[case for _item, case in found]))
    shown = dict(zip((one.pk for one in cases), lines(cases, on), strict=True))
    items = checklist_of(inspection).items
    return tuple(FindingLine(items[item].title, shown[case]) for item, case in found)


def late_lines(inspection: Inspection) -> tuple[LateLine, ...]:
    """Return what came after the record was handed in and is kept beside it, in the order in which it came."""
    items = checklist_of(inspection).items
    said = [
        LateLine(items[one.item].title, answer_words(items[one.item], one.answer), one.note, one.name, one.received_at)
        for one in inspection.captures.filter(standing="late")
    ]
    shown = [
        LateLine(items[one.item].title, Text("", ""), one.name, "", one.received_at, one.pk)
        for one in inspection.photos.filter(is_late=True)
    ]
    return tuple(sorted([*said, *shown], key=lambda one: one.received_at))
