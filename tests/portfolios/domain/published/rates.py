"""Rates turned into each other by month (SF-6 to SF-15, SF-20, PF, HB, MW psaspeed2rate and psaspeed2default)."""

from portfolios.domain import prepayment as p
from tests.portfolios.domain.published.rows import FRACTION_FAMILIES, Percent, Row, UnknownRow

SEASONED = 30


def loan_month(row: Row) -> int:
    """The month in the inputs or the index; a seasoned month where the table has none (SF-9)."""
    if "month" in row.inputs:
        return int(row.inputs["month"])
    return int(row.index.split()[1]) if row.index.startswith("month") else SEASONED


def _smm(row: Row) -> float:
    month, scale = loan_month(row), 100.0 if row.family in FRACTION_FAMILIES else 1.0
    if row.has("psa"):
        return float(p.psa_to_smm(row.get("psa"), month))
    if row.has("abs"):
        return float(p.abs_to_smm(row.get("abs") * scale, month))
    return float(p.cpr_to_smm(row.get("cpr") * scale)) if row.has("cpr") else float(row.get("smm")) * scale


def _mdr(row: Row) -> float:
    if row.has("sda"):
        return float(p.sda_to_mdr(row.get("sda"), loan_month(row)))
    return float(p.cdr_to_mdr(row.rate("cdr"))) if row.has("cdr") else row.rate("mdr")


def value(row: Row) -> float:
    match row.name:
        case "smm" | "single_monthly_mortality" | "smmpsa":
            return Percent(_smm(row))
        case "cpr" | "cprpsa":
            return Percent(p.smm_to_cpr(_smm(row)))
        case "psa":
            return float(p.smm_to_psa(_smm(row), loan_month(row)))
        case "abs":
            return Percent(p.smm_to_abs(_smm(row), loan_month(row)))
        case "mdr" | "mdrpsa":
            return Percent(_mdr(row))
        case "cdr" | "adr" | "adrpsa":
            return Percent(p.mdr_to_cdr(_mdr(row)))
        case _:
            raise UnknownRow(f"{row}: no rate is called {row.variable}.")
