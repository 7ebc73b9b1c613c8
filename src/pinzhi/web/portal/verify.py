"""Check a certificate: by number, link, code, file or picture; and the documents that let anybody check without us."""

import json
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pinzhi.engine.attestation.presented import Presented, PresentedNumber, presented
from pinzhi.engine.attestation.scans import LONGEST_BYTES, presented_file
from pinzhi.engine.errors import BadInput, NotFound
from pinzhi.engine.signatures import key_text, sha256
from pinzhi.records.accounts import keys as calls
from pinzhi.records.attestation.printing import certificate_pdf, code_svg
from pinzhi.records.attestation.queries.checking import by_code, check
from pinzhi.records.attestation.queries.credentials import credential as credential_of
from pinzhi.records.attestation.queries.dumps import dump_file, dumps
from pinzhi.records.attestation.queries.keys import site_key_document, site_keys
from pinzhi.records.attestation.queries.status_lists import FRESH_S, published_list
from pinzhi.web.access import address_key, moment, now
from pinzhi.web.portal.verify_words import finding

VC = "application/vc"  # W3C VC Data Model 2.0, C.1
LOOKS_PER_MINUTE = 40  # files and pictures from one network address: each may cost a second of a processor


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, number: str = "") -> HttpResponse:
    """Show the page of the check, and under it what a check found."""
    if request.method == "POST":
        return _checked(request)
    asked = request.GET.get("q", "").strip()
    if asked and not number:
        return redirect("portal:verify-number", asked) if _is_number(asked) else _page(request, asked=asked)
    return _page(request, asked=number)


def _checked(request: HttpRequest) -> HttpResponse:
    """Check what was sent: a file, or text in the box."""
    sent, text = request.FILES.get("file"), request.POST.get("text", "").strip()
    try:
        if sent is not None:
            _require_calm(request)
            if (sent.size or 0) > LONGEST_BYTES:
                raise BadInput(
                    "attestation.upload",
                    "文件超过 {limit} MB。请只传证书本身。",
                    "The file is larger than {limit} MB. Send the certificate alone.",
                    limit=LONGEST_BYTES >> 20,
                )
            return _page(request, given=presented_file(sent.read()), name=sent.name or "")
        if not text:
            raise BadInput(
                "attestation.nothing",
                "请输入编号，或选一个文件，或粘贴凭证。",
                "Type a number, choose a file or paste a credential.",
            )
        return _page(request, given=presented(text), asked=text if len(text) < 60 else "")
    except BadInput as problem:
        return _page(request, problem=problem, asked=text if len(text) < 60 else "")


def _page(
    request: HttpRequest,
    *,
    asked: str = "",
    given: Presented | None = None,
    name: str = "",
    problem: BadInput | None = None,
) -> HttpResponse:
    if given is None and problem is None and asked:
        try:
            given = presented(asked)
        except BadInput as refusal:
            problem = refusal
    reports = check(given, moment()) if given is not None else ()
    context = {
        "asked": asked,
        "name": name,
        "findings": [finding(one) for one in reports],
        "problem": problem.text if problem else None,
        "here": "verify",
    }
    response = render(request, "portal/verify/page.html", context, status=400 if problem else 200)
    response["Cache-Control"] = "no-store"  # a state is told as of a moment, and is somebody's
    return response


def _is_number(text: str) -> bool:
    try:
        return isinstance(presented(text), PresentedNumber)
    except BadInput:
        return False


def _require_calm(request: HttpRequest) -> None:
    if calls.count_call(f"look:{address_key(request)}"[:64], LOOKS_PER_MINUTE, now()) < 0:
        raise BadInput(
            "attestation.often",
            "这一分钟传得太多了。请等一分钟，或改用编号查。",
            "That was a lot within a minute. Wait a minute, or look numbers up instead.",
        )


@require_safe
def credential(request: HttpRequest, code: str) -> HttpResponse:
    """Show an issued credential: its state today, and its forms to keep."""
    report = by_code(code, moment())
    if report is None:
        credential_of(code)  # says that there is none
        raise AssertionError(code)
    context = {
        "found": finding(report),
        "code": code,
        "here": "verify",
        "crumbs": [(reverse("portal:verify"), _("查证")), ("", report.said.number if report.said else code)],
    }
    response = render(request, "portal/verify/credential.html", context)
    response["Cache-Control"] = "no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def credential_file(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """Give a credential out: the signed JSON, the PDF to print, or the code as a drawing."""
    kept = credential_of(code)
    if form == "json":
        return _open(HttpResponse(kept.document.encode(), content_type=VC), code, "json")
    if form == "pdf":
        return _open(HttpResponse(certificate_pdf(kept), content_type="application/pdf"), code, "pdf")
    if form == "svg":
        return _open(HttpResponse(code_svg(kept), content_type="image/svg+xml"), code, "svg")
    raise NotFound("attestation.form", "没有这种格式。", "There is no such format.")


def _open(response: HttpResponse, code: str, form: str) -> HttpResponse:
    """Let other sites read it, and keep search engines away: it is found by who holds it."""
    response["Content-Disposition"] = f'{"inline" if form != "json" else "attachment"}; filename="{code}.{form}"'
    response["Access-Control-Allow-Origin"] = "*"
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "public, max-age=86400"
    return response


@require_safe
def status_list(request: HttpRequest, name: str) -> HttpResponse:
    """Give a status list out; a copy that is still the same is not sent again."""
    found = published_list(name, moment())
    if request.headers.get("If-None-Match", "") == found.tag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(found.content, content_type=VC)
    response["ETag"] = found.tag
    response["Cache-Control"] = f"public, max-age={FRESH_S}"
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def key_document(request: HttpRequest) -> HttpResponse:
    """Give out the key document, for did:web and for checks without the network."""
    body = json.dumps(site_key_document(), ensure_ascii=False, indent=1)
    response = HttpResponse(body, content_type="application/json")
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = f"public, max-age={FRESH_S}"
    return response


@require_safe
def dump_list(request: HttpRequest) -> HttpResponse:
    """Show the dumps of the register to fetch, newest first."""
    context = {"dumps": dumps(), "here": "verify"}
    context["crumbs"] = [(reverse("portal:verify"), _("查证")), ("", _("登记转储"))]
    return render(request, "portal/verify/dumps.html", context)


@require_safe
def dumped(request: HttpRequest, day: str, name: str) -> FileResponse:
    """Give a file of a dump out."""
    file = dump_file(day, name)
    response = FileResponse(
        file.open("rb"), content_type="application/json" if name.endswith(".json") else "application/gzip"
    )
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "public, max-age=86400"
    return response


@require_safe
def key_list(request: HttpRequest) -> HttpResponse:
    """Show the keys to people, with fingerprints to compare by telephone."""
    known = site_keys()
    rows: list[dict[str, Any]] = [
        {
            "name": one.id.rpartition("#")[2],
            "text": key_text(one.public),
            "print": " ".join(sha256(one.public).hex()[place : place + 4] for place in range(0, 32, 4)),
            "since": one.since,
            "until": one.until,
        }
        for one in reversed(known.keys)
    ]
    context = {"rows": rows, "issuer": known, "here": "verify"}
    context["crumbs"] = [(reverse("portal:verify"), _("查证")), ("", _("签发密钥"))]
    return render(request, "portal/verify/keys.html", context)
