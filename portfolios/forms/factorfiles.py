"""The form that takes the agencies' files, several at once."""

from typing import Any

from django import forms
from django.conf import settings

from accounts.models import User
from config.ui.forms import Form
from portfolios.models import Security

KINDS = ".txt,.csv,.psv,.dat,.gz,.zip"


class FilesInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name)


class FilesField(forms.FileField):
    """One file or several; its value is a list."""

    widget = FilesInput(attrs={"accept": KINDS, "data-drop-input": "", "multiple": True})

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in given or [None]]


class FactorFilesForm(Form):
    """Files, and the pool of a history of loans that names none."""

    uploads = FilesField(
        label="Files",
        error_messages={
            "required": "Choose the files to import.",
            "empty": "One of the files is empty; fetch it from the agency again.",
        },
    )
    pool = forms.ModelChoiceField(
        queryset=Security.objects.none(),
        required=False,
        empty_label="The lines name their pools",
        label="Loans of one pool",
        help_text="For a history of loans only (Freddie Mac SFLLD, Fannie Mae performance): its lines name no pool.",
    )

    def __init__(self, *args: Any, user: User, refusal: str = "", **kwargs: Any) -> None:
        """`refusal` says why the files were not even received."""
        super().__init__(*args, **kwargs)
        if refusal:
            self.fields["uploads"].error_messages["required"] = refusal
        self.fields["pool"].queryset = Security.objects.followed_by(user).order_by("name")  # type: ignore[attr-defined]

    @property
    def bounds(self) -> str:
        return f"at most {settings.MAX_UPLOAD_MB:,} MB in all"

    @property
    def max_bytes(self) -> int:
        return settings.MAX_UPLOAD_MB * 1024 * 1024
