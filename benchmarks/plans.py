"""`python -m benchmarks.plans`: pooling plans of synthetic tapes: prices, first and exact answer, beside two others.

The others are what is done without a solver: each loan at its best single buyer, and greedy (each loan where it earns
most, then whatever breaks a rule moves on). All four answers are of the same loans and prices in the same run, and each
is held against the lowest bound: what it loses is in basis points of balance. Each size runs in a process of its own,
so that its memory is its own.
"""

import argparse
import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import polars as pl
import scipy

from benchmarks.machine import machine, own_cpu
from benchmarks.tapes import OUT
from diligence.domain.synthetic import Plan as TapePlan
from diligence.domain.synthetic import batches
from diligence.domain.synthetic.files import write_csv
from portfolios.domain.executions import priced, telling, verifying
from portfolios.domain.executions.assembling import Assembled, assembled
from portfolios.domain.executions.book import book_of
from portfolios.domain.executions.market import Market, Terms
from portfolios.domain.executions.pricing import quotes_of
from portfolios.domain.executions.tape import loans_in
from portfolios.domain.grids import KINDS, read_grid
from portfolios.domain.pooling import Plan, best_columns, fast, greedy, proved, tolerance_of

SAMPLES = Path(__file__).resolve().parents[1] / "portfolios" / "reference" / "grids"
ISSUED = date(2026, 12, 1)
POOL_COST = 30_000  # cents
GOAL_SECONDS = 10.0  # first answer for 10,000 loans
Made = TypeVar("Made")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plans", description=__doc__)
    parser.add_argument("--loans", type=int, nargs="+", default=[200, 1_000, 3_000, 10_000])
    parser.add_argument("--seconds", type=float, default=120.0, help="limit of the exact solve")
    asked = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    found: dict[str, Any] = {"machine": machine() | {"scipy": scipy.__version__}, "sizes": []}
    for loans in asked.loans:
        with multiprocessing.get_context("spawn").Pool(1) as process:
            found["sizes"].append(process.apply(of_size, (loans, asked.seconds)))
        print(line(found["sizes"][-1]), flush=True)
    (OUT / "plans.json").write_text(json.dumps(found, indent=1) + "\n")


def of_size(loans: int, seconds: float) -> dict[str, Any]:
    """Every answer for one tape, with what each took."""
    frame, market = typed_tape(loans), Market(rows(), Terms(ISSUED, POOL_COST))
    figures: dict[str, Any] = {"loans": loans}
    problem = timed(figures, "prices", lambda: priced_problem(frame, market))
    single = problem.whole.value[best_columns(problem.whole, problem.whole.always_open)].sum()
    answers: dict[str, Plan] = {
        "greedy": timed(figures, "greedy", lambda: greedy(problem.small)),
        "fast": timed(figures, "fast", lambda: fast(problem.small)),
    }
    figures["peak_mb_fast"] = peak_mb()
    story = timed(figures, "explained", lambda: told(problem, market, answers["fast"]))
    answers["exact"] = timed(figures, "exact", lambda: exact(problem, answers["fast"], seconds))
    upb, bound = int(problem.whole.balances.sum()), min(plan.bound for plan in answers.values() if plan.bound)
    earned = {"best_single": int(single)} | {name: plan.earned for name, plan in answers.items()}
    return figures | {
        "upb": upb / 100,
        "columns": [len(problem.whole.loan), len(problem.small.loan)],
        "pools": len(problem.quotes),
        "rows_explained": story,
        "bound": bound / 100,
        "earned": {name: value / 100 for name, value in earned.items()},
        "loss_bp": {name: round((bound - value) / upb * 1e4, 3) for name, value in earned.items()},
        "tolerance": tolerance_of(problem.small) / 100,
        "gap_exact": ((answers["exact"].bound or 0.0) - answers["exact"].earned) / 100,
        "peak_mb": peak_mb(),
    }


def typed_tape(loans: int) -> pl.DataFrame:
    """A synthetic tape, read and cast as every tape is."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tape.csv"
        with path.open("wb") as file:
            write_csv(batches(TapePlan(loans=loans, seed=1, as_of=date(2026, 11, 22))), file, None)
        return loans_in(path)


def rows() -> dict[str, list[dict[str, Any]]]:
    return {code: read_grid(kind, SAMPLES / f"{code}.csv", name=f"{code}.csv") for code, kind in KINDS.items()}


def priced_problem(frame: pl.DataFrame, market: Market) -> Assembled:
    book = book_of(frame, issued=ISSUED)
    return assembled(book, quotes_of(book, market), market.terms)


def told(problem: Assembled, market: Market, plan: Plan) -> int:
    """Tell and check a plan as the service does; the number of rows that are kept of prices."""
    whole = problem.whole_plan(plan)
    if verifying.broken_rules(problem, whole, market) or float(verifying.earned(problem, whole)) * 100 != plan.earned:
        raise SystemExit("The answer is wrong.")
    telling.placements(problem, telling.told(problem, whole))
    return priced.prices(problem, market).height


def exact(problem: Assembled, first: Plan, seconds: float) -> Plan:
    """The exact search from the first answer on, as the worker asks for it."""
    until, small = time.monotonic() + seconds, problem.small
    *_, last = proved(small, first, tolerance=tolerance_of(small), left=lambda: until - time.monotonic())
    return last


def timed(figures: dict[str, Any], name: str, work: Callable[[], Made]) -> Made:
    begun, cpu = time.perf_counter(), own_cpu()
    made = work()
    figures[name] = {"wall": round(time.perf_counter() - begun, 2), "cpu": round(own_cpu() - cpu, 2)}
    return made


def peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def line(size: dict[str, Any]) -> str:
    seconds = {name: size[name]["wall"] for name in ("prices", "greedy", "fast", "explained", "exact")}
    first = sum(seconds[name] for name in ("prices", "greedy", "fast", "explained"))
    late = size["loans"] == 10_000 and first > GOAL_SECONDS
    return (
        f"{size['loans']:>6} loans, ${size['upb'] / 1e6:,.0f} m, {size['columns'][1]:,} columns: "
        f"first answer {first:.1f} s{' (too late)' if late else ''}, exact {seconds['exact']:.1f} s "
        f"to ${size['gap_exact']:,.0f} of the bound, "
        f"loss in bp {size['loss_bp']}, {size['peak_mb']} MB"
    )


if __name__ == "__main__":
    main()
