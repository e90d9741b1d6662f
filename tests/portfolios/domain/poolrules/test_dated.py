"""Rules of pools by month of issue."""

from datetime import date

import pytest

from portfolios.domain.poolrules import rules_of
from portfolios.domain.poolrules.dated import all_rules, product_months

AGENCIES = ("fannie_mae", "freddie_mac", "ginnie_mae")


@pytest.mark.parametrize(
    ("month", "most"), [(date(2019, 5, 1), 2.5), (date(2019, 6, 1), 1.125), (date(2026, 12, 1), 1.125)]
)
def test_the_window_of_note_rates_narrowed_in_june_2019(month, most):
    assert rules_of("fannie_mae", month).number("most_spread") == most


@pytest.mark.parametrize(("month", "most"), [(date(2019, 11, 1), 12), (date(2019, 12, 1), 11)])
def test_the_age_of_loans_in_shared_pools(month, most):
    assert rules_of("freddie_mac", month).number("most_seasoning") == most


@pytest.mark.parametrize("agency", AGENCIES)
def test_every_agency_has_what_a_coupon_needs(agency):
    rules = rules_of(agency, date(2026, 12, 1))
    for code in ("least_spread", "most_spread", "base_servicing", "most_servicing", "most_buy_up"):
        assert rules.number(code) >= 0
    assert rules.cents("pool_minimum") == 100_000_000
    assert all(rule.status in ("stored", "recalled") and rule.source for rule in rules.rules.values())


def test_of_government_pools_nothing_is_asked_that_is_for_conventional_ones():
    rules = rules_of("ginnie_mae", date(2026, 12, 1))
    assert rules.get("share_each") is None
    assert rules.cents("share_minimum") == 0


def test_before_the_first_rule_nothing_is_known():
    with pytest.raises(ValueError, match="No pool rules of fannie_mae"):
        rules_of("fannie_mae", date(2009, 12, 1))


def test_no_rule_stands_twice_on_one_day():
    keys = [(rule.code, agency, rule.since) for rule in all_rules() for agency in rule.agencies]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("term", "pooled", "months"), [(30, True, (181, 360)), (30, False, (241, 360)), (10, True, (1, 120))]
)
def test_pools_of_long_products_take_shorter_loans(term, pooled, months):
    assert product_months(term, pooled=pooled) == months
