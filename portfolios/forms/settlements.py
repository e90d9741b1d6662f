"""Forms of a settlement: choosing loans, answering, dates, amounts, files, signatures, documents and claims."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from config.ui.forms import Form
from loans.models import CriteriaVersion, TapeVersion
from portfolios.domain.settlement import ClaimState
from portfolios.domain.settlement.following import document_types
from portfolios.forms.fields import NUMBER, TEXT
from portfolios.forms.selection import LooseDecimal
from portfolios.queries.settlements.bringdowns import LotCheck

MOST_PLACES = 1_000
PLACE = re.compile(r"^(\d{1,18})-(\d{1,18})$")
DAY = {"type": "date", "class": "form-control"}


def day_field(label: str, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"), **kwargs)


def money_field(label: str, **kwargs: Any) -> LooseDecimal:
    """An amount in USD; `$` and commas are accepted."""
    return LooseDecimal(label=label, min_value=0, decimal_places=2, widget=forms.TextInput(attrs=NUMBER), **kwargs)


def note_field(label: str, help_text: str = "", rows: int = 2, **kwargs: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=widget, max_length=4000, help_text=help_text, **kwargs)


class PlacesForm(Form):
    """Loans by lot and row, and a reason or a note; `everything` stands for all that the step is about."""

    places = forms.MultipleChoiceField(required=False)
    everything = forms.BooleanField(required=False)
    reason = forms.CharField(max_length=200, required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        chosen = [place for place in data.getlist("places")[:MOST_PLACES] if PLACE.match(place)]
        self.fields["places"].choices = [(place, place) for place in chosen]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not (data.get("places") or data.get("everything")):
            self.add_error(None, "Choose at least one loan.")
        return data

    @property
    def chosen(self) -> list[tuple[int, int]]:
        """Lots and rows."""
        pairs = (place.split("-") for place in self.cleaned_data["places"])
        return [(int(lot), int(row)) for lot, row in pairs]


class AnswerForm(PlacesForm):
    """An answer of the seller to proposed loans."""

    answer = forms.ChoiceField(
        choices=[("out", "Leaves"), ("cured", "Cured"), ("contested", "Contested")],
        error_messages={"required": "Choose an answer."},
    )


class BringDownForm(Form):
    """Which lot is checked, by which criteria, and which version of its tape."""

    lot = forms.ChoiceField(label="Lot")
    criteria = forms.ModelChoiceField(
        queryset=CriteriaVersion.objects.none(), label="Criteria", to_field_name="code", empty_label="Choose criteria"
    )
    version = forms.ModelChoiceField(
        queryset=TapeVersion.objects.none(), label="Tape", required=False, empty_label=None
    )

    def __init__(self, *args: Any, checks: list[LotCheck], criteria: list[CriteriaVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lot"].choices = [(c.lot.code, f"{c.lot.code}, {c.lot.name}") for c in checks]  # type: ignore[attr-defined]
        known = CriteriaVersion.objects.filter(pk__in=[each.pk for each in criteria]).order_by("code")
        self.fields["criteria"].queryset = known  # type: ignore[attr-defined]
        versions = [version.pk for check in checks for version in check.versions]
        found = TapeVersion.objects.filter(pk__in=versions).select_related("tape").order_by("tape", "number")
        self.fields["version"].queryset = found  # type: ignore[attr-defined]


class FileForm(Form):
    """A list with a line a loan."""

    file = forms.FileField(label="File", error_messages={"required": "Choose a file first."})
    lot = forms.CharField(required=False, max_length=8, widget=forms.HiddenInput)


class DayForm(Form):
    settles_on = day_field("Day of settlement")


class DepositForm(Form):
    amount = money_field("Deposit received, $")


class NoteForm(Form):
    note = note_field("Reason", "Both sides read it.")


class FundForm(Form):
    """The bank's reference; none is needed where nothing is due."""

    reference = forms.CharField(
        label="Reference of the wire",
        max_length=60,
        widget=forms.TextInput(attrs=TEXT),
        help_text="As the bank gave it.",
    )

    def __init__(self, *args: Any, nothing_due: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reference"].required = not nothing_due


class SignForm(Form):
    """The SHA-256 of the text that was read."""

    sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)


class TransferForm(Form):
    transfers_on = day_field("Transfer date")


class NoticeForm(Form):
    code = forms.CharField(max_length=20, widget=forms.HiddenInput)
    on = day_field("Sent on")


class OweForm(Form):
    """A document that is owed, for all loans or for some by their numbers."""

    doc_type = forms.ChoiceField(label="Document")
    due_on = day_field("Due")
    loan_ids = forms.CharField(
        label="Loans",
        required=False,
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "mono"}),
        help_text="Loan numbers with spaces, commas or line breaks between them. Blank is every loan.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = document_types().values()
        self.fields["doc_type"].choices = [(kind.doc_type, kind.title) for kind in kinds]  # type: ignore[attr-defined]

    def clean_loan_ids(self) -> list[str] | None:
        """Loan numbers, each once; None stands for every loan."""
        named = [word for word in re.split(r"[\s,;]+", self.cleaned_data["loan_ids"]) if word]
        return list(dict.fromkeys(named)) or None


TRUE_UP_STEPS = ("agree", "contest", "withdraw", "pay", "confirm", "not_arrived")


class TrueUpStepForm(Form):
    """What is done with a true-up: its second statement by its file, and a note or the bank's reference."""

    to = forms.ChoiceField(choices=[(step, step) for step in TRUE_UP_STEPS])
    file = forms.CharField(required=False, max_length=200)
    text = forms.CharField(required=False, max_length=4000)


class DocumentsForm(Form):
    """Documents of the list, and what is done with them."""

    documents = forms.TypedMultipleChoiceField(coerce=int, error_messages={"required": "Choose at least one document."})
    step = forms.ChoiceField(choices=[(step, step) for step in ("deliver", "accept", "send_back")])
    on = day_field("Delivered on", required=False)
    note = forms.CharField(required=False, max_length=4000)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        chosen = [key for key in data.getlist("documents")[:MOST_PLACES] if key.isdecimal()]
        self.fields["documents"].choices = [(int(key), key) for key in chosen]  # type: ignore[attr-defined]


class ClaimForm(Form):
    """A claim that the seller takes a loan back."""

    loan_id = forms.CharField(label="Loan", max_length=100, widget=forms.TextInput(attrs=TEXT | {"class": "mono"}))
    balance = money_field("Balance now, $")
    rate = LooseDecimal(
        label="Rate, percent", min_value=0, max_value=30, decimal_places=6, widget=forms.TextInput(attrs=NUMBER)
    )
    paid_to = day_field("Interest paid to")
    on = day_field("Repurchase on")
    costs = money_field("Costs, $", initial=Decimal("0.00"))
    reason = note_field("What is wrong", "The fact, and the statement of the agreement that it breaks.")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        paid_to, on = data.get("paid_to"), data.get("on")
        if isinstance(paid_to, date) and isinstance(on, date) and on < paid_to:
            self.add_error("on", "The day of repurchase is not before the day to which interest is paid.")
        return data


class ClaimStepForm(Form):
    to = forms.ChoiceField(choices=[(state, state) for state in ClaimState])
    text = forms.CharField(required=False, max_length=4000)
