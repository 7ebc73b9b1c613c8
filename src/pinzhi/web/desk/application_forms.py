"""Forms of applicants: start, write a section, bring a file, state facts, keep the profile."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pinzhi.engine.rulebook.scheme_parts import Document
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.records.assessment.profile_fields import FIELDS, FIGURES, Field, field_of, years_before
from pinzhi.records.assessment.queries.applications import FactLine
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.web.language import said

FEWEST_COLUMNS, BLANK_ROWS = 6, 3


class StartForm(forms.Form):
    """Who applies, for what, and through which district."""

    category = forms.ChoiceField(label=_("申报类别"), widget=forms.RadioSelect)
    organisation_code = forms.ChoiceField(
        label=_("申报单位"), required=False, help_text=_("班组和个人写所在单位；没有单位的个人选“本人”。")
    )
    name = forms.CharField(
        label=_("班组、个人、产品或项目的名称"), required=False, max_length=200,
        help_text=_("组织不用填，用登记的名称。公示时就用这个名称。"),
    )  # fmt: skip
    district = forms.ChoiceField(
        label=_("所在区（市）"), required=False, help_text=_("由它推荐。单位可以不选，按登记的区（市）。")
    )
    front_line = forms.BooleanField(label=_("是生产或服务一线的班组、个人"), required=False)

    def __init__(
        self, *args: Any, scheme: Scheme, acting: tuple[tuple[str, str], ...], on: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        listed = rulebook().codelist("districts")
        districts = [(code, said(listed.text(code))) for code in listed.in_force(on)]
        _offer(self, "category", [(one.code, said(one.title)) for one in scheme.category])
        _offer(self, "organisation_code", [*acting, ("", gettext("本人"))])
        _offer(self, "district", [("", gettext("按登记的区（市）")), *districts])


class UploadForm(forms.Form):
    """A file; ``size`` is how long it was before it was sent, where the page could tell."""

    document = forms.CharField(widget=forms.HiddenInput)
    size = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    file = forms.FileField(
        label=_("文件"), allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,.webp,.docx,.xlsx"}),
        help_text=_("PDF、JPG、PNG、WebP、DOCX 或 XLSX，最大 20 MB。"),
    )  # fmt: skip


class SendForm(forms.Form):
    """Which version of the application was looked at when it was sent or withdrawn."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    ground = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)


class FactsForm(forms.Form):
    """The facts that the conditions ask for; what is left empty is not stated."""

    def __init__(self, *args: Any, facts: tuple[FactLine, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in facts:
            title, shown = said(one.title), _shown(one)
            if one.kind == "flag":
                self.fields[one.code] = forms.ChoiceField(
                    label=title, required=False, initial=shown,
                    choices=[("", gettext("还没填")), ("true", gettext("是")), ("false", gettext("否"))],
                )  # fmt: skip
            else:
                attrs = {"inputmode": "numeric"} if one.kind == "number" else {}
                self.fields[one.code] = forms.CharField(
                    label=title, required=False, max_length=200, initial=shown, widget=forms.TextInput(attrs=attrs),
                    help_text=gettext("从未发生过的，写经营年数。") if one.code.startswith("years_since") else "",
                )  # fmt: skip


class ProfileForm(forms.Form):
    """What the organisation says of itself, with the figures of the last full years."""

    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        figures = [field_of(f"{one.code}_{year}") for one in FIGURES for year in years_before(on.year)]
        for one in (*FIELDS, *figures):
            if one is not None:
                self.fields[one.code] = _profile_field(one)


@dataclass(frozen=True, slots=True)
class Editor:
    """A section as its form shows it: the text, the rows with blank ones to fill, or the pledge."""

    kind: str
    base: int
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    agreed: bool = False
    name: str = ""

    @property
    def columns(self) -> int:
        """How many cells a row has."""
        return len(self.rows[0]) if self.rows else 0


def editor_of(asked: Document, base: int, content: dict[str, Any]) -> Editor:
    """Return the form of a section: a table has blank rows and a blank column to go on with."""
    if asked.kind == "table":
        rows = content.get("rows") or []
        width = min(max(FEWEST_COLUMNS, max((len(row) for row in rows), default=0)), 10)
        padded = [tuple([*row, *[""] * width][:width]) for row in rows]
        return Editor("table", base, rows=(*padded, *[("",) * width] * BLANK_ROWS))
    if asked.kind == "pledge":
        return Editor("pledge", base, agreed=content.get("agreed") is True, name=str(content.get("name", "")))
    return Editor("section", base, text=str(content.get("text", "")))


def content_sent(asked: Document, data: QueryDict) -> dict[str, object]:
    """Return what was written, in the form that a section is kept in."""
    if asked.kind == "table":
        columns, cells = _whole(data.get("columns")), data.getlist("cell")
        width = max(1, min(columns, 100))
        return {"rows": [cells[first : first + width] for first in range(0, len(cells), width)]}
    if asked.kind == "pledge":
        return {"agreed": "agreed" in data, "name": data.get("name", "")}
    return {"text": data.get("text", "")}


def base_sent(data: QueryDict) -> int:
    """Return the number of the version that the editor started from; 0 for none."""
    return _whole(data.get("base"))


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0


def _shown(one: FactLine) -> str:
    if isinstance(one.value, bool):
        return "true" if one.value else "false"
    return "" if one.value is None else str(one.value)


def _profile_field(one: Field) -> forms.Field:
    if one.kind in ("long", "codes"):
        return forms.CharField(
            label=said(one.title), required=False, max_length=one.longest, widget=forms.Textarea(attrs={"rows": 4})
        )
    attrs = {"inputmode": "decimal"} if one.kind in ("whole", "amount") else {}
    return forms.CharField(
        label=said(one.title), required=False, max_length=one.longest, widget=forms.TextInput(attrs=attrs)
    )


def _offer(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices
