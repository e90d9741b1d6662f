"""Forms of the adviser of a demanded sale: its name, the receiver's decision, its end."""

from typing import Any

from django import forms
from django.utils import timezone

from config.ui.forms import Form
from portfolios.domain.localtimes import day_in
from portfolios.forms.sales.terms import TYPED, day_field
from portfolios.models import Sale, SaleDocument

DECISIONS = (("approved", "Approves the adviser"), ("refused", "Refuses the adviser"))


class AdviserForm(Form):
    """Who runs the sale for the bank."""

    name = forms.CharField(
        max_length=120, label="Adviser", widget=forms.TextInput(attrs=TYPED), help_text="The person."
    )
    firm = forms.CharField(
        max_length=120,
        label="Firm",
        widget=forms.TextInput(attrs=TYPED),
        help_text="As it is registered. A firm that is invited to bid cannot advise.",
    )


class DecisionForm(Form):
    """What the receiver said. Its own person decides here; the seller records the letter."""

    decision = forms.ChoiceField(choices=DECISIONS, label="The receiver", widget=forms.RadioSelect)
    said_by = forms.CharField(max_length=120, label="Decided by", widget=forms.TextInput(attrs=TYPED))
    on = day_field("On", help_text="The day of the decision.")
    reference = forms.CharField(
        max_length=200, required=False, label="Letter or file number", widget=forms.TextInput(attrs=TYPED)
    )
    document = forms.ModelChoiceField(
        queryset=SaleDocument.objects.none(),
        required=False,
        empty_label="None",
        help_text="Of the data room. A reference or a document is enough.",
    )
    note = forms.CharField(
        max_length=2000, required=False, label="Reason of a refusal", widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, sale: Sale, itself: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = day_in(timezone.now(), sale.time_zone)
        self.fields["document"].queryset = sale.documents.filter(withdrawn_at=None)  # type: ignore[attr-defined]
        if itself:
            for name in ("said_by", "reference", "document"):
                del self.fields[name]

    def values(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        return {"approved": data.pop("decision") == "approved"} | data


class EndForm(Form):
    """Why an adviser goes."""

    note = forms.CharField(max_length=2000, label="Reason", widget=forms.TextInput(attrs=TYPED))
