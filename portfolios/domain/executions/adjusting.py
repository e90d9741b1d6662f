"""A buyer's own adjusters: points by score, LTV, balance and features, and the loans it refuses."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from portfolios.domain.executions.book import Book, Flags
from portfolios.domain.executions.llpa import Adjusted
from portfolios.domain.grids.columns import REFUSED

Row = Mapping[str, Any]
RANGES = {"score": "score", "ltv": "ltv", "balance": "balance", "rate": "rate"}
WORDS = ("purpose", "occupancy", "state")


def adjusted(book: Book, rows: Sequence[Row]) -> Adjusted:
    """What a buyer's rows come to for each loan; of one adjuster the first row that fits counts.

    A row that asks for a value the tape does not have leaves the loan without a price: a blank never passes silently.
    """
    blank, refused = np.zeros(len(book), dtype=bool), np.zeros(len(book), dtype=bool)
    named = {str(row["adjuster"]): np.zeros(len(book)) for row in rows}
    done = {name: np.zeros(len(book), dtype=bool) for name in named}
    origins = {name: np.full(len(book), -1, dtype=np.int64) for name in named}
    for place, row in enumerate(rows):
        name = str(row["adjuster"])
        fits, unknown = matching(book, row)
        fits &= ~done[name]
        blank |= unknown & ~done[name]
        done[name] |= fits
        if row["points"] == REFUSED:
            refused |= fits
        else:
            named[name][fits], origins[name][fits] = float(row["points"]), place
    total = np.sum(list(named.values()), axis=0) if named else np.zeros(len(book))
    kept = tuple((name, points) for name, points in named.items() if points.any())
    nowhere = np.zeros(len(book), dtype=bool)
    return Adjusted(
        total, blank, nowhere, refused, kept, tuple(origins[name] for name, _ in kept), tuple(map(place_of, rows))
    )


def place_of(row: Row) -> str:
    """Grid and number of a row as the plan's prices keep them; empty for a row of no stored grid."""
    return f"{row['grid']}:{row['line']}" if "grid" in row else ""


def matching(book: Book, row: Row) -> tuple[Flags, Flags]:
    """Which loans a row is for, and which it may be for, were a value not blank."""
    fits, unknown = np.ones(len(book), dtype=bool), np.zeros(len(book), dtype=bool)
    for stem, name in RANGES.items():
        low, high = row.get(f"{stem}_min"), row.get(f"{stem}_max")
        if low is None and high is None:
            continue
        values = book.numbers[name]
        unknown |= np.isnan(values)
        outside = (values < (-np.inf if low is None else low)) | (values > (np.inf if high is None else high))
        fits &= ~outside
    for name in WORDS:
        if row.get(name):
            unknown |= book.words[name] == ""
            fits &= (book.words[name] == row[name]) | (book.words[name] == "")
    if row.get("property"):
        fits &= _of_property(book, str(row["property"]))
    return fits & ~unknown, fits & unknown


def _of_property(book: Book, name: str) -> Flags:
    special = ("condo", "manufactured_home", "cooperative", "units_2_4")
    if name in special:
        return book.flags[name]
    return ~np.logical_or.reduce([book.flags[each] for each in special])
