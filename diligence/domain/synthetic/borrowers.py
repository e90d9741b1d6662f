"""Borrowers: names, test numbers, ages, scores, income, debts, reserves."""

import numpy as np

from diligence.domain.synthetic.draws import (
    Columns,
    Random,
    between,
    cents,
    chance,
    one_of,
    pick,
    where_number,
    where_text,
)
from diligence.domain.synthetic.names import FIRST_NAMES, LAST_NAMES
from diligence.domain.synthetic.shares import REPOSITORIES

LEAST_SCORE, HIGHEST_SCORE = 622, 838
HIGHEST_DTI = 49.5


def draw_people(rng: Random, loans: Columns, n: int) -> Columns:
    """Who borrows, with scores; the loan's score is the lowest of its borrowers'."""
    score = np.clip(np.round(838 - rng.gamma(2.6, 33, n)), LEAST_SCORE, HIGHEST_SCORE).astype(np.int64)
    two = chance(rng, 0.46, n)
    other = np.minimum(score + between(rng, 0, 60, n), 850)
    first_is_lower = ~two | chance(rng, 0.5, n)
    born = loans["note_date"] - (365.25 * (24 + 52 * rng.beta(1.9, 2.8, n))).astype(int)
    lives_there = loans["occupancy"] == "PrimaryResidence"
    elsewhere = between(rng, 100, 9_999, n).astype(str).astype(object) + " Post Road"
    return {
        "borrower_first_name": one_of(rng, FIRST_NAMES, n).astype(object),
        "borrower_last_name": one_of(rng, LAST_NAMES, n).astype(object),
        "borrower_tin_type": np.full(n, "SocialSecurityNumber", dtype=object),
        "borrower_birth_date": born,
        "borrower_count": np.where(two, 2, 1),
        "credit_score": score,
        "borrower_credit_score": np.where(first_is_lower, score, other),
        "coborrower_credit_score": where_number(two, np.where(first_is_lower, other, score)),
        "credit_score_method": np.full(n, "MiddleOrLowerThenLowest", dtype=object),
        "credit_score_model": np.where(chance(rng, 0.05, n), "VantageScore4", "ClassicFICO").astype(object),
        "credit_repository": pick(rng, REPOSITORIES, n).astype(object),
        "borrower_self_employed": chance(rng, 0.12, n),
        "citizenship": np.where(chance(rng, 0.06, n), "PermanentResidentAlien", "USCitizen").astype(object),
        "mailing_same_as_property": lives_there,
        "mailing_address": where_text(~lives_there, elsewhere),
    }


def draw_income(rng: Random, loans: Columns, n: int) -> Columns:
    """Housing expense, obligations and income whose quotients are the ratios on the tape."""
    escrow = chance(rng, 0.82, n) | (loans["ltv"] > 80)
    taxes = cents(loans["appraised_value"] * rng.uniform(0.008, 0.019, n) / 12)
    housing = cents(loans["initial_pi_payment"] + taxes)
    wanted = np.minimum(12 + 42 * rng.beta(3.2, 2.4, n), HIGHEST_DTI)
    income = cents(housing / (wanted * rng.uniform(0.5, 0.95, n) / 100))
    debt = cents(income * wanted / 100)
    at_least = np.where(
        (loans["occupancy"] == "PrimaryResidence") & (loans["units"] == 1) & (loans["loan_purpose"] == "Purchase"), 1, 6
    )
    months = at_least + rng.geometric(0.14, n)
    return {
        "housing_expense": housing,
        "monthly_income": income,
        "monthly_debt": debt,
        "borrower_income": cents(np.where(loans["borrower_count"] == 2, income * 0.6, income)),
        "dti": np.round(100 * debt / income, 2),
        "housing_ratio": np.round(100 * housing / income, 2),
        "reserves_months": months,
        "reserves_amount": cents(housing * (months + 0.4)),
        "escrow_indicator": escrow,
        "escrow_balance": where_number(escrow, cents(taxes * between(rng, 2, 9, n))),
        "escrow_monthly_payment": where_number(escrow, taxes),
    }  # fmt: skip
