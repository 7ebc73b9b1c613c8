"""The forms by which bulletins are written, reviewed, signed and corrected."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from pinzhi.engine.texts import Text
from pinzhi.records.publishing.live import Words
from pinzhi.web.desk.fields import DateInput

BODY_ROWS = {"rows": 16, "spellcheck": "false"}


class TextForm(forms.Form):
    """The text of a bulletin in both languages, with the version its editor saw."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)
    title_zh = forms.CharField(
        label=_("标题（中文）"), max_length=200, help_text=_("标题里的数字也要有依据，写成 [[A02|最多]]。")
    )
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

    def words(self) -> Words:
        """Return the text as the action takes it."""
        given = self.cleaned_data
        return Words(
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


def words_in(form: forms.Form, as_of: date) -> Words:
    """Return the text that stands in a form, whatever is wrong with it."""
    title, subtitle, body = (
        Text(form.data.get(f"{name}_zh", ""), form.data.get(f"{name}_en", "")) for name in ("title", "subtitle", "body")
    )
    return Words(title, body, as_of, subtitle)
