"""Decimals, dates and codes of cells: exact, or nothing."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain.factorfiles import values
from portfolios.domain.factorfiles.values import Value

FACTOR = Value("decimal", 9, 8)
AMOUNT = Value("decimal", 20, 2)


def one(expression: pl.Expr, text: str | None) -> object:
    return pl.DataFrame({"cell": [text]}, schema={"cell": pl.String}).select(expression).item()


def decimal(text: str | None, value: Value = FACTOR, implied: int = 0) -> object:
    return one(values.typed(pl.col("cell"), value, implied=implied), text)


@given(st.integers(0, 10**9 - 1))
def test_a_fixed_width_factor_is_its_digits_over_1e8(raw: int) -> None:
    assert decimal(f"{raw:09d}", implied=8) == Decimal(raw).scaleb(-8)


@given(st.integers(0, 10**15 - 1))
def test_a_fixed_width_amount_is_its_digits_in_cents(raw: int) -> None:
    assert decimal(f"{raw:015d}", AMOUNT, implied=2) == Decimal(raw).scaleb(-2)


@given(st.decimals(-9, 9, places=8, allow_nan=False, allow_infinity=False))
def test_a_written_factor_is_taken_exactly(factor: Decimal) -> None:
    assert decimal(f"{factor:.8f}") == factor


@given(st.text(alphabet="0123456789.-+eE xNna", max_size=12))
def test_any_other_text_is_exact_or_nothing(text: str) -> None:
    found = decimal(text)
    assert found is None or found == Decimal(text)


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("1", Decimal(1)),
        (".5", Decimal("0.5")),
        ("-0.10000000", Decimal("-0.1")),
        ("0.500000000000", Decimal("0.5")),
        ("0.123456789", None),
        ("12.0", None),
        ("1e-3", None),
        ("NaN", None),
        ("+0.5", None),
        ("", None),
        (None, None),
    ],
)
def test_factors_as_they_may_stand(text: str | None, factor: Decimal | None) -> None:
    assert decimal(text) == factor


def test_a_negative_fixed_width_number_keeps_its_sign() -> None:
    assert decimal("-12345678", implied=8) == Decimal("-0.12345678")


@pytest.mark.parametrize(
    ("text", "nulls", "cleaned"),
    [("  714 ", (), "714"), ("9999", ("9999",), None), ("77.777", ("77.777", "7777"), None), ("   ", (), None)],
)
def test_codes_for_not_given(text: str, nulls: tuple[str, ...], cleaned: str | None) -> None:
    assert one(values.cleaned("cell", nulls), text) == cleaned


@pytest.mark.parametrize(
    ("text", "written", "day"),
    [
        ("082026", "mmyyyy", date(2026, 8, 1)),
        ("202608", "yyyymm", date(2026, 8, 1)),
        ("12011997", "mmddyyyy", date(1997, 12, 1)),
        ("20260831", "yyyymmdd", date(2026, 8, 31)),
        ("132026", "mmyyyy", None),
        ("20260231", "yyyymmdd", None),
    ],
)
def test_dates_as_layouts_write_them(text: str, written: str, day: date | None) -> None:
    assert one(values.typed(pl.col("cell"), Value("date"), date_format=written), text) == day


@pytest.mark.parametrize(
    ("issued", "matures", "days"),
    [
        ("030112", "031542", (date(2012, 3, 1), date(2042, 3, 15))),
        ("100173", "011513", (date(1973, 10, 1), date(2013, 1, 15))),
        ("010199", "011529", (date(1999, 1, 1), date(2029, 1, 15))),
        ("133112", "031542", (None, None)),
    ],
)
def test_two_digit_years(issued: str, matures: str, days: tuple[date | None, date | None]) -> None:
    frame = pl.DataFrame({"issued": [issued], "matures": [matures]})
    begun = values.issued(pl.col("issued"), 2012)
    assert frame.select(begun.alias("a"), values.matured(pl.col("matures"), begun).alias("b")).row(0) == days


@given(st.dates(date(1970, 1, 1), date(2026, 12, 31)))
def test_a_day_in_the_past_is_found_from_two_digits_within_a_century(day: date) -> None:
    found = one(values.issued(pl.col("cell"), 2026), f"{day:%m%d%y}")
    assert found == (day if day.year > 1926 else found)


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("-1", -1), ("32767", 32767), ("32768", None), ("1.5", None)])
def test_whole_numbers_within_what_is_kept(text: str, number: int | None) -> None:
    assert one(values.typed(pl.col("cell"), Value("integer", 32_767)), text) == number
