"""One's own lists of the desk: saved under a name, put first, removed."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from pinzhi.records.accounts import lists
from pinzhi.records.accounts.queries import own_lists
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import acted, sent


class SaveForm(forms.Form):
    """The name of a list, and whether its page opens with it."""

    name = forms.CharField(label=_("列表的名字"), max_length=lists.LONGEST_NAME)
    address = forms.CharField(widget=forms.HiddenInput, max_length=100)
    query = forms.CharField(widget=forms.HiddenInput, max_length=lists.LONGEST_QUERY, required=False)
    comes_first = forms.BooleanField(label=_("打开这一页时先看它"), required=False)

    def clean_query(self) -> str:
        """Return the query without what was left empty, and without the page: a list is seen from its beginning."""
        asked = QueryDict(self.cleaned_data["query"], mutable=True)
        for name in [name for name in asked if name == "page" or not any(asked.getlist(name))]:
            del asked[name]
        return asked.urlencode()


@require_http_methods(["GET", "HEAD", "POST"])
@guard("accounts.own")
def saved(request: HttpRequest) -> HttpResponse:
    """Show one's lists; POST saves one and goes back to it."""
    actor, form = access.actor(request), SaveForm(sent(request))
    kept = acted(form, lambda: lists.save_list(actor=actor, now=access.now(), **form.cleaned_data))
    if kept is not None:
        messages.success(request, gettext("已存下“%(name)s”，在左边的导航里。") % {"name": kept.name})
        return redirect(f"{kept.address}?{kept.query}")
    context = {"lists": own_lists(actor), "form": form}
    return render(request, "desk/saved.html", context, status=400 if form.errors else 200)


@require_POST
@guard("accounts.own")
def first(request: HttpRequest, list_id: int) -> HttpResponse:
    """Let a page open with a list, or no more."""
    lists.put_first(actor=access.actor(request), list_id=list_id, now=access.now())
    return redirect("desk:saved_lists")


@require_POST
@guard("accounts.own")
def remove(request: HttpRequest, list_id: int) -> HttpResponse:
    """Remove a list."""
    lists.remove_list(actor=access.actor(request), list_id=list_id, now=access.now())
    messages.success(request, gettext("已删掉。"))
    return redirect("desk:saved_lists")
