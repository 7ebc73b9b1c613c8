"""Officers run a round: the board with what is late, and each entry with its moves, conditions and history."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.engine.errors import BadInput, NotAllowed, PinzhiError
from pinzhi.engine.rulebook.stages import PARTS, STATES
from pinzhi.records.accounts.permissions import Actor, may, require
from pinzhi.records.assessment import files
from pinzhi.records.assessment.actions import applications, eligibility, results
from pinzhi.records.assessment.actions.clearing import clear_file
from pinzhi.records.assessment.actions.moving import move_entry
from pinzhi.records.assessment.queries import board as boards
from pinzhi.records.assessment.queries import brought
from pinzhi.records.assessment.queries.visible import entry_for, round_by_key
from pinzhi.records.assessment.rules import scheme_of
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import DateInput, refused, sent
from pinzhi.web.downloads import Sheet, download
from pinzhi.web.pages import page_number, pager


class MoveForm(forms.Form):
    """Where an entry is to go, on what grounds, by which document, from when."""

    to = forms.CharField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    ground = forms.CharField(
        label=_("理由"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("退回、不通过、移除、撤销时要写；申报者会看到。"),
    )  # fmt: skip
    document = forms.CharField(
        label=_("文号"), required=False, max_length=200, help_text=_("批准、公布、撤销时要写。")
    )  # fmt: skip
    effective_on = forms.DateField(label=_("生效日期"), required=False, widget=DateInput)


class WordForm(forms.Form):
    """An officer's word on a condition."""

    rule = forms.CharField(widget=forms.HiddenInput)
    holds = forms.ChoiceField(label=_("结论"), choices=[("yes", _("符合")), ("no", _("不符合"))])
    ground = forms.CharField(label=_("依据"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class AnswerForm(forms.Form):
    """What a department answered."""

    department = forms.CharField(widget=forms.HiddenInput)
    objects = forms.ChoiceField(label=_("意见"), choices=[("no", _("无异议")), ("yes", _("有异议"))])
    answered_on = forms.DateField(label=_("答复日期"), widget=DateInput)
    document = forms.CharField(label=_("复函文号"), max_length=200, required=False)
    ground = forms.CharField(label=_("意见内容"), max_length=2000, required=False)


def overseer(actor: Actor) -> bool:
    """Tell whether somebody sees the board of rounds: officers, also of districts, the chair, supervisors."""
    return actor.has("city_officer", "district_officer", "chair", "supervisor")


@require_safe
@guard("desk")
def rounds(request: HttpRequest) -> HttpResponse:
    """List the rounds."""
    _require_overseer(request)
    return render(
        request,
        "desk/assessment/rounds.html",
        {"rounds": boards.round_lines(), "runs": may(access.actor(request), "assessment.run")},
    )


@require_safe
@guard("desk")
def board(request: HttpRequest, key: str, form: str = "") -> HttpResponseBase:
    """Show how many entries are where, what is late, and the entries of the state asked for; also as a table."""
    _require_overseer(request)
    held, actor, on = round_by_key(key), access.actor(request), access.today()
    state, district = request.GET.get("state", ""), request.GET.get("district", "")
    if state and state not in STATES:
        raise BadInput(
            "assessment.board.state", "没有“{state}”这个状态。", "There is no state “{state}”.", state=state[:40]
        )
    entries = boards.board_entries(actor, held, state=state, district=district)
    if form:
        return download(
            request, form, lambda: Sheet(key, boards.BoardLine, boards.board_lines(actor, held, entries, on)),
            name=key, on=on, also=boards.board_version(held),
        )  # fmt: skip
    page, count = page_number(request), entries.count()
    shown = entries[(page - 1) * boards.PAGE : page * boards.PAGE]
    counts = boards.stage_counts(actor, held, on)
    kept = {name: value for name, value in (("state", state), ("district", district)) if value}
    context = {
        "held": held,
        "scheme": scheme_of(held),
        "counts": counts,
        "total": sum(one.count for one in counts),
        "late": sum(one.late for one in counts),
        "lines": list(boards.board_lines(actor, held, shown, on)),
        "count": count,
        "state": state,
        "pager": pager(page, max(1, -(-count // boards.PAGE)), kept),
        "runs": actor.has("city_officer"),
        "decides": actor.has("city_officer", "chair", "supervisor"),
        "query": request.GET.urlencode(),
    }
    return render(request, "desk/assessment/board.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guard("desk")
def entry(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """Show an entry with all that was found about it; POST moves it."""
    _require_overseer(request)
    actor = access.actor(request)
    form = MoveForm(sent(request), auto_id="move_%s")
    if form.is_valid() and _moved(request, key, number, form):
        return redirect("desk:round_entry", key=key, number=number)
    return _entry_page(request, actor, key, number, move_form=form)


@require_POST
@guard("assessment.run")
def word(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """Keep an officer's word on a condition."""
    actor = access.actor(request)
    form = WordForm(request.POST, auto_id="word_%s")
    found = entry_for(actor, key, number)
    if form.is_valid():
        given = form.cleaned_data
        try:
            eligibility.say_word(
                actor=actor, entry_id=found.pk, rule=given["rule"], holds=given["holds"] == "yes",
                ground=given["ground"], when=access.moment(),
            )  # fmt: skip
        except (BadInput, PinzhiError) as refusal:
            refused(form, refusal)
        else:
            return redirect("desk:round_entry", key=key, number=number)
    return _entry_page(request, actor, key, number, word_form=form)


@require_POST
@guard("assessment.run")
def consult(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """Ask the departments about an entry."""
    found = entry_for(access.actor(request), key, number)
    eligibility.ask_departments(actor=access.actor(request), entry_id=found.pk, when=access.moment())
    messages.success(request, gettext("已发出征求意见，期限从今天起算。"))
    return redirect("desk:round_entry", key=key, number=number)


@require_POST
@guard("assessment.run")
def answer(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """Record a department's answer."""
    actor = access.actor(request)
    found = entry_for(actor, key, number)
    form = AnswerForm(request.POST, auto_id="answer_%s")
    if form.is_valid():
        given = form.cleaned_data
        try:
            eligibility.record_answer(
                actor=actor, entry_id=found.pk, department=given["department"], objects=given["objects"] == "yes",
                answered_on=given["answered_on"], ground=given["ground"], document=given["document"],
                when=access.moment(),
            )  # fmt: skip
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            return redirect("desk:round_entry", key=key, number=number)
    return _entry_page(request, actor, key, number, answer_form=form)


@require_POST
@guard("assessment.recommend")
def opinion(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """Keep what the officers of a stage write themselves, such as the district's opinion."""
    actor = access.actor(request)
    found = entry_for(actor, key, number)
    base = request.POST.get("base", "0")
    applications.save_section(
        actor=actor, entry_id=found.pk, document=request.POST.get("document", ""),
        base=int(base) if base.isascii() and base.isdigit() and len(base) < 9 else 0,
        content={"text": request.POST.get("text", "")}, when=access.moment(),
    )  # fmt: skip
    messages.success(request, gettext("已记下。"))
    return redirect("desk:round_entry", key=key, number=number)


@require_safe
@guard("desk")
def entry_file(request: HttpRequest, key: str, number: str, file_number: int) -> HttpResponseBase:
    """Give out a file of an entry to who oversees it; always as a file to keep, never as a page."""
    _require_overseer(request)
    found = entry_for(access.actor(request), key, number)
    kept = brought.file_of(found, file_number)
    return FileResponse(
        files.open_file(kept.file).open("rb"), as_attachment=True, filename=kept.name,
        content_type=files.CONTENT_TYPES[kept.file.media],
    )  # fmt: skip


@require_POST
@guard("assessment.run")
def clear(request: HttpRequest, key: str, number: str, file_number: int) -> HttpResponse:
    """Let blind readers have a file."""
    clear_file(
        actor=access.actor(request), round_key=key, number=number, file_number=file_number, when=access.moment()
    )  # fmt: skip
    messages.success(request, gettext("盲评专家可以看附件 %(number)s 了。") % {"number": file_number})
    return redirect("desk:round_entry", key=key, number=number)


@require_POST
@guard("assessment.decide")
def seal(request: HttpRequest, key: str, stage: str) -> HttpResponse:
    """Seal the results of a stage and tell which entries have none yet, and why."""
    held = round_by_key(key)
    sealed, left = results.seal_stage(
        actor=access.actor(request), round_id=held.pk, stage=stage, when=access.moment(),
        ground=request.POST.get("ground", ""),
    )  # fmt: skip
    if sealed:
        messages.success(request, gettext("已封存 %(count)s 份得分。") % {"count": len(sealed)})
    for number, refusal in list(left.items())[:20]:
        messages.warning(request, f"{number}：{refusal.text.in_language(get_language() or '')}")
    if not sealed and not left:
        messages.info(request, gettext("没有新的得分要封存。"))
    return redirect("desk:board", key=key)


@require_POST
@guard("assessment.run")
def survey(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """Take the questionnaires of a survey as a CSV file: a column for each question, a row for each respondent."""
    found = entry_for(access.actor(request), key, number)
    file = request.FILES.get("file")
    if file is None:
        raise BadInput("assessment.survey.file", "请选择问卷文件。", "Choose the file with the questionnaires.")
    answered = results.read_survey(found, found.state, file.read())
    results.record_survey(
        actor=access.actor(request), entry_id=found.pk, stage=found.state, answered=answered, when=access.moment(),
        ground=request.POST.get("ground", ""),
    )  # fmt: skip
    messages.success(request, gettext("已收入 %(count)s 份问卷。") % {"count": len(answered)})
    return redirect("desk:round_entry", key=key, number=number)


def _require_overseer(request: HttpRequest) -> None:
    actor = access.actor(request)
    if not overseer(actor):
        require(actor, "assessment.oversee")
        raise NotAllowed("assessment.oversee", "看不到评审总表。", "The board is not for you.")


def _moved(request: HttpRequest, key: str, number: str, form: MoveForm) -> bool:
    actor = access.actor(request)
    given = form.cleaned_data
    try:
        step = move_entry(
            actor=actor, entry_id=entry_for(actor, key, number).pk, to=given["to"], seen=given["seen"],
            when=access.moment(), ground=given["ground"], document=given["document"],
            effective_on=given["effective_on"],
        )  # fmt: skip
    except PinzhiError as refusal:
        refused(form, refusal)
        return False
    title = STATES[step.after].title.in_language(get_language() or "")
    messages.success(request, gettext("%(number)s 已到“%(state)s”。") % {"number": number, "state": title})
    return True


def _entry_page(
    request: HttpRequest,
    actor: Actor,
    key: str,
    number: str,
    *,
    move_form: MoveForm | None = None,
    word_form: WordForm | None = None,
    answer_form: AnswerForm | None = None,
) -> HttpResponse:
    found = entry_for(actor, key, number)
    seen = boards.dossier(actor, found, access.today())
    bound = [form for form in (move_form, word_form, answer_form) if form is not None and form.is_bound]
    is_examined = found.state == "eligibility_check" and may(actor, "assessment.run")
    context: dict[str, Any] = {
        "held": found.round,
        "dossier": seen,
        "parts": PARTS,
        "names": boards.names_of(one.actor for one in seen.steps),
        "move_form": move_form if move_form and move_form.is_bound else MoveForm(auto_id="move_%s"),
        "bound": bound[0] if bound else None,
        "is_examined": is_examined,
        "word_form": word_form or WordForm(auto_id="word_%s"),
        "answer_form": answer_form
        or AnswerForm(auto_id="answer_%s", initial={"answered_on": access.today(), "objects": "no"}),
        "clears": may(actor, "assessment.run") and any(one.blind != "none" for one in seen.scheme.stage),
        "corrects": may(actor, "assessment.run"),
        "takes_survey": found.state == "satisfaction_survey" and may(actor, "assessment.run"),
    }
    status = 400 if bound and any(form.errors for form in bound) else 200
    return render(request, "desk/assessment/entry.html", context, status=status)
