"""The list of enterprises that should have a chief officer: who is on it, who has nobody, on and off."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from pinzhi.engine.errors import PinzhiError
from pinzhi.records.training.actions.targets import list_targets, take_off_targets
from pinzhi.records.training.queries.outcomes import coverage_of
from pinzhi.records.training.queries.register import register_version
from pinzhi.records.training.queries.targets import (
    TargetLine,
    TargetsAsked,
    target_lines,
    targets_page,
    targets_version,
)
from pinzhi.records.training.rules import courses
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import refused, sent
from pinzhi.web.downloads import Sheet, download
from pinzhi.web.pages import page_number, pager


class ListForm(forms.Form):
    """Enterprises that should have an officer of a role: the denominator of coverage."""

    codes = forms.CharField(
        label=_("统一社会信用代码，每行一个"), max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 6, "class": "paste"}), help_text=_("已在名单上的不会重复。"),
    )  # fmt: skip
    source = forms.CharField(label=_("名单的出处"), max_length=200, help_text=_("写文件名称和文号。"))


class TakeOffForm(forms.Form):
    """Why enterprises are taken off."""

    ground = forms.CharField(
        label=_("移出的理由"), max_length=500, help_text=_("从今天起不再计入应设单位；以前的日子照旧计入。")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@guard("training.decide")
def targets(request: HttpRequest, form: str = "") -> HttpResponseBase:
    """Show the list of a role, and with a form all of it; POST puts enterprises on it."""
    asked = _asked(request)
    if form:
        actor = access.actor(request)
        return download(
            request, form, lambda: Sheet("targets", TargetLine, target_lines(actor, asked)),
            name=f"{asked.role}-targets-{asked.on}", on=asked.on, also=f"{targets_version()} {register_version()}",
        )  # fmt: skip
    listing = ListForm(sent(request))
    if listing.is_valid():
        try:
            new = list_targets(
                actor=access.actor(request), role=asked.role, codes=listing.cleaned_data["codes"].split(),
                source=listing.cleaned_data["source"], when=access.moment(),
            )  # fmt: skip
        except PinzhiError as refusal:
            refused(listing, refusal)
        else:
            messages.success(request, gettext("名单新增 %(count)s 家。") % {"count": new})
            return redirect(f"{request.path}?role={asked.role}")
    return _page(request, asked, listing=listing, status=400 if listing.is_bound else 200)


@require_POST
@guard("training.decide")
def take_off(request: HttpRequest) -> HttpResponse:
    """Take those that are ticked off the list."""
    asked, form = _asked(request), TakeOffForm(request.POST)
    if form.is_valid():
        try:
            gone = take_off_targets(
                actor=access.actor(request), role=asked.role, codes=request.POST.getlist("code"),
                ground=form.cleaned_data["ground"], when=access.moment(),
            )  # fmt: skip
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, gettext("已移出 %(count)s 家。") % {"count": gone})
            return redirect(f"/desk/training/targets?role={asked.role}")
    return _page(request, asked, leaving=form, status=400)


def _asked(request: HttpRequest) -> TargetsAsked:
    on = access.today()
    roles = [one.role for one in courses(on) if one.term]
    role = request.GET.get("role", "")
    return TargetsAsked(
        role if role in roles else roles[0],
        on,
        text=request.GET.get("q", "").strip().replace("\0", "")[:100],
        vacant=request.GET.get("vacant") == "1",
    )


def _page(
    request: HttpRequest,
    asked: TargetsAsked,
    *,
    listing: ListForm | None = None,
    leaving: TakeOffForm | None = None,
    status: int,
) -> HttpResponse:
    kept = {"role": asked.role} | ({"q": asked.text} if asked.text else {}) | ({"vacant": "1"} if asked.vacant else {})
    page = targets_page(access.actor(request), asked, page=page_number(request))
    context = {
        "asked": asked,
        "page": page,
        "pager": pager(page.page, page.pages, kept),
        "query": f"?{urlencode(kept)}",
        "roles": [(one.role, one.role_title) for one in courses(asked.on) if one.term],
        "coverage": coverage_of(asked.role, asked.on),
        "ticked": request.POST.getlist("code"),
        "listing": listing or ListForm(),
        "leaving": leaving or TakeOffForm(),
    }
    return render(request, "desk/training/targets.html", context, status=status)
