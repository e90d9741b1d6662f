"""A month from a servicer's tape: principal by cause, reconciliation, findings."""

from datetime import date
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.domain.fields import EVERY_FIELD
from portfolios.domain.remittance import Before, first_month, limits_of, months_told, of_other_months, of_pool, remitted
from portfolios.domain.remittance.schedule import Terms, payments

JANUARY, FEBRUARY, APRIL = date(2026, 1, 1), date(2026, 2, 1), date(2026, 4, 1)
MARCH_DUE = date(2026, 3, 1)


def tape(*rows):
    """A typed tape of the rows, in the types that casting gives them."""
    names = dict.fromkeys(name for row in rows for name in row)
    frame = pl.DataFrame(
        {name: pl.Series([row.get(name) for row in rows], dtype=EVERY_FIELD[name].dtype) for name in names}
    )
    return frame.with_row_index("row_no", 1).with_columns(pl.col("row_no").cast(pl.Int64))


def before(*loans, month=JANUARY, **columns):
    """Loans of the month before: number, balance, rate, remaining."""
    frame = pl.DataFrame(loans, schema=["loan_id", "balance", "rate", "remaining"], orient="row")
    frame = frame.with_columns(**{name: pl.Series(values) for name, values in columns.items()})
    total = sum(Decimal(str(loan[1])) for loan in loans)
    return Before(month, total, frame)


LOAN = ("1", 100_000.0, 6.0, 360)  # pays 599.55: 99.55 of principal first


def month(*rows, loans=(LOAN,), when=FEBRUARY, **columns):
    known = before(*loans, **columns)
    return remitted(tape(*rows), month=when, original_face=known.balance, before=known)


def codes(result):
    return sorted({finding["code"] for finding in result.figures.findings})


def test_principal_is_taken_as_the_tape_tells_it():
    told = month(
        {"loan_id": "1", "scheduled_principal": 99.55, "curtailment": 500.0, "ending_scheduled_balance": 99_400.45},
    )
    figures = told.figures
    assert (figures.scheduled, figures.curtailed, figures.balance) == (
        Decimal("99.55"),
        Decimal("500.00"),
        Decimal("99400.45"),
    )
    assert figures.due == Decimal("99900.45")
    assert figures.factor == Decimal("0.99400450")
    assert codes(told) == []
    assert figures.facts["split"] == "told"


def test_scheduled_principal_counts_whether_or_not_it_was_collected():
    late = month({"loan_id": "1", "ending_actual_balance": 100_000.0, "next_due_date": date(2026, 2, 1)})
    assert late.figures.balance == Decimal("99900.45")
    assert (late.figures.difference, codes(late)) == (0, [])
    assert late.figures.facts["reconciliation"]["delinquent"] == "99.55"
    assert late.loans["months_late"].to_list() == [1]
    undated = month({"loan_id": "1", "ending_actual_balance": 100_000.0})
    assert (undated.figures.balance, undated.figures.difference) == (Decimal("99900.45"), 0)


def test_prepaid_installments_are_held_back():
    ahead = month({"loan_id": "1", "ending_actual_balance": 99_800.40, "next_due_date": APRIL})
    assert ahead.figures.balance == Decimal("99900.45")
    assert ahead.figures.facts["reconciliation"]["prepaid"] == "100.05"
    assert (ahead.figures.difference, ahead.figures.curtailed) == (0, 0)


def test_a_curtailment_is_inferred_from_balances_and_said_to_be():
    inferred = month({"loan_id": "1", "ending_actual_balance": 98_900.45, "next_due_date": MARCH_DUE})
    assert (inferred.figures.scheduled, inferred.figures.curtailed) == (Decimal("99.55"), Decimal("1000.00"))
    assert inferred.figures.facts["split"] == "inferred"


def test_cents_of_rounding_are_no_curtailment():
    rounded = month({"loan_id": "1", "ending_scheduled_balance": 99_900.42})
    assert (rounded.figures.scheduled, rounded.figures.curtailed) == (Decimal("99.58"), 0)
    assert rounded.figures.balance == Decimal("99900.42")


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("PaidOff", "paid_off"),
        ("Repurchased", "repurchased"),
        ("Substituted", "repurchased"),
        ("Liquidated", "liquidated"),
        ("Other", "removed"),
    ],
)
def test_a_loan_that_left_counts_under_its_cause(code, name):
    gone = month({"loan_id": "1", "ending_actual_balance": 0.0, "removal_code": code}).figures
    assert (getattr(gone, name), getattr(gone, f"{name}_count")) == (Decimal("99900.45"), 1)
    assert (gone.balance, gone.factor, gone.loan_count) == (0, 0, 0)


def test_a_loan_that_is_not_on_the_tape_left_for_a_cause_that_is_not_told():
    other = ("2", 50_000.0, 5.0, 100)
    vanished = month({"loan_id": "1", "ending_scheduled_balance": 99_900.45}, loans=(LOAN, other))
    assert vanished.figures.removed_count == 1
    assert codes(vanished) == ["vanished"]
    assert vanished.figures.findings[0]["loan"] == "2"


def test_a_loan_that_nobody_knows_is_not_counted():
    found = month(
        {"loan_id": "1", "ending_scheduled_balance": 99_900.45}, {"loan_id": "9", "ending_scheduled_balance": 5.0}
    )
    assert (codes(found), found.figures.loan_count, found.figures.balance) == (["appeared"], 1, Decimal("99900.45"))


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"ending_actual_balance": 1_000_000.0, "next_due_date": MARCH_DUE}, "rose"),
        ({"ending_actual_balance": 99_950.0, "next_due_date": MARCH_DUE}, "above_schedule"),
        ({"ending_actual_balance": 0.0}, "zero"),
        ({"scheduled_principal": 120.0, "ending_scheduled_balance": 99_880.0}, "scheduled"),
        ({"scheduled_principal": 99.55, "curtailment": -5.0, "ending_scheduled_balance": 99_900.45}, "negative"),
        ({"scheduled_principal": 99.55, "curtailment": 2e5, "ending_scheduled_balance": 0.5}, "over"),
        ({"scheduled_principal": 99.55, "ending_scheduled_balance": 99_950.0}, "ends"),
        ({"beginning_scheduled_balance": 90_000.0, "ending_scheduled_balance": 99_900.45}, "begins"),
        ({"scheduled_principal": 99.55, "total_principal": 300.0, "ending_scheduled_balance": 99_900.45}, "total"),
        ({"removal_code": "PaidOff", "payoff_principal": 7_000.0, "ending_actual_balance": 0.0}, "left"),
        ({"current_rate": 6.5, "ending_scheduled_balance": 99_900.45}, "rate"),
        ({"current_pi_payment": 720.0, "ending_scheduled_balance": 99_900.45}, "payment"),
        ({"remaining_term_months": 360, "ending_scheduled_balance": 99_900.45}, "remaining"),
        (
            {
                "delinquency_status": "Current",
                "next_due_date": date(2025, 12, 1),
                "ending_scheduled_balance": 99_900.45,
            },
            "status",
        ),
        ({"interest_remitted": 500.0}, "blank"),
    ],
)
def test_what_does_not_add_up_is_a_finding_that_names_the_loan(row, code):
    found = month({"loan_id": "1", **row}).figures.findings
    mine = next(finding for finding in found if finding["code"] == code)
    assert mine["loan"] == "1"
    assert mine["sentence"].startswith("Loan 1")
    assert mine["severity"] in {"fatal", "warning", "informational"}


def test_a_balance_with_a_zero_too_many_counts_by_its_schedule():
    spoiled = month({"loan_id": "1", "ending_actual_balance": 999_004.5, "next_due_date": MARCH_DUE})
    assert spoiled.figures.balance == Decimal("99900.45")
    assert "difference" in codes(spoiled)
    assert spoiled.loans["balance"].to_list() == [99_900.45]


def test_loans_and_security_may_be_a_quarter_of_a_dollar_a_loan_apart():
    assert limits_of(FEBRUARY).difference_per_loan == Decimal("0.25")
    row = {"loan_id": "1", "scheduled_principal": 99.55, "curtailment": 0.0}
    within = month({**row, "ending_scheduled_balance": 99_900.70})
    beyond = month({**row, "ending_scheduled_balance": 99_900.71})
    assert (within.figures.difference, codes(within)) == (Decimal("0.25"), ["ends"])
    assert codes(beyond) == ["difference", "ends"]


def test_a_gap_is_computed_over_its_months_and_said():
    over = month({"loan_id": "1", "ending_scheduled_balance": 99_699.84}, when=APRIL)
    assert over.figures.scheduled == Decimal("300.16")
    assert "February 2026 to March 2026" in over.figures.findings[0]["sentence"]
    assert (over.figures.facts["months"], over.loans["remaining"].to_list()) == (3, [357])


def test_the_last_payment_takes_the_rest():
    last = month({"loan_id": "1", "ending_scheduled_balance": 0.0}, loans=(("1", 500.0, 6.0, 1),))
    assert (last.figures.scheduled, last.figures.balance, codes(last)) == (500, 0, [])
    free = month({"loan_id": "1", "ending_scheduled_balance": 900.0}, loans=(("1", 1_000.0, 0.0, 10),))
    assert (free.figures.scheduled, codes(free)) == (100, [])
    over = month({"loan_id": "1", "ending_scheduled_balance": 0.0}, loans=(("1", 500.0, 6.0, 0),))
    assert over.figures.scheduled == 500


def test_the_payment_is_carried_so_that_a_curtailment_shortens_the_loan():
    first = month({"loan_id": "1", "scheduled_principal": 99.55, "curtailment": 50_000.0})
    assert first.loans["payment"].to_list() == [599.55]
    known = Before(FEBRUARY, first.figures.balance, first.loans)
    second = remitted(
        tape({"loan_id": "1", "ending_scheduled_balance": 49_550.40}),
        month=date(2026, 3, 1),
        original_face=Decimal(100_000),
        before=known,
    )
    assert (second.figures.scheduled, codes(second)) == (Decimal("350.05"), [])


def test_the_first_row_of_a_doubled_loan_counts():
    row = {"loan_id": "1", "ending_scheduled_balance": 99_900.45}
    doubled = month(row, {**row, "ending_scheduled_balance": 1.0})
    assert (codes(doubled), doubled.figures.balance) == (["duplicate"], Decimal("99900.45"))


def test_a_tape_of_another_pool_is_named_as_such():
    assert "no_loans" in codes(month({"loan_id": "77", "ending_scheduled_balance": 5.0}))


def test_rows_of_another_month_are_left_out_unless_all_are():
    rows = tape(
        {"loan_id": "1", "reporting_month": date(2026, 2, 28)},
        {"loan_id": "2", "reporting_month": date(2026, 1, 31)},
        {"loan_id": "3"},
    )
    mine, others = of_other_months(rows, month=FEBRUARY)
    assert (mine["loan_id"].to_list(), others) == (["1", "3"], 1)
    assert months_told(rows)[0].day == 1
    every, all_of_them = of_other_months(rows.head(2), month=APRIL)
    assert (every.height, all_of_them) == (2, 2)


def test_a_tape_of_several_pools_gives_the_rows_of_this_one():
    rows = tape({"loan_id": "1", "pool_id": "PL 2026-K01"}, {"loan_id": "2", "pool_id": "pl 2026-k02 "})
    assert of_pool(rows, names=("PL 2026-K02", ""))["loan_id"].to_list() == ["2"]
    assert of_pool(rows, names=("another",)).height == 2  # its own name for the pool, perhaps: nothing is left out
    assert of_pool(rows.drop("pool_id"), names=("PL 2026-K01",)).height == 2


def test_where_no_loans_are_known_the_tape_begins_the_pool():
    begun = first_month(
        tape(
            {"loan_id": "1", "ending_actual_balance": 100_000.0, "note_rate": 6.0, "remaining_term_months": 360},
            {"loan_id": "2", "ending_scheduled_balance": 50_000.0, "note_rate": 5.0, "remaining_term_months": 300},
        ),
        month=FEBRUARY,
        original_face=Decimal(200_000),
    )
    assert (begun.figures.balance, begun.figures.factor) == (Decimal("150000.00"), Decimal("0.75"))
    assert (begun.figures.due, begun.figures.findings[0]["code"]) == (None, "before")
    assert begun.loans["remaining"].to_list() == [360, 300]


AMOUNTS = st.one_of(st.none(), st.floats(-1e6, 1e9), st.sampled_from([0.0, 99.55, 99_900.45, 100_000.0]))
ROWS = st.fixed_dictionaries(
    {
        "loan_id": st.sampled_from(["1", "2", "3", "9", None]),
        "ending_scheduled_balance": AMOUNTS,
        "ending_actual_balance": AMOUNTS,
        "scheduled_principal": AMOUNTS,
        "curtailment": AMOUNTS,
        "payoff_principal": AMOUNTS,
        "total_principal": AMOUNTS,
        "removal_code": st.sampled_from([None, "Active", "PaidOff", "Repurchased", "Liquidated", "Other"]),
        "next_due_date": st.one_of(st.none(), st.dates(date(1990, 1, 1), date(2090, 1, 1))),
        "note_rate": st.one_of(st.none(), st.floats(-5, 1e6)),
        "current_pi_payment": AMOUNTS,
        "remaining_term_months": st.one_of(st.none(), st.integers(-10, 10_000)),
    }
)
POOL = (LOAN, ("2", 55_555.55, 0.0, 1), ("3", 0.01, 12.0, 480))


@given(st.lists(ROWS, min_size=1, max_size=5), st.integers(1, 4))
def test_whatever_a_tape_says_principal_adds_up_and_the_factor_falls(rows, months):
    known = before(*POOL)
    when = [FEBRUARY, date(2026, 3, 1), APRIL, date(2026, 5, 1)][months - 1]
    result = remitted(tape(*rows), month=when, original_face=known.balance, before=known)
    figures = result.figures
    left = figures.paid_off + figures.repurchased + figures.liquidated + figures.removed
    assert known.balance - figures.scheduled == figures.due
    assert figures.due - figures.curtailed - left == figures.balance
    assert 0 <= figures.factor <= 1
    assert min(figures.scheduled, figures.curtailed, left) >= 0
    assert figures.loan_balance == figures.balance
    assert result.loans["balance"].min() is None or result.loans["balance"].min() > 0
    assert result.loans["rate"].is_between(0, 25).all()


@given(st.integers(1, 10**10), st.one_of(st.just(0.0), st.floats(0.01, 25)), st.integers(0, 480), st.integers(-60, 60))
def test_a_late_or_prepaid_balance_leads_back_to_the_schedule(cents, rate, remaining, behind):
    balance = np.array([cents])
    rates, left = np.array([rate]), np.array([remaining])
    terms = Terms(rates, left, payments(balance, rates, left))
    stepped = terms.stepped(balance, np.array([behind]))
    assert stepped[0] >= 0
    assert (stepped[0] <= cents) == (behind >= 0) or stepped[0] == cents
