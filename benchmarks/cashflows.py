"""`python -m benchmarks.cashflows`: cash flows of many loans, average life and yield of many pools, beside two peers.

Plain NumPy: a loop over months with arrays of all loans, and Newton steps for one pool after the other. QuantLib: its
amortizing bonds for the loans, its yield of a leg for the pools; both are objects made in Python. Where a peer works on
a sample it is scaled to the whole; all answers are held against ours in the same run.
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
import QuantLib as ql

from benchmarks.machine import machine, own_cpu
from benchmarks.tapes import OUT
from portfolios.domain.cashflow.totals import Loans, loan_totals
from portfolios.domain.prepayment import Speed, SpeedKind
from portfolios.domain.terms import month_after
from portfolios.domain.valuation import Pools, Terms, value_grid
from portfolios.domain.valuation.passthrough import flows_at

MONTHS = 360
SPEEDS = [Speed.flat(SpeedKind.PSA, psa) for psa in (0, 50, 75, 100, 150, 200, 250, 300, 400, 500)]
SETTLE = date(2026, 3, 1)
DELAY = 24
NEWTON_STEPS = 30
GOALS = {"loans": 1.0, "pools": 5.0}
SEED = 20_261_122


@dataclass(frozen=True, slots=True)
class Measured:
    """Wall and CPU seconds for all of the work; those of a peer are its sample's, scaled."""

    wall: float
    cpu: float

    def scaled(self, share: float) -> "Measured":
        return Measured(self.wall * share, self.cpu * share)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cashflows", description=__doc__)
    parser.add_argument("--loans", type=int, default=10_000)
    parser.add_argument("--pools", type=int, default=10_000)
    parser.add_argument("--sample", type=int, default=100, help="loans and pools that the peers take")
    asked = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    found: dict[str, Any] = {
        "machine": machine() | {"quantlib": ql.__version__, "numpy": np.__version__},
        "speeds": len(SPEEDS),
        "months": MONTHS,
        "loans": of_loans(asked.loans, min(asked.sample, asked.loans)),
        "pools": of_pools(asked.pools, min(asked.sample, asked.pools)),
    }
    (OUT / "cashflows.json").write_text(json.dumps(found, indent=2))
    print(table(found))


def measured(work: Callable[[], Any]) -> tuple[Measured, Any]:
    """Some work with what it took and what it gave."""
    wall, cpu = time.perf_counter(), own_cpu()
    result = work()
    return Measured(time.perf_counter() - wall, own_cpu() - cpu), result


def best(work: Callable[[], Any], times: int = 3) -> tuple[Measured, Any]:
    """The quickest of some runs: the others waited for the machine."""
    runs = [measured(work) for _ in range(times)]
    return min(runs, key=lambda run: run[0].cpu)


def loans_of(count: int) -> Loans:
    draw = np.random.default_rng(SEED)
    age = draw.integers(0, 60, count)
    gross = draw.integers(40, 60, count) / 8.0
    return Loans(draw.uniform(50_000, 800_000, count), gross, gross - 0.5, MONTHS - age, age)


def of_loans(count: int, sample: int) -> dict[str, Any]:
    """Monthly totals of all loans under every speed."""
    loans, some = loans_of(count), np.arange(sample)
    share = count / sample
    ours, totals = best(lambda: loan_totals(loans, SPEEDS, MONTHS))
    part = loan_totals(loans.take(some), SPEEDS, MONTHS)
    plain, by_loop = measured(lambda: loop_totals(loans))
    bonds, by_bond = measured(lambda: bond_totals(loans.take(some)))
    return {
        "count": count,
        "sample": sample,
        "ours": vars_of(ours),
        "numpy": vars_of(plain),
        "quantlib": vars_of(bonds.scaled(share)),
        "apart": {"numpy": apart(totals.principal, by_loop), "quantlib": apart(part.principal, by_bond)},
        "principal": float(totals.principal.sum()),
    }


def loop_totals(loans: Loans) -> Any:
    """Principal by speed and month: the recursion of the balances, month by month over arrays of all loans."""
    found = np.zeros((len(SPEEDS), MONTHS))
    rate = loans.gross / 1200.0
    ages = range(int(loans.age.max()) + 1)
    for row, speed in enumerate(SPEEDS):
        by_age = np.array([speed.smm(age=age, months=MONTHS) / 100.0 for age in ages])
        balance = loans.balance.copy()
        for month in range(MONTHS):
            left = loans.remaining - month
            term = np.maximum(left, 1)
            scheduled = balance * rate / (1.0 - (1.0 + rate) ** -term) - balance * rate
            prepaid = (balance - scheduled) * by_age[loans.age, month]
            paid = np.where(left > 0, scheduled + prepaid, 0.0)
            found[row, month] = paid.sum()
            balance -= paid
    return found


def bond_totals(loans: Loans) -> Any:
    """Principal by speed and month from QuantLib's amortizing bonds, whose notionals are the prepaid balances."""
    found = np.zeros((len(SPEEDS), MONTHS))
    for loan in range(len(loans.balance)):
        one = loans.take(np.array([loan]))
        left, coupon = int(one.remaining[0]), float(one.gross[0]) / 100.0
        schedule = ql.Schedule(
            on(SETTLE), on(month_after(SETTLE, left)), ql.Period(ql.Monthly), ql.NullCalendar(), ql.Unadjusted,
            ql.Unadjusted, ql.DateGeneration.Forward, False,
        )  # fmt: skip
        level = ql.sinkingNotionals(ql.Period(left, ql.Months), ql.Monthly, coupon, float(one.balance[0]))
        for row, speed in enumerate(SPEEDS):
            survivors = np.concatenate([[1.0], np.cumprod(1.0 - speed.smm(age=int(one.age[0]), months=left) / 100.0)])
            notionals = (np.asarray(level[: left + 1]) * survivors).tolist()[:left]
            bond = ql.AmortizingFixedRateBond(0, notionals, schedule, [coupon], ql.Thirty360(ql.Thirty360.BondBasis))
            paid = [flow.amount() for flow in bond.redemptions()]
            found[row, : len(paid)] += paid
    return found


def pools_of(count: int) -> Pools:
    draw = np.random.default_rng(SEED + 1)
    age = draw.integers(0, 60, count)
    gross = draw.integers(40, 60, count) / 8.0
    return Pools(
        gross, gross - 0.5, MONTHS - age, age, np.full(count, DELAY), np.zeros(count, dtype=np.int64),
        draw.uniform(95.0, 105.0, count),
    )  # fmt: skip


def of_pools(count: int, sample: int) -> dict[str, Any]:
    """Average life and yield of every pool under every speed."""
    pools, share = pools_of(count), count / sample
    ours, grid = best(lambda: value_grid(pools, SPEEDS))
    plain, by_loop = measured(lambda: valued_one_by_one(pools, sample, numpy_yield))
    legs, by_leg = measured(lambda: valued_one_by_one(pools, sample, leg_yield))
    part = np.stack([grid.average_life[:, :sample], grid.bond_equivalent_yield[:, :sample]])
    return {
        "count": count,
        "sample": sample,
        "ours": vars_of(ours),
        "numpy": vars_of(plain.scaled(share)),
        "quantlib": vars_of(legs.scaled(share)),
        "apart": {"numpy": apart(part, by_loop), "quantlib": apart(part, by_leg)},
        "unsolved": int(np.isnan(grid.bond_equivalent_yield).sum()),
    }


def valued_one_by_one(pools: Pools, sample: int, solve: Callable[..., float]) -> Any:
    """Average life and yield of some pools, one after the other."""
    found = np.zeros((2, len(SPEEDS), sample))
    for pool in range(sample):
        terms = Terms(
            float(pools.gross[pool]), float(pools.net[pool]), int(pools.remaining[pool]), int(pools.age[pool]), DELAY
        )
        for row, speed in enumerate(SPEEDS):
            flows = flows_at(terms, speed)
            found[0, row, pool] = (flows.principal * flows.times).sum() / flows.principal.sum()
            found[1, row, pool] = solve(float(pools.price[pool]), flows.cash, flows.times)
    return found


def numpy_yield(price: float, cash: Any, times: Any) -> float:
    """Newton on the price in the semiannual yield, percent."""
    rate = 0.06
    for _ in range(NEWTON_STEPS):
        worth = cash * (1.0 + rate / 2.0) ** (-2.0 * times)
        step = (worth.sum() - price) / ((worth * times).sum() / (1.0 + rate / 2.0))
        rate += step
        if abs(step) < 1e-13:
            break
    return 100.0 * rate


def leg_yield(price: float, cash: Any, times: Any) -> float:
    """QuantLib's yield of the same cash flows on their dates, semiannual on 30/360, percent."""
    ql.Settings.instance().evaluationDate = on(SETTLE)
    leg = ql.Leg(
        [ql.SimpleCashFlow(amount, day) for amount, day in zip(cash.tolist(), payment_days(len(cash)), strict=True)]
    )
    count = ql.Thirty360(ql.Thirty360.BondBasis)
    rate = ql.CashFlows.yieldRate(
        leg, price, count, ql.Compounded, ql.Semiannual, False, on(SETTLE), on(SETTLE), 1e-12, 100, 0.06
    )
    return float(100.0 * rate)


@cache
def payment_days(count: int) -> list[ql.Date]:
    return [on(month_after(SETTLE, number + 1) + timedelta(days=DELAY)) for number in range(count)]


def on(day: date) -> ql.Date:
    return ql.Date(day.day, day.month, day.year)


def apart(ours: Any, theirs: Any) -> float:
    """The largest difference, in parts of the larger of the two."""
    size = np.maximum(np.abs(ours), np.abs(theirs))
    return float(np.max(np.abs(ours - theirs) / np.where(size > 0, size, 1.0)))


def vars_of(taken: Measured) -> dict[str, float]:
    return {"wall_s": round(taken.wall, 3), "cpu_s": round(taken.cpu, 3)}


def table(found: dict[str, Any]) -> str:
    """The figures as people read them, with the ratios of CPU seconds."""
    lines = []
    titles = {
        "loans": "{count:,} loans × 360 months × 10 speeds, monthly totals",
        "pools": "{count:,} pools × 10 speeds, average life and yield",
    }
    for key, title in titles.items():
        part = found[key]
        lines += [title.format(**part), f"{'':22}{'wall s':>10}{'CPU s':>10}{'times ours':>12}{'apart':>10}"]
        for name in ("ours", "numpy", "quantlib"):
            row, ratio = part[name], part[name]["cpu_s"] / part["ours"]["cpu_s"]
            scaled = name == "quantlib" or (name, key) == ("numpy", "pools")
            label = f"{name}, {part['sample']:,} scaled" if scaled else name
            difference = f"{part['apart'][name]:.0e}" if name in part["apart"] else ""
            lines.append(f"{label:22}{row['wall_s']:>10.2f}{row['cpu_s']:>10.2f}{ratio:>12.1f}{difference:>10}")
        lines.append(f"goal: under {GOALS[key]:g} s")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
