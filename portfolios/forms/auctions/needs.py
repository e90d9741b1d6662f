"""Forms that record what a sale needs, and who may not bid."""

from typing import Any

from django import forms
from django.utils import timezone

from config.ui.forms import Form
from portfolios.domain.localtimes import day_in
from portfolios.domain.saleneeds import Need, Relation
from portfolios.forms.sales.terms import day_field
from portfolios.models import Bidder, Sale, SaleDocument
from portfolios.queries.saleneeds import bidders_to_certify

TYPED = {"autocomplete": "off"}


class BidderField(forms.ModelChoiceField):
    """Bidders by their organization."""

    def label_from_instance(self, bidder: Bidder) -> str:
        return bidder.organization.name


class NeedForm(Form):
    """One record of a need; what is not asked for it is not in the form."""

    bidder = BidderField(queryset=Bidder.objects.none(), empty_label="Choose a bidder")
    said_by = forms.CharField(max_length=120, widget=forms.TextInput(attrs=TYPED))
    on = day_field("On", help_text="The day it was given.")
    reference = forms.CharField(max_length=200, required=False, widget=forms.TextInput(attrs=TYPED))
    document = forms.ModelChoiceField(
        queryset=SaleDocument.objects.none(),
        required=False,
        empty_label="None",
        help_text="Of the data room. A reference or a document is enough.",
    )
    text = forms.CharField(max_length=8000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, need: Need, sale: Sale, **kwargs: Any) -> None:
        super().__init__(*args, **({"prefix": need.code} | kwargs))
        self.need = need
        labels = {"said_by": need.who, "reference": need.reference, "text": need.text}
        for name, label in labels.items():
            if label:
                self.fields[name].label = label
            else:
                del self.fields[name]
        self.fields["on"].initial = day_in(timezone.now(), sale.time_zone)
        self._choose(sale)

    def _choose(self, sale: Sale) -> None:
        document, bidder = self.fields["document"], self.fields["bidder"]
        assert isinstance(document, forms.ModelChoiceField)
        assert isinstance(bidder, forms.ModelChoiceField)
        document.queryset = sale.documents.filter(withdrawn_at=None)
        if self.need.each_bidder:
            bidder.queryset = bidders_to_certify(sale)
        else:
            del self.fields["bidder"]


class PartyForm(Form):
    """An affiliate or contractor of the seller."""

    name = forms.CharField(
        max_length=120,
        label="Name of the organization",
        widget=forms.TextInput(attrs=TYPED),
        help_text="As it is registered. It is found by this name when it is invited.",
    )
    relation = forms.ChoiceField(
        choices=[(relation.value, relation.words.capitalize()) for relation in Relation], label="It is"
    )
    note = forms.CharField(max_length=200, required=False, label="How it is known", widget=forms.TextInput(attrs=TYPED))
