"""One's own API keys."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from pinzhi.engine.errors import BadInput, Conflict
from pinzhi.records.accounts import keys as records
from pinzhi.records.accounts import queries
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import refused, sent


class KeyForm(forms.Form):
    """What a new key is called and how often it may be used."""

    name = forms.CharField(label=_("名字"), max_length=100, help_text=_("写哪个程序在用，比如：质量周报脚本。"))
    per_minute = forms.IntegerField(
        label=_("每分钟最多几次"), min_value=1, max_value=records.MOST_PER_MINUTE, initial=records.MOST_PER_MINUTE
    )


@require_http_methods(["GET", "POST"])
@guard("accounts.api_key")
def keys(request: HttpRequest) -> HttpResponse:
    """List the keys; make one, whose secret this answer alone shows."""
    actor = access.actor(request)
    form = KeyForm(sent(request))
    new = None
    if form.is_valid():
        try:
            new = records.create_api_key(actor=actor, now=access.now(), **form.cleaned_data)
            form = KeyForm()
        except (BadInput, Conflict) as refusal:
            refused(form, refusal)
    context = {"keys": queries.own_keys(actor), "form": form, "new": new}
    return render(request, "desk/keys.html", context, status=400 if form.errors else 200)


@require_POST
@guard("accounts.api_key")
def revoke(request: HttpRequest, key_id: int) -> HttpResponse:
    """End a key at once."""
    records.revoke_api_key(actor=access.actor(request), key_id=key_id, now=access.now())
    messages.success(request, gettext("密钥已撤销，马上失效。"))
    return redirect("desk:keys")
