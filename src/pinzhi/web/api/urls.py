"""Addresses of the API, its description and its refusals."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Swagger
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from pinzhi.engine.errors import PinzhiError
from pinzhi.web.api.catalog import router
from pinzhi.web.api.credentials import router as credentials
from pinzhi.web.api.figures import router as figures
from pinzhi.web.api.reports import router as reports
from pinzhi.web.errors import problem, status_of


class DescribedAPI(NinjaAPI):
    """An API that says of its refusals what they are: problem documents."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, response in operation["responses"].items():
                    if int(status) >= 400 and "content" in response:
                        response["content"] = {"application/problem+json": response["content"]["application/json"]}
        return schema


api = DescribedAPI(
    title="Pinzhi 品质",
    version="1",
    description="The public catalogue of a city's quality programmes: what the pages show, for programs. "
    "Refusals are problem details (RFC 9457). Every answer has an ETag; ask again with If-None-Match. "
    "A key (`Authorization: Bearer pz_…`) raises the limit of calls.",
    docs=Swagger(settings={"persistAuthorization": False}),
    openapi_extra={
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "Optional; made at /desk/account."}
            }
        },
        "security": [{}, {"bearer": []}],
    },
)
api.add_router("", router)
api.add_router("", credentials)
api.add_router("", figures)
api.add_router("", reports)


@api.exception_handler(PinzhiError)
def refused(request: HttpRequest, error: PinzhiError) -> HttpResponse:
    """Answer a refusal of ours."""
    sentence = error.text.in_language(get_language() or "")
    return problem(status_of(error), code=error.code, detail=sentence, facts=error.facts)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer a request whose parameters break their shape, naming each."""
    faults = {".".join(str(part) for part in fault["loc"][1:]): fault["msg"] for fault in error.errors}
    names = ", ".join(sorted(faults))
    return problem(422, code="api.parameters", detail=_("这些参数不对：%s。") % names, facts=dict(faults))


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Http404) -> HttpResponse:
    """Answer an address that is not there."""
    return problem(404, code="web.404", detail=_("这个地址没有内容。"))


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer what the framework refuses (a method, a body)."""
    return problem(error.status_code, code=f"web.{error.status_code}", detail=str(error))
