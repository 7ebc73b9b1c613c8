"""Problems handed over by other systems, signed (Standard Webhooks 1.0.0)."""

from typing import Annotated, Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from ninja import Path, Router
from ninja.errors import ValidationError
from pydantic import ValidationError as BadShape

from pinzhi.engine.errors import BadInput
from pinzhi.engine.webhooks import ID, SIGNATURE, TIMESTAMP, signed_by
from pinzhi.records.casework.actions import sources
from pinzhi.web.access import moment
from pinzhi.web.api.report_shapes import HandedOver, TakenIn
from pinzhi.web.api.shapes import Problem

router = Router(tags=["cases"])
REFUSALS: dict[Any, Any] = dict.fromkeys((400, 401, 403, 404, 422, 429), Problem)
LONGEST = 200_000  # bytes of a body
KEY = r"^[0-9a-f]{12}$"
_HEADERS = [
    {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
    for name in (ID, TIMESTAMP, SIGNATURE)
]


@router.post(
    "/sources/{source}/reports",
    response={200: TakenIn, **REFUSALS},
    operation_id="hand_over_problem",
    summary="Hand over a problem that a system found; sent again it is the same case",
    openapi_extra={
        "parameters": _HEADERS,
        "requestBody": {"required": True, "content": {"application/json": {"schema": HandedOver.model_json_schema()}}},
    },
)
def hand_over(request: HttpRequest, source: Annotated[str, Path(max_length=12, pattern=KEY)]) -> Any:
    """Open a case through the act that opens every other; the message's id names it."""
    when, body = moment(), _body(request)
    message = sources.verified(source, signed_by(request.headers), body, when)
    try:
        given = HandedOver.model_validate_json(body)
    except BadShape as odd:
        faults = [{"loc": ("body", *fault["loc"]), "msg": fault["msg"]} for fault in odd.errors()]
        raise ValidationError(faults) from odd
    number = sources.hand_over(message, kind=given.kind, values=given.values, district=given.district, when=when)
    return {"number": number}


def _body(request: HttpRequest) -> bytes:
    try:
        body = request.body
    except RequestDataTooBig:
        body = b" " * (LONGEST + 1)
    if len(body) > LONGEST:
        raise BadInput("api.body", "正文最大 {longest} 字节。", "A body has at most {longest} bytes.", longest=LONGEST)
    return body
