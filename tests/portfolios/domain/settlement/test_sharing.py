"""An amount shared out adds up to the cent, and nobody's share falls below 0."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain.settlement.sharing import shared_out

WEIGHTS = st.lists(st.decimals(min_value=0, max_value=10**9, places=2), min_size=1, max_size=12)


@given(st.decimals(min_value=0, max_value=10**8, places=2), WEIGHTS)
def test_shares_add_up(amount, weights):
    shares = shared_out(amount, weights)
    assert sum(shares, Decimal(0)) == amount
    assert all(share >= 0 and share == share.quantize(Decimal("0.01")) for share in shares)


def test_a_few_cents_over_many_awards_leave_none_owing():
    """Rounded one by one, three of four would have a cent for their half, and the last a cent less than nothing."""
    assert shared_out(Decimal("0.02"), [Decimal(1)] * 4) == [Decimal(x) for x in ("0.01", "0.00", "0.01", "0.00")]


def test_nothing_to_share_by():
    assert shared_out(Decimal("5.00"), [Decimal(0), Decimal(0)]) == [Decimal(0), Decimal("5.00")]
    assert shared_out(Decimal("5.00"), []) == []
