"""Buyers of whole loans with their servicing: aggregators by the loan, and bidders for a pool at one price."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from portfolios.domain.executions.adjusting import matching
from portfolios.domain.executions.book import Book, Flags, Floats
from portfolios.domain.executions.coupon import TINY
from portfolios.domain.executions.market import Market
from portfolios.domain.executions.quotes import Outlet, Quote, Screen, micros
from portfolios.domain.executions.standards import WHOLE
from portfolios.domain.pooling import ShareRule
from portfolios.domain.poolrules import product_months

Row = Mapping[str, Any]
CENTS = 100
SCORE = "average_score"
STATE = "state_share"


def aggregator_quotes(book: Book, market: Market) -> Iterator[Quote]:
    """One quote for each buyer: the row of the product at or next below the note rate, and the buyer's adjusters."""
    rows = market.of("aggregators")
    for buyer in dict.fromkeys(str(row["buyer"]) for row in rows):
        yield _aggregator(book, market, buyer, [row for row in rows if row["buyer"] == buyer])


def _aggregator(book: Book, market: Market, buyer: str, rows: list[Row]) -> Quote:
    base, srp = np.full(len(book), np.nan), np.full(len(book), np.nan)
    covered = np.zeros(len(book), dtype=bool)
    for row in sorted(rows, key=lambda row: float(row["rate"])):
        product = of_product(book, row)
        covered |= product
        reached = product & (book.numbers["rate"] >= float(row["rate"]) - TINY)
        base[reached], srp[reached] = float(row["price"]), float(row["srp"])
    screen, adjusters = Screen(len(book)), market.adjusters_of(book, buyer)
    screen.refuse("adjustable", ~book.flags["fixed"])
    screen.refuse("lien", ~book.flags["first_lien"])
    screen.refuse("blank", np.isnan(book.numbers["rate"]) | np.isnan(book.numbers["months"]) | adjusters.blank)
    screen.refuse("term", ~covered)
    screen.refuse("no_price", np.isnan(base))
    screen.refuse("refused", adjusters.refused)
    screen.refuse("delinquent", book.flags["delinquent"])
    loans = np.flatnonzero(screen.taken)
    parts = {"base": base, "srp": srp, "adjusters": adjusters.points}
    outlet = Outlet(code=f"aggregator.{slug(buyer)}", title=buyer, kind="aggregators")
    return Quote(outlet, screen.refused, {name: micros(each, loans) for name, each in parts.items()}, buyer=buyer)


def bid_quotes(book: Book, market: Market) -> Iterator[Quote]:
    """One quote for each bulk bid: one price for the loans within the bidder's terms, and what it asks of them."""
    rows = market.of("bulk_bids")
    for number, row in enumerate(rows, start=1):
        screen = Screen(len(book))
        screen.refuse("product", ~of_product(book, row))
        fits, unknown = matching(book, row)
        needs_score = row["average_score"] is not None
        screen.refuse("blank", unknown | (needs_score & np.isnan(book.numbers["score"])))
        screen.refuse("bid_terms", ~fits)
        loans = np.flatnonzero(screen.taken)
        base = np.full(len(loans), micros(float(row["price"])))
        yield Quote(_bid(book, row, number, screen.taken), screen.refused, {"base": base}, buyer=str(row["bidder"]))


def _bid(book: Book, row: Row, number: int, taken: Flags) -> Outlet:
    everything = int(book.cents[taken].sum())
    least = round(float(row["minimum_upb"]) * CENTS)
    most = None if row["maximum_upb"] is None else round(float(row["maximum_upb"]) * CENTS)
    return Outlet(
        code=f"bid.{number}.{slug(str(row['bidder']))}",
        title=f"{row['bidder']}, bulk bid",
        kind="bulk_bids",
        term=None if row["term"] is None else int(row["term"]),
        minimum=max(least, everything) if row["all_or_none"] else least,
        maximum=most,
        rules=tuple(_bid_rules(book, row, taken, least)),
        all_or_none=bool(row["all_or_none"]),
    )


def _bid_rules(book: Book, row: Row, taken: Flags, least: int) -> Iterator[ShareRule]:
    if row["average_score"] is not None:
        scores = np.nan_to_num(book.numbers["score"]).astype(np.int64)
        yield ShareRule(SCORE, scores, int(row["average_score"]), at_least=True)
    if row["state_share"] is not None:
        limit = round(float(row["state_share"]) * WHOLE / 100)
        states = [row["state"]] if row["state"] else sorted(set(book.words["state"][taken].tolist()))
        for state in states:
            inside = book.words["state"] == state
            if int(book.cents[inside & taken].sum()) * WHOLE > limit * least:  # else no pool could break it
                yield ShareRule(f"{STATE}.{state}", np.where(inside, WHOLE, 0).astype(np.int64), limit)


def of_product(book: Book, row: Row) -> Flags:
    """Loans of the row's product and term, where it names them."""
    inside = np.ones(len(book), dtype=bool) if row["product"] is None else book.product(str(row["product"]))
    if row["term"] is not None:
        least, most = product_months(int(row["term"]), pooled=False)
        months: Floats = book.numbers["months"]
        inside &= (months >= least) & (months <= most)
    return inside


def slug(name: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in name.lower()).strip("-")
