"""Forms of the steps that need a word: submitting, withdrawing, signing, leaving loans out."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import Organization, OrganizationKind, User
from config.ui import dates
from config.ui.forms import Form
from diligence.models import Run
from portfolios.domain.steps import DECISIONS
from portfolios.models import Bundle
from portfolios.queries.checks import checks_of_file

USUAL_DAYS = 7
NOTE = forms.Textarea(attrs={"rows": 3})


class SubmitForm(Form):
    due_on = forms.DateField(
        label="Answer expected by",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="The purchaser's work queue is in order of this date.",
    )
    note = forms.CharField(
        required=False, widget=NOTE, label="Note to the purchaser", max_length=4000, help_text="Optional."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].initial = timezone.localdate() + timedelta(days=USUAL_DAYS)

    def clean_due_on(self) -> Any:
        due = self.cleaned_data["due_on"]
        if due < timezone.localdate():
            raise forms.ValidationError("This date has passed. Choose today or a later day.")
        return due


class CheckField(forms.ModelChoiceField):
    """Criteria by the check that used them."""

    def label_from_instance(self, run: Run) -> str:
        return f"{run.criteria.name if run.criteria else ''}, checked {dates.day_year(run.as_of)}"


class PurchaserForm(Form):
    """Who is asked to buy a draft, and by which criteria it is judged."""

    purchaser = forms.ModelChoiceField(
        queryset=Organization.objects.none(), required=False, empty_label="Nobody yet", label="Purchaser"
    )
    run = CheckField(
        queryset=Run.objects.none(),
        empty_label=None,
        label="Criteria",
        help_text="Criteria the file was checked against. With others than before the loans are picked again.",
    )

    def __init__(self, data: Any, *, bundle: Bundle, user: User) -> None:
        super().__init__(data, initial={"purchaser": bundle.purchaser_id, "run": bundle.run_id})
        purchasers = Organization.objects.visible_to(user).filter(kind=OrganizationKind.PURCHASER)
        self.fields["purchaser"].queryset = purchasers  # type: ignore[attr-defined]
        self.fields["run"].queryset = checks_of_file(bundle)  # type: ignore[attr-defined]


class ReasonForm(Form):
    note = forms.CharField(
        widget=NOTE,
        label="Reason",
        max_length=4000,
        help_text="Kept in the history, where both sides read it.",
        error_messages={"required": "Say why, so that the other side understands it."},
    )


class DecisionForm(Form):
    """One of the decisions, with a note for the record; which ones need a note the service says."""

    decision = forms.ChoiceField(
        choices=[(name, name) for name in DECISIONS], error_messages={"required": "Choose a decision."}
    )
    note = forms.CharField(required=False, max_length=4000)


class RowsForm(Form):
    """Loans of a bundle by their row, all with open fatal findings, or all that are suggested; and why."""

    rows = forms.TypedMultipleChoiceField(coerce=int, required=False)
    everything = forms.BooleanField(required=False)
    suggested = forms.BooleanField(required=False)
    reason = forms.CharField(max_length=200, error_messages={"required": "Say why, so that the lender understands it."})

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        chosen = data.getlist("rows")[:1000] if data else []
        self.fields["rows"].choices = [(row, row) for row in chosen if row.isdecimal()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not any(data.get(name) for name in ("rows", "everything", "suggested")):
            self.add_error("rows", "Choose at least one loan.")
        return data
