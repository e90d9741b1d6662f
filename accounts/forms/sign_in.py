"""django-allauth's forms in this interface's manner: labels instead of placeholders, plain words."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp

from accounts.forms.entrance import password_rules
from config.ui.forms import OwnWords

CODE = {"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}


class Plain(OwnWords):
    """Drops the placeholders, which repeat the labels and vanish when one types; renames by `words`."""

    words: dict[str, str] = {}
    attributes: dict[str, dict[str, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.widget.attrs.update(self.attributes.get(name, {}))
            field.label = self.words.get(name, field.label)


class NewPassword(Plain):
    """Says the rules of passwords in one sentence."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = password_rules()


class LoginForm(Plain, account.LoginForm):
    words = {"login": "E-mail", "password": "Password"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""  # the way to a new password stands below the card
        self.fields.pop("remember", None)


class ChangePasswordForm(NewPassword, account.ChangePasswordForm):
    words = {"oldpassword": "Password now", "password1": "New password", "password2": "New password, once more"}


class ResetPasswordForm(Plain, account.ResetPasswordForm):
    words = {"email": "E-mail"}


class ResetPasswordKeyForm(NewPassword, account.ResetPasswordKeyForm):
    words = {"password1": "New password", "password2": "New password, once more"}


class ReauthenticateForm(Plain, account.ReauthenticateForm):
    words = {"password": "Password"}


class CodeForm(Plain, mfa.AuthenticateForm):
    words = {"code": "Code"}
    attributes = {"code": CODE | {"inputmode": "text"}}  # a recovery code has letters


class AskAgainForm(Plain, mfa.ReauthenticateForm):
    words = {"code": "Code"}
    attributes = {"code": CODE | {"inputmode": "text"}}


class ActivateForm(Plain, totp.ActivateTOTPForm):
    words = {"code": "Code"}
    attributes = {"code": CODE}
