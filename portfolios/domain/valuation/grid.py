"""Average life and yield of many pools under many speeds at once (SF-48, SF-49), and matrices for one pool."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portfolios.domain.amortization import scheduled_path
from portfolios.domain.prepayment.speeds import Speed, smm_by_age
from portfolios.domain.valuation.passthrough import Terms, flows_at
from portfolios.domain.valuation.risk import average_life
from portfolios.domain.valuation.yields import LARGEST_RATE, discount_factors

Floats = NDArray[np.float64]

POOLS_A_BLOCK = 1_000  # 361 months of float64: about 3 MB an array
NEWTON_STEPS = 25
NEWTON_TOLERANCE = 1e-13
LARGEST_MONTHLY_RATE = LARGEST_RATE / 12.0


@dataclass(frozen=True, slots=True)
class Pools:
    """Arrays of one length: rates in percent, months, days, and the price per 100 of current face."""

    gross: Floats
    net: Floats
    remaining: NDArray[np.int64]
    age: NDArray[np.int64]
    delay: NDArray[np.int64]
    elapsed: NDArray[np.int64]
    price: Floats

    def block(self, rows: slice) -> "Pools":
        """The pools of a slice of rows."""
        return Pools(*(getattr(self, name)[rows] for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class GridResult:
    """Average life in years (settlement to receipt) and bond-equivalent yield in percent; shape (speeds, pools)."""

    average_life: Floats
    bond_equivalent_yield: Floats


def value_grid(pools: Pools, speeds: Sequence[Speed]) -> GridResult:
    """Value each pool at its price under each speed. NaN for a pool without months or price, or without a yield."""
    shape = (len(speeds), len(pools.price))
    lives, yields = np.full(shape, np.nan), np.full(shape, np.nan)
    months = int(pools.remaining.max(initial=0))
    ages, column = np.unique(pools.age, return_inverse=True)
    survivors = [_survivors(speed, ages, months) for speed in speeds]
    for start in range(0, shape[1], POOLS_A_BLOCK):
        rows = slice(start, start + POOLS_A_BLOCK)
        block = pools.block(rows)
        path = scheduled_path(block.gross, block.remaining, months)
        for row, left in enumerate(survivors):
            lives[row, rows], yields[row, rows] = _valued(block, path * left[:, column[rows]])
    return GridResult(lives, yields)


def yield_matrix(terms: Terms, speeds: Sequence[Speed], prices: Sequence[float]) -> GridResult:
    """One pool at several prices (per 100 of current face) and speeds; shape (speeds, prices).

    All are solved at once, a row a speed: for one pool the sums are short, and a loop over its months would be slow.
    """
    full = np.asarray(prices, dtype=float) + terms.accrued
    if terms.remaining < 1 or not speeds or not full.size:
        nothing = np.full((len(speeds), full.size), np.nan)
        return GridResult(nothing, nothing.copy())
    flows = [flows_at(terms, speed) for speed in speeds]
    cash, times = np.array([each.cash for each in flows]), flows[0].times
    lives = np.array([average_life(each.principal, each.times) for each in flows])
    usable = np.broadcast_to(full > 0, (len(speeds), full.size))
    rate = np.full(usable.shape, 12.0 * np.log1p(terms.net / 1200.0))
    wanted = np.log(np.where(full > 0, full, 1.0))
    for _ in range(NEWTON_STEPS):
        worth = cash[:, np.newaxis, :] * np.exp(-rate[:, :, np.newaxis] * times)
        total = worth.sum(axis=2)
        step = (np.log(total) - wanted) * total / (worth @ times)
        rate = np.clip(rate + step, -LARGEST_RATE, LARGEST_RATE)
        if np.max(np.abs(step)) < NEWTON_TOLERANCE:
            break
    found = usable & (np.abs(rate) < LARGEST_RATE)
    yields = np.where(found, 200.0 * np.expm1(rate / 2.0), np.nan)
    return GridResult(np.where(usable, lives[:, np.newaxis], np.nan), yields)


def price_matrix(terms: Terms, speeds: Sequence[Speed], yields: Sequence[float]) -> Floats:
    """Prices per 100 of current face without accrued interest, at bond-equivalent yields; shape (speeds, yields)."""
    rows = []
    for speed in speeds:
        flows = flows_at(terms, speed)
        worth = discount_factors(np.asarray(yields, dtype=float)[:, np.newaxis], flows.times) @ flows.cash
        rows.append(worth - terms.accrued)
    return np.array(rows)


def _survivors(speed: Speed, ages: NDArray[np.int64], months: int) -> Floats:
    """Share of the loans still there after 0 to `months` payments; shape (months + 1, ages)."""
    left = 1.0 - smm_by_age(speed, ages, months) / 100.0
    return np.concatenate([np.ones((1, len(ages))), np.cumprod(left, axis=0)])


def _valued(pools: Pools, balance: Floats) -> tuple[Floats, Floats]:
    """Average life and yield of a block under one speed; `balance` per 1.00 of current face, (months + 1, pools)."""
    principal = balance[:-1] - balance[1:]
    cash = principal + balance[:-1] * (pools.net / 1200.0)
    first = (30.0 + (pools.delay - pools.elapsed).astype(np.float64)) / 360.0
    whole = np.arange(len(principal)) @ principal / 12.0
    full = (pools.price + pools.net * pools.elapsed / 360.0) / 100.0
    usable = (pools.remaining > 0) & (full > 0)
    life = np.where(usable, first + whole, np.nan)
    return life, np.where(usable, _yields(np.where(usable, full, 1.0), cash, first, pools.net), np.nan)


def _yields(full: Floats, cash: Floats, first: Floats, start: Floats) -> Floats:
    """Newton on the logarithm of the price in the monthly continuous rate; the sums by Horner's rule."""
    rate, offset = np.log1p(start / 1200.0), 12.0 * first
    wanted = np.log(full)
    for _ in range(NEWTON_STEPS):
        base = np.exp(-rate)
        worth, slope = _horner(cash, base)
        safe = np.where(worth > 0, worth, 1.0)
        step = (np.log(safe) - offset * rate - wanted) / (offset + base * slope / safe)
        rate = np.clip(rate + step, -LARGEST_MONTHLY_RATE, LARGEST_MONTHLY_RATE)
        if np.max(np.abs(step)) < NEWTON_TOLERANCE:
            break
    found = np.abs(rate) < LARGEST_MONTHLY_RATE
    return np.asarray(np.where(found, 200.0 * np.expm1(6.0 * rate), np.nan), dtype=float)


def _horner(cash: Floats, base: Floats) -> tuple[Floats, Floats]:
    """Σ cash_k·base^k and its derivative by base, k from 0; one column a pool."""
    worth, slope = np.zeros_like(base), np.zeros_like(base)
    for row in cash[::-1]:
        slope *= base
        slope += worth
        worth *= base
        worth += row
    return worth, slope
