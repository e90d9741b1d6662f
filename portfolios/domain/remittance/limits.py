"""Limits of the reconciliation, dated data of `portfolios/reference/reconciliation.toml`."""

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).resolve().parents[2] / "reference" / "reconciliation.toml"


@dataclass(frozen=True, slots=True)
class Limits:
    """USD a loan between loans and security; USD of rounding a payment; percent of a payment off its level."""

    difference_per_loan: Decimal
    rounding: Decimal
    payment_share: Decimal


@lru_cache
def limits_of(month: date) -> Limits:
    """The limits in force in a month."""
    held = {row["name"]: Decimal(row["value"]) for row in _rows() if row["from"] <= month}
    return Limits(**held)


@lru_cache(maxsize=1)
def _rows() -> tuple[dict, ...]:
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))["limit"]
    return tuple(sorted(rows, key=lambda row: row["from"]))
