"""Bulletins on the desk: the list, one with its text beside live figures, and every act on it."""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.engine.errors import Conflict, NotFound, PinzhiError
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import may
from pinzhi.records.publishing.actions import correcting, editing, reviewing, signing
from pinzhi.records.publishing.queries.cited import CITY_FIGURES
from pinzhi.records.publishing.queries.drafts import Dossier, dossier, drafts, newest_text
from pinzhi.records.publishing.queries.visible import AnyBulletin, bulletin_for
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.bulletin_forms import (
    FigureForm,
    GroundForm,
    NewForm,
    PublicGroundForm,
    SeenForm,
    TextForm,
    WordsForm,
    words_in,
)
from pinzhi.web.desk.bulletin_writing import compared, shown
from pinzhi.web.desk.fields import refused
from pinzhi.web.language import in_english


@require_safe
@guard("desk")
def bulletins(request: HttpRequest) -> HttpResponse:
    """Show the bulletins on the desk, those that wait first."""
    actor = access.actor(request)
    context = {"rows": drafts(actor), "may_edit": may(actor, "publishing.edit")}
    return render(request, "desk/bulletins/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guard("publishing.edit")
def new_bulletin(request: HttpRequest) -> HttpResponse:
    """Begin a bulletin."""
    form = NewForm(request.POST if request.method == "POST" else None, initial={"as_of": access.today()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = editing.start_bulletin(
                actor=access.actor(request), slug=given["slug"], owner=Text(given["owner_zh"], given["owner_en"]),
                words=form.words(), when=access.moment(),
            )  # fmt: skip
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            return redirect("desk:bulletin", slug=made.slug)
    return render(request, "desk/bulletins/new.html", {"form": form}, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@guard("desk")
def bulletin(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a bulletin with its text beside live figures; POST saves the text."""
    actor = access.actor(request)
    found = bulletin_for(actor, slug)
    if request.method != "POST":
        return _page(request, found)
    form = TextForm(request.POST)
    if form.is_valid():
        try:
            editing.save_text(
                actor=actor, bulletin_id=found.pk, words=form.words(), seen=form.cleaned_data["seen"] or 0,
                when=access.moment(),
            )  # fmt: skip
        except Conflict as conflict:
            if conflict.code == "publishing.changed":
                return _both_texts(request, found, form, conflict)
            refused(form, conflict)
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, gettext("已保存。"))
            return redirect("desk:bulletin", slug=slug)
    return _page(request, found, form=form)


@dataclass(frozen=True, slots=True)
class _Act:
    """An act on a bulletin: its form, what is done, what is said afterwards."""

    form: type[SeenForm]
    do: Callable[[HttpRequest, AnyBulletin, dict[str, Any]], object]
    done: str | Promise


def _common(request: HttpRequest, found: AnyBulletin, given: dict[str, Any]) -> dict[str, Any]:
    return {
        "actor": access.actor(request),
        "bulletin_id": found.pk,
        "seen": given["seen"],
        "when": access.moment(),
    }


def _ground(given: dict[str, Any]) -> Text:
    return Text(given["ground_zh"], given["ground_en"])


def _correct_figure(request: HttpRequest, found: AnyBulletin, given: dict[str, Any]) -> object:
    figure, _at, on = given["figure"].partition("@")
    return correcting.correct_figure(
        **_common(request, found, given), figure=figure, on=date.fromisoformat(on), ground=_ground(given),
        words=Text(given["words_zh"], given["words_en"]), figures=CITY_FIGURES,
    )  # fmt: skip


ACTS: Mapping[str, _Act] = {
    "submit": _Act(
        SeenForm,
        lambda request, found, given: editing.submit(**_common(request, found, given)),
        gettext_lazy("已送审。"),
    ),
    "review": _Act(
        SeenForm,
        lambda request, found, given: reviewing.review(**_common(request, found, given)),
        gettext_lazy("已审核，等待签发。"),
    ),
    "send-back": _Act(
        GroundForm,
        lambda request, found, given: reviewing.send_back(**_common(request, found, given), ground=given["ground_zh"]),
        gettext_lazy("已退回。"),
    ),
    "sign": _Act(
        SeenForm,
        lambda request, found, given: signing.publish(**_common(request, found, given), figures=CITY_FIGURES),
        gettext_lazy("已签发，简报已发布。"),
    ),
    "correct-figure": _Act(FigureForm, _correct_figure, gettext_lazy("更正已发布。")),
    "correct-words": _Act(
        WordsForm,
        lambda request, found, given: correcting.correct_words(
            **_common(request, found, given),
            old=Text(given["old_zh"], given["old_en"]),
            new=Text(given["new_zh"], given["new_en"]),
            ground=_ground(given),
        ),
        gettext_lazy("更正已发布。"),
    ),
    "withdraw": _Act(
        PublicGroundForm,
        lambda request, found, given: correcting.withdraw(**_common(request, found, given), ground=_ground(given)),
        gettext_lazy("已撤回。"),
    ),
}


@require_POST
@guard("desk")
def act(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Do one act on a bulletin and show it again; a refusal stands on the page."""
    found = bulletin_for(access.actor(request), slug)
    if name not in ACTS:
        raise NotFound("publishing.act", "没有这一步。", "There is no such act.")
    wanted = ACTS[name]
    form = _form_of(wanted.form, found, request.POST)
    if form.is_valid():
        try:
            wanted.do(request, found, form.cleaned_data)
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, str(wanted.done))
            return redirect("desk:bulletin", slug=slug)
    return _page(request, found, bound=(name, form))


def _form_of(kind: type[SeenForm], found: AnyBulletin, data: Any = None) -> SeenForm:
    form = kind(data, initial={"seen": found.version}, auto_id=f"{kind.__name__}_%s")
    if isinstance(form, FigureForm):
        figures = found.publication.figures.order_by("place") if found.state == "published" else ()
        form.fields["figure"].choices = [  # type: ignore[attr-defined]
            (f"{one.figure}@{one.on}", f"{one.figure}　{one.words_en if in_english() else one.words_zh}　{one.on}")
            for one in figures
        ]
    return form


def _page(
    request: HttpRequest, found: AnyBulletin, *, form: TextForm | None = None, bound: tuple[str, SeenForm] | None = None
) -> HttpResponse:
    found.refresh_from_db()
    held = dossier(access.actor(request), found, CITY_FIGURES)
    wrong = form or (bound[1] if bound else None)
    context: dict[str, Any] = {
        "held": held,
        "bulletin": found,
        "form": form or TextForm(initial=_initial(held)),
        "acts": [(name, _bound(name, found, bound)) for name in _open_acts(held)],
        "wrong": wrong if wrong and wrong.errors else None,
    }
    if form is not None:
        context |= compared(words_in(form, form.cleaned_data.get("as_of") or held.text.as_of))
    else:
        context |= shown(held.review)
    return render(request, "desk/bulletins/bulletin.html", context, status=400 if context["wrong"] else 200)


def _bound(name: str, found: AnyBulletin, bound: tuple[str, SeenForm] | None) -> SeenForm:
    return bound[1] if bound and bound[0] == name else _form_of(ACTS[name].form, found)


def _open_acts(held: Dossier) -> list[str]:
    open_now = {
        "submit": held.may_submit,
        "review": held.may_review,
        "sign": held.may_sign,
        "send-back": held.may_send_back,
        "correct-figure": held.may_correct,
        "correct-words": held.may_correct,
        "withdraw": held.may_correct,
    }
    return [name for name, is_open in open_now.items() if is_open]


def _initial(held: Dossier) -> dict[str, Any]:
    names = ("title_zh", "title_en", "subtitle_zh", "subtitle_en", "body_zh", "body_en", "as_of")
    return {name: getattr(held.text, name) for name in names} | {"seen": held.bulletin.version}


def _both_texts(request: HttpRequest, found: AnyBulletin, form: TextForm, conflict: Conflict) -> HttpResponse:
    """Show the text somebody saved meanwhile beside one's own; saving again keeps what stands in the form."""
    found.refresh_from_db()
    theirs = newest_text(found)
    pairs = [
        (form.fields[name].label, _lines(getattr(theirs, name), form.cleaned_data[name]))
        for name in ("title_zh", "subtitle_zh", "body_zh", "title_en", "subtitle_en", "body_en")
        if getattr(theirs, name) != form.cleaned_data[name]
    ]
    fresh = TextForm(initial={**form.cleaned_data, "seen": found.version})
    context = {"bulletin": found, "theirs": theirs, "pairs": pairs, "form": fresh, "conflict": conflict.text}
    return render(request, "desk/bulletins/conflict.html", context, status=409)


def _lines(theirs: str, mine: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Return the lines of both texts, each with whether the other has it too."""
    left, right = theirs.splitlines(), mine.splitlines()
    same_left, same_right = set[int](), set[int]()
    for block in difflib.SequenceMatcher(a=left, b=right, autojunk=False).get_matching_blocks():
        same_left |= set(range(block.a, block.a + block.size))
        same_right |= set(range(block.b, block.b + block.size))
    return (
        [(line, number in same_left) for number, line in enumerate(left)],
        [(line, number in same_right) for number, line in enumerate(right)],
    )
