"""Figures of pool months summed from loan-months that stream by, the same as `poolmonth.measured` of each month.

A batch is reduced to one row a pool and month; rows of batches add up. Money is summed in whole cents.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import polars as pl

from portfolios.domain.factor import pool_factor
from portfolios.domain.factorfiles.flows import CAUSES, due_next
from portfolios.domain.poolmonth import SERIOUSLY_LATE, MonthFigures

KEY = ["pool_number", "month"]
PARTS_BEFORE_ADDING_UP = 32
WEIGHTED = ("rate", "remaining", "age")
LARGEST = "largest"


@dataclass(slots=True)
class Sums:
    """Sums by pool and month of all loan-months added. `ordered` while each loan's months follow one another."""

    ordered: bool = True
    loan_months: int = 0
    _parts: list[pl.DataFrame] = field(default_factory=list)
    _states: list[pl.DataFrame] = field(default_factory=list)
    _last: pl.DataFrame | None = None

    def add(self, loans: pl.DataFrame) -> None:
        """Add a batch of loan-months with `loans.COLUMNS`, in file order."""
        self.loan_months += loans.height
        rows = self._with_place_in_file(loans)
        self._parts.append(_summed_by_month(rows))
        self._states.append(_summed_by_state(rows))
        if len(self._parts) >= PARTS_BEFORE_ADDING_UP:
            self._parts, self._states = [_added(self._parts, KEY)], [_added(self._states, [*KEY, "state"])]

    def pools(self) -> list[str]:
        """The pool numbers seen; one empty name for a history without pools."""
        return _added(self._parts, KEY)["pool_number"].unique().sort().to_list() if self._parts else []

    def figures(self, original_face: Decimal, pool_number: str = "") -> Iterator[MonthFigures]:
        """The months of a pool, oldest first; factors are balances over `original_face` (USD), half up."""
        rows = self._months(pool_number)
        before: dict[str, Any] | None = None
        for row in rows.iter_rows(named=True):
            flows = _flows(row, before) if before and self.ordered and _follows(before, row) else {}
            yield _figures(row, original_face, flows)
            before = row

    def _months(self, pool_number: str) -> pl.DataFrame:
        own = pl.col("pool_number") == pool_number
        months = _added(self._parts, KEY).filter(own)
        states = _added(self._states, [*KEY, "state"]).filter(own & pl.col("state").is_not_null())
        top = states.sort("month", "in_state", "state", descending=[False, True, False]).unique(
            "month", keep="first", maintain_order=True
        )
        return months.join(top.select("month", "state", "in_state"), on="month", how="left").sort("month")

    def _with_place_in_file(self, loans: pl.DataFrame) -> pl.DataFrame:
        """Rows with what the line before says of the same loan: what was due of it now, or that it enters."""
        columns = ["pool_number", "loan_id", "month", "balance", "rate", "remaining"]
        whole = pl.concat([self._last, loans.select(columns)]) if self._last is not None else loans.select(columns)
        again = (pl.col("loan_id") == pl.col("loan_id").shift(1)).fill_null(value=False)
        placed = whole.select(
            was_due=pl.when(again).then(due_next().shift(1)),
            enters=~again,
            backward=(pl.col("loan_id") < pl.col("loan_id").shift(1))
            | (again & (pl.col("month") <= pl.col("month").shift(1))),
        ).tail(loans.height)
        self.ordered = self.ordered and not placed["backward"].any()
        self._last = loans.select(columns).tail(1)
        return pl.concat([loans.with_columns(pl.col("pool_number").fill_null("")), placed], how="horizontal")


def _summed_by_month(rows: pl.DataFrame) -> pl.DataFrame:
    there = ((pl.col("balance") > 0) & pl.col("exit").is_null()).fill_null(value=False)
    balance = pl.when(there).then("balance")
    cents = _cents(balance)
    late = there & (pl.col("months_late") >= SERIOUSLY_LATE)
    gone = {cause: pl.col("exit") == cause for cause in CAUSES}
    amount = pl.coalesce("was_due", "exit_upb")
    return rows.group_by(KEY).agg(
        loan_count=there.sum(),
        cents=cents.sum(),
        squares=(balance**2).sum(),
        **{LARGEST: balance.max()},
        **{f"{name}_sum": (balance * pl.col(name)).sum() for name in WEIGHTED},
        **{f"{name}_weight": pl.when(pl.col(name).is_not_null()).then(balance).sum() for name in WEIGHTED},
        late_known=(there & pl.col("months_late").is_not_null()).sum(),
        late_count=late.sum(),
        late_cents=cents.filter(late).sum(),
        due_cents=_cents(pl.when(there).then(due_next())).sum(),
        entered=(there & pl.col("enters")).sum(),
        entered_cents=cents.filter(pl.col("enters")).sum(),
        **{f"{cause}_count": left.sum() for cause, left in gone.items()},
        **{f"{cause}_cents": _cents(amount.filter(left)).sum() for cause, left in gone.items()},
    )


def _summed_by_state(rows: pl.DataFrame) -> pl.DataFrame:
    there = rows.filter((pl.col("balance") > 0) & pl.col("exit").is_null() & pl.col("state").is_not_null())
    return there.group_by([*KEY, "state"]).agg(in_state=pl.col("balance").sum())


def _cents(amount: pl.Expr) -> pl.Expr:
    return (amount * 100).round(0).cast(pl.Int64)


def _added(parts: list[pl.DataFrame], key: list[str]) -> pl.DataFrame:
    whole = pl.concat(parts)
    sums = [name for name in whole.columns if name not in (*key, LARGEST)]
    largest = [LARGEST] if LARGEST in whole.columns else []
    return whole.group_by(key).agg(pl.col(sums).sum(), pl.col(largest).max())


def _follows(before: dict[str, Any], row: dict[str, Any]) -> bool:
    first, second = before["month"], row["month"]
    return bool(second.year * 12 + second.month - first.year * 12 - first.month == 1)


def _flows(row: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    left = sum(row[f"{cause}_cents"] for cause in CAUSES)
    return {
        "due": _usd(before["due_cents"]),
        "scheduled": _usd(before["cents"] - before["due_cents"]),
        "curtailed": _usd(before["due_cents"] + row["entered_cents"] - row["cents"] - left),
        **{cause: _usd(row[f"{cause}_cents"]) for cause in CAUSES},
        **{f"{cause}_count": row[f"{cause}_count"] for cause in CAUSES},
    }


def _figures(row: dict[str, Any], original_face: Decimal, flows: dict[str, Any]) -> MonthFigures:
    balance, sum_of = _usd(row["cents"]), row["cents"] / 100
    late = row["late_known"] > 0
    return MonthFigures(
        month=row["month"],
        factor=pool_factor(original_face, balance),
        balance=balance,
        loan_balance=balance,
        loan_count=row["loan_count"],
        effective_loans=sum_of**2 / row["squares"] if row["squares"] else 0.0,
        largest_share=100.0 * row[LARGEST] / sum_of if sum_of else 0.0,
        top_state=row["state"] or "",
        top_state_share=100.0 * row["in_state"] / sum_of if row["state"] and sum_of else None,
        wac=_mean(row, "rate", Decimal("0.000001")),
        wam=_whole(_mean(row, "remaining", Decimal(1))),
        wala=_whole(_mean(row, "age", Decimal(1))),
        late_count=row["late_count"] if late else None,
        late_upb=_usd(row["late_cents"]) if late else None,
        findings=_findings(row, entered=bool(flows)),
        facts={"basis": "loan_months", "split": "told"},
        **flows,
    )


def _findings(row: dict[str, Any], *, entered: bool) -> list[dict[str, Any]]:
    if not (entered and row["entered"]):
        return []
    sentence = f"{row['entered']:,} loans with {_usd(row['entered_cents']):,} USD are in the file from this month on."
    return [{"code": "loans_enter", "severity": "warning", "sentence": sentence, "loans": row["entered"]}]


def _mean(row: dict[str, Any], name: str, places: Decimal) -> Decimal | None:
    weight = row[f"{name}_weight"]
    if not weight:
        return None
    return Decimal(str(round(row[f"{name}_sum"] / weight, 10))).quantize(places, rounding=ROUND_HALF_UP)


def _whole(mean: Decimal | None) -> int | None:
    return None if mean is None else int(mean)


def _usd(cents: int) -> Decimal:
    return Decimal(int(cents)).scaleb(-2)
