"""Announced terms as a settlement keeps them."""

from decimal import Decimal

from portfolios.domain.saleterms import Terms
from portfolios.domain.settlement import ClosingTerms, DayCount


def test_terms_of_a_sale_are_kept_as_far_as_they_concern_the_settlement():
    announced = Terms(kick_out_percent="4", day_count=DayCount.ACTUAL_365, servicing="retained", claim_days=90)
    kept = ClosingTerms.from_json(announced.to_json())
    assert (kept.kick_out_percent, kept.day_count, kept.servicing, kept.claim_days) == (
        "4", DayCount.ACTUAL_365, "retained", 90,
    )  # fmt: skip
    assert ClosingTerms.from_json(kept.to_json()) == kept


def test_terms_announced_before_there_were_caps_have_the_usual_ones():
    assert ClosingTerms.from_json({"k": 2, "servicing": "released"}) == ClosingTerms()


def test_the_cap_and_the_deposit():
    terms = ClosingTerms(kick_out_percent="5", deposit="100000.00", deposit_percent="2")
    assert terms.most_out(Decimal("88737870.34")) == Decimal("4436893.5170")
    assert terms.deposit_due(Decimal("1000000.00")) == Decimal("100000.00")
    assert terms.deposit_due(Decimal("87184957.61")) == Decimal("1743699.15")
