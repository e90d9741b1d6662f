"""Shared losses: the tiers of an agreement, month by month."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain.shared_loss import Month, Tier, certificates, check_tiers, receivers_share, split_of

MILLION = Decimal(1_000_000)
POOL = Decimal("12755.4") * MILLION
TIERS = (Tier(Decimal(0), Decimal(0)), Tier(POOL * 20 / 100, Decimal(80)), Tier(POOL * 30 / 100, Decimal(95)))


def months(*amounts: tuple[int, int]) -> list[Month]:
    return [Month(date(2012, n, 1), loss * MILLION, back * MILLION) for n, (loss, back) in enumerate(amounts, start=1)]


def test_the_worked_example_of_a_pool_with_a_first_loss():
    """Cumulative losses cross both tiers, and a recovery in the last goes back at 95 percent."""
    found = certificates(months((1500, 0), (1000, 20), (200, 10), (900, 30), (500, 0), (0, 60), (300, 0)), TIERS)
    payments = [(each.payment / MILLION).quantize(Decimal("0.01")) for each in found]
    assert payments == [Decimal(text) for text in ("0.00", "0.00", "95.14", "696.00", "432.01", "-57.00", "285.00")]
    assert found[-1].share / MILLION == pytest.approx(Decimal("1451.14"), abs=Decimal("0.01"))


def test_payments_add_up_to_the_share_to_the_cent():
    odd = [Month(date(2012, n, 1), Decimal("1000000000.005")) for n in range(1, 13)]
    found = certificates(odd, TIERS)
    assert abs(sum(each.payment for each in found) - found[-1].share) <= Decimal("0.005")


def test_months_come_in_any_order():
    given_months = months((3000, 0), (900, 0))
    assert certificates(given_months[::-1], TIERS) == certificates(given_months, TIERS)


def test_a_gain_is_not_shared():
    assert receivers_share(Decimal(-100), (Tier(Decimal(0), Decimal(80)),)) == 0


def test_the_last_tier_leaves_the_bank_five_cents_of_a_dollar():
    loss = Decimal("9100000.00")
    assert split_of(loss, Decimal(0), TIERS).bank == loss
    assert split_of(loss, POOL * 25 / 100, TIERS).bank == Decimal("1820000.00")
    assert split_of(loss, POOL * 40 / 100, TIERS).bank == Decimal("455000.00")


@given(st.decimals(min_value=0, max_value=POOL, places=2), st.decimals(min_value=0, max_value=POOL, places=2))
def test_more_loss_never_means_less_from_the_receiver(first, second):
    low, high = sorted((first, second))
    assert 0 <= receivers_share(low, TIERS) <= receivers_share(high, TIERS) <= high


@pytest.mark.parametrize(
    "tiers",
    [
        (),
        (Tier(Decimal(1), Decimal(80)),),
        (Tier(Decimal(0), Decimal(80)), Tier(Decimal(0), Decimal(95))),
        (Tier(Decimal(0), Decimal(101)),),
    ],
)
def test_tiers_that_are_none(tiers):
    with pytest.raises(ValueError, match="tier"):
        check_tiers(tiers)
