"""The sign-in library's forms in our words."""

from typing import Any

from allauth.account.forms import LoginForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django.utils.translation import gettext_lazy as _


class SignInForm(LoginForm):  # type: ignore[misc]  # the library has no types
    """Mail address and password; a forgotten password has its own link on the page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("邮箱")
        self.fields["password"].help_text = ""
        self.fields["remember"].label = _("在这台设备上保持登录")


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # the library has no types
    """A new passkey; it replaces the password unless the owner says otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("名字")
        self.fields["passwordless"].label = _("以后不用密码登录")
        self.fields["passwordless"].help_text = _("要用指纹、面容或锁屏密码确认是你。不勾选，就只当第二道验证。")


class EditPasskeyForm(EditWebAuthnForm):  # type: ignore[misc]  # the library has no types
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("名字")
