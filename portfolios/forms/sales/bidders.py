"""Forms about who may bid: invitation, qualification, keeping somebody out."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import Organization
from config.ui.forms import Form
from portfolios.domain.localtimes import day_in
from portfolios.forms.sales.terms import amount_field, day_field
from portfolios.models import Bidder

USUAL_MONTHS = 6  # an application serves half a year where a receiver sells
NOTE = {"rows": 3}


class InviteForm(Form):
    """Organizations to invite, several at once."""

    organizations = forms.ModelMultipleChoiceField(
        queryset=Organization.objects.none(),
        label="Organizations",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one organization."},
    )

    def __init__(self, *args: Any, offered: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organizations"].queryset = offered  # type: ignore[attr-defined]


class QualifyForm(Form):
    """Until when an organization may bid, and what it deposited."""

    until = day_field("Qualified until")
    deposit = amount_field("Deposit received", help_text="USD. 0 for none.")

    def __init__(self, *args: Any, bidder: Bidder, **kwargs: Any) -> None:
        self.today = day_in(timezone.now(), bidder.sale.time_zone)
        until = bidder.qualified_until or usual_end(bidder, self.today)
        kwargs["initial"] = {"until": until, "deposit": bidder.deposit}
        super().__init__(*args, **kwargs)

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until < self.today:
            raise forms.ValidationError("This date has passed. Choose today or a later day.")
        return until


def usual_end(bidder: Bidder, today: date) -> date:
    """Half a year from now, or the settlement if that is later."""
    usual = today + timedelta(days=30 * USUAL_MONTHS)
    return max(usual, bidder.sale.settles_on or usual)


class BarForm(Form):
    """Why an organization is kept out."""

    note = forms.CharField(
        label="Reason",
        max_length=4000,
        widget=forms.Textarea(attrs=NOTE),
        help_text="Kept with the sale. The organization is not shown it.",
        error_messages={"required": "Say why this organization cannot take part."},
    )
