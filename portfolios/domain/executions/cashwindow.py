"""The cash window: an agency buys single loans at the price of their rate after servicing."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from portfolios.domain.executions.book import Book, Floats
from portfolios.domain.executions.coupon import TINY
from portfolios.domain.executions.market import AGENCY_TITLES, Market
from portfolios.domain.executions.quotes import NUMBERS, RETAINED, Outlet, Quote, Screen, micros
from portfolios.domain.executions.securities import agency_screen
from portfolios.domain.executions.servicing import released, retained

Row = Mapping[str, Any]
KIND = "cash_window"
VALUES = ("base", "servicing", "excess_servicing", "srp")


def quotes(book: Book, market: Market) -> Iterator[Quote]:
    """One quote for each agency and way of servicing, over all terms of its grid."""
    rows = market.of(KIND)
    for agency, servicing in dict.fromkeys((str(row["agency"]), str(row["servicing"])) for row in rows):
        mine = [row for row in rows if row["agency"] == agency and row["servicing"] == servicing]
        yield _quote(book, market, agency, mine, keeps=servicing == RETAINED)


def _quote(book: Book, market: Market, agency: str, rows: list[Row], *, keeps: bool) -> Quote:
    priced = {name: np.full(len(book), np.nan) for name in VALUES}
    to = np.zeros(len(book), dtype=np.int64)
    names: tuple[str, ...] = (RETAINED,)
    screen = Screen(len(book))
    screen.refuse("term", np.ones(len(book), dtype=bool))
    for term in dict.fromkeys(int(row["term"]) for row in rows):
        fits = agency_screen(book, market, agency, term, market.rules(agency), pooled=False)
        screen.refused = np.where(screen.refused == NUMBERS["term"], fits.refused, screen.refused)
        best = released(book, market.of("servicing_released"), agency=agency, term=term)
        for row in (row for row in rows if int(row["term"]) == term):
            values = _kept(book, market, row, term) if keeps else _sold(book, market, row, best.points)
            total = np.sum([values[name] for name in VALUES], axis=0)
            now = np.sum([priced[name] for name in VALUES], axis=0)
            better = fits.taken & ~np.isnan(total) & ~(now >= total)
            for name in VALUES:
                priced[name][better] = values[name][better]
            if not keeps:
                names = tuple(dict.fromkeys((*names, *best.buyers)))
                places = np.array([names.index(name) for name in best.buyers] or [0])
                to[better] = places[best.buyer[better]]
    screen.refuse("no_price", np.isnan(priced["base"]))
    return _made(book, market, agency, screen, priced, to, names, keeps=keeps)


def _spread(book: Book, market: Market, row: Row) -> Floats:
    """Servicing that this row leaves, percent; NaN outside what the agency lets a servicer have."""
    rules = market.rules(str(row["agency"]))
    spread = book.numbers["rate"] - float(row["rate"]) - book.numbers["lender_paid"]
    most = rules.number("most_servicing") - book.numbers["lender_paid"]
    inside = (spread >= rules.number("base_servicing") - TINY) & (spread <= most + TINY)
    return np.where(inside, spread, np.nan)


def _kept(book: Book, market: Market, row: Row, term: int) -> dict[str, Floats]:
    agency, spread = str(row["agency"]), _spread(book, market, row)
    least = market.rules(agency).number("base_servicing")
    base, excess = np.full(len(book), np.nan), np.full(len(book), np.nan)
    for fits, one, other in retained(book, market.of("servicing_multiples"), agency=agency, term=term):
        base[fits] = least * one
        excess[fits] = np.maximum(spread[fits] - least, 0.0) * other
    price = np.where(np.isnan(spread), np.nan, float(row["price"]))
    return {"base": price, "servicing": base, "excess_servicing": excess, "srp": np.zeros(len(book))}


def _sold(book: Book, market: Market, row: Row, premium: Floats) -> dict[str, Floats]:
    zero = np.zeros(len(book))
    price = np.where(np.isnan(_spread(book, market, row)), np.nan, float(row["price"]))
    return {"base": price, "servicing": zero, "excess_servicing": zero, "srp": premium}


def _made(
    book: Book,
    market: Market,
    agency: str,
    screen: Screen,
    priced: dict[str, Floats],
    to: np.ndarray,
    names: tuple[str, ...],
    *,
    keeps: bool,
) -> Quote:
    outlet = Outlet(
        code=f"{agency}.cash.{'kept' if keeps else 'released'}",
        title=f"{AGENCY_TITLES[agency]} cash window, servicing {'kept' if keeps else 'released'}",
        kind=KIND,
        agency=agency,
        keeps_servicing=keeps,
    )
    loans = np.flatnonzero(screen.taken)
    parts = {name: micros(priced[name], loans) for name in VALUES}
    parts["adjusters"] = micros(market.adjusters_of(book, agency).points, loans)
    return Quote(outlet, screen.refused, parts, to[loans], names, agency)
