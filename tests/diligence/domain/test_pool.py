"""Pool limits: shares, minimums, the largest group, what counts as near, and what a blank does."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from diligence.domain.compiling import compile_rules
from diligence.domain.pool import NEAR, NOT_EVALUATED, OVER, WITHIN, evaluate_pool, over
from diligence.domain.rulebook import Rulebook
from loans.domain.criteria import Criteria
from loans.domain.limits import Limit

RULES = compile_rules(Rulebook(()), profile="all", as_of=date(2026, 11, 21))
LIMIT = Limit(
    code="POOL-012", title="One state", measure="share_upb", op="at_most", limit=30.0, severity="fatal", source="Guide",
    source_status="design", filter="property_state = 'CA'",
)  # fmt: skip


def measured(loans: pl.DataFrame, **changes):
    limit = replace(LIMIT, **changes)
    criteria = Criteria("C", "Criteria", "1", "all", date(2026, 1, 1), limits=(limit,))
    (result,) = evaluate_pool(loans.with_row_index("row_no", offset=1), RULES, criteria)
    return result


def pool(**balances: float) -> pl.DataFrame:
    states = [None if state == "blank" else state for state in balances]
    return pl.DataFrame({"property_state": states, "current_upb": list(balances.values())})


@pytest.mark.parametrize(
    ("california", "status"), [(26.0, WITHIN), (27.0, NEAR), (30.0, NEAR), (30.01, OVER), (100.0, OVER)]
)
def test_a_share_is_within_near_or_over(california, status):
    result = measured(pool(CA=california, NY=100.0 - california))
    assert (result.used, result.status) == (pytest.approx(california), status)


@pytest.mark.parametrize(("balance", "status"), [(900_000.0, OVER), (1_050_000.0, NEAR), (2_000_000.0, WITHIN)])
def test_a_minimum_is_over_when_it_is_not_reached(balance, status):
    result = measured(pool(CA=balance), measure="sum_upb", op="at_least", limit=1_000_000.0, filter="")
    assert (result.used, result.unit, result.status) == (balance, "USD", status)


def test_the_largest_group_is_named():
    result = measured(pool(CA=30.0, NY=60.0, TX=10.0), measure="largest_share_upb", by="property_state", filter="")
    assert (result.group, result.used, result.loans) == ("NY", pytest.approx(60.0), 1)
    assert result.working == "NY: 1 loan, $60.00 of $100.00."


def test_the_largest_loan_is_named_by_its_number():
    loans = pool(CA=30.0, NY=60.0).with_columns(loan_id=pl.Series(["A-1", "A-2"]))
    largest = {"measure": "largest_share_upb", "by": "row_no", "filter": ""}
    assert measured(loans, **largest).group == "loan number A-2"
    assert measured(loans.drop("loan_id"), **largest).group == "the loan in row 2"


def test_no_group_is_named_where_nothing_was_evaluated():
    result = measured(pool(CA=30.0, NY=60.0), measure="largest_share_upb", by="property_state", filter="", min_loans=50)
    assert (result.used, result.group) == (None, "")


def test_different_values_are_counted():
    result = measured(pool(CA=1.0, NY=1.0), measure="distinct", by="property_state", filter="", limit=1)
    assert (result.used, result.status) == (2, OVER)
    assert measured(pool(CA=1.0), measure="distinct", by="property_state", filter="", limit=1).status == WITHIN


def test_a_blank_does_not_count_and_is_told():
    result = measured(pool(CA=20.0, blank=80.0))
    assert result.used == pytest.approx(20.0)
    assert "blank and not counted: 1 loan" in result.working


@pytest.mark.parametrize("loans", [pool(), pool(CA=1.0)])
def test_too_few_loans_are_not_evaluated(loans):
    result = measured(loans, min_loans=20)
    assert (result.used, result.status) == (None, NOT_EVALUATED)
    assert "at least 20" in result.working


def test_shares_of_loans_and_counts():
    loans = pool(CA=90.0, NY=5.0)
    assert measured(loans, measure="share_loans").used == pytest.approx(50.0)
    assert measured(loans, measure="count").used == 1


def test_only_fatal_limits_stop_a_bundle():
    hard, soft = measured(pool(CA=1.0)), measured(pool(CA=1.0), severity="warning")
    assert over([hard, soft]) == (hard,)


def test_an_empty_pool_misses_its_minimum():
    assert measured(pool(), measure="sum_upb", op="at_least", limit=1.0, filter="").status == OVER


def test_a_largest_group_that_is_a_person_is_not_named():
    people = pl.DataFrame({"borrower_ssn": ["123-45-6789", "987-65-4321"], "current_upb": [70.0, 30.0]})
    result = measured(people, measure="largest_share_upb", by="ssn_digits", filter="")
    assert (result.used, result.group) == (70.0, "")
    assert "123456789" not in result.working


def test_a_largest_group_of_blanks_only_is_not_evaluated():
    result = measured(pool(blank=60.0), measure="largest_share_upb", by="property_state", filter="")
    assert (result.used, result.status) == (None, NOT_EVALUATED)
