"""Which loans to leave out: the largest that a broken limit counts, as few as meet it, each named with its limit."""

from dataclasses import replace
from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from diligence.domain.compiling import compile_rules
from diligence.domain.kickouts import MOST, Suggestion, suggested
from diligence.domain.pool import OVER, evaluate_pool
from diligence.domain.rulebook import Rulebook
from loans.domain.criteria import Criteria
from loans.domain.limits import Limit

RULES = compile_rules(Rulebook(()), profile="all", as_of=date(2026, 11, 21))
CALIFORNIA = Limit(
    code="POOL-012", title="California", measure="share_upb", op="at_most", limit=30.0, severity="fatal",
    source="Guide", source_status="design", filter="property_state = 'CA'",
)  # fmt: skip
LOW_SCORE = replace(CALIFORNIA, title="Score below 680", filter="credit_score < 680", limit=20.0)
ONE_ZIP = replace(CALIFORNIA, title="Largest ZIP", filter="", by="property_zip", measure="largest_share_upb")


def criteria(*limits: Limit) -> Criteria:
    return Criteria("C", "Criteria", "1", "all", date(2026, 1, 1), limits=limits)


def pool(*loans: tuple[str, float, int]) -> pl.DataFrame:
    """Loans as (state, balance, score); row numbers from 1."""
    frame = pl.DataFrame(loans, schema=["property_state", "current_upb", "credit_score"], orient="row")
    return frame.with_row_index("row_no", offset=1).with_columns(
        pl.col("row_no").cast(pl.Int64), pl.col("current_upb").cast(pl.Float64)
    )


def found(loans: pl.DataFrame, *limits: Limit, leaving: tuple[int, ...] = ()) -> Suggestion:
    return suggested(loans, RULES, criteria(*limits), leaving=leaving)


def test_a_pool_inside_its_limits_needs_nothing():
    assert found(pool(("CA", 30.0, 700), ("OR", 70.0, 700)), CALIFORNIA) == Suggestion()


def test_the_largest_that_count_go_first_and_no_more_than_needed():
    loans = pool(("CA", 10.0, 700), ("CA", 20.0, 700), ("CA", 15.0, 700), ("OR", 60.0, 700))
    assert found(loans, CALIFORNIA).rows == ((2, "California"),)


def test_of_equal_balances_the_first_row_goes():
    loans = pool(("CA", 20.0, 700), ("CA", 20.0, 700), ("OR", 60.0, 700))
    assert found(loans, CALIFORNIA).rows == ((1, "California"),)


def test_loans_that_leave_anyway_are_counted_out_first():
    loans = pool(("CA", 20.0, 700), ("CA", 20.0, 700), ("OR", 60.0, 700))
    assert found(loans, CALIFORNIA, leaving=(2,)) == Suggestion()


def test_each_loan_is_named_with_the_limit_it_helps_to_meet():
    loans = pool(("CA", 30.0, 700), ("CA", 20.0, 700), ("OR", 20.0, 600), ("OR", 5.0, 600), ("WA", 80.0, 700))
    rows = dict(found(loans, CALIFORNIA, replace(LOW_SCORE, limit=10.0)).rows)
    assert rows == {1: "California", 3: "Score below 680"}


def test_what_one_limit_takes_can_break_another_which_is_met_in_turn():
    loans = pool(("CA", 28.0, 700), ("OR", 30.0, 600), ("OR", 10.0, 600), ("WA", 42.0, 700))
    suggestion = found(loans, CALIFORNIA, LOW_SCORE)
    left = loans.filter(~pl.col("row_no").is_in([row for row, _ in suggestion.rows]))
    results = evaluate_pool(left, RULES, criteria(CALIFORNIA, LOW_SCORE))
    assert OVER not in {result.status for result in results}
    assert [title for _, title in suggestion.rows] == ["Score below 680", "California"]


def test_the_largest_group_shrinks_until_none_is_over():
    loans = pool(*[("OR", 30.0, 700)] * 4).with_columns(property_zip=pl.Series(["97201", "97201", "97202", "97203"]))
    suggestion = found(loans, replace(ONE_ZIP, limit=40.0))
    assert suggestion.rows == ((1, "Largest ZIP"),)


def test_a_limit_that_only_an_empty_pool_meets_is_said_to_be_unmet():
    suggestion = found(pool(("CA", 30.0, 700), ("CA", 70.0, 700)), CALIFORNIA)
    assert (suggestion.rows, suggestion.unmet) == ((), ("California",))


def test_more_loans_than_anybody_would_pick_are_not_suggested():
    loans = pool(*[("CA", 1.0, 700)] * (2 * MOST), ("OR", 10.0, 700))
    assert found(loans, CALIFORNIA).unmet == ("California",)


def test_a_least_balance_that_would_break_is_told():
    least = replace(CALIFORNIA, title="Least balance", filter="", measure="sum_upb", op="at_least", limit=90.0)
    suggestion = found(pool(("CA", 40.0, 700), ("OR", 60.0, 700)), CALIFORNIA, least)
    assert (suggestion.rows, suggestion.then_over) == (((1, "California"),), ("Least balance",))


def test_advice_takes_nobody_out():
    assert found(pool(("CA", 100.0, 700)), replace(CALIFORNIA, severity="warning")) == Suggestion()


@given(
    st.lists(st.tuples(st.sampled_from(["CA", "OR", "WA"]), st.integers(1, 500), st.integers(600, 760)), max_size=25)
)
def test_what_is_suggested_meets_every_limit_that_is_not_named_as_unmet(loans):
    frame = pool(*[(state, float(upb), score) for state, upb, score in loans])
    suggestion = found(frame, CALIFORNIA, LOW_SCORE)
    left = frame.filter(~pl.col("row_no").is_in([row for row, _ in suggestion.rows]))
    over = {r.title for r in evaluate_pool(left, RULES, criteria(CALIFORNIA, LOW_SCORE)) if r.status == OVER}
    assert over <= set(suggestion.unmet)
    assert len(dict(suggestion.rows)) == len(suggestion.rows), "no loan twice"
