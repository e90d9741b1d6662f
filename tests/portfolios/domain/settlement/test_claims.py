"""The amount of a repurchase claim, computed by hand, and the way of a claim."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain.settlement import CLAIM_TRANSITIONS, ClaimState, DayCount, repurchase

MONEY = st.decimals(min_value=0, max_value=10**7, places=2)


def made(**changes):
    values = {
        "balance": Decimal("199000.00"), "price": Decimal("98.25"), "rate": Decimal("6.5"),
        "paid_to": date(2027, 1, 1), "on": date(2027, 2, 15), "day_count": DayCount.THIRTY_360,
        "costs": Decimal("450.00"),
    }  # fmt: skip
    return repurchase(**{**values, **changes})


def test_balance_at_the_price_paid_with_interest_and_costs():
    """199,000 × 98.25% = 195,517.50; 44 days of 6.5% on a year of 360 = 1,580.944…"""
    found = made()
    assert (found.principal, found.days, found.accrued) == (Decimal("195517.50"), 44, Decimal("1580.94"))
    assert found.amount == Decimal("197548.44")


def test_days_as_they_fall():
    """45 days of 6.5% on 199,000 in a year of 365 = 1,594.726…"""
    found = made(day_count=DayCount.ACTUAL_365)
    assert (found.days, found.accrued) == (45, Decimal("1594.73"))


@given(balance=MONEY, costs=MONEY)
def test_the_amount_is_the_sum_of_its_parts(balance, costs):
    found = made(balance=balance, costs=costs)
    assert found.amount == found.principal + found.accrued + found.costs
    assert found.amount == found.amount.quantize(Decimal("0.01"))


def test_every_way_leads_to_the_end():
    def ends(state):
        return state is ClaimState.CLOSED or all(ends(to) for to in CLAIM_TRANSITIONS[state])

    assert all(ends(state) for state in ClaimState)
