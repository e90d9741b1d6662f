"""Purpose, occupancy, property, price, loan amount and loan-to-value ratios."""

import numpy as np

from diligence.domain.synthetic.draws import (
    Column,
    Columns,
    Random,
    between,
    cents,
    chance,
    floored_percent,
    one_of,
    pick,
    where_number,
    where_text,
)
from diligence.domain.synthetic.names import PROJECTS
from diligence.domain.synthetic.places import limits
from diligence.domain.synthetic.shares import (
    LTV_SPIKES,
    MEDIAN_PRICE,
    OCCUPANCIES,
    PRICE_LEVEL,
    PROPERTY_TYPES,
    PURPOSES,
    UNITS,
)

DESIGNS = ("GardenProject", "MidriseProject", "LowriseProject")
PROJECT_TYPES = ("CondoAttached", "CondoDetached")
LEAST_AMOUNT = 60_000
OLDEST_YEAR, NEWEST_YEAR = min(MEDIAN_PRICE), max(MEDIAN_PRICE)


def draw_kind(rng: Random, state: Column, n: int) -> Columns:
    """What the loan is for and what secures it."""
    purpose = pick(rng, PURPOSES, n).astype(object)
    purpose[(purpose == "CashOut") & (state == "TX")] = "LimitedCashOut"  # Texas cash-outs need rules of their own
    occupancy = pick(rng, OCCUPANCIES, n).astype(object)
    units = np.where(occupancy == "SecondHome", 1, pick(rng, UNITS, n))
    kind = np.where(units > 1, "TwoToFourUnit", pick(rng, PROPERTY_TYPES, n)).astype(object)
    purchase = purpose == "Purchase"
    primary = occupancy == "PrimaryResidence"
    return {
        "loan_purpose": np.where(purchase, "Purchase", "Refinance").astype(object),
        "refinance_cash_out_type": where_text(~purchase, purpose),
        "occupancy": occupancy,
        "units": units,
        "property_type": kind,
        "first_time_homebuyer": purchase & primary & chance(rng, 0.45, n),
        "financed_property_count": np.where(primary, 1, between(rng, 2, 4, n)),
    }


def draw_property(rng: Random, loans: Columns, n: int) -> Columns:
    """Building, project, flood zone, rents."""
    kind, units = loans["property_type"], loans["units"]
    attached = np.isin(kind, ("CondoAttached", "SingleFamilyAttached"))
    project = np.isin(kind, PROJECT_TYPES)
    hazard = chance(rng, 0.04, n)
    rented = (units > 1) | (loans["occupancy"] == "Investment")
    year = loans["note_date"].astype("datetime64[Y]").astype(int) + 1970
    return {
        "attachment_type": np.where(attached, "Attached", "Detached").astype(object),
        "construction_method": np.where(chance(rng, 0.02, n), "Modular", "SiteBuilt").astype(object),
        "year_built": year - np.minimum(between(rng, 0, 60, n) + between(rng, 0, 60, n), 110),
        "estate_type": np.where(chance(rng, 0.01, n), "Leasehold", "FeeSimple").astype(object),
        "pud_indicator": kind == "PUD",
        "property_unit_number": where_text(project, between(rng, 1, 480, n).astype(str)),
        "project_legal_structure": where_text(project, "Condominium"),
        "project_name": where_text(project, one_of(rng, PROJECTS, n)),
        "project_classification": np.where(project, one_of(rng, ("S", "T", "P"), n), np.where(kind == "PUD", "E", "G")),
        "project_status": where_text(project, "Established"),
        "project_attachment": where_text(project, np.where(kind == "CondoAttached", "Attached", "Detached")),
        "project_design": where_text(kind == "CondoAttached", one_of(rng, DESIGNS, n)),
        "project_unit_count": where_number(project, between(rng, 24, 480, n)),
        "project_units_sold": where_number(project, 24),
        "flood_zone": np.where(hazard, "AE", "X").astype(object),
        "sfha_indicator": hazard,
        "flood_insurance_indicator": hazard,
        "unit_bedrooms": where_text(rented, _repeated(between(rng, 1, 4, n), units)),
        "unit_eligible_rent": where_text(rented, _repeated(between(rng, 16, 48, n) * 50, units)),
    }  # fmt: skip


def _repeated(number: Column, units: Column) -> Column:
    """The same number for every unit of the home, separated by semicolons."""
    text = number.astype(str).astype(object)
    return text + (";" + text) * (units - 1)


def draw_values(rng: Random, loans: Columns, limit_year: Column, n: int) -> Columns:
    """Price, appraised value, note amount, second lien and the ratios, within the limit of the county."""
    baseline, limit = limits(loans["property_county"], loans["units"], limit_year)
    purchase = loans["loan_purpose"] == "Purchase"
    price = _prices(rng, loans, n)
    appraised = np.where(purchase & chance(rng, 0.25, n), np.round(price * rng.uniform(0.98, 1.06, n), -3), price)
    basis = np.where(purchase, np.minimum(price, appraised), appraised)
    cap = _caps(loans)
    amount = np.floor(basis * np.minimum(_wanted_ltv(rng, n), cap) / 100)
    high_priced = amount > baseline
    amount = np.where(high_priced, np.floor(np.minimum(amount, basis * np.minimum(cap, 95) / 100)), amount)
    amount = np.minimum(amount, limit)
    ltv = floored_percent(amount, basis)
    junior = _second_lien(rng, basis, ltv, cap, n)
    return {
        "sales_price": where_number(purchase, price),
        "appraised_value": appraised,
        "note_amount": amount,
        "high_balance_indicator": amount > baseline,
        "ltv": ltv,
        "subordinate_amount": junior,
        "cltv": floored_percent(amount + junior, basis),
        "hcltv": floored_percent(amount + junior, basis),
        "refinance_cash_out_amount": where_number(~purchase, _cash_out(rng, loans, amount, n)),
        "down_payment_amount": where_number(purchase, cents(price - amount - junior)),
        "down_payment_source": where_text(purchase, "Borrower"),
        "seller_contributions": where_number(purchase, np.where(chance(rng, 0.3, n), np.round(basis * 0.01, -2), 0)),
    }


def _prices(rng: Random, loans: Columns, n: int) -> Column:
    year = np.clip(loans["note_date"].astype("datetime64[Y]").astype(int) + 1970, OLDEST_YEAR, NEWEST_YEAR)
    median = np.array([MEDIAN_PRICE[each] for each in range(OLDEST_YEAR, NEWEST_YEAR + 1)])[year - OLDEST_YEAR]
    states, place = np.unique(loans["property_state"].astype(str), return_inverse=True)
    level = np.array([PRICE_LEVEL.get(state, 0.95) for state in states])[place]
    size = 1 + 0.35 * (loans["units"] - 1)
    return np.maximum(np.round(median * level * size * rng.lognormal(0, 0.42, n), -3), 130_000)


def _caps(loans: Columns) -> Column:
    """Highest LTV and CLTV that both agencies buy for the loan's kind, in percent."""
    cash_out = loans["refinance_cash_out_type"] == "CashOut"
    purchase, single = loans["loan_purpose"] == "Purchase", loans["units"] == 1
    highest = np.where(loans["first_time_homebuyer"] & (loans["amortization_type"] == "Fixed"), 97, 95)
    primary = np.where(single, np.where(cash_out, 80, highest), 75)
    second = np.where(cash_out, 75, 90)
    investment = np.where(single, np.where(purchase, 85, 75), 70)
    occupancy = loans["occupancy"]
    return np.where(occupancy == "PrimaryResidence", primary, np.where(occupancy == "SecondHome", second, investment))


def _wanted_ltv(rng: Random, n: int) -> Column:
    anywhere = 97 - 62 * rng.beta(1.6, 2.6, n)
    return np.where(chance(rng, 0.5, n), pick(rng, LTV_SPIKES, n), anywhere)


def _second_lien(rng: Random, basis: Column, ltv: Column, cap: Column, n: int) -> Column:
    fits = (ltv + 11 <= cap) & chance(rng, 0.08, n)
    return np.where(fits, np.round(basis * rng.uniform(0.05, 0.1, n), -2), 0.0)


def _cash_out(rng: Random, loans: Columns, amount: Column, n: int) -> Column:
    """Cash to the borrower in USD: a tenth to a third of the loan, or next to nothing where it is limited."""
    much = np.round(amount * rng.uniform(0.1, 0.33, n), -2)
    return np.where(loans["refinance_cash_out_type"] == "CashOut", much, cents(rng.uniform(0, 1900, n)))
