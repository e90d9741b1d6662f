"""The days of a loan, from application to the last installment, in their order."""

from datetime import date

import numpy as np

from diligence.domain.synthetic.draws import (
    Column,
    Columns,
    Random,
    between,
    month_start,
    months_between,
    pick,
    where_day,
    where_text,
)
from diligence.domain.synthetic.shares import TERMS

YOUNGEST_DAYS, OLDEST_DAYS = 12, 370
"""How long before the cut-off the notes were signed."""
HISTORY_MONTHS = 12


def draw_dates(rng: Random, occupancy: Column, purchase: Column, as_of: date, n: int) -> Columns:
    """Application, lock, valuation, note, disbursement, first payment, maturity; nothing later than `as_of`
    but the payments to come."""
    today = np.datetime64(as_of)
    note = today - between(rng, YOUNGEST_DAYS, OLDEST_DAYS, n)
    rescinded = ~purchase & (occupancy == "PrimaryResidence")
    disbursed = note + np.where(rescinded, 4, 0)
    application = note - between(rng, 24, 75, n)
    first_payment = month_start(note, 2)
    term = pick(rng, TERMS, n)
    return {
        "note_date": note,
        "disbursement_date": disbursed,
        "application_date": application,
        "rate_lock_date": application + between(rng, 1, 12, n),
        "valuation_date": application + between(rng, 5, 20, n),
        "first_payment_date": first_payment,
        "maturity_term_months": term,
        "amortization_term_months": term,
        "maturity_date": month_start(first_payment, term - 1),
    }


def pay_status(rng: Random, loans: Columns, as_of: date, n: int) -> Columns:
    """Installments due by `as_of`, all paid: ages, remaining term, last and next installment, pay history."""
    first, this_month = loans["first_payment_date"], month_start(np.array(as_of, dtype="datetime64[D]"))
    paid = np.maximum(months_between(first, this_month) + 1, 0)
    began = paid > 0
    last = month_start(first, paid - 1)
    received = np.minimum(last + between(rng, 0, 9, n), np.datetime64(as_of))
    return {
        "payments_made": paid,
        "loan_age_months": np.maximum(paid - 1, 0),
        "remaining_term_months": loans["maturity_term_months"] - np.maximum(paid - 1, 0),
        "last_paid_installment_date": where_day(began, last),
        "last_payment_received_date": where_day(began, received),
        "next_due_date": month_start(first, paid),
        "delinquency_status": np.full(n, "Current", dtype=object),
        "pay_history_12": where_text(began, "C" * HISTORY_MONTHS),
        "delinquent_payments_12m": np.zeros(n, dtype=np.int64),
    }
