"""The form of a draft's terms and dates."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from config.ui.forms import Form
from portfolios.domain.awards import TieRule
from portfolios.domain.localtimes import moment_in
from portfolios.domain.saleterms import AMOUNTS, MOST, MOST_DAYS, Terms, kinds
from portfolios.domain.settlement import DayCount
from portfolios.forms.sales.drafts import TYPED, name_field, zone_field
from portfolios.forms.selection import LooseDecimal
from portfolios.models import Sale
from portfolios.queries.bidding.terms import auction_in_words
from portfolios.services.salehashes import state_of

TIES = (
    (TieRule.RECEIPT, "The bid received first by the server"),
    (TieRule.STIPULATIONS, "Fewer conditions, then the higher deposit, then the bid received first"),
    (TieRule.DRAW, "By lot, drawn from a public seed"),
    (TieRule.BEST_AND_FINAL, "One more sealed bid between those who are tied"),
)
SERVICING = (("released", "Released: the buyer services the loans"), ("retained", "Retained: the seller goes on"))
DAY_COUNTS = (
    (DayCount.THIRTY_360, "30/360 US: months of 30 days, the last of February counts as the 30th"),
    (DayCount.BOND_BASIS, "30/360 bond basis: months of 30 days, February ends as it falls"),
    (DayCount.ACTUAL_365, "Actual/365: days as they are, the year has 365"),
)
NUMBER = {"inputmode": "decimal", **TYPED}
CENT = Decimal("0.01")
# Terms that the form asks for as they are named.
PLAIN = (
    "linked", "conditions", "best_and_final", "cover_published", "count_shown", "accrues", "servicing", "k",
    "trailing_days", "claim_days", "true_up_days", "demanded",
)  # fmt: skip
FARTHEST = timedelta(days=MOST_DAYS)


def day_field(label: str, **kwargs: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **kwargs)


def near(day: date) -> None:
    """A year with a digit too many is no date of a sale."""
    if abs(day - timezone.localdate()) > FARTHEST:
        raise ValidationError("This day is more than ten years away.")


def amount_field(label: str, *, max_value: Decimal | None = None, **kwargs: Any) -> LooseDecimal:
    """An amount in USD, or a percentage where `max_value` says so."""
    said = {} if max_value else {"max_value": "An amount is less than one trillion."}
    return LooseDecimal(
        label=label,
        min_value=Decimal(0),
        max_value=max_value or MOST - CENT,
        decimal_places=2,
        widget=forms.TextInput(attrs=NUMBER),
        error_messages=said,
        **kwargs,
    )


def days_field(label: str, help_text: str) -> forms.IntegerField:
    """Days after the settlement, up to ten years."""
    widget = forms.TextInput(attrs={"inputmode": "numeric", **TYPED})
    said = {"min_value": "At least 0 days.", "max_value": f"At most {MOST_DAYS:,} days, which is ten years."}
    return forms.IntegerField(
        label=label, help_text=help_text, min_value=0, max_value=MOST_DAYS, widget=widget, error_messages=said
    )


def switch(label: str, help_text: str = "") -> forms.BooleanField:
    return forms.BooleanField(required=False, label=label, help_text=help_text)


class TermsForm(Form):
    """Everything that stands once the sale is announced, apart from its lots and openers."""

    name = name_field()
    time_zone = zone_field()
    cut_off_on = day_field(
        "Cut-off",
        required=False,
        validators=[near],
        help_text="The date the balances are of. What is paid before it is the seller's.",
    )
    bids_due_on = day_field("Bids due on", validators=[near])
    bids_due_time = forms.TimeField(
        label="Time",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="In the sale's time zone.",
    )
    award_due_on = day_field("Award by", required=False, validators=[near])
    settles_on = day_field("Settlement", required=False, validators=[near])
    demanded = switch(
        "The receiver demanded the sale",
        "Instead of its consent and 30 days’ notice: its written demand, and an adviser whom it approves.",
    )
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
        help_text="Percent of the awarded balance that the buyer may ask to leave out.",
    )
    day_count = forms.ChoiceField(
        choices=DAY_COUNTS, label="Interest is counted", help_text="On the statement and in repurchase claims."
    )
    trailing_days = days_field("Documents that follow", "Days after the settlement; by then missing ones are there.")
    claim_days = days_field("Repurchase claims", "Days after the settlement; later claims are not taken.")
    true_up_days = days_field("Final figures", "Days after the settlement to true up the statement. 0 for never.")

    def __init__(self, *args: Any, sale: Sale, **kwargs: Any) -> None:
        self.sale, self.known = sale, Terms.from_json(sale.terms)
        kwargs["initial"] = initial_of(sale, self.known)
        super().__init__(*args, **kwargs)
        if not kinds()[sale.kind].needs_if_demanded:
            del self.fields["demanded"]

    @property
    def standing(self) -> str:
        """The state of the draft that the page was made from; it comes back with what is typed."""
        return state_of(self.sale)

    @property
    def auction(self) -> list[tuple[str, str]]:
        """The rules of the auction that follows, which have a page of their own; nothing for a sealed sale."""
        return auction_in_words(self.known)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.applied(self.known)
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

    def applied(self, known: Terms) -> Terms:
        """Terms with what was chosen here; those that the form does not ask for stay as they are."""
        data = self.cleaned_data
        chosen: dict[str, Any] = {name: data[name] for name in PLAIN if name in data}
        chosen |= {name: f"{data[name].normalize():f}" for name in ("deposit_percent", "kick_out_percent")}
        return replace(
            known,
            deposit=f"{data['deposit'].quantize(CENT)}",
            tie_rule=TieRule(data["tie_rule"]),
            day_count=DayCount(data["day_count"]),
            **chosen,
        )

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
    return columns | due_parts | terms.to_json() | grouped(terms)


def grouped(terms: Terms) -> dict[str, str]:
    """Amounts with separators, as people read them: a digit too many is seen."""
    return {name: f"{Decimal(getattr(terms, name)):,.2f}" for name in AMOUNTS}
