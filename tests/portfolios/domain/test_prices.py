"""Prices as people type them."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain.prices import price_of


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("101-16", "101.5"), ("101-16+", "101.515625"), ("101-162", "101.5078125"), ("99", "99"),
        (" 98.412% ", "98.412"), ("100-00", "100"), ("0-31", "0.96875"),
    ],
)  # fmt: skip
def test_decimals_and_32nds(text, price):
    assert price_of(text) == Decimal(price)


@pytest.mark.parametrize("text", ["101-32", "101-8", "abc", "nan", "inf", "1e9", "0", "-5", "1-2-3", "²", "1000"])
def test_what_is_no_price_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match="price"):
        price_of(text)


@given(st.integers(1, 999), st.integers(0, 31), st.integers(0, 7))
def test_every_tick_is_told_apart(points, ticks, eighths):
    assert price_of(f"{points}-{ticks:02d}{eighths}") == Decimal(points) + Decimal(ticks * 8 + eighths) / 256


@given(st.text(max_size=30))
def test_any_text_gives_a_price_or_a_sentence(text):
    with suppress(ValueError):
        assert 0 < price_of(text) < 1000
