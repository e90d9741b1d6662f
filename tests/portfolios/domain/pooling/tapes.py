"""Pooling problems for the tests: random ones, and one that is shaped like a conforming tape."""

import random

import numpy as np

from portfolios.domain.pooling import Budget, Pool, Problem, ShareRule

CENTS = 100
MILLION = 1_000_000 * CENTS


def small(seed: int, *, loans: int = 8, minimum: int = 60_000_000, budget: int | None = None) -> Problem:
    """Few loans, keeping them or selling them one by one, and two pools with a minimum, a share and a score."""
    chance = random.Random(seed)
    balances = np.array([chance.randrange(10_000_000, 40_000_000) for _ in range(loans)])
    high = np.array([10_000 if chance.random() < 0.3 else 0 for _ in range(loans)])
    score = np.array([chance.randrange(620, 800) for _ in range(loans)])
    pools = (
        Pool("keep"),
        Pool("sell"),
        Pool("pool", minimum=minimum, rules=(ShareRule("high balance", high, 1_000),)),
        Pool(
            "bid",
            minimum=minimum // 2,
            maximum=90_000_000,
            fixed_cost=30_000,
            rules=(ShareRule("score", score, 700, True),),
        ),
    )
    loan, pool, value = [], [], []
    for number in range(loans):
        for at in range(4):
            if at == 0 or chance.random() < 0.85:
                loan.append(number)
                pool.append(at)
                value.append(int(balances[number] * chance.uniform(0.0, 0.002) + at * balances[number] * 0.001))
    budgets = (Budget("servicing kept", frozenset({2, 3}), budget),) if budget is not None else ()
    return Problem(balances, pools, np.array(loan), np.array(pool), np.array(value), budgets)


def tape(loans: int, seed: int = 7) -> Problem:
    """Conforming loans, coupons by the half point for two agencies with a minimum and a tenth of high balances."""
    chance = np.random.default_rng(seed)
    balances = (chance.lognormal(12.6, 0.45, loans).clip(60_000, 1_200_000) * CENTS).astype(np.int64)
    high = np.where(balances > 806_500 * CENTS, 10_000, 0)
    score = chance.normal(745, 40, loans).clip(620, 830).astype(np.int64)
    note = np.round(chance.normal(6.6, 0.35, loans) * 8) / 8
    pools = [Pool("keep"), Pool("cash")]
    loan, pool = [np.arange(loans), np.arange(loans)], [np.zeros(loans, dtype=int), np.ones(loans, dtype=int)]
    worth = [chance.normal(0.2, 0.05, loans), chance.normal(0.8, 0.15, loans)]
    for agency in "FN":
        for coupon in (5.0, 5.5, 6.0, 6.5):
            pools.append(Pool(f"{agency} {coupon}", MILLION, None, 30_000, (ShareRule("high balance", high, 1_000),)))
            fit = np.flatnonzero((note - coupon >= 0.25) & (note - coupon <= 1.125))
            loan.append(fit)
            pool.append(np.full(len(fit), len(pools) - 1))
            worth.append(chance.normal(1.0, 0.2) + 0.6 * (note[fit] - coupon) + chance.normal(0, 0.12, len(fit)))
    pools.append(Pool("bid", 10 * MILLION, 60 * MILLION, 0, (ShareRule("score", score, 748, True),)))
    loan.append(np.arange(loans))
    pool.append(np.full(loans, len(pools) - 1))
    worth.append(chance.normal(1.35, 0.2, loans))
    at = np.concatenate(loan)
    value = (np.concatenate(worth) / 100 * balances[at]).astype(np.int64)
    return Problem(balances, tuple(pools), at, np.concatenate(pool), value)
