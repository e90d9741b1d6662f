from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from accounts import policies
from accounts.models import Role, User
from accounts.policies import NotAllowed
from config.ui.forms import ModelForm


class PersonAdminForm(ModelForm):
    """A person in the admin, under the same policies as on the people page."""

    by: ClassVar[User]

    roles = forms.MultipleChoiceField(choices=Role.choices, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = User
        fields = ("name", "roles", "is_active", "inactive_reason", "is_superuser")

    def clean_roles(self) -> list[str]:
        roles = sorted(set(self.cleaned_data["roles"]))
        if roles != sorted(self._before().roles):
            self._check(policies.check_can_set_roles, roles)
        return roles

    def clean_is_active(self) -> bool:
        active = self.cleaned_data["is_active"]
        if active != self._before().is_active:
            self._check(policies.check_can_reactivate if active else policies.check_can_deactivate)
        return active

    def _before(self) -> User:
        return User.objects.select_related("organization").get(pk=self.instance.pk)

    def _check(self, check: Any, *args: Any) -> None:
        try:
            check(self.by, self._before(), *args)
        except NotAllowed as refusal:
            raise ValidationError(str(refusal)) from refusal
