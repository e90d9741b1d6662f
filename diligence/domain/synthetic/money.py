"""Rates, payments, balances, charges, mortgage insurance and the pass-through arithmetic."""

import numpy as np

from diligence.domain.synthetic.draws import (
    Column,
    Columns,
    Random,
    between,
    cents,
    chance,
    pick,
    where_day,
    where_number,
    where_text,
)
from diligence.domain.synthetic.draws import month_start as months_on
from diligence.domain.synthetic.shares import ARM_PLANS, MARKET_RATE, MI_COMPANIES
from diligence.domain.synthetic.values import NEWEST_YEAR, OLDEST_YEAR

SERVICING_FEE = 0.25
LEAST_GUARANTY_FEE = 0.1
LENDER_PAID_COST = 0.125
_MI_FLOORS = np.array([80.0, 85.0, 90.0, 95.0])
_MI_LONG, _MI_SHORT = np.array([0, 12, 25, 30, 35]), np.array([0, 6, 12, 25, 35])
"""Coverage in percent by LTV band, for terms above 240 months and adjustable rates, and for the others."""


def draw_rates(rng: Random, loans: Columns, n: int) -> Columns:
    """Note rate in eighths, APR, average prime offer rate, their spread, in percent."""
    year = np.clip(loans["note_date"].astype("datetime64[Y]").astype(int) + 1970, OLDEST_YEAR, NEWEST_YEAR)
    market = np.array([MARKET_RATE[each] for each in range(OLDEST_YEAR, NEWEST_YEAR + 1)])[year - OLDEST_YEAR]
    market = market - np.where(loans["maturity_term_months"] <= 240, 0.625, 0)
    risk = np.clip((740 - loans["credit_score"]) / 200, -0.15, 0.4) + np.where(loans["ltv"] > 80, 0.125, 0)
    risk = risk + np.where(loans["occupancy"] == "Investment", 0.375, 0)
    rate = np.round((market + risk + rng.normal(0, 0.12, n)) * 8) / 8
    apr = np.round(rate + rng.uniform(0.02, 0.22, n), 3)
    apor = np.round(market + rng.uniform(-0.12, 0.12, n), 2)
    return {"note_rate": rate, "apr": apr, "apor": apor, "rate_spread": np.round(apr - apor, 3)}


def draw_arms(rng: Random, loans: Columns, n: int) -> Columns:
    """Terms of adjustable-rate loans: plans on the 30-day average of SOFR with changes every six months."""
    arm = loans["amortization_type"] == "AdjustableRate"
    fixed = pick(rng, ARM_PLANS, n)
    change = months_on(loans["first_payment_date"], fixed - 1)
    margin = np.minimum(2.75, loans["note_rate"])
    return {
        "arm_index": where_text(arm, "30DayAverageSOFR"),
        "arm_margin": where_number(arm, margin),
        "arm_lookback_days": where_number(arm, 45),
        "arm_initial_fixed_months": where_number(arm, fixed),
        "arm_first_change_date": where_day(arm, change),
        "arm_first_payment_change_date": where_day(arm, months_on(change, 1)),
        "arm_next_change_date": where_day(arm, change),
        "arm_initial_cap_up": where_number(arm, np.where(fixed == min(ARM_PLANS), 2, 5)),
        "arm_periodic_cap": where_number(arm, 1),
        "arm_ceiling": where_number(arm, loans["note_rate"] + 5),
        "arm_floor": where_number(arm, margin),
        "arm_reset_frequency_months": where_number(arm, 6),
        "arm_rounding": where_number(arm, 0.125),
        "product_name": _product(loans, arm, fixed),
    }


def _product(loans: Columns, arm: Column, fixed: Column) -> Column:
    years = (loans["maturity_term_months"] // 12).astype(str).astype(object)
    adjustable = (fixed // 12).astype(str).astype(object) + "/6 ARM SOFR"
    return np.where(arm, adjustable, years + " Year Fixed")


def level_payment(amount: Column, rate: Column, months: Column) -> Column:
    """Level payment in USD to the cent; `rate` in percent a year."""
    growth = (1 + rate / 1200) ** months
    return cents(amount * rate / 1200 * growth / (growth - 1))


def balance_after(amount: Column, rate: Column, payment: Column, payments: Column) -> Column:
    """Unpaid balance in USD to the cent after level payments."""
    growth = (1 + rate / 1200) ** payments
    return cents(amount * growth - payment * (growth - 1) / (rate / 1200))


def payments(loans: Columns) -> Columns:
    """Installment and balance on schedule."""
    amount, rate = loans["note_amount"], loans["note_rate"]
    payment = level_payment(amount, rate, loans["amortization_term_months"])
    balance = balance_after(amount, rate, payment, loans["payments_made"])
    return {
        "initial_pi_payment": payment,
        "current_pi_payment": payment,
        "current_rate": rate,
        "current_upb": balance,
        "scheduled_upb": balance,
        "aggregate_curtailment": np.zeros(len(balance)),
    }


def draw_insurance(rng: Random, loans: Columns, n: int) -> Columns:
    """Standard coverage above 80 % LTV, a few of them paid by the lender."""
    band = np.searchsorted(_MI_FLOORS, loans["ltv"], side="left")
    short = (loans["maturity_term_months"] <= 240) & (loans["amortization_type"] == "Fixed")
    coverage = np.where(short, _MI_SHORT[band], _MI_LONG[band])
    insured = coverage > 0
    by_lender = insured & chance(rng, 0.04, n)
    certificate = between(rng, 10_000_000, 99_999_999, n).astype(str)
    return {
        "mi_company": where_text(insured, pick(rng, MI_COMPANIES, n)),
        "mi_coverage_pct": coverage.astype(float),
        "mi_certificate": where_text(insured, certificate),
        "mi_premium_source": where_text(insured, np.where(by_lender, "Lender", "Borrower")),
        "mi_rate_adjustment": where_number(by_lender, LENDER_PAID_COST),
        "mi_absence_reason": where_text(~insured, "NoMIBasedOnOriginalLTV"),
    }


def draw_charges(rng: Random, loans: Columns, n: int) -> Columns:
    """Points and fees, loan costs and the amount they are held against, in USD."""
    amount = loans["note_amount"]
    fees = cents(amount * rng.uniform(0.004, 0.018, n))
    points = np.where(chance(rng, 0.4, n), cents(fees * rng.uniform(0.2, 0.6, n)), 0.0)
    return {
        "points_and_fees": fees,
        "origination_charges": cents(fees * 0.9),
        "discount_points": points,
        "total_loan_costs": cents(fees + rng.uniform(1200, 3800, n)),
        "lender_credits": np.where(chance(rng, 0.2, n), cents(rng.uniform(100, 900, n)), 0.0),
        "regz_total_loan_amount": cents(amount - fees),
    }


def pass_through(loans: Columns) -> Columns:
    """Servicing fee, guaranty fee and the pass-through rate of a half-percent coupon, in percent."""
    net = loans["note_rate"] - np.nan_to_num(loans["mi_rate_adjustment"]) - SERVICING_FEE
    coupon = np.floor((net - LEAST_GUARANTY_FEE) * 2) / 2
    return {
        "servicing_fee": np.full(len(net), SERVICING_FEE),
        "guaranty_fee": np.round(net - coupon, 3),
        "pass_through_rate": coupon,
    }
