"""The form that takes a file of prices: when they held, until when, and who quoted them."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from config.ui import dates
from config.ui.forms import Form
from portfolios.domain.grids import Kind

MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"]


class GridForm(Form):
    """A file of one kind of prices."""

    upload = forms.FileField(
        label="File",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx", "data-drop-input": ""}),
        error_messages={"required": "Choose the file of prices.", "empty": "The file is empty."},
    )
    source = forms.CharField(
        max_length=200,
        label="Quoted by",
        help_text="Who quoted these prices, and where. Made-up prices say synthetic.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(
        max_length=120, required=False, label="Name", help_text="Left open it is the kind and the day.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    as_of = forms.DateTimeField(label="Prices as of", widget=MOMENT, input_formats=FORMATS)
    expires_at = forms.DateTimeField(
        label="Expire at",
        required=False,
        widget=MOMENT,
        input_formats=FORMATS,
        help_text="After that a plan asks before it uses them. Left open they stay until they are retired.",
    )

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["as_of"].initial = timezone.localtime().replace(second=0, microsecond=0)

    def clean(self) -> dict[str, Any]:
        """The name that the grid has by itself, unless one is given."""
        data = super().clean() or self.cleaned_data
        as_of: datetime | None = data.get("as_of")
        if as_of and not data.get("name"):
            data["name"] = f"{self.kind.title}, {dates.day_year(timezone.localtime(as_of).date())}"
        return data
