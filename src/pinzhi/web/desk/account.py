"""One's own account: data, language, sign-in, open sessions, and a copy of all of it."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pinzhi.records.accounts import actions, queries
from pinzhi.records.accounts.permissions import Actor
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import sent
from pinzhi.web.desk.sign_in import remember_choices


class ProfileForm(forms.Form):
    """What the owner may change of an account."""

    name = forms.CharField(
        label=_("姓名"), max_length=100, required=False, help_text=_("选填。本单位的同事和经办人会看到。")
    )
    language = forms.ChoiceField(label=_("语言"), choices=[("zh-hans", "中文"), ("en", "English")])
    large_type = forms.BooleanField(label=_("用大字显示"), required=False)
    single_keys = forms.BooleanField(
        label=_("用单个字母作快捷键"), required=False, help_text=_("用语音输入，或常碰到键盘，就关掉。")
    )


@require_http_methods(["GET", "POST"])
@guard("accounts.own")
def account(request: HttpRequest) -> HttpResponse:
    """Show the account, or change name, language, type size and keys."""
    actor = access.actor(request)
    own = queries.own_account(actor, access.today())
    first = {
        "name": own.name, "language": own.language, "large_type": own.large_type, "single_keys": own.single_keys,
    }  # fmt: skip
    form = ProfileForm(sent(request), initial=first)
    if form.is_valid():
        return _save_profile(request, actor, form)
    context = {
        "account": own,
        "form": form,
        "sessions": queries.open_sessions(actor, request.session.session_key or ""),
    }
    return render(request, "desk/account.html", context, status=400 if form.errors else 200)


def _save_profile(request: HttpRequest, actor: Actor, form: ProfileForm) -> HttpResponse:
    chosen = form.cleaned_data
    actions.change_own_profile(actor=actor, now=access.now(), **chosen)
    messages.success(request, gettext("已保存。"))
    return remember_choices(redirect("desk:account"), language=chosen["language"], large_type=chosen["large_type"])


@require_POST
@guard("accounts.own")
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign out on one device."""
    actions.end_session(actor=access.actor(request), session_id=session_id, now=access.now())
    messages.success(request, gettext("那台设备已经退出登录。"))
    return redirect("desk:account")


@require_POST
@guard("accounts.own")
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere else."""
    ended = actions.end_other_sessions(
        actor=access.actor(request), current_key=request.session.session_key or "", now=access.now()
    )
    messages.success(request, gettext("已退出其他登录，共 %(ended)s 处。") % {"ended": ended})
    return redirect("desk:account")


@require_GET
@guard("accounts.own")
def export(request: HttpRequest) -> HttpResponse:
    """Give the owner everything kept about the account, as JSON."""
    data = queries.account_export(access.actor(request), access.today())
    answer = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = 'attachment; filename="pinzhi-account.json"'
    return answer
