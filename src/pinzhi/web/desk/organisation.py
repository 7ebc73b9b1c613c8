"""Who acts for one's organisation; delegate to a colleague and take back."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from pinzhi.engine.errors import BadInput, Conflict, NotFound
from pinzhi.records.accounts import actions, queries
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.catalog.names import organisation_names
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import DateInput, refused, sent

USUAL_TERM = timedelta(days=180)


class DelegationForm(forms.Form):
    """Which colleague, until when."""

    organisation_code = forms.CharField(widget=forms.HiddenInput)
    email = forms.EmailField(label=_("同事的邮箱"), help_text=_("对方要先注册，并确认邮箱。"))
    ends_on = forms.DateField(label=_("委托到哪一天"), widget=DateInput, help_text=_("含当天，最长一年。"))


@require_http_methods(["GET", "POST"])
@guard("desk")
def organisation(request: HttpRequest) -> HttpResponse:
    """Show who acts for each organisation of the actor; POST delegates."""
    actor = access.actor(request)
    form = DelegationForm(sent(request), auto_id="id_%s")
    if form.is_valid() and _delegated(request, actor, form):
        return redirect("desk:organisation")
    return render(
        request, "desk/organisation.html", _context(actor, form), status=400 if form.is_bound and form.errors else 200
    )


@require_POST
@guard("desk")
def take_back(request: HttpRequest, membership_id: int) -> HttpResponse:
    """End a delegation."""
    actions.take_back(actor=access.actor(request), membership_id=membership_id, now=access.now())
    messages.success(request, gettext("委托已收回，马上失效。"))
    return redirect("desk:organisation")


def _delegated(request: HttpRequest, actor: Actor, form: DelegationForm) -> bool:
    try:
        given = actions.delegate(actor=actor, on=access.today(), now=access.now(), **form.cleaned_data)
    except (BadInput, Conflict, NotFound) as refusal:
        refused(form, refusal)
        return False
    said = gettext("%(name)s现在可以代表本单位，到 %(day)s 为止。")
    messages.success(request, said % {"name": given.user, "day": given.ends_on})
    return True


def _context(actor: Actor, bound: DelegationForm) -> dict[str, object]:
    """Give each organisation its own form; the one that was refused keeps what was typed."""
    on = access.today()
    names = organisation_names(actor.organisation_codes)
    organisations = []
    for number, code in enumerate(sorted(actor.organisation_codes)):
        first = {"organisation_code": code, "ends_on": on + USUAL_TERM}
        is_refused = bound.is_bound and bound.data.get("organisation_code") == code
        form = bound if is_refused else DelegationForm(initial=first, auto_id=f"id_{number}_%s")
        organisations.append(
            {
                "code": code,
                "name": names.get(code, ""),
                "roles": queries.acting_for(actor, code, on),
                "form": form if code in actor.managed_codes else None,
            }
        )
    return {"organisations": organisations}
