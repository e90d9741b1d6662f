"""Months with their factors as people paste them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain.factortext import parse_factors

FEBRUARY = date(2026, 2, 1)


@pytest.mark.parametrize(
    "line",
    [
        "2026-02,0.995",
        "2026-02-28;0.995",
        "02/2026\t.995",
        "Feb 2026 0.995",
        "February 2026, 0.995",
        '"2026-02","0.995"',
    ],
)
def test_a_month_and_its_factor_in_the_ways_people_write_them(line):
    found = parse_factors(line)
    assert (found.factors, found.problems) == ({FEBRUARY: Decimal("0.995")}, ())


def test_a_header_and_blank_lines_are_passed_over():
    assert parse_factors("Month,Factor\n\n2026-02,1\n").factors == {FEBRUARY: Decimal(1)}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2026-02,0.9\n2026-02,0.8", "Line 2: February 2026 stands here twice"),
        ("2026-13,0.9", "is no month"),
        ("2026-02,1.00000001", "at least 0 and at most 1"),
        ("2026-02,-0.1", "at least 0 and at most 1"),
        ("2026-02,NaN", "at least 0 and at most 1"),
        ("2026-02,0.123456789", "at most eight decimals"),
        ("2026-02,x", "is no factor"),
        ("2026-02", "a month and a factor"),
        ("2026-02,1\n" * 1001, "at most 1,000 months"),
    ],
)
def test_what_cannot_be_taken_is_named_by_its_line(text, sentence):
    assert sentence in parse_factors(text).problems[0]


@given(st.text(max_size=300))
def test_any_text_is_read_without_failing(text):
    found = parse_factors(text)
    assert all(0 <= factor <= 1 for factor in found.factors.values())
