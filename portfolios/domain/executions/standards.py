"""What a TBA pool asks of its loans together: shares of non-standard loans, in basis points of balance."""

import numpy as np

from portfolios.domain.executions.book import Book, Flags
from portfolios.domain.pooling import ShareRule
from portfolios.domain.poolrules import PoolRules

WHOLE = 10_000  # basis points
TYPES = ("high_balance", "cooperative", "relocation", "buydown")
TOGETHER = "non_standard"
TITLES = {
    "high_balance": "High-balance loans",
    "cooperative": "Cooperative loans",
    "relocation": "Relocation loans",
    "buydown": "Buydown loans",
    TOGETHER: "Cooperative, relocation and buydown loans",
}


def share_rules(book: Book, rules: PoolRules, taken: Flags, *, story: str = "") -> tuple[ShareRule, ...]:
    """The shares that matter among the loans that fit; a pool of high-balance loans alone has no limit on them."""
    each, together = rules.get("share_each"), rules.get("share_together")
    if each is None or together is None:
        return ()
    types = [name for name in TYPES if not (name == story and story == "high_balance")]
    found = [_share(name, book.flags[name], each) for name in types if (book.flags[name] & taken).any()]
    mixed = np.logical_or.reduce([book.flags[name] for name in TYPES[1:]])
    if (mixed & taken).any():
        found.append(_share(TOGETHER, mixed, together))
    return tuple(found)


def _share(name: str, loans: Flags, percent: float) -> ShareRule:
    return ShareRule(name, np.where(loans, WHOLE, 0).astype(np.int64), round(percent * WHOLE / 100))
