"""Kinds of price grids: what each file prices, and the columns it has to fill.

A lender's prices are dated files. Every kind is one template: a header and typed columns with bounds, so that a wrong
cell is found when the file is loaded and not in the plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from portfolios.domain.grids.columns import (
    BALANCES,
    BASES,
    CONVENTIONAL_AGENCIES,
    LTVS,
    OCCUPANCIES,
    PRODUCTS,
    PROPERTIES,
    PURPOSES,
    RATES,
    REFUSED,
    SCORES,
    SERVICING,
    STORIES,
    CellType,
    Column,
    agency,
    balances,
    coupon,
    ltvs,
    month,
    number,
    price,
    rates,
    scores,
    term,
    word,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """A template: its code, what people read, its columns, and the columns that no two rows share."""

    code: str
    title: str
    prices: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...] = ()
    """Columns of which the first may not be above the second."""

    @property
    def header(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


CASH_WINDOW = Kind(
    "cash_window",
    "Cash window",
    "An agency buys single loans at the price of their rate after servicing; price adjustments come off.",
    (
        agency(CONVENTIONAL_AGENCIES),
        term(),
        word("servicing", SERVICING, "Whether the lender goes on servicing the loan."),
        number("rate", CellType.PERCENT, "Note rate less servicing, percent.", "0", "15"),
        price("Price of that rate, percent of par."),
    ),
    ("agency", "term", "servicing", "rate"),
)
MBS = Kind(
    "mbs",
    "MBS coupons",
    "TBA prices of the coupons into which loans can be pooled.",
    (agency(), term(), coupon(), month(), price("TBA price, percent of par.")),
    ("agency", "term", "coupon", "settlement"),
)
GUARANTY_FEES = Kind(
    "guaranty_fees",
    "Guaranty fees",
    "Contract fees, and the ratios at which they are bought up or down, by coupon.",
    (
        agency(),
        term(),
        coupon(),
        number("contract_fee", CellType.PERCENT, "Guaranty fee of the contract, percent.", "0", "3"),
        number("buy_up_ratio", CellType.RATIO, "Points paid for a percent of fee bought up.", "0", "15"),
        number("buy_down_ratio", CellType.RATIO, "Points charged for a percent of fee bought down.", "0", "15"),
    ),
    ("agency", "term", "coupon"),
)
SERVICING_MULTIPLES = Kind(
    "servicing_multiples",
    "Servicing multiples",
    "What a percent of servicing is worth to the lender that keeps it.",
    (
        agency(),
        term(),
        *rates(),
        number("base_multiple", CellType.RATIO, "Points for a percent of base servicing.", "0", "15"),
        number("excess_multiple", CellType.RATIO, "Points for a percent of excess servicing.", "0", "15"),
    ),
    ("agency", "term", "rate_min", "rate_max"),
    (RATES,),
)
SERVICING_RELEASED = Kind(
    "servicing_released",
    "Servicing released",
    "What a buyer of servicing pays, in points of the loan's balance.",
    (
        Column("buyer", CellType.TEXT, "Who buys the servicing."),
        agency(),
        term(),
        *rates(),
        *balances(),
        number("srp", CellType.POINTS, "Servicing released premium, points of balance.", "-5", "10"),
    ),
    ("buyer", "agency", "term", "rate_min", "rate_max", "balance_min", "balance_max"),
    (RATES, BALANCES),
)
MULTI_LENDER = Kind(
    "multi_lender",
    "Multi-lender pools",
    "Shares of a pool that several lenders fill, priced against the coupon's TBA price.",
    (
        agency(CONVENTIONAL_AGENCIES),
        term(),
        coupon(),
        month(),
        number("over_tba", CellType.POINTS, "Points over the TBA price, negative for under.", "-5", "5"),
    ),
    ("agency", "term", "coupon", "settlement"),
)
PAY_UPS = Kind(
    "pay_ups",
    "Specified-pool pay-ups",
    "What pools of one kind of loans fetch over the TBA price.",
    (
        agency(),
        term(),
        coupon(),
        word("story", STORIES, "What every loan of the pool has in common."),
        number("pay_up", CellType.POINTS, "Points over the TBA price, negative for under.", "-15", "15"),
    ),
    ("agency", "term", "coupon", "story"),
)
ADJUSTERS = Kind(
    "adjusters",
    "Price adjusters",
    "What a buyer adds to or takes off its price by a loan's features, or what it refuses. For an agency they take the "
    "place of its published price adjustments.",
    (
        Column("buyer", CellType.TEXT, "Aggregator, or fannie_mae or freddie_mac."),
        Column("adjuster", CellType.TEXT, "Name of the adjuster. Of one name at most one row applies to a loan."),
        *scores(),
        *ltvs(),
        *balances(),
        word("purpose", PURPOSES, "Blank: any.", required=False),
        word("occupancy", OCCUPANCIES, "Blank: any.", required=False),
        word("property", PROPERTIES, "Blank: any.", required=False),
        Column("state", CellType.STATE, "Blank: any.", required=False),
        Column(
            "points", CellType.POINTS, f"Points over the base price, negative for a charge, or the word {REFUSED}.",
            least=Decimal(-30), most=Decimal(30), refuses=True,
        ),
    ),
    (
        "buyer", "adjuster", "score_min", "score_max", "ltv_min", "ltv_max", "balance_min", "balance_max", "purpose",
        "occupancy", "property", "state",
    ),
    (SCORES, LTVS, BALANCES),
)  # fmt: skip
AGGREGATORS = Kind(
    "aggregators",
    "Aggregator prices",
    "Base prices of buyers of whole loans, servicing released, by note rate. Their adjusters come in a grid of their "
    "own.",
    (
        Column("buyer", CellType.TEXT, "Who buys."),
        word("product", PRODUCTS, "Kind of mortgage."),
        term(),
        number("rate", CellType.PERCENT, "Note rate, percent; a loan takes the next row at or below.", "0", "20"),
        price("Base price, percent of par."),
        number("srp", CellType.POINTS, "Premium for servicing, points, on top of the price.", "-5", "10"),
    ),
    ("buyer", "product", "term", "rate"),
)
BULK_BIDS = Kind(
    "bulk_bids",
    "Bulk bids",
    "One price for a whole pool that keeps the bidder's terms.",
    (
        Column("bidder", CellType.TEXT, "Who bids."),
        word("product", PRODUCTS, "Kind of mortgage; blank: any.", required=False),
        term(required=False),
        price("Price for every loan, percent of par."),
        number("minimum_upb", CellType.USD, "Least balance of the pool, USD.", "0", "100000000000"),
        number("maximum_upb", CellType.USD, "Most balance, USD; blank: no limit.", "0", "1e11", required=False),
        *rates(),
        *scores(),
        *ltvs(),
        number("average_score", CellType.WHOLE, "Least weighted average score.", "300", "850", required=False),
        number("state_share", CellType.PERCENT, "Most of one state, percent of balance.", "0", "100", required=False),
        Column("state", CellType.STATE, "Which state; blank: every state.", required=False),
        Column("all_or_none", CellType.FLAG, "yes where the bidder takes every loan that fits, or none."),
    ),
    ("bidder", "product", "term", "rate_min", "rate_max", "score_min", "ltv_max"),
    (RATES, SCORES, LTVS, ("minimum_upb", "maximum_upb")),
)
RETAIN = Kind(
    "retain",
    "Retained loans",
    "What a loan is worth to the lender that keeps it, as a price or at a yield.",
    (
        Column("name", CellType.TEXT, "Which portfolio."),
        word("product", PRODUCTS, "Kind of mortgage; blank: any.", required=False),
        term(required=False),
        word("basis", BASES, "price, or yield at which the loan's payments are discounted."),
        number("value", CellType.RATIO, "Percent of par, or yield in percent a year.", "0", "200"),
        number("cpr", CellType.PERCENT, "Prepayments a year for a yield, percent.", "0", "99", required=False),
        number("budget_upb", CellType.USD, "Most balance kept, USD; blank: no limit.", "0", "1e11", required=False),
        *scores(),
        *ltvs(),
    ),
    ("name", "product", "term", "score_min", "ltv_max"),
    (SCORES, LTVS),
)

KINDS: MappingProxyType[str, Kind] = MappingProxyType(
    {
        kind.code: kind
        for kind in (
            MBS, GUARANTY_FEES, SERVICING_MULTIPLES, SERVICING_RELEASED, MULTI_LENDER, PAY_UPS, CASH_WINDOW,
            ADJUSTERS, AGGREGATORS, BULK_BIDS, RETAIN,
        )
    }
)  # fmt: skip
"""Every kind by its code, in the order in which people load them."""
