"""Loans and grids for tests of prices: one clean conforming loan, changed where a test says so."""

from datetime import date
from typing import Any

import polars as pl

from loans.domain.fields import FIELD
from portfolios.domain.executions.book import READ, Book, book_of
from portfolios.domain.executions.market import Market, Terms
from portfolios.domain.executions.quotes import CODES, Quote

ISSUED = date(2026, 12, 1)
LOAN: dict[str, Any] = {
    "current_upb": 300_000.0, "note_amount": 300_000.0, "note_rate": 6.5, "credit_score": 780, "ltv": 60.0,
    "cltv": 60.0, "property_state": "OR", "occupancy": "PrimaryResidence", "loan_purpose": "Purchase",
    "property_type": "SingleFamilyDetached", "units": 1, "amortization_type": "Fixed", "mortgage_type": "Conventional",
    "lien_position": "FirstLien", "maturity_term_months": 360, "note_date": date(2026, 10, 15),
    "first_payment_date": date(2026, 12, 1), "maturity_date": date(2056, 11, 1), "delinquency_status": "Current",
}  # fmt: skip
TBA = {"agency": "fannie_mae", "term": "30", "coupon": 5.5, "settlement": "2026-12", "price": 99.05}
FEE = {
    "agency": "fannie_mae", "term": "30", "coupon": 5.5, "contract_fee": 0.52, "buy_up_ratio": 4.3,
    "buy_down_ratio": 6.23,
}  # fmt: skip
KEPT = {
    "agency": "fannie_mae", "term": "30", "rate_min": None, "rate_max": None, "base_multiple": 5.0,
    "excess_multiple": 4.31,
}  # fmt: skip
ADJUSTER = {
    "buyer": "Cascade", "adjuster": "Flat", "score_min": None, "score_max": None, "ltv_min": None, "ltv_max": None,
    "balance_min": None, "balance_max": None, "purpose": None, "occupancy": None, "property": None, "state": None,
    "points": -0.5,
}  # fmt: skip
RETAIN = {
    "name": "own", "product": None, "term": None, "basis": "price", "value": 97.0, "cpr": None, "budget_upb": None,
    "score_min": None, "score_max": None, "ltv_min": None, "ltv_max": None,
}  # fmt: skip
BID = {
    "bidder": "Meridian", "product": None, "term": None, "price": 101.0, "minimum_upb": 0.0, "maximum_upb": None,
    "rate_min": None, "rate_max": None, "score_min": None, "score_max": None, "ltv_min": None, "ltv_max": None,
    "average_score": None, "state_share": None, "state": None, "all_or_none": False,
}  # fmt: skip


def frame(*changes: dict[str, Any]) -> pl.DataFrame:
    rows = [LOAN | {"loan_id": f"L{number}"} | change for number, change in enumerate(changes, start=1)]
    columns = {name: pl.Series(name, [row.get(name) for row in rows], FIELD[name].dtype) for name in READ}
    return pl.DataFrame(columns).with_row_index("row_no", offset=1).with_columns(pl.col("row_no").cast(pl.Int64))


def book(*changes: dict[str, Any]) -> Book:
    return book_of(frame(*changes), issued=ISSUED)


def market(**rows: Any) -> Market:
    """The rows by kind; `servicing`, `pool_cost` and `issued` are terms."""
    terms = {name: rows.pop(name) for name in ("servicing", "pool_cost", "issued") if name in rows}
    return Market({kind: list(given) for kind, given in rows.items()}, Terms(**{"issued": ISSUED, **terms}))


def pools(**more: Any) -> Market:
    """One coupon of one agency, servicing kept."""
    return market(**{"mbs": [TBA], "guaranty_fees": [FEE], "servicing_multiples": [KEPT], **more})


def reasons(quote: Quote) -> list[str]:
    return [CODES[code] for code in quote.refused.tolist()]
