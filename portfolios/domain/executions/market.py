"""Everything that prices are made from: the lender's grids by kind, the rules of the month, and the plan's terms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from portfolios.domain.executions.adjusting import adjusted
from portfolios.domain.executions.book import Book
from portfolios.domain.executions.llpa import Adjusted, published
from portfolios.domain.poolrules import PoolRules, rules_of

Row = Mapping[str, Any]
AGENCY_TITLES = {"fannie_mae": "Fannie Mae", "freddie_mac": "Freddie Mac", "ginnie_mae": "Ginnie Mae"}
GOVERNMENT = "ginnie_mae"


@dataclass(frozen=True, slots=True)
class Terms:
    """The plan's terms: month of issue, cost of a pool and the servicing budget in cents (None: no limit)."""

    issued: date
    pool_cost: int = 0
    servicing: int | None = None


@dataclass(frozen=True)
class Market:
    """The grids' rows by kind, in the order they were loaded, and the terms of the plan."""

    rows: Mapping[str, Sequence[Row]]
    terms: Terms
    _adjusted: dict[str, Adjusted] = field(default_factory=dict, repr=False)

    def of(self, kind: str) -> Sequence[Row]:
        return self.rows.get(kind, ())

    @property
    def month(self) -> str:
        return f"{self.terms.issued:%Y-%m}"

    @cached_property
    def buyers_with_adjusters(self) -> frozenset[str]:
        return frozenset(_plain(row["buyer"]) for row in self.of("adjusters"))

    def rules(self, agency: str) -> PoolRules:
        return rules_of(agency, self.terms.issued)

    def adjusters_of(self, book: Book, buyer: str) -> Adjusted:
        """A buyer's own adjusters, else for the conventional agencies the published ones; worked out once a buyer."""
        key = _plain(buyer)
        if key not in self._adjusted:
            own = key in self.buyers_with_adjusters
            if own or key not in AGENCY_TITLES or key == GOVERNMENT:
                rows = [row for row in self.of("adjusters") if _plain(row["buyer"]) == key]
                self._adjusted[key] = adjusted(book, rows)
            else:
                self._adjusted[key] = published(book, issued=self.terms.issued)
        return self._adjusted[key]


def _plain(name: object) -> str:
    return str(name).strip().lower()
