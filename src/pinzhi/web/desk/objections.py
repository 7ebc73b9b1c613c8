"""Officers post notices and handle objections to them; only an objection's handler reads it."""

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.engine.errors import PinzhiError
from pinzhi.records.accounts.permissions import may
from pinzhi.records.assessment import files
from pinzhi.records.assessment.actions import notices as acts
from pinzhi.records.assessment.queries import notices as queries
from pinzhi.records.assessment.queries.visible import round_by_key
from pinzhi.records.assessment.rules import scheme_of
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import refused, sent
from pinzhi.web.language import said

OUTCOMES = [("unfounded", _("不成立")), ("partly", _("部分成立")), ("founded", _("成立"))]


class NoticeForm(forms.Form):
    """A notice: of which stage, under which number, saying what."""

    stage = forms.ChoiceField(label=_("环节"))
    document = forms.CharField(label=_("公告号"), max_length=200, required=False)
    text_zh = forms.CharField(label=_("正文"), widget=forms.Textarea(attrs={"rows": 4}))
    text_en = forms.CharField(label=_("英文正文"), widget=forms.Textarea(attrs={"rows": 4}))


class ClosingForm(forms.Form):
    """What was found of an objection."""

    outcome = forms.ChoiceField(label=_("结论"), choices=OUTCOMES)
    finding = forms.CharField(label=_("核实情况"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}))
    removes = forms.BooleanField(label=_("从名单移除这一申报"), required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@guard("assessment.oversee")
def notices(request: HttpRequest, key: str) -> HttpResponse:
    """Show the notices of a round and the objections to them; POST posts the entries that wait for a notice."""
    held, actor = round_by_key(key), access.actor(request)
    waiting = queries.waiting_for_notice(held)
    form = NoticeForm(sent(request))
    form.fields["stage"].choices = [(state, said(title)) for state, title, _count in waiting]  # type: ignore[attr-defined]
    if form.is_valid():
        try:
            posted = acts.post_notice(actor=actor, round_id=held.pk, when=access.moment(), **form.cleaned_data)
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, gettext("已公示 %(count)s 份申报。") % {"count": posted.items.count()})
            return redirect("desk:notices", key=key)
    context = {
        "held": held,
        "scheme": scheme_of(held),
        "waiting": waiting,
        "form": form,
        "notices": [one for one in queries.public_notices(access.today()) if one.key.rpartition("-")[0] == key],
        "objections": queries.objections_of(actor, held, access.today()),
        "runs": may(actor, "assessment.run"),
        "closing": ClosingForm(auto_id=False),
    }
    return render(request, "desk/assessment/notices.html", context, status=400 if form.errors else 200)


@require_POST
@guard("assessment.run")
def take_up(request: HttpRequest, key: str, objection_id: int) -> HttpResponse:
    """Give an objection to its handler."""
    handler = request.POST.get("handler", "")
    acts.take_up(
        actor=access.actor(request), objection_id=objection_id, when=access.moment(),
        handler_id=int(handler) if handler.isascii() and handler.isdigit() and len(handler) < 10 else 0,
    )  # fmt: skip
    messages.success(request, gettext("已交办。只有办理人看得到异议内容。"))
    return redirect("desk:notices", key=key)


@require_POST
@guard("assessment.run")
def objector(request: HttpRequest, key: str, objection_id: int) -> HttpResponse:
    """Show who objects, to the handler; the look is journalled."""
    who = acts.look_up_objector(actor=access.actor(request), objection_id=objection_id, when=access.moment())
    return render(request, "desk/assessment/objector.html", {"who": who, "held": round_by_key(key)})


@require_POST
@guard("assessment.run")
def close(request: HttpRequest, key: str, objection_id: int) -> HttpResponse:
    """Close an objection with its finding."""
    form = ClosingForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("没有办成：请选结论，并写明核实情况。"))
        return redirect("desk:notices", key=key)
    acts.close_objection(
        actor=access.actor(request), objection_id=objection_id, when=access.moment(), **form.cleaned_data
    )
    messages.success(request, gettext("异议已办结，提出人凭回执能看到答复。"))
    return redirect("desk:notices", key=key)


@require_safe
@guard("assessment.run")
def evidence(request: HttpRequest, key: str, objection_id: int, file_id: int) -> HttpResponseBase:
    """Give out a file sent with an objection, to its handler."""
    kept = queries.evidence_file(access.actor(request), objection_id, file_id)
    return FileResponse(
        files.open_file(kept.file).open("rb"), as_attachment=True, filename=kept.name,
        content_type=files.CONTENT_TYPES[kept.file.media],
    )  # fmt: skip
