"""A candidate's examination: claim, begin, answer, check, send, result. Works without JavaScript, page by page."""

import hashlib

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.engine.errors import BadInput, Conflict, NotFound, PinzhiError
from pinzhi.records.training.actions import sitting as actions
from pinzhi.records.training.actions.claiming import claim as claim_enrolment
from pinzhi.records.training.actions.sitting import Given
from pinzhi.records.training.queries import papers
from pinzhi.records.training.queries.learning import latest_marks
from pinzhi.records.training.queries.own import own_certificates, own_learner, own_sessions
from pinzhi.records.training.queries.papers import AskedQuestion, OwnExam, PaperView
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.language import said

ELSEWHERE = "training.sitting.elsewhere"


@require_safe
@guard("training.sit")
def own_exams(request: HttpRequest) -> HttpResponse:
    """List one's own sessions, examinations and certificates; who has claimed nothing is asked for his number."""
    actor = access.actor(request)
    context = {
        "learner": own_learner(actor),
        "sessions": own_sessions(actor, access.today()),
        "exams": papers.own_exams(actor, access.today(), access.now()),
        "certificates": own_certificates(actor, access.today()),
    }
    return render(request, "desk/exams/list.html", context)


@require_POST
@guard("training.sit")
def claim(request: HttpRequest) -> HttpResponse:
    """Tie the account to the person enrolled under a number."""
    try:
        claim_enrolment(
            actor=access.actor(request), number=request.POST.get("number", ""),
            phone_tail=request.POST.get("tail", ""), when=access.moment(),
        )  # fmt: skip
    except PinzhiError as refusal:
        messages.error(request, said(refusal.text))
    else:
        messages.success(request, gettext("已认领。你的培训和考试都在这里。"))
    return redirect("desk:exams")


@require_http_methods(["GET", "HEAD", "POST"])
@guard("training.sit")
def begin(request: HttpRequest, exam_id: int) -> HttpResponse:
    """Tell what is coming and what is counted, before the clock runs; POST begins."""
    actor = access.actor(request)
    refusal = None
    if request.method == "POST":
        try:
            made = actions.begin(actor=actor, exam_id=exam_id, browser=_browser(request), when=access.moment())
        except PinzhiError as found:
            refusal = found
        else:
            return redirect("desk:sitting", sitting_id=made.pk)
    context = {"one": _own_exam(request, exam_id), "refusal": said(refusal.text) if refusal else ""}
    return render(request, "desk/exams/begin.html", context, status=_status(refusal))


@require_http_methods(["GET", "HEAD", "POST"])
@guard("training.sit")
def sitting(request: HttpRequest, sitting_id: int) -> HttpResponse:
    """Show one question a screen, or all of them; POST saves what stands on the page and goes on."""
    refusal, given = None, {}
    if request.method == "POST":
        given = _given(request.POST)
        try:
            actions.save_answers(
                actor=access.actor(request), sitting_id=sitting_id, browser=_browser(request), answers=given,
                when=access.moment(),
            )  # fmt: skip
        except PinzhiError as found:
            if isinstance(found, NotFound):
                raise
            refusal = found
        else:
            return redirect(_onward(request, sitting_id))
    view = _view(request, sitting_id)
    if view.is_over and refusal is None:
        return redirect("desk:exam_result", sitting_id=sitting_id)
    shown = list(view.questions) if _all(request) else [_asked(request, view)]
    context = {
        "view": view,
        "shown": shown,
        "all": _all(request),
        "given": {item: one.chosen for item, one in given.items()},
        "refusal": said(refusal.text) if refusal else "",
        "elsewhere": not view.is_here,
    }
    return render(request, "desk/exams/sitting.html", context, status=_status(refusal))


@require_POST
@guard("training.sit")
def save(request: HttpRequest, sitting_id: int) -> JsonResponse:
    """Save an answer as soon as it is given; the answer tells the time left by the server's clock."""
    found = actions.save_answers(
        actor=access.actor(request), sitting_id=sitting_id, browser=_browser(request), answers=_given(request.POST),
        when=access.moment(),
    )  # fmt: skip
    at = f"{timezone.localtime(found.at):%H:%M:%S}"
    return JsonResponse({"numbers": dict(found.numbers), "left_s": found.left_s, "answered": found.answered, "at": at})


@require_POST
@guard("training.sit")
def left(request: HttpRequest, sitting_id: int) -> JsonResponse:
    """Count that the page was left."""
    times = actions.note_left(
        actor=access.actor(request), sitting_id=sitting_id, browser=_browser(request), when=access.moment()
    )
    return JsonResponse({"left": times})


@require_POST
@guard("training.sit")
def go_on_here(request: HttpRequest, sitting_id: int) -> HttpResponse:
    """Go on in this browser; the other one is told."""
    try:
        actions.go_on_here(
            actor=access.actor(request), sitting_id=sitting_id, browser=_browser(request), when=access.moment()
        )
    except Conflict:
        return redirect("desk:exam_result", sitting_id=sitting_id)
    messages.success(request, gettext("在这里继续。以前保存的答案都在。"))
    return redirect(_onward(request, sitting_id))


@require_safe
@guard("training.sit")
def check(request: HttpRequest, sitting_id: int) -> HttpResponse:
    """Show what is answered and what is not, before sending."""
    view = _view(request, sitting_id)
    if view.is_over:
        return redirect("desk:exam_result", sitting_id=sitting_id)
    return render(request, "desk/exams/check.html", {"view": view, "elsewhere": not view.is_here})


@require_POST
@guard("training.sit")
def send(request: HttpRequest, sitting_id: int) -> HttpResponse:
    """Hand the paper in."""
    try:
        actions.send(
            actor=access.actor(request), sitting_id=sitting_id, browser=_browser(request), when=access.moment()
        )
    except Conflict as refusal:
        messages.error(request, said(refusal.text))
        return redirect("desk:sitting", sitting_id=sitting_id)
    return redirect("desk:exam_result", sitting_id=sitting_id)


@require_safe
@guard("training.sit")
def result(request: HttpRequest, sitting_id: int) -> HttpResponse:
    """Say that the paper is in, and once results are confirmed, the result as far as the course's rule says."""
    view = _view(request, sitting_id)
    if not view.is_over:
        return redirect("desk:sitting", sitting_id=sitting_id)
    mark = latest_marks([sitting_id]).get(sitting_id) if view.sitting.exam.released_on is not None else None
    fields = [(view.course.title_of(code), points, earned) for code, points, earned in (mark.fields if mark else ())]
    context = {"view": view, "mark": mark, "fields": fields if view.course.shown == "fields" else []}
    return render(request, "desk/exams/result.html", context)


def _browser(request: HttpRequest) -> str:
    """Return what tells this browser's session from another's, and nothing else."""
    return hashlib.sha256((request.session.session_key or "").encode()).hexdigest()[:32]


def _view(request: HttpRequest, sitting_id: int) -> PaperView:
    return papers.paper_view(access.actor(request), sitting_id, _browser(request), access.now())


def _own_exam(request: HttpRequest, exam_id: int) -> OwnExam:
    found = papers.own_exams(access.actor(request), access.today(), access.now())
    one = next((one for one in found if one.exam.pk == exam_id), None)
    if one is None:
        raise NotFound(
            "training.exam.enrolment",
            "你没有报名这个班，或者还没有认领报名。",
            "You are not enrolled in this session, or have not claimed your enrolment.",
        )
    return one


def _given(data: QueryDict) -> dict[str, Given]:
    """Return the answers that a page sent: every question on it names itself, an empty choice takes one away."""
    found = {}
    for item in data.getlist("item")[:200]:
        base = data.get(f"base-{item}", "0")
        if not (base.isascii() and base.isdigit() and len(base) < 7):
            raise BadInput("training.answer.base", "页面不完整，请刷新。", "The page is not whole. Reload it.")
        found[item] = Given(tuple(data.getlist(f"a-{item}")), int(base))
    return found


def _all(request: HttpRequest) -> bool:
    return "all" in request.GET


def _asked(request: HttpRequest, view: PaperView) -> AskedQuestion:
    """Return the question asked for; else the first without an answer, else the last."""
    text = request.GET.get("q", "")
    if text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= len(view.questions):
        return view.questions[int(text[:4]) - 1]
    return next((one for one in view.questions if not one.is_answered), view.questions[-1])


def _onward(request: HttpRequest, sitting_id: int) -> str:
    """Return where the button that was pressed leads: a question by its place, all of them, or the check."""
    to = request.POST.get("to", "")
    address = f"/desk/exams/{sitting_id}"
    if to == "check":
        return f"{address}/check"
    if to == "all":
        return f"{address}?all=1"
    return f"{address}?q={to}" if to.isascii() and to.isdigit() and len(to) < 4 else address


def _status(refusal: PinzhiError | None) -> int:
    return 200 if refusal is None else 409 if isinstance(refusal, Conflict) else 400
