from typing import Any

from accounts.models import Organization, OrganizationKind
from config.ui.forms import ModelForm


class OrganizationForm(ModelForm):
    class Meta:
        model = Organization
        fields = ("name", "kind", "lei", "seller_number")
        labels = {"seller_number": "Seller number"}
        help_texts = {
            "kind": "Decides which roles its people can have. It cannot be changed later.",
            "lei": "Legal entity identifier, 20 characters, if it has one.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "Choose the kind"), *OrganizationKind.choices]  # type: ignore[attr-defined]
