"""What if: a round worked out under another edition of its rules, beside what it came to; nothing is changed."""

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from pinzhi.engine.errors import NotFound, PinzhiError
from pinzhi.records.accounts.permissions import require
from pinzhi.records.assessment.queries import replay as replays
from pinzhi.records.assessment.queries.board import board_version
from pinzhi.records.assessment.queries.decision import may_enter
from pinzhi.records.assessment.queries.visible import round_by_key
from pinzhi.records.assessment.rules import scheme_of
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import refused
from pinzhi.web.downloads import Sheet, download


class ChangedForm(forms.Form):
    """A changed file of the round's scheme."""

    file = forms.FileField(label=_("改过的规则文件"), help_text=_("TOML，UTF-8。只用来重算，不保存。"))


@require_http_methods(["GET", "HEAD", "POST"])
@guard("desk")
def replay(request: HttpRequest, key: str, form: str = "") -> HttpResponseBase:
    """Show a round under another edition of the rulebook; POST works it out under a changed file."""
    held, actor = round_by_key(key), access.actor(request)
    if not actor.has("city_officer", "chair", "supervisor") or not may_enter(actor, held):
        require(actor, "assessment.oversee")
        raise NotFound("assessment.round", "没有这一轮评审。", "There is no such round.")
    edition = request.GET.get("edition", "")
    if form:
        return download(
            request, form, lambda: Sheet(f"{key}-replay", replays.Replayed, replays.replay(held, edition)),
            name=f"{key}-replay", on=access.today(), also=f"{board_version(held)} {held.lot_drawn_at}",
        )  # fmt: skip
    changed = ChangedForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    lines = _under(key, changed) if changed.is_bound else replays.replay(held, edition) if edition else []
    context = {
        "held": held,
        "scheme": scheme_of(held),
        "editions": replays.other_editions(held),
        "edition": "" if changed.is_bound else edition,
        "lines": lines,
        "moved": sum(one.moves for one in lines),
        "form": changed,
    }
    return render(request, "desk/assessment/replay.html", context, status=400 if changed.errors else 200)


def _under(key: str, changed: ChangedForm) -> list[replays.Replayed]:
    """Work the round out under the file that was sent; what is wrong with it stands on the form."""
    if not changed.is_valid():
        return []
    held, file = round_by_key(key), changed.cleaned_data["file"]
    try:
        other = replays.changed_scheme(held, file.name or "", file.read(replays.MOST_BYTES + 1))
        return replays.replay_under(held, other)
    except PinzhiError as refusal:
        refused(changed, refusal)
        return []
