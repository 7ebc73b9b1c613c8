"""Receivers of webhooks: who is told of what, what became of it; for organisations their own, for operators all."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_noop, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.engine.errors import BadInput, Conflict, NotAllowed
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.catalog.names import organisation_names
from pinzhi.records.notices.webhooks import reading, subscribing
from pinzhi.records.notices.webhooks.kinds import KINDS
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import refused, sent
from pinzhi.web.language import said

CITY = gettext_noop("平台（全市）")


class WebhookForm(forms.Form):
    """Whose receiver, where it listens, what it is told of."""

    organisation_code = forms.ChoiceField(label=_("替谁接收"), required=False)
    name = forms.CharField(
        label=_("名字"), max_length=subscribing.LONGEST_NAME, help_text=_("写哪个系统在收，比如：证书台账。")
    )
    url = forms.CharField(label=_("地址"), max_length=500, help_text=_("https:// 开头，能从公网访问。"))
    kinds = forms.MultipleChoiceField(label=_("收哪几类消息"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: object, owners: list[tuple[str, str]]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["organisation_code"].choices = owners  # type: ignore[attr-defined]
        self.fields["kinds"].choices = [(kind, said(title)) for kind, title in KINDS.items()]  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@guard("notices.webhook")
def webhooks(request: HttpRequest) -> HttpResponse:
    """List receivers; POST enters one, whose secret this answer alone shows."""
    actor = access.actor(request)
    form, new = WebhookForm(sent(request), _owners(actor)), None
    if form.is_valid():
        try:
            new = subscribing.subscribe(actor=actor, when=access.moment(), **form.cleaned_data)
            form = WebhookForm(None, _owners(actor))
        except (BadInput, Conflict, NotAllowed) as refusal:
            refused(form, refusal)
    rows = reading.webhooks(actor)
    names = organisation_names({row.organisation_code for row in rows} - {""})
    context = {
        "rows": [(row, _owner(row, names), _titles(row)) for row in rows],
        "form": form,
        "new": new,
    }
    return render(request, "desk/webhooks/list.html", context, status=400 if form.errors else 200)


@require_safe
@guard("notices.webhook")
def webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Show a receiver and the newest of what it was sent."""
    row, deliveries = reading.deliveries(access.actor(request), webhook_id)
    names = organisation_names({row.organisation_code} - {""})
    context = {
        "row": row,
        "owner": _owner(row, names),
        "kinds": _titles(row),
        "deliveries": [(one, _title(one.kind)) for one in deliveries],
        "shown": reading.SHOWN,
    }
    return render(request, "desk/webhooks/one.html", context)


@require_POST
@guard("notices.webhook")
def act(request: HttpRequest, webhook_id: int, name: str) -> HttpResponse:
    """End a receiver, try it out, or send it again what was given up."""
    actor, when = access.actor(request), access.moment()
    if name == "end":
        subscribing.end(actor=actor, webhook_id=webhook_id, when=when)
        messages.success(request, gettext("已停用，不再推送。"))
    elif name == "trial":
        subscribing.send_trial(actor=actor, webhook_id=webhook_id, when=when)
        messages.success(request, gettext("试推送已排上，几秒后刷新看结果。"))
    else:
        n = subscribing.send_again(actor=actor, webhook_id=webhook_id, when=when)
        messages.success(request, ngettext("%(n)s 条会再推送一次。", "%(n)s 条会再推送一次。", n) % {"n": n})
    return redirect("desk:webhook", webhook_id)


def _owners(actor: Actor) -> list[tuple[str, str]]:
    names = organisation_names(actor.managed_codes)
    own = [(code, names.get(code, code)) for code in sorted(actor.managed_codes)]
    return [*own, *([("", gettext(CITY))] if actor.has("operator") else [])]


def _owner(row: reading.WebhookRow, names: dict[str, str]) -> Text:
    name = names.get(row.organisation_code, row.organisation_code)
    return Text(name, "") if name else Text(CITY, gettext(CITY))


def _title(kind: str) -> str:
    return said(KINDS[kind]) if kind in KINDS else gettext("试推送")


def _titles(row: reading.WebhookRow) -> str:
    return gettext("、").join(map(_title, row.kinds))
