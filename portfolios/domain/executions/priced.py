"""Every price with its build-up, so that each number can be traced, and why the others do not take a loan."""

from collections.abc import Iterator, Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from portfolios.domain.executions.assembling import Assembled
from portfolios.domain.executions.book import Book
from portfolios.domain.executions.market import Market
from portfolios.domain.executions.quotes import CODES, MICRO, PARTS, REASONS, Quote, cents_of

OBVIOUS = ("pay_ups",)
"""Kinds whose refusals are not kept: a specified pool says in its name which loans it does not take."""
CENTS = 100
SCHEMA: Mapping[str, pl.DataType] = {
    "row_no": pl.Int64(),
    "pool": pl.String(),
    "title": pl.String(),
    "kind": pl.String(),
    "reason": pl.String(),
    **{name: pl.Float64() for name in (*PARTS, "points", "value")},
    "servicing_to": pl.String(),
    "adjusters_named": pl.String(),
    "adjusters_from": pl.String(),
}


def prices(problem: Assembled, market: Market) -> pl.DataFrame:
    """Every loan in every outlet, in the order of the tape: columns as in `portfolios.queries.plans.PRICED`."""
    buyers = dict.fromkeys(quote.buyer for quote in problem.quotes if "adjusters" in quote.parts)
    words = {
        buyer: (adjusters_in_words(problem.book, market, buyer), adjusters_from(problem.book, market, buyer))
        for buyer in buyers
    }
    frames = [frame for quote in problem.quotes for frame in _of_quote(problem.book, quote, words)]
    return pl.concat(frames).sort("row_no", maintain_order=True)


def _of_quote(book: Book, quote: Quote, words: Mapping[str, tuple[pl.Series, pl.Series]]) -> Iterator[pl.DataFrame]:
    outlet = quote.outlet
    named = {"pool": outlet.code, "title": outlet.title, "kind": outlet.kind}
    if len(quote.loans):
        yield _frame(_taken(book, quote, words), named)
    if outlet.kind not in OBVIOUS:
        refused = np.setdiff1d(np.flatnonzero(quote.refused), quote.loans)
        yield _frame({"row_no": book.row_no[refused], "reason": _reasons(quote.refused[refused])}, named)


def _frame(columns: Mapping[str, object], named: Mapping[str, str]) -> pl.DataFrame:
    frame = pl.DataFrame(columns).with_columns(pl.lit(text).alias(name) for name, text in named.items())
    absent = [pl.lit(None, kind).alias(name) for name, kind in SCHEMA.items() if name not in frame.columns]
    return frame.with_columns(absent).select(list(SCHEMA))


def _taken(book: Book, quote: Quote, words: Mapping[str, tuple[pl.Series, pl.Series]]) -> dict[str, object]:
    """Prices of the loans that fit; where the outlet stays closed they have its reason, too."""
    nothing = np.zeros(len(quote.loans), dtype=np.int64)
    columns: dict[str, object] = {name: quote.parts.get(name, nothing) / MICRO for name in PARTS}
    columns["row_no"] = book.row_no[quote.loans]
    columns["reason"] = _reasons(quote.refused[quote.loans])
    columns["points"] = quote.over_par / MICRO
    columns["value"] = cents_of(book.cents[quote.loans], quote.over_par) / CENTS
    if quote.servicing_to is not None:
        columns["servicing_to"] = pl.Series(quote.names, dtype=pl.String).gather(quote.servicing_to)
    if "adjusters" in quote.parts:
        columns["adjusters_named"] = words[quote.buyer][0].gather(quote.loans)
        columns["adjusters_from"] = words[quote.buyer][1].gather(quote.loans)
    return columns


def _reasons(codes: NDArray[np.uint8]) -> pl.Series:
    sentences = pl.Series([REASONS[code] or None for code in CODES], dtype=pl.String)
    return sentences.gather(codes)


def adjusters_in_words(book: Book, market: Market, buyer: str) -> pl.Series:
    """A buyer's adjusters for each loan of the book, as "Score and LTV -0.375; Condominium -0.75"."""
    named = market.adjusters_of(book, buyer).named
    if not named:
        return pl.Series([""] * len(book), dtype=pl.String)
    frame = pl.DataFrame({str(number): points for number, (_, points) in enumerate(named)})
    words = [
        pl.when(pl.col(str(number)) != 0).then(pl.lit(f"{name} ") + pl.col(str(number)).round(3).cast(pl.String))
        for number, (name, _) in enumerate(named)
    ]
    return frame.select(pl.concat_str(words, separator="; ", ignore_nulls=True)).to_series()


def adjusters_from(book: Book, market: Market, buyer: str) -> pl.Series:
    """A buyer's adjusters for each loan: a line each with name, points and row, as "Condominium", "-0.75", "12:57"."""
    found = market.adjusters_of(book, buyer)
    if not found.named:
        return pl.Series([""] * len(book), dtype=pl.String)
    rows = pl.Series(found.rows, dtype=pl.String)
    columns: dict[str, object] = {}
    for number, ((_, points), places) in enumerate(zip(found.named, found.origins, strict=True)):
        columns[f"p{number}"] = points
        columns[f"r{number}"] = rows.gather(pl.Series(places).replace(-1, None))
    lines = [
        pl.when(pl.col(f"p{number}") != 0).then(
            pl.concat_str(
                pl.lit(f"{name}\t"), pl.col(f"p{number}").round(6).cast(pl.String), pl.lit("\t"),
                pl.col(f"r{number}").fill_null(""),
            )
        )
        for number, (name, _) in enumerate(found.named)
    ]  # fmt: skip
    return pl.DataFrame(columns).select(pl.concat_str(lines, separator="\n", ignore_nulls=True)).to_series()
