"""The buyer's list of prices: one line a loan, checked line by line before any price is taken."""

from collections.abc import Sequence
from decimal import Decimal

import polars as pl

from portfolios.domain.settlement.kickouts import Allocation, allocation_gap
from portfolios.domain.settlement.lists import (
    LOAN_NAMES,
    Test,
    absent_sentence,
    column_of,
    line_problems,
    loan_tests,
    texts,
)

PRICE_NAMES = ("price", "price_percent", "price_pct", "price_of_upb", "percent", "allocated_price", "bid_percentage")
PRICE = r"^\d{1,4}(\.\d{1,7})?%?$"
PRICE_TEST: Test = (
    ~pl.col("price").str.contains(PRICE),
    "price",
    "“{}” is not a price. Write percent of the balance such as 98.125, with at most seven decimals.",
)


def read_prices(rows: pl.DataFrame) -> pl.DataFrame | str:
    """`row_no`, `loan_id` and `price` as text; or the sentence that says which column is missing."""
    columns = [name for name in rows.columns if name != "row_no"]
    missing = [
        what for what, names in (("loan numbers", LOAN_NAMES), ("prices", PRICE_NAMES)) if not column_of(columns, names)
    ]
    if missing:
        return (
            f"No column holds the {missing[0]}. Name two columns “loan_id” and “price”; the price is percent of the "
            "balance."
        )
    return texts(rows, {"loan_id": LOAN_NAMES, "price": PRICE_NAMES})


def problems(prices: pl.DataFrame, loans: pl.DataFrame) -> list[str]:
    """What is wrong with the lines, against the loans of the lot (`loan_id`); at most twenty sentences, by row."""
    found = line_problems(prices, [*loan_tests(loans["loan_id"], "this lot"), PRICE_TEST])
    absent = loans.filter(~pl.col("loan_id").is_in(prices["loan_id"].implode()))["loan_id"].to_list()
    return [*found, *absent_sentence(absent, "the lot", "Price every loan.")]


def priced(prices: pl.DataFrame, loans: pl.DataFrame) -> list[Allocation]:
    """Allocations in the order of the loans (`loan_id`, `upb` as text), of lines without problems."""
    number = prices.select("loan_id", pl.col("price").str.strip_chars("%"))
    joined = loans.join(number, on="loan_id", how="left", maintain_order="left")
    return [
        Allocation(loan_id, Decimal(upb), Decimal(price))
        for loan_id, upb, price in joined.select("loan_id", "upb", "price").iter_rows()
    ]


def gap_sentence(allocations: Sequence[Allocation], total: Decimal) -> str:
    """How far a list is from the price that was bid, USD; empty when it adds up to the cent."""
    gap = allocation_gap(allocations, total)
    if not gap:
        return ""
    side = "less" if gap > 0 else "more"
    return (
        f"The prices add up to ${total - gap:,.2f}, which is ${abs(gap):,.2f} {side} than the ${total:,.2f} that was "
        "bid. Change the prices until they add up to the cent."
    )
