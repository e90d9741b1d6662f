"""A pool against its limits: at least so much, at most so large a share, how many kinds."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from diligence.domain import expressions
from diligence.domain.compiling import RuleSet
from diligence.domain.findings import balance
from diligence.domain.wording import loans_text
from loans.domain.criteria import Criteria
from loans.domain.limits import Limit

WITHIN, NEAR, OVER, NOT_EVALUATED = "within", "near", "over", "not evaluated"
NEAR_SHARE = 0.9
"""From this part of a limit on, a pool counts as near it."""
SINGLE_LOAN = "row_no"
"""A limit by this is about one loan, which people know by its number."""
PERSONAL = frozenset({"ssn_digits"})
"""Groups that are people: how large the largest is can be told, not who it is."""


@dataclass(frozen=True, slots=True)
class LimitResult:
    """One limit and where the pool stands. `used` and `allowed` are in `unit`; `loans` and `upb` (USD) are what counts.

    `status` is "over" too where a minimum is not reached. `group` is the largest group where the limit is about one.
    """

    code: str
    title: str
    used: float | None
    allowed: float
    unit: str
    op: str
    status: str
    severity: str
    loans: int
    upb: float
    group: str
    source: str
    source_status: str
    working: str


def evaluate_pool(loans: pl.DataFrame, ruleset: RuleSet, criteria: Criteria) -> tuple[LimitResult, ...]:
    """Every limit of the criteria over the typed loans of a pool, in the criteria's order.

    A loan whose filter or group is blank does not count; the working says how many.
    """
    frame = measured(loans, ruleset, criteria.limits)
    return tuple(result(limit, frame, index) for index, limit in enumerate(criteria.limits))


def measured(loans: pl.DataFrame, ruleset: RuleSet, limits: Sequence[Limit]) -> pl.DataFrame:
    """One row a loan: its row number, balance, and for each limit by its place whether it counts, and its group."""
    names = {name for limit in limits for sql in (limit.filter, limit.by) if sql for name in expressions.names_in(sql)}
    complete = ruleset.vocabulary.complete(loans, names, ruleset.as_of)
    absent = ruleset.vocabulary.of_kind("field", "file") - set(loans.columns)
    counts = [_condition(limit, absent).alias(f"counts_{index}") for index, limit in enumerate(limits)]
    groups = [_group(limit).alias(f"group_{index}") for index, limit in enumerate(limits) if limit.by]
    number = pl.col("loan_id") if "loan_id" in complete.columns else pl.lit(None, dtype=pl.String)
    upb = balance(complete.columns).alias("upb")
    return complete.select("row_no", number.alias("number"), upb, *counts, *groups)


def _condition(limit: Limit, absent: frozenset[str]) -> pl.Expr:
    sql = expressions.unknown_when_absent(limit.filter, absent) if limit.filter else "TRUE"
    return expressions.parse(sql).cast(pl.Boolean)


def _group(limit: Limit) -> pl.Expr:
    return expressions.parse(limit.by).cast(pl.String)


def result(limit: Limit, frame: pl.DataFrame, index: int) -> LimitResult:
    """One limit over a pool as `measured` gives it, or over some of its loans."""
    whole = (frame.height, float(frame["upb"].sum() or 0.0))
    counted = frame.filter(pl.col(f"counts_{index}"))
    blank = frame[f"counts_{index}"].null_count()
    group = ""
    if limit.by:
        blank += counted[f"group_{index}"].null_count()
        counted, group = of_group(limit, counted.drop_nulls(f"group_{index}"), f"group_{index}")
    loans, upb = counted.height, float(counted["upb"].sum() or 0.0)
    told = _enough(limit, whole[0]) and not (limit.by and blank and not loans)
    used = _used(limit, counted, f"group_{index}", loans, upb, whole) if told else None
    return LimitResult(
        code=limit.code, title=limit.title, used=used, allowed=limit.limit, unit=limit.unit, op=limit.op,
        status=_status(limit, used), severity=limit.severity, loans=loans, upb=upb, group=group if told else "",
        source=limit.source, source_status=limit.source_status,
        working=_working(limit, used, group, loans, upb, whole, blank),
    )  # fmt: skip


def _enough(limit: Limit, loans: int) -> bool:
    """An amount or a number of loans can be told of an empty pool, a share cannot."""
    return loans >= limit.min_loans or (limit.min_loans <= 1 and limit.measure in ("sum_upb", "count"))


def of_group(limit: Limit, counted: pl.DataFrame, key: str) -> tuple[pl.DataFrame, str]:
    """Of the loans that count those of the largest group, where a limit is about one, and what the group is called."""
    if limit.measure != "largest_share_upb" or counted.is_empty():
        return counted, ""
    sums = counted.group_by(key).agg(pl.col("upb").sum()).sort(["upb", key], descending=[True, False])
    largest = str(sums[key][0])
    found = counted.filter(pl.col(key) == largest)
    if limit.by == SINGLE_LOAN:
        number = found["number"][0]
        return found, f"loan number {number}" if number else f"the loan in row {largest}"
    return found, "" if limit.by in PERSONAL else largest


def _used(
    limit: Limit, counted: pl.DataFrame, key: str, loans: int, upb: float, whole: tuple[int, float]
) -> float | None:
    if limit.measure in ("share_upb", "largest_share_upb"):
        return 100 * upb / whole[1] if whole[1] else None
    if limit.measure == "share_loans":
        return 100 * loans / whole[0] if whole[0] else None
    if limit.measure == "distinct":
        return float(counted[key].n_unique()) if loans else None
    return upb if limit.measure == "sum_upb" else float(loans)


def _status(limit: Limit, used: float | None) -> str:
    if used is None:
        return NOT_EVALUATED
    if limit.op == "at_least":
        return OVER if used < limit.limit else NEAR if used * NEAR_SHARE < limit.limit else WITHIN
    if used > limit.limit:
        return OVER
    counted = limit.measure == "distinct"
    return NEAR if not counted and limit.limit and used >= NEAR_SHARE * limit.limit else WITHIN


def _working(
    limit: Limit, used: float | None, group: str, loans: int, upb: float, whole: tuple[int, float], blank: int
) -> str:
    if used is None:
        few = f"the limit needs at least {limit.min_loans:,}" if whole[0] < limit.min_loans else "nothing to measure"
        return f"Not evaluated: {loans_text(whole[0])}, {few}."
    what = f"{group}: " if group else ""
    amounts = {
        "share_loans": f"{loans:,} of {loans_text(whole[0])}",
        "count": f"{loans:,} of {loans_text(whole[0])}",
        "distinct": f"{used:,.0f} different values in {loans_text(loans)}",
    }.get(limit.measure, f"{loans_text(loans)}, ${upb:,.2f} of ${whole[1]:,.2f}")
    left_out = f"; blank and not counted: {loans_text(blank)}" if blank else ""
    return f"{what}{amounts}{left_out}."


def over(results: Sequence[LimitResult], *, severity: str = "fatal") -> tuple[LimitResult, ...]:
    """The limits of a severity that the pool breaks."""
    return tuple(result for result in results if result.status == OVER and result.severity == severity)
