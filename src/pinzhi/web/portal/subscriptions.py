"""Subscriptions to bulletins: asked for on the list, confirmed and ended by links in mails."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from pinzhi.engine.errors import BadInput
from pinzhi.records.publishing.actions import subscribing
from pinzhi.web import access
from pinzhi.web.language import said


class SubscribeForm(forms.Form):
    """What somebody wants to be told of; the address is left out by those who are signed in."""

    topic = forms.ChoiceField(label=_("订阅什么"))
    address = forms.EmailField(label=_("邮箱"), max_length=200, required=False)

    def __init__(self, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["topic"].choices = [  # type: ignore[attr-defined]
            (key, said(words)) for key, words in subscribing.topics().items()
        ]


@require_POST
def subscribe(request: HttpRequest) -> HttpResponse:
    """Take a wish to be told: an account's at once, an address's by a mail that it confirms."""
    form = SubscribeForm(request.POST)
    if not form.is_valid():
        raise BadInput(
            "publishing.address",
            "请写邮箱地址，如 li@example.org，并选一种简报。",
            "Give a mail address such as li@example.org and choose a kind of bulletin.",
        )
    actor, topic = access.actor(request), form.cleaned_data["topic"]
    if actor.is_signed_in and not form.cleaned_data["address"]:
        if request.POST.get("stop"):
            subscribing.unsubscribe(actor=actor, topic=topic, when=access.moment())
            words = gettext("已退订。")
        else:
            subscribing.subscribe(actor=actor, topic=topic, when=access.moment())
            words = gettext("已订阅。发布新简报时，会在你的消息里告诉你。")
        messages.success(request, words)
        return redirect("desk:inbox")
    subscribing.ask_by_mail(
        address=form.cleaned_data["address"], topic=topic, language=get_language() or "zh-hans", when=access.moment()
    )  # fmt: skip
    return render(request, "portal/bulletins/subscribed.html", {"step": "asked", "here": "bulletin"})


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, secret: str) -> HttpResponse:
    """Ask whoever opens the link of a mail to confirm: a mail scanner that opens links confirms nothing."""
    row = subscribing.found_by(secret)
    step = "confirm"
    if request.method == "POST":
        subscribing.confirm(secret=secret, when=access.moment())
        step = "confirmed"
    elif row.confirmed_at:
        step = "confirmed"
    return render(request, "portal/bulletins/subscribed.html", {"step": step, "secret": secret, "here": "bulletin"})


@csrf_exempt  # a mail programme posts here by itself (RFC 8058); the link itself is the proof
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, link: str) -> HttpResponse:
    """End a subscription: by the button on the page, or by the mail programme's own."""
    step = "end"
    if request.method == "POST":
        subscribing.end_by_mail(link=link, when=access.moment())
        step = "ended"
    return render(request, "portal/bulletins/subscribed.html", {"step": step, "link": link, "here": "bulletin"})
