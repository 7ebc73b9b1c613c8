"""Chief quality and brand officers: enterprises nominate, appoint and hand over; officers file."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from pinzhi.engine.errors import BadInput, PinzhiError
from pinzhi.engine.training.appointments import STATES
from pinzhi.records.accounts.permissions import may
from pinzhi.records.training.actions import appointing
from pinzhi.records.training.actions.appointing import Said
from pinzhi.records.training.queries.officers import appointment_lines, nominees
from pinzhi.records.training.queries.outcomes import coverage_of
from pinzhi.records.training.queries.targets import own_duties
from pinzhi.records.training.rules import courses
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.language import said


@require_http_methods(["GET", "HEAD", "POST"])
@guard("desk")
def appointments(request: HttpRequest) -> HttpResponse:
    """List the appointments that the actor sees, with the steps open to him; POST nominates."""
    if request.method == "POST":
        _told(request, _nominate)
        return redirect("desk:appointments")
    return _register(request)


def _register(request: HttpRequest) -> HttpResponse:
    actor, on = access.actor(request), access.today()
    state = request.GET.get("state", "")
    context = {
        "lines": appointment_lines(actor, state=state),
        "states": STATES,
        "chosen": state,
        "nominees": nominees(actor, on),
        "coverage": [(one.role_title, coverage_of(one.role, on)) for one in courses(on) if one.term],
        "duties": own_duties(actor, on),
        "decides": may(actor, "training.decide"),
    }
    return render(request, "desk/training/appointments.html", context)


@require_POST
@guard("desk")
def step(request: HttpRequest, number: str) -> HttpResponse:
    """Take an appointment a step on, or hand it over."""

    def act(request: HttpRequest) -> str:
        actor, when, data = access.actor(request), access.moment(), request.POST
        seen = data.get("seen", "")
        if not (seen.isascii() and seen.isdigit() and len(seen) < 9):
            raise BadInput("training.appointment.seen", "页面不完整，请刷新。", "The page is not whole. Reload it.")
        if data.get("to") == "changed" and data.get("successor", "").strip():
            appointing.hand_over(
                actor=actor, number=number, seen=int(seen), successor=data["successor"], ground=data.get("ground", ""),
                when=when,
            )  # fmt: skip
            return gettext("已变更。接任人可以任命了。")
        appointing.take_step(
            actor=actor, number=number, to=data.get("to", ""), seen=int(seen), when=when,
            said=Said(data.get("letter", ""), data.get("ground", ""), data.get("successor", "")),
        )  # fmt: skip
        if data.get("to") == "filed":
            appointing.move_what_is_due(when)
        return gettext("已办理。")

    _told(request, act)
    return redirect("desk:appointments")


def _told(request: HttpRequest, act: Callable[[HttpRequest], str]) -> None:
    """Do something and say what became of it."""
    try:
        messages.success(request, act(request))
    except PinzhiError as refusal:
        messages.error(request, said(refusal.text))


def _nominate(request: HttpRequest) -> str:
    actor, on = access.actor(request), access.today()
    number = request.POST.get("certificate", "")
    line = next((one for one in nominees(actor, on) if one.row.number == number), None)
    if line is None:
        raise BadInput("training.nominate", "选一张本单位的有效证书。", "Choose a valid certificate of your people.")
    appointing.nominate(
        actor=actor, organisation_code=line.row.enrolment.organisation_code, role=line.row.role,
        certificate_number=number, post=request.POST.get("post", ""), when=access.moment(),
    )  # fmt: skip
    return gettext("已提名。下一步：任命，写任命书文号。")
