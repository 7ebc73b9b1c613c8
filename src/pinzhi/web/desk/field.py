"""The inspector's phone: the checklist on site, with or without a network or scripts, and what phones send."""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import datetime
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from pinzhi.engine.errors import BadInput, NotFound, PinzhiError
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.accounts.sealing import device_keys
from pinzhi.records.inspections.actions.capturing import Claim, Said, choose, sync
from pinzhi.records.inspections.actions.photos import add_photo
from pinzhi.records.inspections.queries import visits
from pinzhi.records.storage import Sent
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.field_words import words_of_phone
from pinzhi.web.errors import problem, status_of
from pinzhi.web.language import said
from pinzhi.web.photos import photo_answer

ASSETS = (
    "css/tokens.css", "css/base.css", "css/field.css", "js/field.js", "js/field-send.js", "js/field-store.js",
    "img/favicon.svg",
)  # fmt: skip
SHEET = "X-Pinzhi-Sheet"  # of the one page that the service worker keeps


def field_page(request: HttpRequest, number: str) -> HttpResponse:
    """Show the checklist as it is filled in on site; without scripts it is one long form."""
    actor = access.actor(request)
    inspection = visits.inspection_for(actor, number)
    lines = visits.item_lines(inspection)
    context = {
        "inspection": inspection,
        "title": said(visits.KINDS[inspection.kind]),
        "lines": lines,
        "plan": (inspection.plan.title_en if get_language() == "en" else inspection.plan.title_zh),
        "asked": sum(1 for line in lines if line.beside),
        "phone": phone_of(actor, number)
        | {
            "worker": "/desk/inspections/sw.js",
            "items": [_item(line) for line in lines],
            "words": words_of_phone(),
        },
    }
    answer = render(request, "desk/inspections/field.html", context)
    answer.headers[SHEET] = "open"
    return answer


def phone_of(actor: Actor, number: str) -> dict[str, Any]:
    """Return what a device needs to know of an inspection, with the keys that its store is sealed by."""
    keys = device_keys(purpose="inspections", about=f"{actor.key}/{number}")
    return {
        "number": number,
        "account": actor.key,
        "here": f"/desk/inspections/{number}",
        "keys": [b64encode(key).decode() for key in keys],
    }


@require_POST
@guard("desk")
def save(request: HttpRequest, number: str) -> HttpResponse:
    """Take a whole form, from a page without scripts: what was changed since it was shown, and its photos."""
    actor, when = access.actor(request), access.moment()
    inspection = visits.inspection_for(actor, number)
    claim = Claim(when.at)
    rows = list(_changed(request, visits.item_lines(inspection), claim))
    done = sync(actor=actor, number=number, said=rows, device_now=when.at, when=when)
    refusals = [one.refusal for one in done if one.refusal is not None]
    for item in request.FILES:
        for file in request.FILES.getlist(item):
            try:
                add_photo(
                    actor=actor, number=number, key=token_hex(16), item=str(item).removeprefix("p-"),
                    sent=Sent(file.name or "", file.chunks(), file.size), digest="", claim=claim,
                    device_now=when.at, when=when,
                )  # fmt: skip
            except PinzhiError as refusal:
                refusals.append(refusal)
    for one in refusals:
        messages.error(request, one.text.in_language(get_language() or ""))
    count = len(done) - sum(1 for one in done if one.refusal is not None)
    messages.success(request, ngettext("已保存 %(n)s 项。", "已保存 %(n)s 项。", count) % {"n": count})
    return redirect("desk:inspection", number=number)


@require_safe
def state(request: HttpRequest, number: str) -> JsonResponse:
    """Tell a phone what stands on the server, the server's time, and the token that its next post takes."""
    actor = access.actor(request)
    if not actor.is_signed_in:
        return _signed_out()
    try:
        inspection = visits.inspection_for(actor, number)
        visits.require_recorder(actor, inspection)
    except PinzhiError as refusal:
        return _problem(refusal)
    answer = JsonResponse(
        {
            "account": actor.key,
            "token": get_token(request),
            "now": access.now().isoformat(),
            "state": inspection.state,
            "items": [_item(line) for line in visits.item_lines(inspection)],
        }
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@require_POST
def sync_phone(request: HttpRequest, number: str) -> JsonResponse:
    """Take records of a phone and tell of each what became of it; the same records again change nothing."""
    actor = access.actor(request)
    if not actor.is_signed_in:
        return _signed_out()
    try:
        content = _json(request)
        rows, unread = _rows(content.get("records"))
        device_now = _moment(content.get("device_now"))
        done = sync(actor=actor, number=number, said=rows, device_now=device_now, when=access.moment())
    except PinzhiError as refusal:
        return _problem(refusal)
    results = [
        {"key": one.key, "outcome": one.outcome, "version": one.version,
         "words": one.refusal.text.in_language(get_language() or "") if one.refusal else ""}
        for one in done
    ]  # fmt: skip
    return JsonResponse({"results": results + unread})


@require_POST
def photo(request: HttpRequest, number: str) -> JsonResponse:
    """Take one photo of a phone."""
    actor = access.actor(request)
    if not actor.is_signed_in:
        return _signed_out()
    given, file = request.POST, request.FILES.get("photo")
    try:
        if file is None:
            raise BadInput("inspections.photo.none", "没有收到照片。", "No photo arrived.")
        kept = add_photo(
            actor=actor, number=number, key=given.get("key", ""), item=given.get("item", ""),
            sent=Sent(file.name or "", file.chunks(), _size(given.get("size", ""))), digest=given.get("sha256", ""),
            claim=_claim(given), device_now=_moment(given.get("device_now")), when=access.moment(),
        )  # fmt: skip
    except PinzhiError as refusal:
        return _problem(refusal)
    return JsonResponse({"key": kept.key, "photo": kept.pk})


@require_safe
@guard("desk")
def photo_file(request: HttpRequest, number: str, photo_id: int, size: str = "") -> HttpResponseBase:
    """Show a photo of an inspection, or a small picture of it, to who may see the inspection."""
    inspection = visits.inspection_for(access.actor(request), number)
    kept = inspection.photos.filter(pk=photo_id).first()
    if kept is None:
        raise NotFound("inspections.photo.gone", "没有这张照片。", "There is no such photo.")
    return photo_answer(kept.digest, kept.name, size)


@require_POST
@guard("desk")
def choose_record(request: HttpRequest, number: str) -> HttpResponse:
    """Let one of two records of an item stand."""
    choose(
        actor=access.actor(request), number=number, capture_id=_whole(request.POST.get("capture", "")),
        when=access.moment(),
    )  # fmt: skip
    messages.success(request, gettext("已选定。另一条也留着，可以查。"))
    return redirect("desk:inspection", number=number)


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Return the service worker: it keeps the checklists that were opened, and nothing else, for want of a network."""
    answer = render(
        request, "desk/inspections/sw.js", {"assets": json.dumps([static(name) for name in ASSETS])},
        content_type="text/javascript; charset=utf-8",
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _changed(request: HttpRequest, lines: tuple[visits.ItemLine, ...], claim: Claim) -> Iterator[Said]:
    """Yield the items whose answer or words are others than those that stand."""
    for line in lines:
        name = line.item.id
        if f"base-{name}" not in request.POST:
            continue
        answer, words = (request.POST.get(f"{part}-{name}", "").strip() for part in "an")
        if (answer, words) != (line.answer, line.note):
            yield Said(token_hex(16), name, _whole(request.POST[f"base-{name}"]), answer, words, claim)


def _item(line: visits.ItemLine) -> dict[str, Any]:
    return {
        "id": line.item.id,
        "title": said(line.item.title),
        "answer": line.answer,
        "words": said(line.words),
        "note": line.note,
        "version": line.version,
        "asked": bool(line.beside),
        "photos": [one.key for one in line.photos],
    }


def _json(request: HttpRequest) -> Mapping[str, Any]:
    if len(request.body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise BadInput("inspections.sync.large", "一次传得太多，分几次传。", "Too much at once; send it in parts.")
    try:
        content = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise BadInput("inspections.sync.json", "传来的不是 JSON。", "What was sent is no JSON.") from error
    if not isinstance(content, dict):
        raise BadInput("inspections.sync.json", "传来的不是 JSON。", "What was sent is no JSON.")
    return content


def _rows(sent: object) -> tuple[list[Said], list[dict[str, object]]]:
    """Read records; one that cannot be read is told by its key and the others are taken."""
    rows: list[Said] = []
    unread: list[dict[str, object]] = []
    for one in sent if isinstance(sent, list) else []:
        row = one if isinstance(one, dict) else {}
        try:
            key, item = str(row.get("key", "")), str(row.get("item", ""))
            base = row.get("based_on", 0)
            rows.append(
                Said(key, item, base if isinstance(base, int) else -1, str(row.get("answer", "")).strip(),
                     str(row.get("note", "")).strip(), _claim(row))
            )  # fmt: skip
        except PinzhiError as refusal:
            words = refusal.text.in_language(get_language() or "")
            unread.append({"key": str(row.get("key", "")), "outcome": "refused", "version": 0, "words": words})
    return rows, unread


def _claim(given: Mapping[str, Any]) -> Claim:
    return Claim(
        _moment(given.get("taken_at")),
        _number(given.get("latitude")),
        _number(given.get("longitude")),
        _number(given.get("accuracy_m")),
    )


def _moment(value: object) -> datetime:
    try:
        found = datetime.fromisoformat(str(value))
        if found.tzinfo is None or not 1971 <= found.year <= 9000:
            raise ValueError("no offset, or a year beyond what can be reckoned with")
    except ValueError as error:
        raise BadInput(
            "inspections.moment",
            "时间“{found}”应像 2024-01-04T10:12:36+08:00。",
            "The time “{found}” should be like 2024-01-04T10:12:36+08:00.",
            found=str(value)[:40],
        ) from error
    return found


def _number(value: object) -> float | None:
    if value in (None, ""):
        return None
    try:
        found = float(str(value))
    except ValueError:
        found = float("nan")
    if found != found or abs(found) > 1e9:  # not a number is unlike itself
        raise BadInput("inspections.number", "“{found}”不是数。", "“{found}” is no number.", found=str(value)[:40])
    return found


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _size(text: str) -> int | None:
    return _whole(text) or None


def _problem(refusal: PinzhiError) -> JsonResponse:
    return problem(
        status_of(refusal), code=refusal.code, detail=refusal.text.in_language(get_language() or "")
    )  # fmt: skip


def _signed_out() -> JsonResponse:
    return problem(403, code="inspections.signed_out", detail=gettext("请先登录；没有传的都还在这部手机里。"))
