"""Pools like this one: those the same organization follows with its coupon, its year of issue and its length."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from django.db.models import Q, QuerySet

from portfolios.domain.cohort import PoolsByMonth, Together, carried_along
from portfolios.domain.terms import month_after, months_between
from portfolios.models import PoolMonth, PublishedFactor, Security

LENGTHS = (180, 240, 360)  # months: pools of up to 15, 20 and 30 years, and longer ones, are not alike
TERMS = ("pk", "published_id", "original_face", "issued_on", "wac", "remaining")
FIGURES = ("factor", "wac", "wam")
Figures = tuple[Decimal, Decimal | None, int | None]


@dataclass(frozen=True, slots=True)
class Cohort:
    """The other pools of a kind, in the months up to one; speeds over all of them from summed balances (SF-12)."""

    coupon: Decimal
    year: int
    longest: int | None
    month: date
    pools: PoolsByMonth

    @property
    def columns(self) -> int:
        """Months looked at."""
        return int(self.pools.factor.shape[1]) - 1

    def over(self, months: int = 1, ago: int = 0) -> Together:
        """All pools over the `months` that end `ago` months before the cohort's month."""
        return self.pools.together(months, ago)

    def smm_by_month(self) -> dict[date, float | None]:
        """SMM in percent of each month looked at, oldest first: what a z-score against the cohort expects."""
        return {month_after(self.month, -ago): self.over(1, ago).smm for ago in range(self.columns - 1, -1, -1)}


def alike(security: Security) -> QuerySet[Security]:
    """The other pools of the same organization with the same coupon, year of issue and class of length."""
    longest = longest_of(security.remaining)
    shorter = max((length for length in LENGTHS if length < security.remaining), default=0)
    length = Q(remaining__gt=shorter) & (Q(remaining__lte=longest) if longest else Q())
    return Security.objects.filter(
        length,
        organization_id=security.organization_id,
        coupon=security.coupon,
        issued_on__year=security.issued_on.year,
        archived_at__isnull=True,
    ).exclude(pk=security.pk)


def longest_of(remaining: int) -> int | None:
    """The longest remaining term at issue of the class that a pool belongs to; None above the last bound."""
    return next((length for length in LENGTHS if remaining <= length), None)


def cohort(security: Security, *, month: date, months: int = 4) -> Cohort | None:
    """The pools like this one over the `months` up to `month`; None where there is none. Three queries at most.

    Four months serve a three-month speed now and a month ago. The agencies' factors stand before computed ones.
    """
    others: list[Any] = list(alike(security).values_list(*TERMS, named=True))
    if not others:
        return None
    grid = [month_after(month, -ago) for ago in range(months, -1, -1)]
    known = recorded(others, grid)
    gross, remaining, factor = (np.full((len(others), len(grid)), np.nan) for _ in range(3))
    for row, other in enumerate(others):
        gross[row, 0], remaining[row, 0] = float(other.wac), float(left_by_terms(other, grid[0]))
        for column, (seen, wac, wam) in known.get(other.pk, {}).items():
            factor[row, column] = float(seen)
            gross[row, column] = float(wac) if wac is not None else gross[row, column]
            remaining[row, column] = float(wam) if wam is not None else remaining[row, column]
    pools = PoolsByMonth(
        face=np.array([float(other.original_face) for other in others]),
        factor=factor,
        gross=carried_along(gross, step=0.0),
        remaining=carried_along(remaining, step=-1.0),
    )
    return Cohort(security.coupon, security.issued_on.year, longest_of(security.remaining), month, pools)


def left_by_terms(other: Any, month: date) -> int:
    """Remaining months by the terms at issue."""
    return max(int(other.remaining) - max(months_between(other.issued_on, month), 0), 0)


def recorded(others: Sequence[Any], grid: Sequence[date]) -> dict[int, dict[int, Figures]]:
    """Factor, rate and term by pool and column of the grid; the issue month is 1 by definition."""
    column = {month: place for place, month in enumerate(grid)}
    found: dict[int, dict[int, Figures]] = {other.pk: {} for other in others}
    for other in others:
        if other.issued_on in column:
            found[other.pk][column[other.issued_on]] = (Decimal(1), None, None)
    own = PoolMonth.objects.filter(security_id__in=list(found), latest=True, month__in=grid)
    for pk, month, *figures in own.values_list("security_id", "month", *FIGURES):
        found[pk][column[month]] = tuple(figures)
    for pk, month, figures in published(others, grid):
        found[pk][column[month]] = figures
    return found


def published(others: Sequence[Any], grid: Sequence[date]) -> Iterable[tuple[int, date, Figures]]:
    """What the agencies published of these pools in the months of the grid."""
    of_pool = {other.published_id: other.pk for other in others if other.published_id}
    if not of_pool:
        return []
    rows = PublishedFactor.objects.filter(pool_id__in=list(of_pool), latest=True, month__in=grid)
    return (
        (of_pool[pool], month, (factor, wac, wam))
        for pool, month, factor, wac, wam in rows.values_list("pool_id", "month", *FIGURES)
    )
