"""Small parts of the desk's forms."""

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language

from pinzhi.engine.errors import PinzhiError


class DateInput(forms.DateInput):
    """A day, picked or typed as 2024-01-04."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def sent(request: HttpRequest) -> QueryDict | None:
    """Return what was sent, even if it is empty; None when the form is only asked for."""
    return request.POST if request.method == "POST" else None


def refused(form: forms.Form, refusal: PinzhiError) -> None:
    """Show on the form why an action refused, in the reader's language."""
    form.add_error(None, refusal.text.in_language(get_language() or ""))
