"""Loans the lender keeps: at a price, or at the price at which their payments yield what was asked."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portfolios.domain.executions.adjusting import matching
from portfolios.domain.executions.book import Book, Floats
from portfolios.domain.executions.market import Market
from portfolios.domain.executions.quotes import RETAINED, Outlet, Quote, Screen, micros
from portfolios.domain.executions.wholeloans import CENTS, of_product, slug

Row = Mapping[str, Any]
KIND = "retain"
MONTHS = 12


def quotes(book: Book, market: Market) -> Iterator[Quote]:
    """One quote for each of the lender's portfolios; of a loan the first row that fits counts."""
    rows = market.of(KIND)
    for name in dict.fromkeys(str(row["name"]) for row in rows):
        yield _quote(book, name, [row for row in rows if row["name"] == name])


def _quote(book: Book, name: str, rows: list[Row]) -> Quote:
    price, blank = np.full(len(book), np.nan), np.zeros(len(book), dtype=bool)
    for row in rows:
        fits, unknown = matching(book, row)
        inside = of_product(book, row) & np.isnan(price)
        blank |= unknown & inside
        mine = fits & inside
        price[mine] = float(row["value"]) if row["basis"] == "price" else price_at(book, row)[mine]
    screen = Screen(len(book))
    screen.refuse("blank", blank & np.isnan(price))
    screen.refuse("bid_terms", np.isnan(price))
    budgets = [float(row["budget_upb"]) for row in rows if row["budget_upb"] is not None]
    outlet = Outlet(
        code=f"retain.{slug(name)}",
        title=f"Keep in {name}",
        kind=KIND,
        maximum=round(min(budgets) * CENTS) if budgets else None,
        is_sold=False,
    )
    loans = np.flatnonzero(screen.taken)
    to = np.zeros(len(loans), dtype=np.int64)
    return Quote(outlet, screen.refused, {"base": micros(price, loans)}, to, (RETAINED,))


def price_at(book: Book, row: Row) -> Floats:
    """Percent of par at which each loan's payments yield what the row says; NaN where rate or months are blank."""
    rate, left = book.numbers["rate"], np.maximum(book.numbers["left"], 1.0)
    pairs, places = np.unique(np.column_stack([rate, left]), axis=0, return_inverse=True)
    found = priced(pairs[:, 0], pairs[:, 1], annual_yield=float(row["value"]), cpr=float(row["cpr"] or 0.0))
    return np.asarray(found[places.ravel()])


def priced(rate: Floats, months: Floats, *, annual_yield: float, cpr: float) -> NDArray[np.float64]:
    """Percent of par of level-payment loans, payments discounted monthly, prepaid at a constant yearly rate.

    Rates are percent a year. A loan of n months pays C = i / (1 - (1 + i)^-n) of its balance each month while it
    lives; of those alive the share 1 - (1 - CPR)^(1/12) repays what is left after the payment.
    """
    longest = int(np.nanmax(months, initial=1.0))
    at = np.arange(1, longest + 1)[None, :]
    monthly, ends = (rate / 100 / MONTHS)[:, None], months[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        payment = np.where(monthly > 0, monthly / (1 - (1 + monthly) ** -ends), 1 / ends)
        annuity = np.where(monthly > 0, (1 - (1 + monthly) ** -(ends - at)) / monthly, ends - at)
    balance = np.where(at <= ends, payment * annuity, 0.0)
    repaid = 1 - (1 - cpr / 100) ** (1 / MONTHS)
    alive = (1 - repaid) ** (at - 1)
    paid = np.where(at <= ends, alive * (payment + repaid * balance), 0.0)
    discount = (1 + annual_yield / 100 / MONTHS) ** -at
    total = 100 * (paid * discount).sum(axis=1)
    return np.where(np.isnan(rate) | np.isnan(months), np.nan, total)
