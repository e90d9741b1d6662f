"""Fields of pools: months, prices in 32nds, speeds, rates in percent."""

from decimal import Decimal
from typing import Any

from django import forms

from portfolios.domain.prices import price_of
from portfolios.forms.selection import LooseDecimal

LONGEST_VECTOR = 480
LONGEST_PRICE = 20
FASTEST = 10_000.0
TEXT = {"autocomplete": "off"}
NUMBER = {"autocomplete": "off", "inputmode": "decimal"}


class MonthField(forms.DateField):
    """A month; its value is its first day."""

    default_error_messages = {"invalid": "This is not a month. Write it as 2026-09."}

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "month"}, format="%Y-%m")
        super().__init__(input_formats=["%Y-%m", "%Y-%m-%d", "%m/%Y", "%b %Y"], widget=widget, **kwargs)

    def to_python(self, value: Any) -> Any:
        day = super().to_python(value)
        return day.replace(day=1) if day else day


class PriceField(forms.Field):
    """A price in percent of par, typed as a decimal or in 32nds."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs=TEXT | {"maxlength": LONGEST_PRICE}), **kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return price_of(text[:LONGEST_PRICE]).quantize(Decimal("0.000001"))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


def speed_numbers(text: str) -> list[float]:
    """The numbers of a speed: one, or a vector with a number a month from the next payment on."""
    try:
        numbers = [float(word) for word in text.replace(",", " ").replace(";", " ").split()]
    except ValueError as error:
        raise forms.ValidationError("A speed is a number such as 150, or several with spaces between them.") from error
    if not numbers or len(numbers) > LONGEST_VECTOR:
        raise forms.ValidationError(f"A vector holds at least 1 and at most {LONGEST_VECTOR} numbers.")
    if not all(0 <= number <= FASTEST for number in numbers):
        raise forms.ValidationError(f"A speed is at least 0 and at most {FASTEST:,.0f}.")
    return numbers


def name_field() -> forms.CharField:
    return forms.CharField(max_length=40, label="Name", widget=forms.TextInput(attrs=TEXT))


def rate_field(label: str, **kwargs: Any) -> LooseDecimal:
    """A rate in percent a year."""
    return LooseDecimal(
        label=label, min_value=0, max_value=30, decimal_places=6, widget=forms.TextInput(attrs=NUMBER), **kwargs
    )


def months_field(label: str, most: int = 480, least: int = 0, **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, widget=forms.TextInput(attrs=NUMBER), **kwargs
    )
