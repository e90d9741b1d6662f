"""Two plans of one check side by side: what each earns, kind by kind, and the loans that go elsewhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl
from django.db.models import QuerySet

from portfolios.models.plans import PoolingPlan
from portfolios.queries.planpages.lists import difference, in_basis_points
from portfolios.queries.planpages.pools import amount
from portfolios.queries.plans import placements

SHOWN = 50


@dataclass(frozen=True, slots=True)
class KindPair:
    """A kind of execution in both plans: loans, balance and value over par (USD) of each."""

    title: str
    first: dict[str, Any]
    second: dict[str, Any]

    @property
    def apart(self) -> Decimal:
        """What the first earns there over the second, USD."""
        return amount(self.first.get("value")) - amount(self.second.get("value"))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both plans; `ahead` is what the first earns over the second, USD; `moved` are the loans placed differently."""

    first: PoolingPlan
    second: PoolingPlan
    ahead: Decimal | None
    basis_points: Decimal | None
    kinds: Sequence[KindPair]
    moved: Sequence[dict[str, Any]]
    moved_count: int
    same_loans: bool

    @property
    def less(self) -> Decimal | None:
        """What the first earns less than the second, USD."""
        return None if self.ahead is None else -self.ahead


def others(plan: PoolingPlan) -> QuerySet[PoolingPlan]:
    """The other answered plans of the same check, newest first."""
    same = PoolingPlan.objects.filter(run=plan.run_id, organization=plan.organization_id, earned__isnull=False)
    return same.exclude(pk=plan.pk).order_by("-pk")


def comparison(first: PoolingPlan, second: PoolingPlan) -> Comparison:
    """The plans side by side; the loans that moved by how much the move is worth."""
    table = moved(first, second)
    ahead = difference(first.earned, second.earned)
    return Comparison(
        first=first,
        second=second,
        ahead=ahead,
        basis_points=in_basis_points(ahead, first.upb),
        kinds=list(kind_pairs(first, second)),
        moved=table.head(SHOWN).to_dicts(),
        moved_count=table.height,
        same_loans=(first.loan_count, first.upb) == (second.loan_count, second.upb),
    )


def kind_pairs(first: PoolingPlan, second: PoolingPlan) -> Iterator[KindPair]:
    """Every kind of execution that one of the plans uses, in the order of the first."""
    mine, theirs = ({kind["title"]: kind for kind in plan.summary.get("kinds", ())} for plan in (first, second))
    for title in dict.fromkeys((*mine, *theirs)):
        yield KindPair(title, mine.get(title, {}), theirs.get(title, {}))


def moved(first: PoolingPlan, second: PoolingPlan) -> pl.DataFrame:
    """Loans that the plans place differently, the dearest move first: both places, and dollars apart."""
    columns = ["row_no", "loan_id", "upb", "pool", "title", "points", "value"]
    pair = placements(first).select(columns).join(
        placements(second).select(columns), on="row_no", how="full", suffix="_then", coalesce=True
    )  # fmt: skip
    apart = pl.col("value").fill_null(0.0) - pl.col("value_then").fill_null(0.0)
    known = pair.with_columns(
        apart=apart.round(2),
        loan_id=pl.coalesce("loan_id", "loan_id_then"),
        upb=pl.coalesce("upb", "upb_then"),
    )
    changed = known.filter(pl.col("pool").ne_missing(pl.col("pool_then")))
    return changed.sort([pl.col("apart").abs(), "row_no"], descending=[True, False])
