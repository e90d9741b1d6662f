"""Forms of an open auction: its rules in the draft, its start, and a bid."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError

from config.ui.forms import Form
from portfolios.domain.auction import NOTHING
from portfolios.domain.saleterms import Terms
from portfolios.forms.sales.terms import amount_field, day_field, grouped
from portfolios.models import Offer, Sale
from portfolios.services.auctions import Valued

TYPED = {"autocomplete": "off"}
CENT = Decimal("0.01")
UNUSUAL = 20  # increments above the least bid allowed: a digit too many, more often than not
USUAL_HOURS = 2


class RulesForm(Form):
    """What an auction is held by; it stands once the sale is announced."""

    minimum_increment = amount_field("Minimum increment", help_text="USD. Each bid tops the last by at least so much.")
    extension_minutes = forms.IntegerField(
        min_value=0,
        max_value=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric", **TYPED}),
        label="A late bid leaves at least",
        help_text="Minutes. A bid in the last minutes moves the end so that as many are left. Nothing else moves it.",
    )
    stalking_horse = forms.ChoiceField(
        required=False, label="Stalking horse", help_text="Whose price was agreed before the others bid."
    )
    stalking_price = amount_field("Its price", required=False, help_text="USD.")
    break_up_fee = amount_field("Break-up fee", required=False, help_text="USD, owed to it where somebody else buys.")
    expense_cap = amount_field("Its expenses, at most", required=False, help_text="USD, owed as well.")

    def __init__(self, *args: Any, sale: Sale, **kwargs: Any) -> None:
        self.known = Terms.from_json(sale.terms)
        super().__init__(*args, **({"initial": self.known.to_json() | grouped(self.known)} | kwargs))
        names = sale.bidders.values_list("organization__name", flat=True)
        horse = self.fields["stalking_horse"]
        assert isinstance(horse, forms.ChoiceField)
        horse.choices = [("", "None"), *((name, name) for name in names)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("stalking_horse") and not data.get("stalking_price"):
            self.add_error("stalking_price", "Say what was agreed with the stalking horse.")
        if not data.get("minimum_increment"):
            self.add_error("minimum_increment", "The increment is above 0.")
        return data

    def applied(self, known: Terms) -> Terms:
        """Terms with these rules; others stay as they are."""
        data = self.cleaned_data
        horse = data["stalking_horse"]
        amounts: dict[str, Any] = {
            name: f"{(data[name] or Decimal(0) if horse else Decimal(0)).quantize(CENT)}"
            for name in ("stalking_price", "break_up_fee", "expense_cap")
        }
        return replace(
            known,
            minimum_increment=f"{data['minimum_increment'].quantize(CENT)}",
            extension_minutes=data["extension_minutes"],
            stalking_horse=horse,
            **amounts,
        )


class StartForm(Form):
    """When the auction ends, and what counts beside each bidder's price."""

    ends_on = day_field("Ends on")
    ends_time = forms.TimeField(
        label="at", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), help_text="In the sale's time zone."
    )

    def __init__(self, *args: Any, sale: Sale, offers: list[Offer], now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.offers = ZoneInfo(sale.time_zone), offers
        usual = (now + timedelta(hours=USUAL_HOURS)).astimezone(self.zone)
        self.fields["ends_on"].initial, self.fields["ends_time"].initial = usual.date(), usual.time().replace(second=0)
        for offer in offers:
            self._add_fields(offer)

    def _add_fields(self, offer: Offer) -> None:
        bidder = offer.bid.entry.bidder
        labels = {"assumed": "Liabilities it assumes", "cure": "Cure costs", "credit": "Allowed claim"}
        for name, label in labels.items():
            field = amount_field(f"{label}, {bidder.organization if bidder else ''}", required=False)
            field.initial = "0.00"
            self.fields[key(name, offer)] = field
        self.fields[key("basis", offer)] = forms.CharField(
            max_length=500, required=False, label=f"Basis, {bidder.organization if bidder else ''}",
            widget=forms.TextInput(attrs=TYPED),
        )  # fmt: skip

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The fields of each bidder with the sealed offer that qualified it."""
        names = ("assumed", "cure", "credit", "basis")
        return [{"offer": offer} | {name: self[key(name, offer)] for name in names} for offer in self.offers]

    def ends_at(self) -> datetime:
        return datetime.combine(self.cleaned_data["ends_on"], self.cleaned_data["ends_time"], self.zone)

    def values(self) -> dict[int, Valued]:
        """What counts for or against each bidder, by its key."""
        data = self.cleaned_data
        return {
            offer.bid.entry.bidder_id: Valued(
                assumed=data[key("assumed", offer)] or NOTHING,
                cure_costs=data[key("cure", offer)] or NOTHING,
                credit_limit=data[key("credit", offer)] or NOTHING,
                basis=data[key("basis", offer)],
            )
            for offer in self.offers
            if offer.bid.entry.bidder_id
        }


def key(name: str, offer: Offer) -> str:
    return f"{name}_{offer.bid.entry.bidder_id}"


class BidForm(Form):
    """A bid in the open. One far above the least asks whether it is meant."""

    price = amount_field("Your bid", help_text="USD for all lots together.")
    credit = forms.BooleanField(required=False, label="Credit bid: paid with the allowed claim")
    meant = forms.BooleanField(required=False, label="The amount is as I mean it")

    def __init__(self, *args: Any, least: Decimal, increment: Decimal, claim: Decimal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.least, self.increment, self.unusual = least, increment, False
        self.fields["price"].widget.attrs["placeholder"] = f"{least:,.2f}"
        if claim <= 0:
            del self.fields["credit"]

    def clean_price(self) -> Decimal:
        price: Decimal = self.cleaned_data["price"]
        if price < self.least:
            raise ValidationError(f"The next bid is at least ${self.least:,.2f}.")
        return price

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        price = data.get("price")
        if price is not None and price > self.least + UNUSUAL * self.increment:
            self.unusual = True
            if not data.get("meant"):
                above = price - self.least
                self.add_error("meant", f"This is ${above:,.2f} above the next bid allowed. No bid is taken back.")
        return data
