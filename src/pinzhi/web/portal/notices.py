"""Public notices: what is on notice, until when, and how to object to it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from pinzhi.engine.errors import BadInput
from pinzhi.engine.periods import Day, Moment, closing_moment
from pinzhi.records.accounts.keys import count_call, seconds_left
from pinzhi.records.assessment.actions.notices import MOST_FILES, Said, object_to
from pinzhi.records.assessment.files import Sent
from pinzhi.records.assessment.queries import notices as queries
from pinzhi.web import access
from pinzhi.web.downloads import Sheet, download
from pinzhi.web.language import said
from pinzhi.web.objections import GROUNDS

MOST_PER_MINUTE = 5


class SeveralFiles(forms.ClearableFileInput):
    """A field for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, or none."""

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        return [super(FilesField, self).clean(one, initial) for one in data or []]


class ObjectionForm(forms.Form):
    """To whom, on what ground, the facts, who objects, and the evidence."""

    entry = forms.ChoiceField(label=gettext_lazy("对谁"), required=False)
    ground = forms.ChoiceField(label=gettext_lazy("理由"), choices=GROUNDS, widget=forms.RadioSelect)
    text = forms.CharField(
        label=gettext_lazy("事实"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("时间、地点、看到了什么。"),
    )  # fmt: skip
    name = forms.CharField(
        label=gettext_lazy("姓名或单位"), max_length=100, required=False,
        help_text=gettext_lazy("申报人看不到。不署名的，要附上可以核实的证据。"),
    )  # fmt: skip
    contact = forms.CharField(
        label=gettext_lazy("电话或邮箱"), max_length=100, required=False, help_text=gettext_lazy("核实时联系你用。")
    )  # fmt: skip
    evidence = FilesField(
        label=gettext_lazy("证据"), required=False, widget=SeveralFiles,
        help_text=gettext_lazy("PDF、JPG、PNG、WebP、DOCX 或 XLSX，每个不超过 20 MB。"),
    )  # fmt: skip

    def __init__(self, *args: Any, candidates: tuple[queries.Candidate, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [(str(one.place), one.name) for one in candidates if not one.removed]
        self.fields["entry"].choices = [*listed, ("", _("整个名单"))]  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a notice: whole days and hours until its last day ends."""

    days: int
    hours: int


@dataclass(frozen=True, slots=True)
class Box:
    """A square of the strip: a day, what it is, and whether it is today or past."""

    day: Day
    is_today: bool
    is_past: bool


@require_safe
def notices(request: HttpRequest, form: str = "") -> HttpResponseBase:
    """List the notices, those that run first."""
    on = access.today()
    lines = queries.public_notices(on)
    if form:
        version = " ".join(f"{one.key}{one.state.code}{one.objections}" for one in lines)
        return download(
            request, form, lambda: Sheet("notices", queries.NoticeLine, lines), name="notices", on=on, also=version
        )  # fmt: skip
    page = {"lines": lines, "here": "notice", "crumbs": [("/", pgettext("crumb", "首页")), ("", _("公示"))]}
    return render(request, "portal/notices/list.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, key: str, form: str = "") -> HttpResponseBase:
    """Show a notice with its clock, its list also as a table; POST objects to it."""
    when = access.moment()
    seen = queries.public_notice(key, when.on)
    if form:
        version = " ".join(str(one.removed) for one in seen.candidates)
        return download(
            request, form, lambda: Sheet(key, queries.Candidate, seen.candidates), name=key, on=when.on,
            also=f"{seen.notice.text_digest} {version}",
        )  # fmt: skip
    return _notice_page(request, seen, when)


def _notice_page(request: HttpRequest, seen: queries.PublicNotice, when: Moment) -> HttpResponse:
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ObjectionForm(data, files, candidates=seen.candidates, auto_id="o_%s")
    if form.is_valid() and _may_send(request, form):
        given = form.cleaned_data
        try:
            receipt = object_to(
                notice_id=seen.notice.pk,
                said=Said(
                    int(given["entry"]) if given["entry"] else None,
                    given["ground"],
                    given["text"],
                    given["name"],
                    given["contact"],
                ),
                files=[Sent(one.name or "", one.chunks(), one.size) for one in given["evidence"][: MOST_FILES + 1]],
                when=when,
            )
        except BadInput as refusal:
            form.add_error(None, said(refusal.text))
        else:
            return redirect("portal:objection", receipt=receipt)
    context = {
        "seen": seen,
        "address": request.path,
        "left": _left(seen.period.last_day, when.at) if seen.is_running else None,
        "strip": [Box(one, one.day == when.on, one.day < when.on) for one in seen.strip],
        "form": form,
        "here": "notice",
        "crumbs": [("/", pgettext("crumb", "首页")), ("/notices", _("公示")), ("", _("这份公示"))],
    }
    return render(request, "portal/notices/notice.html", context, status=400 if form.errors else 200)


@require_safe
def objection(request: HttpRequest, receipt: str) -> HttpResponse:
    """Tell the maker of an objection how it stands; whoever holds the address may read it, so no search keeps it."""
    context = {
        "seen": queries.objection_by_receipt(receipt),
        "here": "notice",
        "crumbs": [("/", pgettext("crumb", "首页")), ("/notices", _("公示")), ("", _("你的异议"))],
    }
    response = render(request, "portal/notices/objection.html", context)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _may_send(request: HttpRequest, form: ObjectionForm) -> bool:
    """Take a few objections a minute from one address; the words of a refused one stay in the form."""
    at = access.now()
    if count_call(f"objection:{access.address_key(request)}", MOST_PER_MINUTE, at) >= 0:
        return True
    form.add_error(
        None, _("一分钟内提交太多了。写好的内容还在，过 {seconds} 秒再提交。").format(seconds=seconds_left(at))
    )
    return False


def _left(last_day: date | None, at: datetime) -> Left | None:
    """Return the time until a day ends; on a demonstration's fixed day the clock of the real day goes on."""
    if last_day is None:
        return None
    zone = get_current_timezone()
    day = access.today()
    here = at.astimezone(zone).replace(year=day.year, month=day.month, day=day.day)
    rest = closing_moment(last_day, zone) - here
    return Left(rest.days, rest.seconds // 3600) if rest.days >= 0 else Left(0, 0)
