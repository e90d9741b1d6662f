"""Specified pools: what all loans of one have in common. Sizes are by the largest original balance in the pool."""

import numpy as np

from portfolios.domain.executions.book import Book, Flags

SIZES = {f"max_{size}k": size * 1_000.0 for size in (85, 110, 125, 150, 175, 200, 225)}
LOW_SCORE = 700.0  # a score below it; the market's limits vary by dealer (recalled)
LTVS = {"ltv_80_90": (80.0, 90.0), "ltv_90_95": (90.0, 95.0), "ltv_95_105": (95.0, 105.0)}
TITLES = {
    **{name: f"at most ${size / 1_000:.0f}k" for name, size in SIZES.items()},
    "new_york": "New York",
    "investor": "investment property",
    "low_score": f"score below {LOW_SCORE:.0f}",
    **{name: f"LTV above {low:.0f} to {high:.0f}" for name, (low, high) in LTVS.items()},
    "high_balance": "high balance",
}


def of_story(book: Book, story: str) -> Flags:
    """The loans that fit a story; KeyError for one that is not known."""
    if story in SIZES:
        return np.asarray(book.numbers["size"] <= SIZES[story])
    if story in LTVS:
        low, high = LTVS[story]
        return np.asarray((book.numbers["ltv"] > low) & (book.numbers["ltv"] <= high))
    return {
        "new_york": book.words["state"] == "NY",
        "investor": book.words["occupancy"] == "investment",
        "low_score": book.numbers["score"] < LOW_SCORE,
        "high_balance": book.flags["high_balance"],
    }[story]
