"""Terms, ages, level payments and scheduled balances."""

from collections.abc import Iterable

import polars as pl

from loans.domain.facts.fact import Fact, as_facts, blank_as_zero, positive
from loans.domain.months import add_months, days_between, month_number, month_start, whole_months

col = pl.col

LEAST_LOANS_FOR_CUTOFF = 20
CUTOFF_SLACK_MONTHS = 1
"""Months that ages may count more or fewer. A tape cut off two months ago is taken as of then: on the day of the check
all its ages would be two months short (XF-026) and its current loans past due (XF-031)."""


def _level_payment(amount: pl.Expr, monthly_rate: pl.Expr, months: pl.Expr) -> pl.Expr:
    """Unrounded level payment in USD; a rate of zero spreads the amount evenly."""
    growth = (1 + monthly_rate).pow(months)
    with_interest = amount * monthly_rate * growth / (growth - 1)
    return pl.when(monthly_rate == 0).then(amount / months).when(monthly_rate > 0).then(with_interest)


def _balance_after(payments: pl.Expr) -> pl.Expr:
    """Unpaid balance in USD after a number of level payments, never below zero."""
    amount, rate, payment = col("note_amount"), col("note_rate") / 1200, col("calc_level_payment")
    growth = (1 + rate).pow(payments)
    with_interest = amount * growth - payment * (growth - 1) / rate
    return pl.when(rate == 0).then(amount - payment * payments).when(rate > 0).then(with_interest).clip(lower_bound=0)


def _payments_to_repay() -> pl.Expr:
    """Level payments the balance still needs, in months; null where the payment does not cover the interest."""
    rate = col("note_rate") / 1200
    share_of_interest = rate * col("current_upb") / col("calc_level_payment")
    left = -(1 - share_of_interest).log() / (1 + rate).log()
    return pl.when((rate > 0) & (share_of_interest < 1)).then(left.round(1))


def _most_common_month(implied: pl.Expr) -> pl.Expr:
    """Median month number of all loans; null when too few of them tell."""
    return pl.when(implied.count() >= LEAST_LOANS_FOR_CUTOFF).then(implied.median().round(0).cast(pl.Int64))


CUTOFF_SIGNS: dict[str, tuple[pl.Expr, frozenset[str]]] = {
    "month_by_age": (
        month_number(col("first_payment_date")) + col("loan_age_months"),
        frozenset({"first_payment_date", "loan_age_months"}),
    ),
    "month_by_remaining_term": (
        month_number(col("maturity_date")) - col("remaining_term_months"),
        frozenset({"maturity_date", "remaining_term_months"}),
    ),
    "month_by_next_due": (month_number(col("next_due_date")) - 1, frozenset({"next_due_date"})),
}
"""What a loan tells about the month of the tape's cut-off, the surest first: month number, and the fields it takes.

Most loans have paid the installment of the month, so that their next one is due a month after the cut-off."""


def cutoff_of(signs: Iterable[pl.Expr]) -> pl.Expr:
    """The cut-off date told by the signs of all loans together; the column `as_of` where they tell nothing else."""
    implied = pl.coalesce([_most_common_month(sign) for sign in signs])
    far = (implied - month_number(col("as_of"))).abs() > CUTOFF_SLACK_MONTHS
    return pl.when(far).then(month_start(implied)).otherwise(col("as_of"))


AMORTIZATION_MONTHS = pl.coalesce(
    col("amortization_term_months"),
    pl.when(blank_as_zero(col("balloon_indicator").cast(pl.Int8)) == 0).then(col("maturity_term_months")),
)

DATE_FACTS = as_facts(
    Fact(
        "cutoff_date",
        "Cut-off date of the tape",
        "date",
        cutoff_of(sign for sign, _ in CUTOFF_SIGNS.values()),
        ("as_of", "first_payment_date", "loan_age_months", "maturity_date", "remaining_term_months", "next_due_date"),
        "the date of the check, unless ages, remaining terms or due dates of most loans point two months away or more",
        "Design: the middle loan of the tape decides when at least 20 tell",
    ),
    Fact(
        "calc_maturity_date",
        "Maturity date, recomputed",
        "date",
        add_months(col("first_payment_date"), col("maturity_term_months") - 1),
        ("first_payment_date", "maturity_term_months"),
        "first payment date + original term - 1 month",
    ),
    Fact(
        "calc_term_months",
        "Original term, recomputed",
        "months",
        whole_months(col("first_payment_date"), col("maturity_date")) + 1,
        ("first_payment_date", "maturity_date"),
        "whole months from first payment to maturity + 1",
    ),
    Fact(
        "months_note_to_maturity",
        "Months from note to maturity",
        "months",
        month_number(col("maturity_date")) - month_number(col("note_date")),
        ("maturity_date", "note_date"),
        "calendar months from the note date to maturity",
    ),
    Fact(
        "months_to_maturity",
        "Remaining term, recomputed",
        "months",
        month_number(col("maturity_date")) - month_number(col("cutoff_date")),
        ("maturity_date", "cutoff_date"),
        "calendar months from the cut-off date to maturity",
    ),
    Fact(
        "months_since_first_payment",
        "Months since the first payment",
        "months",
        month_number(col("cutoff_date")) - month_number(col("first_payment_date")),
        ("cutoff_date", "first_payment_date"),
        "calendar months from the first payment to the cut-off date",
    ),
    Fact(
        "calc_loan_age",
        "Loan age, recomputed",
        "months",
        col("months_since_first_payment").clip(lower_bound=0),
        ("months_since_first_payment",),
        "months since the first payment, never below zero",
    ),
    Fact(
        "latest_first_payment_date",
        "Latest allowed first payment",
        "date",
        add_months(pl.coalesce("disbursement_date", "note_date"), 2),
        ("disbursement_date", "note_date"),
        "disbursement date (note date where blank) + 2 months",
        "Fannie Mae Selling Guide B2-1.5-01",
    ),
    Fact(
        "earliest_last_paid_date",
        "Earliest possible last paid installment",
        "date",
        add_months(col("first_payment_date"), -1),
        ("first_payment_date",),
        "first payment date - 1 month",
    ),
    Fact(
        "calc_next_due_date",
        "Next due date, recomputed",
        "date",
        add_months(col("last_paid_installment_date"), 1),
        ("last_paid_installment_date",),
        "last paid installment + 1 month",
    ),
    Fact(
        "days_to_disbursement",
        "Days from note to disbursement",
        "days",
        days_between(col("note_date"), col("disbursement_date")),
        ("note_date", "disbursement_date"),
        "days from note date to disbursement date",
    ),
    Fact(
        "days_past_due",
        "Days since the next due date",
        "days",
        days_between(col("next_due_date"), col("cutoff_date")),
        ("next_due_date", "cutoff_date"),
        "days from the next due date to the cut-off date",
    ),
    Fact(
        "application_anniversary",
        "Two years after the application",
        "date",
        add_months(col("application_date"), 24),
        ("application_date",),
        "application date + 24 months",
    ),
    Fact(
        "calc_fixed_months",
        "Initial fixed period, recomputed",
        "months",
        whole_months(add_months(col("first_payment_date"), -1), col("arm_first_change_date")),
        ("first_payment_date", "arm_first_change_date"),
        "whole months from a month before the first payment to the first rate change",
    ),
    Fact(
        "age_at_note",
        "Borrower age at the note date",
        "years",
        pl.coalesce(whole_months(col("borrower_birth_date"), col("note_date")) // 12, col("borrower_age")),
        ("borrower_birth_date", "note_date", "borrower_age"),
        "whole years from birth to the note date; the tape's age where the birth date is blank",
    ),
)

PAYMENT_FACTS = as_facts(
    Fact(
        "amortization_months",
        "Months the payment is spread over",
        "months",
        AMORTIZATION_MONTHS,
        ("amortization_term_months", "balloon_indicator", "maturity_term_months"),
        "amortization term; original term where it is blank and the loan is no balloon",
    ),
    Fact(
        "calc_level_payment",
        "Level payment, not rounded",
        "USD",
        _level_payment(col("note_amount"), col("note_rate") / 1200, positive(col("amortization_months"))),
        ("note_amount", "note_rate", "amortization_months"),
        "payment that repays the note amount at the note rate over the term",
        "Annuity formula",
    ),
    Fact(
        "calc_interest_payment",
        "Interest-only payment",
        "USD",
        (col("note_amount") * col("note_rate") / 1200).round(2),
        ("note_amount", "note_rate"),
        "note amount x note rate / 12",
    ),
    Fact(
        "calc_payment",
        "P&I, recomputed",
        "USD",
        pl.when(col("interest_only_indicator").fill_null(False))
        .then(col("calc_interest_payment"))
        .otherwise(col("calc_level_payment").round(2)),
        ("interest_only_indicator", "calc_interest_payment", "calc_level_payment"),
        "level payment of note amount, note rate and amortization term; interest only where the loan is",
        "Annuity formula",
    ),
    Fact(
        "payment_difference",
        "P&I against its recomputation",
        "USD",
        (col("initial_pi_payment") - col("calc_payment")).abs().round(2),
        ("initial_pi_payment", "calc_payment"),
        "distance between P&I on the tape and recomputed P&I",
    ),
    Fact(
        "payments_made",
        "Installments paid",
        "count",
        month_number(col("last_paid_installment_date")) - month_number(col("first_payment_date")) + 1,
        ("last_paid_installment_date", "first_payment_date"),
        "calendar months from first payment to last paid installment + 1",
    ),
    Fact(
        "calc_scheduled_balance",
        "Scheduled balance",
        "USD",
        _balance_after(
            pl.when(col("payments_made").is_between(0, col("amortization_months"))).then(col("payments_made"))
        ).round(2),
        ("note_amount", "note_rate", "calc_level_payment", "payments_made", "amortization_months"),
        "note amount after the installments paid, by the level payment schedule",
        "Annuity formula",
    ),
    Fact(
        "calc_balance",
        "Unpaid balance, recomputed",
        "USD",
        (col("calc_scheduled_balance") - blank_as_zero(col("aggregate_curtailment"))).round(2),
        ("calc_scheduled_balance", "aggregate_curtailment"),
        "scheduled balance - curtailments",
    ),
    Fact(
        "payments_to_repay",
        "Payments the balance still needs",
        "months",
        _payments_to_repay(),
        ("note_rate", "current_upb", "calc_level_payment"),
        "level payments that repay the unpaid balance at the note rate",
        "Annuity formula",
    ),
    Fact(
        "balance_gap",
        "Balance against its recomputation",
        "USD",
        (col("current_upb") - col("calc_balance")).abs().round(2),
        ("current_upb", "calc_balance"),
        "distance between the balance on the tape and the recomputed balance",
    ),
    Fact(
        "base_plus_financed_mi",
        "Base amount and financed MI",
        "USD",
        (col("base_loan_amount") + col("mi_financed_amount")).round(2),
        ("base_loan_amount", "mi_financed_amount"),
        "base loan amount + financed MI premium",
    ),
)

FACTS = DATE_FACTS | PAYMENT_FACTS
