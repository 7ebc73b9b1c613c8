"""Small parts of the desk's forms."""

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language

from pinzhi.engine.errors import PinzhiError
from pinzhi.records.catalog.rulebook import rulebook

Done = TypeVar("Done")


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


def acted(form: forms.Form, act: Callable[[], Done]) -> Done | None:
    """Act on a form that is right, and return what came of it; None where the form then says what is wrong."""
    if form.is_valid():
        try:
            return act()
        except PinzhiError as refusal:
            refused(form, refusal)
    return None


def code_choices(name: str) -> list[tuple[str, str | list[tuple[str, str]]]]:
    """Return the codes of a list to choose from: those with others below them head a group of these."""
    listed, language = rulebook().codelist(name), get_language() or ""
    found: list[tuple[str, str | list[tuple[str, str]]]] = [("", "—")]
    for code in listed.children(""):
        below = [(one, listed.text(one).in_language(language)) for one in listed.children(code)]
        words = listed.text(code).in_language(language)
        found.append((words, below) if below else (code, words))
    return found
