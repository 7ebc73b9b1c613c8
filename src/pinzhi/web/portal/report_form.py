"""The form by which anybody reports a problem: what its kind opens with, the place, a phone, photos."""

import secrets
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from pinzhi.engine.rulebook.case_parts import CaseField
from pinzhi.engine.rulebook.case_types import CaseType
from pinzhi.records.casework.actions.reporting import MOST_PHOTOS, Report
from pinzhi.records.casework.queries import public
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.storage import Sent
from pinzhi.web.language import said

FIELD = "field_"


class PhotosInput(forms.ClearableFileInput):
    """A field for several photos; a telephone offers its camera."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several photos, or none."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(PhotosField, self).clean(one, initial) for one in data or []]


class ReportForm(forms.Form):
    """A report of a kind; ``once`` makes it the same report when it is sent twice."""

    once = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)

    def __init__(self, kind: CaseType, request: HttpRequest) -> None:
        is_sent = request.method == "POST"
        super().__init__(
            request.POST if is_sent else None, request.FILES if is_sent else None, auto_id="r_%s",
            initial={"once": secrets.token_hex(16)},
        )  # fmt: skip
        self.kind = kind
        contact = public.contact_of(kind)
        for field in kind.field:
            asked = field.code in kind.opens_with or field.code == "detail"
            if asked and field.code != contact and field.kind != "place":
                self.fields[FIELD + field.code] = _field(field, is_required=field.code in kind.opens_with)
        self.place_code = next((field.code for field in kind.field if field.kind == "place"), "")
        if self.place_code:
            self._ask_where()
        self.fields["phone"] = forms.CharField(
            label=_("手机号"), max_length=30, required=contact in kind.opens_with,
            help_text=_("只有办理的人看得到；凭后四位查进度。"),
            widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        )  # fmt: skip
        self.fields["photos"] = PhotosField(
            label=_("照片"), required=False,
            help_text=_("最多 {most} 张 JPG、PNG 或 WebP，每张不超过 20 MB。照片里的位置等信息会去掉。").format(
                most=MOST_PHOTOS
            ),
            widget=PhotosInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        )  # fmt: skip

    def _ask_where(self) -> None:
        codes = rulebook().codelist("districts")
        listed = codes.children(rulebook().city.region) or codes.codes
        districts = [("", "—"), *((code, said(codes.text(code))) for code in listed)]
        self.fields["district"] = forms.ChoiceField(label=_("哪个区市"), choices=districts, required=False)
        self.fields["place"] = forms.CharField(
            label=_("在哪里"), max_length=200, help_text=_("路名、门牌、路口，或附近的单位。")
        )
        self.fields["spot"] = forms.CharField(max_length=300, required=False)

    def report(self) -> Report:
        """Return the report as the action takes it; the form is right."""
        given = self.cleaned_data
        values = {name.removeprefix(FIELD): str(value) for name, value in given.items() if name.startswith(FIELD)}
        if self.place_code:
            near = " ".join(given["spot"].split()[:2])  # the coordinates; the words are the visitor's own
            values[self.place_code] = f"{near} {given['place']}".strip()
        photos = tuple(Sent(one.name or "", one.chunks(), one.size) for one in given["photos"][: MOST_PHOTOS + 1])
        once = f"report:{given['once']}"
        return Report(self.kind.id, values, given["phone"], given.get("district", ""), photos, once)


def _field(field: CaseField, *, is_required: bool) -> forms.Field:
    label = said(field.title)
    if field.kind == "choice":
        choices = [(one.code, said(one.title)) for one in field.choices]
        return forms.ChoiceField(label=label, required=is_required, choices=choices, widget=forms.RadioSelect)
    rows = 5 if field.kind == "long" else 2
    most = 5000 if field.kind == "long" else 200
    return forms.CharField(
        label=label, required=is_required, max_length=most, widget=forms.Textarea(attrs={"rows": rows})
    )  # fmt: skip
