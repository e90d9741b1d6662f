from typing import Any

from django import forms

from accounts.models import Organization, Theme, User
from accounts.roles import ROLE_HELP
from config.ui.forms import Form, ModelForm


def roles_field(organization: Organization, *, required: str) -> forms.MultipleChoiceField:
    """Check boxes of the roles that the organization's kind gives, each with what it is for."""
    return forms.MultipleChoiceField(
        choices=[(role.value, f"{role.label}: {ROLE_HELP[role]}") for role in organization.possible_roles],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": required},
    )


class InvitationForm(Form):
    email = forms.EmailField(label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"] = roles_field(organization, required="Choose at least one role.")


class RolesForm(Form):
    """The roles of a person who is here already."""

    def __init__(self, data: Any = None, *, person: User) -> None:
        super().__init__(data, initial={"roles": person.roles})
        self.fields["roles"] = roles_field(
            person.organization, required="A person needs at least one role. Deactivate who should have none."
        )


class DeactivationForm(Form):
    reason = forms.CharField(
        max_length=300,
        help_text="Kept in the history. Signs the person out on every device.",
        error_messages={"required": "Say why."},
    )


class ProfileForm(ModelForm):
    class Meta:
        model = User
        fields = ("name", "theme")
        widgets = {"theme": forms.RadioSelect, "name": forms.TextInput(attrs={"autocomplete": "name"})}


class ThemeForm(Form):
    theme = forms.ChoiceField(choices=Theme.choices)
