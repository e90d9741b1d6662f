"""Synthetic loans without a flaw: realistic shares, spikes and spreads, every cross-check of the rulebook held.

Nothing here asks the rulebook or its facts: amounts, dates and identifiers are reckoned on their own, so that a tape
that comes through without a finding says something about the rules too.
"""

from datetime import date

import numpy as np
import polars as pl

from diligence.domain.synthetic import borrowers, calendar, identifiers, money, places, values
from diligence.domain.synthetic.draws import Column, Columns, Random, chance, pick, where_text
from diligence.domain.synthetic.shares import CHANNELS, VALUATIONS
from loans.domain.fields import FIELD

NEW_LOAN_DAYS = 183
"""A loan closed this shortly before its sale is held against the loan limits of the year of the sale."""
NO_FEATURES = (
    "interest_only_indicator", "balloon_indicator", "prepayment_penalty_indicator", "negative_amortization_indicator",
    "buydown_indicator", "assumability_indicator", "modification_indicator", "construction_loan_indicator",
    "affordable_indicator", "capitalized_indicator", "shared_equity_indicator", "convertible_indicator",
    "manual_underwriting", "bankruptcy_indicator", "foreclosure_indicator", "hoepa_indicator", "hpml_indicator",
)  # fmt: skip
ALWAYS_BLANK = (
    "interest_only_term_months", "prepayment_penalty_term_months", "modification_date", "buydown_contributor",
    "buydown_initial_discount", "buydown_duration_months",
)  # fmt: skip
CONSTANT = {
    "mortgage_type": "Conventional",
    "lien_position": "FirstLien",
    "payment_frequency": "Monthly",
    "execution": "MBS",
    "remittance_type": "ScheduledInterestScheduledPrincipal",
    "remittance_day": "18",
    "documentation_type": "Full",
    "homebuyer_education": "HUDApprovedCounselingAgency",
}


def clean_loans(rng: Random, *, first: int, n: int, as_of: date) -> pl.DataFrame:
    """`n` typed loans numbered from `first`, one column a canonical field, seen on the day `as_of`."""
    loans = places.draw_places(rng, n)
    loans |= identifiers.draw_identifiers(rng, first, n)
    loans |= values.draw_kind(rng, loans["property_state"], n)
    purchase = loans["loan_purpose"] == "Purchase"
    loans |= calendar.draw_dates(rng, loans["occupancy"], purchase, as_of, n)
    arm = chance(rng, 0.04, n) & (loans["maturity_term_months"] == 360)
    loans["amortization_type"] = np.where(arm, "AdjustableRate", "Fixed").astype(object)
    loans |= values.draw_values(rng, loans, _limit_year(loans["note_date"], as_of), n)
    loans |= values.draw_property(rng, loans, n)
    loans |= borrowers.draw_people(rng, loans, n)
    loans |= money.draw_rates(rng, loans, n)
    loans |= calendar.pay_status(rng, loans, as_of, n)
    loans |= money.payments(loans) | money.draw_arms(rng, loans, n)
    loans |= borrowers.draw_income(rng, loans, n) | money.draw_insurance(rng, loans, n)
    loans |= money.draw_charges(rng, loans, n) | money.pass_through(loans)
    loans |= _process(rng, loans, n) | _unchanging(n)
    loans["investor_feature_ids"] = _feature_codes(loans)
    return _typed(loans)


def _limit_year(note_date: Column, as_of: date) -> Column:
    today = np.datetime64(as_of)
    new = note_date >= today - np.timedelta64(NEW_LOAN_DAYS, "D")
    return np.where(new, as_of.year, note_date.astype("datetime64[Y]").astype(int) + 1970)


def _process(rng: Random, loans: Columns, n: int) -> Columns:
    """How the loan was made: channel, underwriting, valuation, ability to repay, execution."""
    investment = loans["occupancy"] == "Investment"
    business = investment & chance(rng, 0.6, n)
    valuation = pick(rng, VALUATIONS, n).astype(object)
    appraised = valuation != "None"
    form = np.where(loans["units"] > 1, "SmallResidentialIncomeProperty", "UniformResidential").astype(object)
    return {
        "originator_type": pick(rng, CHANNELS, n).astype(object),
        "aus_type": np.full(n, "DesktopUnderwriter", dtype=object),
        "aus_case_id": rng.integers(1_000_000_000, 9_999_999_999, n).astype(str).astype(object),
        "aus_recommendation": np.full(n, "ApproveEligible", dtype=object),
        "valuation_method": valuation,
        "valuation_form": where_text(appraised, form + "AppraisalReport"),
        "valuation_date": np.where(appraised, loans["valuation_date"], np.datetime64("NaT", "D")),
        "appraiser_license": where_text(appraised, rng.integers(10_000, 99_999, n).astype(str)),
        "ucdp_doc_file_id": where_text(appraised, rng.integers(1_000_000_000, 9_999_999_999, n).astype(str)),
        "business_purpose": business,
        "qm_status": np.where(business, "ATR_Exempt", "QM_SafeHarbor").astype(object),
        "atr_exemption_reason": where_text(business, "PropertyUsage"),
        "relocation_indicator": chance(rng, 0.01, n),
        "enote_indicator": chance(rng, 0.1, n),
        "ron_indicator": chance(rng, 0.03, n),
    }


def _unchanging(n: int) -> Columns:
    columns: Columns = {name: np.zeros(n, dtype=bool) for name in NO_FEATURES}
    columns |= {name: np.full(n, value, dtype=object) for name, value in CONSTANT.items()}
    return columns | {name: np.full(n, None, dtype=object) for name in ALWAYS_BLANK}


def _feature_codes(loans: Columns) -> Column:
    """Special feature codes that the loan's terms call for, separated by semicolons."""
    codes = np.full(len(loans["loan_id"]), "127", dtype=object)
    for code, present in _features(loans).items():
        codes = np.where(present, codes + ";" + code, codes)
    return codes


def _features(loans: Columns) -> Columns:
    return {
        "003": loans["refinance_cash_out_type"] == "CashOut",
        "007": loans["refinance_cash_out_type"] == "LimitedCashOut",
        "019": loans["mi_premium_source"] == "Lender",
        "067": loans["credit_score_model"] == "VantageScore4",
        "508": loans["enote_indicator"],
        "588": loans["property_type"] == "CondoDetached",
        "801": loans["valuation_method"] == "None",
        "808": loans["high_balance_indicator"],
        "861": loans["ron_indicator"],
    }


def _typed(loans: Columns) -> pl.DataFrame:
    return pl.DataFrame([_series(name, loans[name]) for name in FIELD if name in loans])


def _series(name: str, column: Column) -> pl.Series:
    if column.dtype == object:
        return pl.Series(name, column.tolist(), dtype=pl.String).cast(FIELD[name].dtype)
    series = pl.Series(name, column)
    return (series.fill_nan(None) if series.dtype.is_float() else series).cast(FIELD[name].dtype)
