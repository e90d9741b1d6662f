from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.ui import numbers

WRITTEN = [
    (numbers.money, 1005914782.82, "$1,005,914,783"),
    (numbers.money, Decimal("0.5"), "$1"),
    (numbers.money, 0, "$0"),
    (numbers.money, -280_200_000, "−$280,200,000"),
    (numbers.money, -0.4, "$0"),
    (numbers.money, 10**30, "$" + f"{10**30:,}"),
    (numbers.money_cents, 489174.875, "$489,174.88"),
    (numbers.money_cents, 2.675, "$2.68"),
    (numbers.money_cents, "1234.5", "$1,234.50"),
    (numbers.money_short, 1005914782.82, "$1.01B"),
    (numbers.money_short, 981_704_579, "$981.7M"),
    (numbers.money_short, 999_960_000, "$1.00B"),
    (numbers.money_short, 999_940_000, "$999.9M"),
    (numbers.money_short, 999_999.5, "$1.0M"),
    (numbers.money_short, 404_632, "$404,632"),
    (numbers.money_short, -280_200_000, "−$280.2M"),
    (numbers.rate, 6.625, "6.625%"),
    (numbers.rate, 6.4365, "6.437%"),
    (numbers.pct, 81.8749, "81.87%"),
    (numbers.pct, 81.875, "81.88%"),
    (numbers.pct1, 27.55, "27.6%"),
    (numbers.share, 0.1084, "10.84%"),
    (numbers.share, 0, "0.00%"),
    (numbers.share, 0.00004, "under 0.01%"),
    (numbers.share, 0.00005, "0.01%"),
    (numbers.share1, 0.0004, "under 0.1%"),
    (numbers.pct1, 0.0499, "under 0.1%"),
    (numbers.pct1, 0.05, "0.1%"),
    (numbers.pct1, -0.04, "0.0%"),
    (numbers.pct1, 0, "0.0%"),
    (numbers.share1, 0.276, "27.6%"),
    (numbers.count, 2486, "2,486"),
    (numbers.count, 754.0, "754"),
    (numbers.factor8, 0.713700265, "0.71370027"),
    (numbers.factor8, Decimal("0.713700265"), "0.71370027"),
    (numbers.factor4, 0.71370027, "0.7137"),
    (numbers.points, 1.2, "+1.2 pts"),
    (numbers.points, -0.04, "0.0 pts"),
    (numbers.difference, -0.125, "−0.125"),
    (numbers.difference, 0.125, "+0.125"),
    (numbers.thirty_seconds, 101.5, "101-16"),
    (numbers.thirty_seconds, 99.999, "100-00"),
    (numbers.size, 412_000_000, "412 MB"),
    (numbers.size, 4_700_000, "4.7 MB"),
    (numbers.size, 1, "1 byte"),
    (numbers.size, 512, "512 bytes"),
    (numbers.duration, 0, "0 seconds"),
    (numbers.duration, 0.2, "1 second"),
    (numbers.duration, 37.1, "38 seconds"),
    (numbers.duration, 98, "2 minutes"),
    (numbers.duration, 3600, "1 hour"),
    (numbers.duration, 3901, "1 hour 6 minutes"),
    (numbers.fingerprint, "9c1e" + "0" * 56 + "44d0", "9c1e…44d0"),
    (numbers.fingerprint, "9c1e44d0", "9c1e44d0"),
]
FORMATTERS = sorted({write for write, _, _ in WRITTEN} - {numbers.fingerprint}, key=lambda write: write.__name__)


@pytest.mark.parametrize(("write", "value", "expected"), WRITTEN)
def test_writes_as_the_visual_language_says(write, value, expected):
    assert write(value) == expected


@pytest.mark.parametrize("write", FORMATTERS)
@pytest.mark.parametrize("value", [None, "", float("nan"), float("inf"), "unknown"])
def test_what_is_missing_is_a_dash(write, value):
    assert write(value) == numbers.MISSING


@pytest.mark.parametrize("value", [None, ""])
def test_no_fingerprint_is_a_dash(value):
    assert numbers.fingerprint(value) == numbers.MISSING


@given(st.decimals(min_value=-(10**18), max_value=10**18, places=6), st.integers(0, 8))
def test_a_written_number_is_within_half_a_unit_of_the_last_digit(value, places):
    written = numbers.fixed(value, places).replace(",", "").replace(numbers.MINUS, "-")
    assert abs(Decimal(written) - value) <= Decimal(5).scaleb(-places - 1)


@given(st.decimals(min_value=0, max_value=10**15, places=4))
def test_a_negative_number_is_its_opposite_with_a_true_minus(value):
    positive, negative = numbers.money_cents(value), numbers.money_cents(-value)
    assert negative == (positive if positive == "$0.00" else numbers.MINUS + positive)


@given(st.floats(min_value=0, max_value=10**7))
def test_a_duration_is_never_shorter_than_the_seconds_it_stands_for(seconds):
    units = {"second": 1, "minute": 60, "hour": 3600}
    words = numbers.duration(seconds).split()
    total = sum(int(words[at].replace(",", "")) * units[words[at + 1].rstrip("s")] for at in range(0, len(words), 2))
    assert total >= seconds
