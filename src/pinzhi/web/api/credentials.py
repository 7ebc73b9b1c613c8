"""Credentials for programs: one by its code, and the check of anything presented."""

import json
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router

from pinzhi.engine.attestation.presented import presented
from pinzhi.engine.attestation.reports import Report
from pinzhi.records.attestation.queries.checking import by_code, check
from pinzhi.records.attestation.queries.credentials import credential
from pinzhi.web.access import moment
from pinzhi.web.api import credential_shapes as shapes
from pinzhi.web.api.shapes import Problem

router = Router(tags=["credentials"])
REFUSALS: dict[Any, Any] = dict.fromkeys((400, 401, 404, 422, 429), Problem)
CODE = r"^[0-9a-z]{1,32}$"


@router.get(
    "/credentials/{code}",
    response={200: shapes.IssuedCredential, **REFUSALS},
    operation_id="get_credential",
    summary="An issued credential with its state now",
)
def one(request: HttpRequest, code: Annotated[str, Path(max_length=32, pattern=CODE)]) -> Any:
    """Return the signed document and what a check of it finds now."""
    kept = credential(code)
    report = by_code(code, moment())
    return {"document": json.loads(kept.document), "code": kept.compact, "check": _report(report) if report else None}


@router.post(
    "/verifications",
    response={200: shapes.Checked, **REFUSALS},
    operation_id="verify",
    summary="Check a number, a link, the code of a certificate, or a credential",
)
def verify(request: HttpRequest, given: shapes.Presented) -> Any:
    """Return a report for each thing found; what cannot be read at all is a 400 that says why."""
    return {"reports": [_report(report) for report in check(presented(given.text), moment())]}


def _report(report: Report) -> dict[str, Any]:
    """Return a report as programs read it; names of persons are left out, as nobody needs them from here."""
    told, standing = report.said, report.standing
    is_person = told is not None and (told.holder_kind == "person" or told.kind in shapes.PERSONAL)
    return {
        "verdict": report.verdict,
        "on": report.on,
        "at": report.at,
        "credential": report.code,
        "checks": [
            {"name": check.name, "outcome": check.outcome, "reason_zh": check.reason.zh, "reason_en": check.reason.en}
            for check in report.checks
        ],
        "kind": told.kind if told else "",
        "number": told.number if told else "",
        "holder": "" if told is None or is_person else told.holder,
        "title_zh": told.title.zh if told else "",
        "granted_on": told.granted_on if told else None,
        "valid_until": told.valid_until if told else None,
        "state_since": standing.since if standing else None,
        "replaced_by": standing.replaced_by if standing else "",
        "synthetic": bool(told and told.synthetic),
    }
