"""The form of a draft's terms and dates."""

from dataclasses import replace
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError

from portfolios.domain.awards import TieRule
from portfolios.domain.localtimes import moment_in
from portfolios.domain.saleterms import Terms
from portfolios.forms.sales.drafts import TYPED, name_field, zone_field
from portfolios.forms.selection import LooseDecimal
from portfolios.models import Sale

TIES = (
    (TieRule.RECEIPT, "The bid received first by the server"),
    (TieRule.STIPULATIONS, "Fewer conditions, then the higher deposit, then the bid received first"),
    (TieRule.DRAW, "By lot, drawn from a public seed"),
    (TieRule.BEST_AND_FINAL, "One more sealed bid between those who are tied"),
)
SERVICING = (("released", "Released: the buyer services the loans"), ("retained", "Retained: the seller goes on"))
NUMBER = {"inputmode": "decimal", **TYPED}
CENT = Decimal("0.01")
# Terms that the form asks for as they are named.
PLAIN = ("linked", "conditions", "best_and_final", "cover_published", "count_shown", "accrues", "servicing", "k")


def day_field(label: str, **kwargs: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **kwargs)


def amount_field(label: str, **kwargs: Any) -> LooseDecimal:
    widget = forms.TextInput(attrs=NUMBER)
    return LooseDecimal(label=label, min_value=Decimal(0), decimal_places=2, widget=widget, **kwargs)


def switch(label: str, help_text: str = "") -> forms.BooleanField:
    return forms.BooleanField(required=False, label=label, help_text=help_text)


class TermsForm(forms.Form):
    """Everything that stands once the sale is announced, apart from its lots and openers."""

    name = name_field()
    time_zone = zone_field()
    cut_off_on = day_field(
        "Cut-off", required=False, help_text="The date the balances are of. What is paid before it is the seller's."
    )
    bids_due_on = day_field("Bids due on")
    bids_due_time = forms.TimeField(
        label="Time",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="In the sale's time zone.",
    )
    award_due_on = day_field("Award by", required=False)
    settles_on = day_field("Settlement", required=False)
    k = forms.TypedChoiceField(
        choices=[(number, f"{number} openers together") for number in range(2, 6)],
        coerce=int,
        label="Bids are opened by",
        help_text="Name at least one more, so that one may be lost.",
    )
    tie_rule = forms.ChoiceField(choices=TIES, label="Equal bids are told apart by")
    linked = switch("Linked bids", "One price for several lots together, all or none.")
    conditions = switch("Bids with conditions", "Without them a bid that sets conditions does not conform.")
    best_and_final = switch(
        "Best and final round", "The seller may ask for one more sealed bid, never below the first."
    )
    cover_published = switch("Publish the cover bid", "The second-highest bid is told to all after the award.")
    count_shown = switch("Show how many sealed bids came in", "The number only: no names, no order.")
    deposit = amount_field("Deposit with the bid", help_text="USD. 0 for none.")
    deposit_percent = amount_field(
        "Deposit on award", max_value=Decimal(100), help_text="Percent of the price. 0 for none."
    )
    servicing = forms.ChoiceField(choices=SERVICING, label="Servicing")
    accrues = switch("Accrued interest is paid on top of the price", "Usual for performing loans.")
    kick_out_percent = amount_field(
        "Kick-outs at most",
        max_value=Decimal(100),
        help_text="Percent of the awarded balance that the buyer may leave out.",
    )

    def __init__(self, *args: Any, sale: Sale, **kwargs: Any) -> None:
        self.sale, self.known = sale, Terms.from_json(sale.terms)
        kwargs["initial"] = initial_of(sale, self.known)
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.terms()
            except ValueError as error:
                raise ValidationError(str(error)) from error
            self.check_order(data)
            self.check_deadline(data)
        return data

    def check_order(self, data: dict[str, Any]) -> None:
        """Award after the deadline, settlement after the award, and the cut-off before money moves."""
        due, award, settles, cut_off = (
            data[name] for name in ("bids_due_on", "award_due_on", "settles_on", "cut_off_on")
        )
        if award and award < due:
            self.add_error("award_due_on", "The award comes on the day bids are due, or later.")
        if settles and settles < max(due, award or due):
            self.add_error("settles_on", "Settlement comes after the award.")
        if settles and cut_off and cut_off > settles:
            self.add_error("cut_off_on", "The cut-off is not after the settlement.")

    def check_deadline(self, data: dict[str, Any]) -> None:
        """The deadline is one moment, which it is not while clocks are changed."""
        try:
            moment_in(data["bids_due_on"], data["bids_due_time"], data["time_zone"])
        except ValueError as error:
            self.add_error("bids_due_time", str(error))

    def terms(self) -> Terms:
        """The terms of the sale with what was chosen here; others stay as they are."""
        data = self.cleaned_data
        amounts: dict[str, Any] = {
            "deposit": f"{data['deposit'].quantize(CENT)}",
            "deposit_percent": f"{data['deposit_percent'].normalize():f}",
            "kick_out_percent": f"{data['kick_out_percent'].normalize():f}",
        }
        plain = {name: data[name] for name in PLAIN}
        return replace(self.known, tie_rule=TieRule(data["tie_rule"]), **plain, **amounts)

    def dates(self) -> dict[str, Any]:
        """The columns of the sale that are not terms; the deadline is a moment in the sale's zone."""
        data = self.cleaned_data
        due = moment_in(data["bids_due_on"], data["bids_due_time"], data["time_zone"])
        names = ("name", "time_zone", "cut_off_on", "award_due_on", "settles_on")
        return {"bids_due_at": due, **{name: data[name] for name in names}}


def initial_of(sale: Sale, terms: Terms) -> dict[str, Any]:
    """A draft as the form shows it."""
    due = sale.bids_due_at.astimezone(ZoneInfo(sale.time_zone)) if sale.bids_due_at else None
    columns = {name: getattr(sale, name) for name in ("name", "time_zone", "cut_off_on", "award_due_on", "settles_on")}
    due_parts = {"bids_due_on": due.date() if due else None, "bids_due_time": due.time() if due else None}
    return columns | due_parts | terms.to_json()
