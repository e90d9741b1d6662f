"""What the servicing of each loan is worth: kept at multiples, or sold to whoever pays most."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portfolios.domain.executions.adjusting import matching
from portfolios.domain.executions.book import Book, Flags, Floats

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Released:
    """The best premium for each loan's servicing in points, NaN where nobody buys it, and the number of the buyer."""

    points: Floats
    buyer: NDArray[np.int64]
    buyers: tuple[str, ...]


def released(book: Book, rows: Sequence[Row], *, agency: str, term: int) -> Released:
    """The best premium among the buyers of servicing of this agency and term."""
    mine = [row for row in rows if row["agency"] == agency and int(row["term"]) == term]
    buyers = tuple(dict.fromkeys(str(row["buyer"]) for row in mine))
    best, who = np.full(len(book), np.nan), np.zeros(len(book), dtype=np.int64)
    for row in mine:
        fits, _ = matching(book, row)
        better = fits & ~(best >= row["srp"])
        best[better], who[better] = row["srp"], buyers.index(str(row["buyer"]))
    return Released(best, who, buyers)


def retained(book: Book, rows: Sequence[Row], *, agency: str, term: int) -> Iterator[tuple[Flags, float, float]]:
    """The loans of each row with its multiples of base and of excess servicing; the first row that fits a loan."""
    left = np.ones(len(book), dtype=bool)
    for row in rows:
        if row["agency"] == agency and int(row["term"]) == term:
            fits, _ = matching(book, row)
            fits &= left
            left &= ~fits
            yield fits, float(row["base_multiple"]), float(row["excess_multiple"])
