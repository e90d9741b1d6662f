"""The loans of a tape as those of a pool."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from portfolios.domain.issuing import face_of, highest_coupon, incomplete, loans_at_issue

ISSUED = date(2026, 11, 1)


def tape(**changes):
    loan = {
        "row_no": 1, "loan_id": "L1", "current_upb": 100_000.37, "note_amount": 120_000.0, "note_rate": 6.5,
        "maturity_date": date(2056, 7, 1), "first_payment_date": date(2026, 8, 1), "property_zip": "97201-1234",
        "servicing_fee": None, "delinquency_status": "60", "credit_score": 740, **changes,
    }  # fmt: skip
    numbers = dict.fromkeys(("current_upb", "note_amount", "note_rate", "servicing_fee"), pl.Float64)
    dates = dict.fromkeys(("maturity_date", "first_payment_date"), pl.Date)
    return pl.DataFrame([loan], schema_overrides=numbers | dates)


def test_remaining_and_age_are_counted_in_payments():
    [loan] = loans_at_issue(tape(), issued_on=ISSUED).to_dicts()
    assert (loan["remaining"], loan["age"]) == (356, 4)
    assert (loan["balance"], loan["rate"], loan["zip3"], loan["months_late"]) == (100_000.37, 6.5, "972", 2)


def test_a_loan_without_dates_has_the_months_of_the_tape():
    blank = {"maturity_date": None, "first_payment_date": None, "remaining_term_months": 300, "loan_age_months": 60}
    [loan] = loans_at_issue(tape(**blank), issued_on=ISSUED).to_dicts()
    assert (loan["remaining"], loan["age"]) == (300, 60)


def test_the_face_is_whole_dollars_and_the_cents_pass_on():
    face = face_of(loans_at_issue(tape(), issued_on=ISSUED))
    assert (face.original, face.cents) == (Decimal(100_000), Decimal("0.37"))


@pytest.mark.parametrize(("fee", "most"), [(None, "6.25"), (0.5, "6.0")])
def test_the_highest_coupon_is_the_lowest_rate_less_servicing(fee, most):
    assert highest_coupon(loans_at_issue(tape(servicing_fee=fee), issued_on=ISSUED)) == Decimal(most)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"current_upb": 0.0, "note_amount": 0.0}, "have no balance"),
        ({"note_rate": None}, "have no rate"),
        ({"maturity_date": None}, "neither a maturity date nor remaining months"),
        ({"maturity_date": date(2026, 11, 1)}, "mature in the issue month or before"),
        ({}, ""),
    ],
)
def test_what_a_pool_cannot_be_made_of_is_said(changes, sentence):
    found = incomplete(loans_at_issue(tape(**changes), issued_on=ISSUED))
    assert sentence in found
    assert bool(found) == bool(sentence)
