"""Casting numbers: every way tapes write amounts, rates and counts, and what is none."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.domain.casting import cast
from loans.domain.mapping import MappedColumn, Mapping, Transform
from tests.loans.domain.cells import read, value


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1234.5", 1234.5),
        ("$1,234.50", 1234.5),
        ("1,234,567", 1234567.0),
        ("12 345.678", 12345.68),
        ("(12.00)", -12.0),
        ("($1,234.50)", -1234.5),
        ("-$5", -5.0),
        ("$-5", -5.0),
        ("5-", -5.0),
        ("\u22125", -5.0),
        ("USD 7", 7.0),
        ("7 usd", 7.0),
        (" 7 ", 7.0),
        ("\u00a07\u00a0", 7.0),
        ("1.5E+05", 150000.0),
        ("+3", 3.0),
        (".5", 0.5),
        ("'100", 100.0),
        ("1\u00a0234", 1234.0),
    ],
)
def test_money_in_every_spelling(text: str, amount: float) -> None:
    assert value("note_amount", text) == amount


@pytest.mark.parametrize(
    "text",
    [
        "abc",
        "1,23",
        "1.234,56",
        "12,34,567",
        "1 2",
        "--5",
        "$",
        "inf",
        "-Infinity",
        "1e400",
        "0x10",
        "5%5",
        "()",
    ],
)
def test_what_is_no_number_is_a_finding(text: str) -> None:
    assert read("note_amount", [text]) == ([None], {1: "DV-005"})


@pytest.mark.parametrize(
    ("text", "percent"), [("0.0405", 4.05), ("6.625%", 6.625), ("6.625 %", 6.625), ("0.07", 7.0), ("(0.01)", -1.0)]
)
def test_fractions_are_scaled_and_percent_signs_are_not(text: str, percent: float) -> None:
    assert value("note_rate", text, Transform(scale=100)) == pytest.approx(percent)


@pytest.mark.parametrize(("text", "number"), [("360", 360), ("360.0", 360), ("3.6E2", 360), ("1,200", 1200)])
def test_whole_numbers(text: str, number: int) -> None:
    assert value("maturity_term_months", text) == number


def test_a_fraction_in_a_whole_number_field_is_a_finding() -> None:
    assert read("maturity_term_months", ["360.5", "9" * 30]) == ([None, None], {1: "DV-005", 2: "DV-005"})


def test_years_become_months() -> None:
    assert value("maturity_term_months", "30", Transform(scale=12)) == 360


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_money_survives_every_spelling(cents: int) -> None:
    amount = cents / 100
    spellings = [f"{amount:.2f}", f"{amount:,.2f}", f"${amount:,.2f}" if amount >= 0 else f"(${-amount:,.2f})"]
    assert read("note_amount", spellings) == ([round(amount, 2)] * 3, {})


@pytest.mark.parametrize("text", ["1e400", "-1e300", "99999999999999999999", "2147483648000"])
@pytest.mark.parametrize("field", ["note_amount", "note_rate", "credit_score", "units"])
def test_numbers_beyond_all_bounds_are_not_numbers(text: str, field: str) -> None:
    batch = pl.DataFrame({"row_no": [1], "a": [text]})
    result = cast(batch, Mapping({"a": MappedColumn(field)}))

    assert result.typed[field].to_list() == [None]
    assert result.problems["code"].to_list() == ["DV-005"]
