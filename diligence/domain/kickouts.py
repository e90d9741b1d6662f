"""Which loans to leave out so that the shares of a pool come inside its limits.

A plain rule that anybody can follow by hand: of the loans that a broken limit counts, the largest balances go first,
until the limit is met, so that the fewest loans leave. Limits are taken in the criteria's order, again and again until
none is broken, because a smaller pool makes every other share larger.
"""

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from diligence.domain import pool
from diligence.domain.compiling import RuleSet
from loans.domain.criteria import Criteria
from loans.domain.limits import Limit

MOST = 1000
"""A limit that would take more loans is not met by leaving some out; the lender picks others."""
CURABLE = ("share_upb", "share_loans", "largest_share_upb")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`rows`: row numbers to leave out, each with the title of the limit it helps to meet. `unmet`: titles of limits
    that no few loans bring inside. `then_over`: titles of limits that are met now and would not be after that."""

    rows: tuple[tuple[int, str], ...] = ()
    unmet: tuple[str, ...] = ()
    then_over: tuple[str, ...] = ()


def suggested(loans: pl.DataFrame, ruleset: RuleSet, criteria: Criteria, *, leaving: Collection[int]) -> Suggestion:
    """What to leave out of a pool besides the loans that are `leaving` anyway (by row number)."""
    limits = criteria.limits
    whole = pool.measured(loans, ruleset, limits)
    start = whole.filter(~pl.col("row_no").is_in(list(leaving)))
    kept, rows, unmet = start, list[tuple[int, str]](), dict[str, None]()
    before = -1
    while kept.height != before:
        before = kept.height
        for index, limit in enumerate(limits):
            if limit.title in unmet or not is_curable(limit):
                continue
            taken = cure(limit, kept, index, most=MOST - len(rows))
            if taken is None:
                unmet[limit.title] = None
                continue
            rows += [(row, limit.title) for row in taken]
            kept = kept.filter(~pl.col("row_no").is_in(taken))
    return Suggestion(tuple(rows), tuple(unmet), newly_over(limits, start, kept) if rows else ())


def is_curable(limit: Limit) -> bool:
    """Whether a limit is a largest share that stops a bundle."""
    return limit.op == "at_most" and limit.measure in CURABLE and not limit.advice


def cure(limit: Limit, frame: pl.DataFrame, index: int, *, most: int) -> list[int] | None:
    """The loans to take out of a pool for one limit; none when it is met, None when too many would have to go."""
    taken: list[int] = []
    while is_over(limit, frame, index):
        more = next_out(limit, frame, index)
        if not more or len(taken) + len(more) > most:
            return None
        taken += more
        frame = frame.filter(~pl.col("row_no").is_in(more))
    return taken


def is_over(limit: Limit, frame: pl.DataFrame, index: int) -> bool:
    return pool.result(limit, frame, index).status == pool.OVER


def next_out(limit: Limit, frame: pl.DataFrame, index: int) -> list[int]:
    """The largest loans of what the limit counts, as many as bring it inside; empty when only all loans would."""
    counted = frame.filter(pl.col(f"counts_{index}"))
    if limit.by:
        counted, _ = pool.of_group(limit, counted.drop_nulls(f"group_{index}"), f"group_{index}")
    weight = pl.lit(1.0) if limit.measure == "share_loans" else pl.col("upb")
    whole = float(frame.select(weight.sum() if limit.measure != "share_loans" else pl.len().cast(pl.Float64)).item())
    largest = counted.sort(["upb", "row_no"], descending=[True, False]).select("row_no", weight.alias("weight"))
    gone = pl.col("weight").cum_sum()
    inside = 100 * (pl.col("weight").sum() - gone) <= limit.limit * (whole - gone)
    steps = largest.with_columns(enough=inside & (gone < whole))
    enough = steps["enough"].arg_true()
    return steps["row_no"].head(int(enough[0]) + 1).to_list() if len(enough) else []


def newly_over(limits: Collection[Limit], start: pl.DataFrame, kept: pl.DataFrame) -> tuple[str, ...]:
    """Titles of limits that leaving loans out would break, such as a least balance of the pool."""
    return tuple(
        limit.title
        for index, limit in enumerate(limits)
        if not limit.advice and is_over(limit, kept, index) and not is_over(limit, start, index)
    )
