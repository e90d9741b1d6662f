"""The calculator's form: terms, settlement, price or yield, speed, and what is wanted besides."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from config.ui.forms import Form
from portfolios.domain.prepayment import Speed, SpeedKind
from portfolios.domain.valuation import AverageLifeTime
from portfolios.forms.fields import NUMBER, PriceField, months_field, rate_field, speed_numbers
from portfolios.forms.securities import OFFERED_KINDS
from portfolios.forms.selection import LooseDecimal

LIVES = {
    "bma": AverageLifeTime.SETTLEMENT,
    "months": AverageLifeTime.WHOLE_MONTHS,
    "twenty_fifth": AverageLifeTime.TWENTY_FIFTH,
}
LIFE_WORDS = {
    "bma": "Settlement to receipt (BMA)",
    "months": "Whole months, k/12",
    "twenty_fifth": "25th of the same month",
}
YEARS_BACK, YEARS_AHEAD = 30, 5


def decimal_field(label: str, places: int, least: float, most: float, **kwargs: Any) -> LooseDecimal:
    widget = forms.TextInput(attrs=NUMBER)
    return LooseDecimal(label=label, min_value=least, max_value=most, decimal_places=places, widget=widget, **kwargs)


class PricingForm(Form):
    """Everything the calculator takes. Rates are percent a year; terms are those of the settlement month."""

    coupon = rate_field("Pass-through rate, percent")
    wac = rate_field("WAC, percent")
    remaining = months_field("WAM, months", least=1)
    age = months_field("WALA, months")
    delay_days = forms.IntegerField(
        label="Stated delay, days", min_value=31, max_value=120, widget=forms.TextInput(attrs=NUMBER)
    )
    face = decimal_field("Original face, $", 2, 1, 1e15)
    factor = decimal_field("Factor", 8, 0.00000001, 1)
    settle = forms.DateField(label="Settlement", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    given = forms.ChoiceField(choices=(("price", "Price"), ("yield", "Yield")), label="Given")
    price = PriceField(label="Price", required=False, help_text="101.5 or, in 32nds, 101-16.")
    semiannual = decimal_field("Yield, percent", 6, -20, 100, required=False, help_text="Bond-equivalent.")
    speed_kind = forms.ChoiceField(choices=OFFERED_KINDS, label="Speed in")
    speed = forms.CharField(
        label="Speed", max_length=5_000, widget=forms.TextInput(attrs=NUMBER), help_text="A number, or a vector."
    )
    life = forms.ChoiceField(choices=list(LIFE_WORDS.items()), label="Average life by")
    shift = decimal_field("Shift of rates, basis points", 2, 0.01, 300, required=False)
    speed_up = forms.CharField(
        label="Speed after rates rise", max_length=5_000, required=False, widget=forms.TextInput(attrs=NUMBER)
    )
    speed_down = forms.CharField(
        label="Speed after rates fall", max_length=5_000, required=False, widget=forms.TextInput(attrs=NUMBER)
    )
    horizon = months_field("Holding period, months", least=1, required=False)
    sale_price = PriceField(label="Price at its end", required=False)
    reinvestment = rate_field("Reinvested at, percent", required=False)

    def clean_settle(self) -> date:
        settle: date = self.cleaned_data["settle"]
        year = timezone.localdate().year
        if not year - YEARS_BACK <= settle.year <= year + YEARS_AHEAD:
            raise forms.ValidationError(f"A settlement lies between {year - YEARS_BACK} and {year + YEARS_AHEAD}.")
        return settle

    def clean_speed(self) -> list[float]:
        return speed_numbers(self.cleaned_data["speed"])

    def clean_speed_up(self) -> list[float]:
        return speed_numbers(self.cleaned_data["speed_up"]) if self.cleaned_data["speed_up"].strip() else []

    def clean_speed_down(self) -> list[float]:
        return speed_numbers(self.cleaned_data["speed_down"]) if self.cleaned_data["speed_down"].strip() else []

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("given") == "price" and data.get("price") is None and "price" not in self.errors:
            self.add_error("price", "Type the price whose yield you look for.")
        if data.get("given") == "yield" and data.get("semiannual") is None and "semiannual" not in self.errors:
            self.add_error("semiannual", "Type the yield whose price you look for.")
        if bool(data.get("speed_up")) != bool(data.get("speed_down")):
            self.add_error("speed_up", "An effective duration needs both speeds, after a rise and after a fall.")
        horizon, remaining = data.get("horizon"), data.get("remaining")
        if horizon and data.get("sale_price") is None and "sale_price" not in self.errors:
            self.add_error("sale_price", "A total return needs the price at the end of the period.")
        if horizon and remaining and horizon > remaining:
            self.add_error("horizon", f"The pool has {remaining} months left.")
        return data

    def speed_of(self, name: str) -> Speed | None:
        """A typed speed in the chosen kind; None where it was left open."""
        values = self.cleaned_data.get(name)
        return Speed(SpeedKind(self.cleaned_data["speed_kind"]), tuple(values)) if values else None
