"""What an organisation says of itself, once for all schemes."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from pinzhi.engine.errors import PinzhiError
from pinzhi.engine.texts import Text
from pinzhi.records.assessment.actions.profiles import save_profile
from pinzhi.records.assessment.profile_fields import field_of
from pinzhi.records.assessment.queries.profiles import own_profile
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.application_forms import ProfileForm
from pinzhi.web.desk.fields import refused, sent


@require_http_methods(["GET", "HEAD", "POST"])
@guard("assessment.apply")
def profile(request: HttpRequest, code: str) -> HttpResponse:
    """Show the profile; POST saves it, or shows beside it what a colleague saved meanwhile."""
    actor = access.actor(request)
    own = own_profile(actor, code)
    form = ProfileForm(sent(request), on=access.today(), initial={**own.content, "base": own.number})
    theirs: list[tuple[Text, str, str]] = []
    if form.is_valid():
        given = dict(form.cleaned_data)
        base = given.pop("base")
        try:
            save_profile(actor=actor, organisation_code=code, base=base, content=given, when=access.moment())
        except PinzhiError as refusal:
            refused(form, refusal)
            if refusal.code == "assessment.profile.moved":
                own = own_profile(actor, code)
                theirs = _differences(own.content, given)
                form.data = {**request.POST.dict(), "base": str(own.number)}
        else:
            messages.success(request, gettext("已保存。各个奖项和认证都用这份资料。"))
            return redirect("desk:profile", code=code)
    context = {"own": own, "form": form, "theirs": theirs}
    return render(request, "desk/applications/profile.html", context, status=400 if form.errors else 200)


def _differences(theirs: dict[str, str], yours: dict[str, str]) -> list[tuple[Text, str, str]]:
    """Return title, theirs and yours of every field in which two versions differ."""
    found = []
    for code, own in yours.items():
        field = field_of(code)
        if field is not None and theirs.get(code, "") != own:
            found.append((field.title, theirs.get(code, ""), own))
    return found
