"""Forms of tape intake."""

from typing import Any

from django import forms
from django.conf import settings

from accounts.models import User
from config.ui.forms import Form
from loans.models import Tape

KINDS = ".csv,.tsv,.txt,.psv,.dat,.gz,.zip,.xlsx,.xlsm,.xml"


class UploadForm(Form):
    """A file, and which tape it belongs to."""

    file = forms.FileField(
        label="Tape",
        widget=forms.FileInput(attrs={"accept": KINDS, "data-drop-input": ""}),
        error_messages={
            "required": "Choose the file of the tape.",
            "empty": "The file is empty. Choose the tape again and check that it has rows.",
        },
    )
    tape = forms.ModelChoiceField(
        queryset=Tape.objects.none(),
        required=False,
        empty_label="A new tape",
        label="Version of",
        help_text="A new file for a tape you uploaded before becomes its next version, with the differences.",
    )
    name = forms.CharField(
        required=False,
        max_length=180,
        label="Name",
        help_text="For a new tape. Left empty, it takes the name of the file.",
    )

    def __init__(self, *args: Any, user: User, refusal: str = "", **kwargs: Any) -> None:
        """`refusal` says why the file was not even received."""
        super().__init__(*args, **kwargs)
        if refusal:
            self.fields["file"].error_messages["required"] = refusal
        self.fields["tape"].queryset = Tape.objects.visible_to(user).for_sale()  # type: ignore[attr-defined]

    @property
    def bounds(self) -> str:
        return f"at most {settings.MAX_UPLOAD_MB:,} MB and {settings.MAX_ROWS:,} loans"

    @property
    def max_bytes(self) -> int:
        return settings.MAX_UPLOAD_MB * 1024 * 1024
