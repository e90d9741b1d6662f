"""Which column of a file fills which column of a template: names as desks write them, and tables that lie wrongly."""

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from portfolios.domain.grids.kinds import Kind

ALIASES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "agency": frozenset({"investor", "program", "issuer"}),
        "term": frozenset({"term_years", "term_yrs", "product_term", "amortization_term", "years"}),
        "coupon": frozenset({"cpn", "ptr", "pass_through_rate", "passthrough_rate", "pass_thru_rate", "mbs_coupon"}),
        "settlement": frozenset(
            {"settle", "settle_month", "settlement_month", "delivery_month", "month", "issue_month", "settlement_date"}
        ),
        "price": frozenset({"px", "tba_price", "base_price", "bid_price", "ask_price", "price_pct"}),
        "rate": frozenset({"note_rate", "interest_rate"}),
        "buyer": frozenset({"aggregator", "correspondent"}),
        "srp": frozenset({"servicing_released_premium", "srp_points"}),
        "contract_fee": frozenset({"gfee", "g_fee", "guaranty_fee", "guarantee_fee"}),
        "buy_up_ratio": frozenset({"buy_up", "buyup", "bu_ratio", "buy_up_multiple"}),
        "buy_down_ratio": frozenset({"buy_down", "buydown", "bd_ratio", "buy_down_multiple"}),
        "pay_up": frozenset({"payup", "pay_up_points"}),
        "points": frozenset({"adjustment", "adjustment_points", "llpa", "price_adjustment"}),
    }
)
"""Further names by column; a name counts only where the template has the column and no column has the name itself."""
UNITS = re.compile(r"[(\[][^)\]]*[)\]]|%|\bpct\b|\bpercent\b")


def plain(header: str) -> str:
    """A header as names are compared: lower case, words joined by underscores, units in brackets left out."""
    return re.sub(r"[^a-z0-9]+", "_", UNITS.sub(" ", header.lower())).strip("_")


def found_in(kind: Kind, columns: Sequence[str]) -> dict[str, list[str]]:
    """The columns of a file for each column of the template that has any; more than one is a mistake of the file."""
    names = {column: plain(column) for column in columns}
    found = {name: [each for each in columns if names[each] == name] for name in kind.header}
    claimed = {each for columns_of in found.values() for each in columns_of}
    for name in kind.header:
        if not found[name]:
            found[name] = [
                each for each in columns if each not in claimed and names[each] in ALIASES.get(name, frozenset())
            ]
    return {name: columns_of for name, columns_of in found.items() if columns_of}


def lies_wrongly(kind: Kind, columns: Sequence[str], first_cells: Sequence[str | None]) -> Iterator[tuple[str, str]]:
    """What is wrong with the table as a whole, and the cure: on its side, or with an axis across."""
    below = {plain(cell) for cell in [*columns[:1], *(cell for cell in first_cells if cell)]}
    required = {column.name for column in kind.columns if column.required}
    if len(required & below) * 2 > len(required):
        yield (
            "The table lies on its side: the names stand in the first column and not in the first row.",
            "Turn it round (in a spreadsheet: copy, then paste special, transpose), so that every price has a row.",
        )
    elif len(columns) > 2 and sum(bool(re.search(r"\d", column)) for column in columns[1:]) * 2 > len(columns) - 1:
        across = ", ".join(column[:20] for column in columns[1:4])
        yield (
            f"The table has one of its axes across ({across}) instead of one price in a row.",
            f"Write a row for every price, with the columns {', '.join(kind.header)}.",
        )
