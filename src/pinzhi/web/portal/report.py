"""The public's door on pages: report a problem, ask how it stands, read what was answered."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from pinzhi.engine.errors import NotFound, PinzhiError
from pinzhi.records.accounts.keys import count_call, seconds_left
from pinzhi.records.casework.actions.reporting import MOST_PHOTOS, report_problem
from pinzhi.records.casework.queries import public
from pinzhi.web import access
from pinzhi.web.language import said
from pinzhi.web.pages import page_number, pager
from pinzhi.web.portal.report_form import ReportForm

REPORTS_PER_MINUTE = 5
LOOKS_PER_MINUTE = 10
LOOKS_AT_ONE = 5  # a minute and number: ten thousand endings of a phone are not tried out in a night
SENT = "reported"  # in the session: what this visitor sent last


class LookForm(forms.Form):
    """The number of a report, and the last digits of the phone given or the receipt's code."""

    number = forms.CharField(
        label=gettext_lazy("编号"), max_length=24, widget=forms.TextInput(attrs={"autocapitalize": "characters"})
    )
    digits = forms.CharField(
        label=gettext_lazy("手机号后四位，或回执上的查询码"), max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """Offer the kinds of things to report, and to ask for what was reported."""
    context = {"kinds": public.door_types(), "look": LookForm(auto_id="look_%s"), **_here("")}
    return render(request, "portal/report/kinds.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def report_kind(request: HttpRequest, kind: str) -> HttpResponse:
    """Show the form of one kind; POST looks for a place, or reports."""
    held = public.door_type(kind)
    form = ReportForm(held, request)
    finds = request.method == "POST" and "find" in request.POST
    if request.method == "POST" and not finds and form.is_valid() and _may_report(request, form):
        try:
            receipt = report_problem(actor=access.actor(request), report=form.report(), when=access.moment())
        except PinzhiError as refusal:
            form.add_error(None, said(refusal.text))
        else:
            request.session[SENT] = [receipt.number, receipt.code, bool(form.cleaned_data["phone"])]
            return redirect("portal:reported")
    words = request.POST.get("place", "") if finds else ""
    context = {
        "kind": held,
        "form": form,
        "errors": {} if finds else form.errors,
        "has_place": "place" in form.fields,
        "found": public.places_like(words),
        "looked_for": words,
        "chosen": request.POST.get("spot", ""),
        "most": MOST_PHOTOS,
        **_here(said(held.title)),
    }
    status = 400 if not finds and form.errors else 200
    return render(request, "portal/report/form.html", context, status=status)


@require_safe
def reported(request: HttpRequest) -> HttpResponse:
    """Show the receipt of what this visitor sent last: the number to keep, and what comes next."""
    sent = request.session.get(SENT)
    if not sent:
        return redirect("portal:report")
    number, code, has_phone = sent
    told = public.own_case(number, code)
    context = {"told": told, "code": code, "has_phone": has_phone, "near": public.near(number), **_here(_("回执"))}
    return _private(render(request, "portal/report/sent.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
def report_state(request: HttpRequest) -> HttpResponse:
    """Ask for a number and digits; POST tells how the report stands."""
    form = LookForm(request.POST if request.method == "POST" else None, auto_id="look_%s")
    told = None
    if form.is_valid() and _may_look(request, form):
        try:
            told = public.own_case(form.cleaned_data["number"], form.cleaned_data["digits"])
        except NotFound as nothing:
            form.add_error(None, said(nothing.text))
    context = {"form": form, "told": told, **_here(_("办到哪一步"))}
    status = 400 if form.errors else 200
    return _private(render(request, "portal/report/state.html", context, status=status))


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """List the cases open to all, with what was answered."""
    theme, words = request.GET.get("theme", "")[:60], request.GET.get("q", "").replace("\x00", "").strip()[:100]
    page = page_number(request)
    lines, count = public.public_list(theme, words, page)
    kept = {name: value for name, value in (("theme", theme), ("q", words)) if value}
    context = {
        "lines": lines,
        "count": count,
        "themes": public.public_themes(),
        "theme": theme,
        "q": words,
        "pager": pager(page, max(1, -(-count // public.PAGE)), kept),
        "here": "report",
        "crumbs": [("/", pgettext("crumb", "首页")), ("/report", _("反映问题")), ("", _("公开办理"))],
    }
    return render(request, "portal/report/list.html", context)


@require_safe
def public_case(request: HttpRequest, number: str) -> HttpResponse:
    """Show a case that is open to all: where it stands, what was done, what was answered."""
    context = {
        "told": public.public_case(number),
        "here": "report",
        "crumbs": [("/", pgettext("crumb", "首页")), ("/cases", _("公开办理")), ("", number)],
    }
    return render(request, "portal/report/case.html", context)


def _may_report(request: HttpRequest, form: ReportForm) -> bool:
    at = access.now()
    if count_call(f"report:{access.address_key(request)}"[:64], REPORTS_PER_MINUTE, at) >= 0:
        return True
    form.add_error(
        None, _("一分钟内提交太多了。写好的内容还在，过 {seconds} 秒再提交。").format(seconds=seconds_left(at))
    )
    return False


def _may_look(request: HttpRequest, form: LookForm) -> bool:
    """Count who asks and what is asked for: both slow down whoever tries endings out."""
    at = access.now()
    number = form.cleaned_data["number"].strip().upper()
    by_address = count_call(f"state:{access.address_key(request)}"[:64], LOOKS_PER_MINUTE, at)
    by_number = count_call(f"state:{number}"[:64], LOOKS_AT_ONE, at)
    if by_address >= 0 and by_number >= 0:
        return True
    form.add_error(None, _("一分钟内查得太多了，过 {seconds} 秒再查。").format(seconds=seconds_left(at)))
    return False


def _here(title: str) -> dict[str, Any]:
    crumbs = [("/", pgettext("crumb", "首页")), ("/report" if title else "", _("反映问题"))]
    return {"here": "report", "crumbs": [*crumbs, ("", title)] if title else crumbs}


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
