"""Bulletins on the desk: the list, one with its text beside live figures, and every act on it."""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.engine.errors import Conflict, NotFound, PinzhiError
from pinzhi.engine.publishing.checking import CheckedText
from pinzhi.engine.texts import Language, Text
from pinzhi.records.accounts.permissions import may
from pinzhi.records.publishing.actions import correcting, editing, reviewing, signing
from pinzhi.records.publishing.queries.cited import CITY_FIGURES
from pinzhi.records.publishing.queries.drafts import Dossier, dossier, drafts, reviewed, saved_text
from pinzhi.records.publishing.queries.visible import AnyBulletin, bulletin_for
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import DateInput, refused
from pinzhi.web.language import in_english

BODY_ROWS = {"rows": 16, "spellcheck": "false"}


class TextForm(forms.Form):
    """The text of a bulletin in both languages, with the version its editor saw."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)
    title_zh = forms.CharField(label=_("标题（中文）"), max_length=200)
    subtitle_zh = forms.CharField(label=_("副标题（中文）"), max_length=200, required=False)
    body_zh = forms.CharField(
        label=_("正文（中文）"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs=BODY_ROWS),
        help_text=_("[[A21|54]]：写 54，和记录核对；[[A21]]：用数字自己的说法；## 小标题；![[A02]] 单独一行是图。"),
    )
    title_en = forms.CharField(label=_("标题（英文）"), max_length=300, required=False)
    subtitle_en = forms.CharField(label=_("副标题（英文）"), max_length=300, required=False)
    body_en = forms.CharField(
        label=_("正文（英文）"), required=False, strip=False, widget=forms.Textarea(attrs=BODY_ROWS | {"lang": "en"})
    )
    as_of = forms.DateField(label=_("数字截至"), widget=DateInput)

    def words(self) -> editing.Words:
        """Return the text as the action takes it."""
        given = self.cleaned_data
        return editing.Words(
            Text(given["title_zh"], given["title_en"]),
            Text(given["body_zh"], given["body_en"]),
            given["as_of"],
            Text(given["subtitle_zh"], given["subtitle_en"]),
        )


class NewForm(TextForm):
    """A new bulletin: where it will stand, and whose it is."""

    slug = forms.SlugField(
        label=_("地址"), max_length=80, help_text=_("小写字母、数字和连字符，如 2024-quality-year；以后不能改。")
    )
    owner_zh = forms.CharField(label=_("主办单位（中文）"), max_length=100)
    owner_en = forms.CharField(label=_("主办单位（英文）"), max_length=200)
    field_order = ("slug", "owner_zh", "owner_en", "as_of", "title_zh", "subtitle_zh", "body_zh")


class SeenForm(forms.Form):
    """An act that needs no more than the version that was seen."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class GroundForm(SeenForm):
    """An act with its reason."""

    ground_zh = forms.CharField(label=_("理由"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class PublicGroundForm(GroundForm):
    """An act with a reason that readers see."""

    ground_en = forms.CharField(
        label=_("理由（英文）"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class FigureForm(PublicGroundForm):
    """A correction of a figure: which, and in which words if not its own."""

    figure = forms.ChoiceField(label=_("哪个数字"))
    words_zh = forms.CharField(label=_("改为（中文，不写就用数字自己的说法）"), max_length=200, required=False)
    words_en = forms.CharField(label=_("改为（英文）"), max_length=200, required=False)


class WordsForm(PublicGroundForm):
    """A correction of words."""

    old_zh = forms.CharField(label=_("原文（中文）"), max_length=200)
    new_zh = forms.CharField(label=_("改为（中文）"), max_length=200)
    old_en = forms.CharField(label=_("原文（英文）"), max_length=200, required=False)
    new_en = forms.CharField(label=_("改为（英文）"), max_length=200, required=False)


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


@require_POST
@guard("publishing.edit")
def check_text(request: HttpRequest) -> HttpResponse:
    """Show a text that is being written beside the figures, without keeping it; for the editor's script."""
    form = TextForm(request.POST)
    form.is_valid()
    as_of = form.cleaned_data.get("as_of") or access.today()
    bodies = Text(request.POST.get("body_zh", ""), request.POST.get("body_en", ""))
    return render(request, "desk/bulletins/preview.html", _preview(bodies, as_of))


@require_safe
@guard("desk")
def old_text(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show a text as it was saved."""
    found = bulletin_for(access.actor(request), slug)
    text = saved_text(found, number)
    if text is None:
        raise NotFound("publishing.text_number", "没有第 {n} 稿。", "There is no text {n}.", n=number)
    return render(request, "desk/bulletins/text.html", {"bulletin": found, "text": text})


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
        bodies = Text(form.data.get("body_zh", ""), form.data.get("body_en", ""))
        as_of = form.cleaned_data.get("as_of") or held.text.as_of
        context |= _preview(bodies, as_of)
    else:
        context |= {"review": held.review, "languages": _languages(held.review.texts)}
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


def _preview(bodies: Text, as_of: date) -> dict[str, Any]:
    review = reviewed(CITY_FIGURES, bodies, as_of)
    return {"review": review, "languages": _languages(review.texts)}


def _languages(texts: dict[Language, CheckedText]) -> list[tuple[str, str, CheckedText]]:
    names = {"zh": gettext("中文"), "en": gettext("英文")}
    return [(names[code], code, text) for code, text in texts.items() if code == "zh" or text.blocks or text.faults]


def _both_texts(request: HttpRequest, found: AnyBulletin, form: TextForm, conflict: Conflict) -> HttpResponse:
    """Show the text somebody saved meanwhile beside one's own; saving again keeps what stands in the form."""
    found.refresh_from_db()
    theirs = editing.newest_text(found)
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
