"""Forms of shared-loss agreements: the agreement, a month's report, and what covers a sale."""

from decimal import Decimal
from typing import Any

from django import forms

from config.ui.forms import Form
from portfolios.domain.sharedlossforms import forms as kinds
from portfolios.forms.fields import MonthField
from portfolios.forms.sales.terms import amount_field, day_field
from portfolios.models import SharedLossAgreement

ASKED = {"first_loss": "first-loss tranche", "stated_threshold": "stated threshold"}


class AgreementForm(Form):
    """An agreement by one of the known forms."""

    form = forms.ChoiceField(label="Form of the agreement")
    name = forms.CharField(max_length=120, label="Name", widget=forms.TextInput(attrs={"autocomplete": "off"}))
    effective_on = day_field("In force from")
    terminates_on = day_field("Until", help_text="Losses and recoveries of single-family loans: usually ten years.")
    covered = amount_field("Covered balance", help_text="USD, when it began. Tiers in percent are percent of it.")
    first_loss = amount_field("First-loss tranche", required=False, help_text="USD, where the form asks for it.")
    stated_threshold = amount_field("Stated threshold", required=False, help_text="USD, where the form asks for it.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["form"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(code, kind.title) for code, kind in kinds().items()]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in kinds()[data["form"]].asks if data.get("form") in kinds() else ():
            if data.get(name) is None and name not in self.errors:
                self.add_error(name, f"Agreements of this form state their {ASKED[name]}; it may be 0.")
        return data

    def values(self) -> dict[str, Any]:
        """Arguments of the service."""
        data = dict(self.cleaned_data)
        stated = {name: data.pop(name) for name in ASKED}
        return data | {"stated": {name: amount for name, amount in stated.items() if amount is not None}}


class ReportForm(Form):
    """A month's certificate."""

    month = MonthField(label="Month")
    losses = amount_field("Losses", help_text="USD, of all kinds together.")
    recoveries = amount_field("Recoveries", required=False, help_text="USD.")

    def values(self) -> dict[str, Any]:
        """Arguments of the service."""
        return self.cleaned_data | {"recoveries": self.cleaned_data["recoveries"] or Decimal("0.00")}


class CoverForm(Form):
    """Which agreement covers a sale, and what selling costs."""

    agreement = forms.ModelChoiceField(queryset=SharedLossAgreement.objects.none(), label="Agreement", empty_label=None)
    costs = amount_field("Costs of selling", help_text="USD. They are part of the portfolio loss.")

    def __init__(self, *args: Any, bank_id: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["agreement"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = SharedLossAgreement.objects.filter(bank_id=bank_id)
