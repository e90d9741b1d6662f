"""Forms of a pool's files: the servicer's tape of a month, and the loans of a pool with their exits."""

from typing import Any

from django import forms
from django.conf import settings

from config.ui.forms import Form
from loans.forms.uploads import KINDS
from portfolios.domain.securities import Program
from portfolios.forms.securities import MonthField, ProgramForm, name_field, rate_field
from portfolios.services.loanfiles import Terms


class FileForm(Form):
    """A file that is dropped or chosen."""

    file = forms.FileField(
        label="File",
        widget=forms.FileInput(attrs={"accept": KINDS, "data-drop-input": ""}),
        error_messages={"required": "Choose the file.", "empty": "The file is empty. Choose it again."},
    )

    def __init__(self, *args: Any, refusal: str = "", **kwargs: Any) -> None:
        """`refusal` says why the file was not even received."""
        super().__init__(*args, **kwargs)
        if refusal:
            self.fields["file"].error_messages["required"] = refusal

    @property
    def bounds(self) -> str:
        return f"at most {settings.MAX_UPLOAD_MB:,} MB and {settings.MAX_ROWS:,} loans"

    @property
    def max_bytes(self) -> int:
        return settings.MAX_UPLOAD_MB * 1024 * 1024


class MonthFileForm(FileForm):
    """The servicer's tape of one month."""

    month = MonthField(
        label="Factor month",
        required=False,
        help_text="The month whose factor follows from the tape. Left empty, the tape has to say it.",
    )


class LoanFileForm(FileForm, ProgramForm):
    """A file of a pool's loans at issue with their exits, and what it does not say of the pool."""

    name = name_field()
    issued_on = MonthField(
        label="Issue month", required=False, help_text="Left empty, it is the month before the first exit."
    )
    coupon = rate_field(
        "Pass-through rate, percent", required=False, help_text="Left empty, the loans' average rate less 0.25."
    )

    def terms(self) -> Terms:
        """The terms as they are kept with the file."""
        data = self.cleaned_data
        return Terms(
            name=data["name"],
            program=Program(data["program"]),
            delay_days=data["delay_days"],
            coupon=data["coupon"],
            issued_on=data["issued_on"],
            forecast=self.forecast(),
            portfolio=data["portfolio"].pk if data["portfolio"] else None,
        )
