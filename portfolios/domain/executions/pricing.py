"""All quotes for a book of loans under one market."""

from portfolios.domain.executions import cashwindow, retaining, securities, wholeloans
from portfolios.domain.executions.book import Book
from portfolios.domain.executions.market import Market
from portfolios.domain.executions.quotes import Quote

SOURCES = (
    securities.quotes,
    cashwindow.quotes,
    wholeloans.aggregator_quotes,
    wholeloans.bid_quotes,
    retaining.quotes,
)


def quotes_of(book: Book, market: Market) -> list[Quote]:
    """Every outlet that the grids price, with what it pays for each loan or why it does not take it."""
    return [quote for source in SOURCES for quote in source(book, market)]


def notes(book: Book, market: Market) -> list[str]:
    """What a person should know of the prices: blanks that were read as no, and rows that could not be used."""
    silent = [f"The tape does not say {words}; it was read as no." for words in book.silent]
    return [*silent, *securities.unpriced(market)]
