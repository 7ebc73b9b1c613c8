"""Users and their roles, for who looks after them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.engine.errors import BadInput, Conflict, NotFound
from pinzhi.records.accounts import actions, queries
from pinzhi.records.accounts.permissions import GUARDED_ROLES, ROLES, Actor, may
from pinzhi.records.catalog.queries.places import serving_places
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import DateInput, refused, sent
from pinzhi.web.language import said


class SearchForm(forms.Form):
    """What to look for among users."""

    q = forms.CharField(label=_("姓名或邮箱"), max_length=200, required=False)
    role = forms.ChoiceField(label=_("角色"), required=False)
    page = forms.IntegerField(min_value=1, max_value=1_000_000, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = _choice(_("角色"), [("", gettext("全部")), *_role_names(ROLES)], required=False)


class GrantForm(forms.Form):
    """Which role, for what, until when."""

    organisation_code = forms.CharField(
        label=_("统一社会信用代码"), max_length=40, required=False, help_text=_("角色是企业或机构时填。")
    )
    ends_on = forms.DateField(label=_("最后一天"), widget=DateInput, required=False, help_text=_("不填就没有期限。"))

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = [role for role in ROLES if role != "citizen" and may(actor, "accounts.roles", role)]
        place = _choice(_("区市"), [("", "—"), *districts().items()], required=False)
        place.help_text = gettext("角色是区市经办人时选。")
        point = _choice(_("服务站点"), [("", "—"), *points().items()], required=False)
        point.help_text = gettext("角色是站点专员时选。")
        self.fields = {
            "role": _choice(_("角色"), _role_names(allowed)), "district": place, "point": point, **self.fields
        }  # fmt: skip
        self.order_fields(["role", "organisation_code", "district", "point", "ends_on"])


def _choice(label: Any, choices: list[tuple[str, str]], *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=required)


def districts() -> dict[str, str]:
    """Return today's districts of the city by code, in the reader's language."""
    places = rulebook().codelist("districts")
    language = get_language() or ""
    return {code: places.text(code).in_language(language) for code in places.in_force(access.today())}


def points() -> dict[str, str]:
    """Return the service points by code, in the reader's language."""
    return {one.place.key: said(one.place.title) for one in serving_places(access.today())}


def _role_names(roles: Any) -> list[tuple[str, str]]:
    language = get_language() or ""
    return [(role, ROLES[role].in_language(language)) for role in roles]


@require_safe
@guard("accounts.people")
def people(request: HttpRequest) -> HttpResponse:
    """List users by name, address and role."""
    form = SearchForm(request.GET)
    if not form.is_valid():
        raise BadInput(
            "accounts.people.filter",
            "筛选条件里有不认识的值：{fields}。",
            "The filter holds a value we do not know: {fields}.",
            fields=", ".join(form.errors),
        )
    asked = form.cleaned_data
    page = queries.people(
        access.actor(request), access.today(), text=asked["q"], role=asked["role"], page=asked["page"] or 1
    )
    query = request.GET.copy()
    query.pop("page", None)
    context = {"form": form, "page": page, "query": query.urlencode(), "districts": districts(), "points": points()}
    return render(request, "desk/people.html", context)


@require_http_methods(["GET", "POST"])
@guard("accounts.people")
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """Show one user's roles; POST gives one more."""
    actor = access.actor(request)
    row = queries.person_row(actor, user_id, access.today())
    form = GrantForm(actor, sent(request))
    if form.is_valid():
        try:
            actions.grant_role(actor=actor, email=row.email, on=access.today(), now=access.now(), **form.cleaned_data)
        except (BadInput, Conflict, NotFound) as refusal:
            refused(form, refusal)
        else:
            messages.success(request, gettext("角色已授予。"))
            return redirect("desk:person", user_id=user_id)
    guarded = GUARDED_ROLES - {role for role in GUARDED_ROLES if may(actor, "accounts.roles", role)}
    context = {"person": row, "form": form, "guarded": guarded, "districts": districts(), "points": points()}
    return render(request, "desk/person.html", context, status=400 if form.errors else 200)


@require_POST
@guard("accounts.people")
def end_role(request: HttpRequest, user_id: int, membership_id: int) -> HttpResponse:
    """End a role at once."""
    actions.end_role(actor=access.actor(request), membership_id=membership_id, now=access.now())
    messages.success(request, gettext("角色已结束，马上失效。"))
    return redirect("desk:person", user_id=user_id)
