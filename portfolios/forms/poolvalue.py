"""What a reader wants a pool valued at: settlement, price, speed. It is asked by address and never stored."""

from datetime import date
from typing import Any

from django import forms

from config.ui import dates
from config.ui.forms import Form
from portfolios.forms.securities import PriceField

FASTEST = {"PSA": 3000, "CPR": 99}


class ValueForm(Form):
    """Every field may stay empty: the default of the page then stands."""

    settle = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    price = PriceField(required=False)
    speed = forms.FloatField(required=False, min_value=0)

    def __init__(self, data: Any, *, earliest: date | None, latest: date | None, kind: str) -> None:
        super().__init__(data)
        self.earliest, self.latest, self.kind = earliest, latest, kind

    def clean_settle(self) -> date | None:
        settle: date | None = self.cleaned_data["settle"]
        if settle and self.earliest and self.latest and not self.earliest <= settle < self.latest:
            first, last = dates.day_year(self.earliest), dates.month(self.latest)
            raise forms.ValidationError(f"Settle on or after {first}, the newest factor’s month, and before {last}.")
        return settle

    def clean_speed(self) -> float | None:
        speed: float | None = self.cleaned_data["speed"]
        most = FASTEST[self.kind]
        if speed is not None and speed > most:
            raise forms.ValidationError(f"A speed is at most {most:,} {self.kind} here.")
        return speed
