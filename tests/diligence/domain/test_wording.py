"""Values as people write them."""

from datetime import date

import polars as pl
import pytest

from diligence.domain.vocabulary import Name
from diligence.domain.wording import literal_text, message, text_of

MONEY = Name("x", "X", pl.Float64(), unit="USD")
PERCENT = Name("x", "X", pl.Float64(), unit="percent")
RATE = Name("note_rate", "Rate", pl.Float64(), unit="percent")
COUNT = Name("x", "X", pl.Int64(), unit="count")


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        (MONEY, 1_234_567.0, "$1,234,567"),
        (MONEY, 1_234.5, "$1,234.50"),
        (MONEY, 0.07, "$0.07"),
        (MONEY, -280.0, "−$280"),
        (MONEY, 100_000.0, "$100,000"),
        (PERCENT, 80.0, "80.00%"),
        (PERCENT, 80.125, "80.125%"),
        (RATE, 6.625, "6.625%"),
        (RATE, 7.0, "7.000%"),
        (COUNT, 12_345, "12,345"),
        (Name("year_built", "Y", pl.Int64(), unit="year"), 2017, "2017"),
        (Name("x", "X", pl.Date()), date(2026, 9, 3), "Sep 3, 2026"),
        (Name("x", "X", pl.Boolean()), False, "no"),
        (Name("x", "X", pl.String(), masked=True), "123-45-6789", "ending 6789"),
        (Name("property_type", "Type", pl.String()), "CondoAttached", "condo, attached"),
        (Name("property_type", "Type", pl.String()), "a value of no list", "a value of no list"),
        (MONEY, None, "blank"),
        (PERCENT, None, "blank"),
    ],
)
def test_a_value_is_written_for_people(name, value, text):
    frame = pl.DataFrame({name.name: [value]}, schema={name.name: name.dtype})
    assert frame.select(text_of(name)).item() == text


def test_a_sign_in_the_template_is_not_repeated():
    frame = pl.DataFrame({"x": [80.0], "y": [1000.0]})
    names = {"x": PERCENT, "y": Name("y", "Y", pl.Float64(), unit="USD")}
    assert frame.select(message("{x}% of ${y}, {most}", names, {"most": "5"})).item() == "80.00% of $1,000, 5"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "blank"),
        (True, "yes"),
        (date(2026, 1, 5), "Jan 5, 2026"),
        ([1, 2], "1, 2"),
        (637000, "637,000"),
        (95, "95"),
        (0.01, "0.01"),
    ],
)
def test_a_param_is_written_for_people(value, text):
    assert literal_text(value) == text
