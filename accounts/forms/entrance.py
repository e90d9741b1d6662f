"""Forms of people who are not in yet."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import (
    MinimumLengthValidator,
    get_default_password_validators,
    validate_password,
)
from django.core.exceptions import ValidationError

from accounts.models import User
from config.ui.forms import Form

NAME = {"autocomplete": "name"}


def password_rules() -> str:
    """The rules as one sentence, instead of one sentence a validator."""
    lengths = [
        rule.min_length for rule in get_default_password_validators() if isinstance(rule, MinimumLengthValidator)
    ]
    at_least = f"At least {max(lengths)} characters, not" if lengths else "Not"
    return f"{at_least} only digits, none of the common ones, and unlike your name and address."


class NewPasswordForm(Form):
    """A name and a password typed twice, checked by the password rules against name and address."""

    name = forms.CharField(label="Your name", max_length=120, widget=forms.TextInput(attrs=NAME))
    password = forms.CharField(
        strip=False, max_length=1000, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    again = forms.CharField(
        label="Password, once more",
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str = "", **kwargs: Any) -> None:
        self.fixed_email = email
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = password_rules()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        password = data.get("password")
        if password and "again" in data and password != data["again"]:
            self.add_error("again", "The two passwords differ.")
        elif password:
            self._check_rules(password, data)
        return data

    def _check_rules(self, password: str, data: dict[str, Any]) -> None:
        somebody = User(email=data.get("email", self.fixed_email), name=data.get("name", ""))
        try:
            validate_password(password, somebody)
        except ValidationError as refused:
            self.add_error("password", refused)


class FirstUserForm(NewPasswordForm):
    """The operator organization and its first superuser."""

    organization = forms.CharField(
        label="Your organization", max_length=120, help_text="The company that runs this installation."
    )
    email = forms.EmailField(label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "email"}))

    field_order = ("organization", "name", "email", "password", "again")
