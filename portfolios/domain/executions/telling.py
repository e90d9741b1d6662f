"""A plan told loan by loan: where it goes, what is next best, and what stopped anything better. As Polars frames."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from portfolios.domain.executions.assembling import Assembled, Places
from portfolios.domain.executions.quotes import MICRO
from portfolios.domain.executions.words import rules_in_words
from portfolios.domain.pooling import Plan
from portfolios.domain.pooling.explaining import Rule, best_better, next_best, stopped_by

CENTS = 100


@dataclass(frozen=True)
class Told:
    """A plan in columns of `Assembled.whole`: chosen, next best and best better column of each loan, -1 for none.

    `rules` are those that stop the better column, and nothing where there is none or no rule stops it.
    """

    chosen: Places
    following: Places
    better: Places
    rules: list[tuple[Rule, ...]]


def told(problem: Assembled, plan: Plan) -> Told:
    """Why each loan is where a plan of the whole problem puts it."""
    better = best_better(problem.whole, plan)
    has = np.flatnonzero(better >= 0)
    rules: list[tuple[Rule, ...]] = [()] * len(better)
    for loan, stops in zip(has.tolist(), stopped_by(problem.whole, plan, better[has]), strict=True):
        rules[loan] = stops
    return Told(plan.chosen, next_best(problem.whole, plan), better, rules)


def placements(problem: Assembled, story: Told) -> pl.DataFrame:
    """One row a loan of the book, in its order: columns as in `portfolios.queries.plans.PLACEMENTS`."""
    book = problem.book
    base = pl.DataFrame(
        {"row_no": book.row_no, "loan_id": book.loan_id, "upb": book.cents / CENTS},
        schema={"row_no": pl.Int64, "loan_id": pl.String, "upb": pl.Float64},
    )
    placed = pl.DataFrame(
        {
            "row_no": book.row_no[problem.loans],
            **_column(problem, story.chosen, "", with_value=True),
            **_column(problem, story.following, "next_"),
            **_column(problem, story.better, "better_"),
            "stopped_by": [";".join(dict.fromkeys(name for _, name in rules)) for rules in story.rules],
            "stops": rules_in_words(problem, story.chosen, story.rules),
        }
    )
    rows = base.join(placed, on="row_no", how="left", maintain_order="left")
    points = pl.col("points") - pl.col("next_points")
    return rows.with_columns(points.round(6).alias("ahead_points"), _why().alias("why")).drop("stops")


def _column(problem: Assembled, columns: Places, stem: str, *, with_value: bool = False) -> dict[str, pl.Series]:
    """Code, title, kind and points of some columns, null for -1 and for leaving a loan unplaced."""
    pools = problem.whole.pool[columns]
    known = (columns >= 0) & (pools != (-1 if problem.left is None else problem.left))
    outlets = [quote.outlet for quote in problem.quotes]
    codes, titles, kinds = ([getattr(each, name) for each in outlets] for name in ("code", "title", "kind"))
    places = pl.Series(np.where(known, pools, -1)).replace(-1, None)
    worth = pl.Series(_points(problem, columns)).set(pl.Series(~known), None)
    found = {
        f"{stem}pool": pl.Series(codes, dtype=pl.String).gather(places),
        f"{stem}title": pl.Series(titles, dtype=pl.String).gather(places),
        f"{stem}points": worth,
    }
    if with_value:
        found["kind"] = pl.Series(kinds, dtype=pl.String).gather(places)
        found["value"] = pl.Series(problem.whole.value[columns] / CENTS).set(pl.Series(~known), None)
    return found


def _points(problem: Assembled, columns: Places) -> np.ndarray:
    """Points over par of columns; 0 for -1 and for leaving a loan unplaced."""
    over_par = np.concatenate([quote.over_par for quote in problem.quotes])
    starts = np.cumsum([0, *(len(quote.loans) for quote in problem.quotes)])
    at = np.where(columns >= 0, problem.at[columns], -1)
    places = np.where(at >= 0, starts[problem.whole.pool[columns].clip(max=len(starts) - 1)] + at, 0)
    return np.where(at >= 0, over_par[places.clip(max=len(over_par) - 1)] / MICRO, 0.0)


def _why() -> pl.Expr:
    more = (pl.col("better_points") - pl.col("points")).round(3)
    ahead = (pl.col("points") - pl.col("next_points")).round(3)
    better = pl.format("{} would pay {} points more", "better_title", more)
    return (
        pl.when(pl.col("pool").is_null())
        .then(pl.lit("Nothing takes this loan."))
        .when(pl.col("better_pool").is_not_null() & (pl.col("stops") != ""))
        .then(pl.format("{}; stopped by {}.", better, "stops"))
        .when(pl.col("better_pool").is_not_null())
        .then(pl.format("{}, and no rule stops this loan alone: the answer is within its gap of the best.", better))
        .when(pl.col("next_pool").is_null())
        .then(pl.lit("Nothing else takes this loan."))
        .otherwise(pl.format("It earns most here, {} points ahead of {}.", ahead, "next_title"))
    )
