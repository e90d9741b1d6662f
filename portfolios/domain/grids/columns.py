"""Columns of the templates: what a cell holds, and the columns that several templates share."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

AGENCIES = ("fannie_mae", "freddie_mac", "ginnie_mae")
CONVENTIONAL_AGENCIES = ("fannie_mae", "freddie_mac")
TERMS = (30, 20, 15, 10)
SERVICING = ("retained", "released")
PRODUCTS = ("conventional", "government")
STORIES = (
    "max_85k", "max_110k", "max_125k", "max_150k", "max_175k", "max_200k", "max_225k", "new_york", "investor",
    "low_score", "ltv_80_90", "ltv_90_95", "ltv_95_105", "high_balance",
)  # fmt: skip
PURPOSES = ("purchase", "limited_cash_out", "cash_out")
OCCUPANCIES = ("primary", "second_home", "investment")
PROPERTIES = ("condo", "manufactured_home", "cooperative", "units_2_4", "other")
BASES = ("price", "yield")
REFUSED = "refused"
"""Word of an adjuster that refuses a loan instead of changing its price."""


class CellType(StrEnum):
    """What a cell holds. All but the first four are numbers with the bounds of their column."""

    TEXT = "text"
    WORD = "word"  # one of the column's choices
    MONTH = "month"  # 2026-12
    FLAG = "flag"  # yes or no
    STATE = "state"  # two letters
    PRICE = "price"  # percent of par, as 101.5 or 101-16
    POINTS = "points"  # percent of balance, may be negative
    PERCENT = "percent"
    RATIO = "ratio"
    USD = "usd"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a template. A blank in an optional range column leaves that side open."""

    name: str
    type: CellType
    help: str
    required: bool = True
    choices: tuple[str, ...] = ()
    least: Decimal | None = None
    most: Decimal | None = None
    refuses: bool = False
    """Whether the word "refused" may stand in place of the number."""


def word(name: str, choices: tuple[str, ...], text: str, *, required: bool = True) -> Column:
    return Column(name, CellType.WORD, text, required, choices)


def number(name: str, kind: CellType, text: str, low: str, high: str, *, required: bool = True) -> Column:
    return Column(name, kind, text, required, (), Decimal(low), Decimal(high))


def agency(choices: tuple[str, ...] = AGENCIES) -> Column:
    return word("agency", choices, "The agency that buys or guarantees.")


def term(*, required: bool = True) -> Column:
    text = "Years of the product: 30 takes loans of more than 20 years, 20 of more than 15, and so on."
    return word("term", tuple(str(term) for term in TERMS), text, required=required)


def coupon() -> Column:
    return number("coupon", CellType.PERCENT, "Pass-through rate, percent.", "0", "15")


def price(text: str) -> Column:
    return number("price", CellType.PRICE, text, "1", "200")


def month() -> Column:
    return Column("settlement", CellType.MONTH, "Month of settlement, as 2026-12.")


def rates() -> tuple[Column, Column]:
    return (
        number("rate_min", CellType.PERCENT, "Note rate from, percent; blank: any.", "0", "20", required=False),
        number("rate_max", CellType.PERCENT, "Note rate to, percent; blank: any.", "0", "20", required=False),
    )


def scores() -> tuple[Column, Column]:
    return (
        number("score_min", CellType.WHOLE, "Credit score from; blank: any.", "300", "850", required=False),
        number("score_max", CellType.WHOLE, "Credit score to; blank: any.", "300", "850", required=False),
    )


def ltvs() -> tuple[Column, Column]:
    return (
        number("ltv_min", CellType.PERCENT, "LTV from, percent; blank: any.", "0", "250", required=False),
        number("ltv_max", CellType.PERCENT, "LTV to, percent; blank: any.", "0", "250", required=False),
    )


def balances() -> tuple[Column, Column]:
    return (
        number("balance_min", CellType.USD, "Balance from, USD; blank: any.", "0", "100000000", required=False),
        number("balance_max", CellType.USD, "Balance to, USD; blank: any.", "0", "100000000", required=False),
    )


RATES, SCORES, LTVS, BALANCES = (
    ("rate_min", "rate_max"), ("score_min", "score_max"), ("ltv_min", "ltv_max"), ("balance_min", "balance_max"),
)  # fmt: skip
