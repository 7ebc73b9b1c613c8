"""The desk of a service point: take somebody in, call the next, hand a need on as an order; the duty list."""

from secrets import token_hex

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.engine.casework.walkins import OPEN
from pinzhi.engine.errors import PinzhiError
from pinzhi.records.casework.actions import duty as duties
from pinzhi.records.casework.actions import walkins
from pinzhi.records.casework.actions.walkins import LONGEST_NAME, LONGEST_NEED, Need
from pinzhi.records.casework.queries.points import point_for, point_lines, points_for
from pinzhi.records.casework.queries.suggesting import services_for
from pinzhi.records.casework.queries.walkins import duty_list, point_desk, staff_of, visitor_for
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import DateInput, code_choices, refused, sent


class TimeInput(forms.TimeInput):
    """A time of day, picked or typed as 09:00."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class NeedForm(forms.Form):
    """Who came, in three fields; ``form`` is the name by which a form that was sent twice is known."""

    form = forms.RegexField(r"^[0-9a-f]{24}$", widget=forms.HiddenInput)
    need = forms.CharField(
        label=_("要办什么"), max_length=LONGEST_NEED, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("一句话就够。不写姓名、电话和证件号。"),
    )  # fmt: skip
    service = forms.ChoiceField(label=_("服务项目"), required=False, help_text=_("说不清就留空。"))
    organisation = forms.CharField(
        label=_("哪个单位"), max_length=LONGEST_NAME, required=False,
        help_text=_("名称或统一社会信用代码；不代表单位就留空。"),
    )  # fmt: skip

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["service"].choices = code_choices("services")  # type: ignore[attr-defined]

    def asked(self) -> Need:
        """Return what was written."""
        given = self.cleaned_data
        return Need(given["need"], given["service"], given["organisation"])


class HandOnForm(NeedForm):
    """What an order needs beyond the visit: an organisation, and whom to call."""

    contact = forms.CharField(
        label=_("联系人和电话"), max_length=200, required=False,
        help_text=_("加密保存，只有办理的人看得到；不留也可以，消息会发给单位的账号。"),
    )  # fmt: skip

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["form"]
        self.fields["organisation"].required = True
        self.fields["organisation"].help_text = _("服务单以单位的名义办。同名的写统一社会信用代码。")


class DutyForm(forms.Form):
    """Who is on duty when."""

    user = forms.TypedChoiceField(label=_("谁"), coerce=int)
    on = forms.DateField(label=_("日期"), widget=DateInput)
    starts = forms.TimeField(label=_("从几点"), widget=TimeInput)
    ends = forms.TimeField(label=_("到几点"), widget=TimeInput)


@require_safe
@guard("casework.point")
def points(request: HttpRequest) -> HttpResponse:
    """Show the service points whose desks the reader may use; whoever has one goes straight to it."""
    lines = point_lines(points_for(access.actor(request)), access.moment())
    if len(lines) == 1:
        return redirect("desk:point", code=lines[0].row.place.key)
    waiting = sum(one.now.waiting for one in lines)
    return render(request, "desk/points/list.html", {"lines": lines, "waiting": waiting})


@require_http_methods(["GET", "HEAD", "POST"])
@guard("casework.point")
def point(request: HttpRequest, code: str) -> HttpResponse:
    """Show the day of a service point; POST takes a visitor in."""
    actor, when = access.actor(request), access.moment()
    form = NeedForm(sent(request), initial={"form": token_hex(12)}, auto_id="take_%s")
    if form.is_bound and form.is_valid():
        once = f"walk-in/{actor.key}/{form.cleaned_data['form']}"
        try:
            row = walkins.take_in(actor=actor, point=code, need=form.asked(), when=when, once=once)
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, gettext("已登记，%(number)s 号。") % {"number": row.number})
            return redirect("desk:point", code=code)
    return _desk_page(request, code, form)


@require_POST
@guard("casework.point")
def call(request: HttpRequest, code: str) -> HttpResponse:
    """Call who has waited longest."""
    try:
        row = walkins.call_next(actor=access.actor(request), point=code, when=access.moment())
    except PinzhiError as refusal:
        return _refused_page(request, code, refusal)
    messages.success(request, gettext("请 %(number)s 号。") % {"number": row.number})
    return redirect("desk:point", code=code)


@require_POST
@guard("casework.point")
def end_visit(request: HttpRequest, walk_in_id: int) -> HttpResponse:
    """Say that a visitor was served or has left."""
    actor = access.actor(request)
    _visitor, held = visitor_for(actor, walk_in_id)
    try:
        walkins.end_visit(
            actor=actor, walk_in_id=walk_in_id, act=request.POST.get("act", ""), when=access.moment()
        )  # fmt: skip
    except PinzhiError as refusal:
        return _refused_page(request, held.place.key, refusal)
    return redirect("desk:point", code=held.place.key)


@require_http_methods(["GET", "HEAD", "POST"])
@guard("casework.point")
def hand_on(request: HttpRequest, walk_in_id: int) -> HttpResponse:
    """Show a visitor's need with what an order needs beside it; POST hands it on."""
    actor = access.actor(request)
    visitor, held = visitor_for(actor, walk_in_id)
    if visitor.order:
        return redirect("desk:order", number=visitor.order)
    made_out = services_for(visitor.need, visitor.service_code)
    form = HandOnForm(
        sent(request),
        auto_id="hand_%s",
        initial={
            "need": visitor.need,
            "service": made_out[0].code if made_out else "",
            "organisation": visitor.organisation_code or visitor.organisation,
        },
    )
    if form.is_bound and form.is_valid():
        try:
            case = walkins.hand_on(
                actor=actor, walk_in_id=walk_in_id, need=form.asked(), contact=form.cleaned_data["contact"],
                when=access.moment(),
            )  # fmt: skip
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, gettext("已转为服务单 %(number)s。") % {"number": case.number})
            return redirect("desk:order", number=case.number)
    context = {"visitor": visitor, "point": held, "form": form, "is_open": visitor.state.code in OPEN}
    return render(request, "desk/points/visitor.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@guard("casework.point")
def duty(request: HttpRequest, code: str) -> HttpResponse:
    """Show who is on duty on the coming days; POST puts somebody on duty."""
    actor, when = access.actor(request), access.moment()
    form = DutyForm(sent(request), initial={"on": when.on}, auto_id="duty_%s")
    staff = staff_of(point_for(actor, code).code, when.on)
    form.fields["user"].choices = staff  # type: ignore[attr-defined]
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            duties.put_on_duty(
                actor=actor, point=code, user_id=given["user"], on=given["on"], starts=given["starts"],
                ends=given["ends"], when=when,
            )  # fmt: skip
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, gettext("已排班。"))
            return redirect("desk:duty", code=code)
    return _duty_page(request, code, form)


@require_POST
@guard("casework.point")
def off_duty(request: HttpRequest, code: str, shift_id: int) -> HttpResponse:
    """Take a shift off the list."""
    duties.take_off_duty(actor=access.actor(request), point=code, shift_id=shift_id, when=access.moment())
    messages.success(request, gettext("已从值班表删去。"))
    return redirect("desk:duty", code=code)


def _refused_page(request: HttpRequest, code: str, refusal: PinzhiError) -> HttpResponse:
    """Show the desk as it is now, with why an act was refused: often a colleague was faster."""
    form = NeedForm(initial={"form": token_hex(12)}, auto_id="take_%s")
    problem = forms.Form({})
    refused(problem, refusal)
    return _desk_page(request, code, form, problem)


def _desk_page(request: HttpRequest, code: str, form: NeedForm, problem: forms.Form | None = None) -> HttpResponse:
    actor, when = access.actor(request), access.moment()
    [line] = point_lines([point_for(actor, code)], when)
    desk = point_desk(actor, code, when.on)
    waiting = len(desk.waiting)
    heading = ngettext("%(n)s 人在等", "%(n)s 人在等", waiting) % {"n": waiting} if waiting else gettext("没有人在等")
    context = {"line": line, "desk": desk, "form": form, "problem": problem, "heading": heading}
    context["several"] = len(access.actor(request).points) != 1
    is_wrong = form.errors or problem
    return render(request, "desk/points/point.html", context, status=400 if is_wrong else 200)


def _duty_page(request: HttpRequest, code: str, form: DutyForm) -> HttpResponse:
    actor, when = access.actor(request), access.moment()
    [line] = point_lines([point_for(actor, code)], when)
    context = {"line": line, "days": duty_list(actor, code, when.on), "form": form}
    context["staff"] = staff_of(code, when.on)
    return render(request, "desk/points/duty.html", context, status=400 if form.errors else 200)
