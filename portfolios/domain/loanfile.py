"""A file of a pool's loans at issue with their exits: from it all months of the pool.

Every balance follows the level-pay schedule of its loan from balance, rate and remaining term, rounded to the cent each
month. A loan counts up to the month before its exit and is gone in the month of its exit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loans.domain.purposes import ISSUE_BALANCES
from portfolios.domain.amortization import balance_ratio, rounded_to_cents
from portfolios.domain.factor import pool_factor
from portfolios.domain.issuing import incomplete, loans_at_issue
from portfolios.domain.poolmonth import LOAN_COLUMNS, MonthFigures, measured
from portfolios.domain.terms import month_after, months_between

Cents = NDArray[np.int64]
STAYS = 1_000_000  # months: never


class Exit(StrEnum):
    """Why a loan left a pool; OTHER where the file does not tell repurchase from liquidation."""

    PAID_OFF = "PaidOff"
    REPURCHASED = "Repurchased"
    LIQUIDATED = "Liquidated"
    OTHER = "Other"


EXIT_AMOUNTS = {
    Exit.PAID_OFF: "paid_off",
    Exit.REPURCHASED: "repurchased",
    Exit.LIQUIDATED: "liquidated",
    Exit.OTHER: "removed",
}
"""Under which name of `MonthFigures` the balance of a loan that left is counted; with `_count` behind, its number."""


@dataclass(frozen=True, slots=True)
class LoanMonth:
    """A month of the pool: its figures, and the loans that are left with `LOAN_COLUMNS`."""

    figures: MonthFigures
    loans: pl.DataFrame


@dataclass(frozen=True, slots=True)
class _Loans:
    """The loans as arrays: `balance` in cents at issue, `leaves` the number of months after which a loan is gone."""

    frame: pl.DataFrame
    balance: Cents
    rate: NDArray[np.float64]
    remaining: NDArray[np.int64]
    leaves: NDArray[np.int64]

    @property
    def last_exit(self) -> int:
        """Months from issue to the last exit; 0 where no loan leaves."""
        return max(0, int(self.leaves[self.leaves < STAYS].max(initial=0)))

    def due(self, months: int) -> Cents:
        """Scheduled balances in cents after so many payments; a loan past its term pays all of it with the first."""
        if not months:
            return self.balance
        ratio = balance_ratio(self.rate, self.remaining, self.remaining - months)
        return np.rint(100.0 * rounded_to_cents(self.balance / 100.0 * ratio)).astype(np.int64)


def pool_months(loans: pl.DataFrame, *, issued_on: date, through: date | None = None) -> Iterator[LoanMonth]:
    """All months from issue to the last exit, or to `through`, the oldest first.

    `loans`: `loan_id`, `balance`, `rate`, `remaining` and what else of `LOAN_COLUMNS` is known, all at issue, with
    `exit_month` (date, null while the loan stays) and `exit` (an `Exit`; null counts as OTHER). The original face is
    the sum of the balances; raises ValueError without one.
    """
    pool = _arrays(loans, issued_on)
    face = _usd(pool.balance.sum())
    before = pool.balance
    for number in range(1 + (pool.last_exit if through is None else months_between(issued_on, through))):
        due = pool.due(number)
        yield _month(pool, face, number, month_after(issued_on, number), before, due)
        before = due


def _arrays(loans: pl.DataFrame, issued_on: date) -> _Loans:
    gone = [STAYS if exit_ is None else months_between(issued_on, exit_) for exit_ in loans["exit_month"]]
    return _Loans(
        frame=loans,
        balance=np.rint(loans["balance"].to_numpy() * 100.0).astype(np.int64),
        rate=loans["rate"].cast(pl.Float64).to_numpy(),
        remaining=loans["remaining"].cast(pl.Int64).to_numpy(),
        leaves=np.asarray(gone, dtype=np.int64),
    )


def _month(pool: _Loans, face: Decimal, number: int, month: date, before: Cents, due: Cents) -> LoanMonth:
    stays = (pool.leaves > number) & (due > 0)
    left = _left(pool, stays, due, number)
    balance = _usd(due[stays].sum())
    flows = _flows(pool, number, before, due) if number else {}
    figures = MonthFigures(
        month=month, factor=pool_factor(face, balance), balance=balance, **measured(left), **flows, facts=_FACTS
    )
    return LoanMonth(figures, left)


_FACTS = {"basis": "loan_file", "split": "told"}


def _left(pool: _Loans, stays: NDArray[np.bool_], due: Cents, number: int) -> pl.DataFrame:
    """The loans that are still there, as of this month."""
    names = [name for name in LOAN_COLUMNS if name in pool.frame.columns and name not in ("exit", "months_late")]
    frame = pool.frame.select(names).with_columns(
        balance=pl.Series(due / 100.0), remaining=pl.col("remaining").cast(pl.Int32) - number
    )
    if "age" in names:
        frame = frame.with_columns(age=pl.col("age").cast(pl.Int32) + number)
    return frame.filter(pl.Series(stays))


def _flows(pool: _Loans, number: int, before: Cents, due: Cents) -> dict[str, Any]:
    """Scheduled principal of all loans of the month before, and what left by cause."""
    were = (pool.leaves >= number) & (before > 0)
    leaves = were & (pool.leaves == number) & (due > 0)
    causes = pool.frame["exit"].fill_null(Exit.OTHER.value).to_numpy()
    flows: dict[str, Any] = {
        "due": _usd(due[were].sum()),
        "scheduled": _usd((before[were] - due[were]).sum()),
        "curtailed": Decimal("0.00"),
    }
    for cause, name in EXIT_AMOUNTS.items():
        these = leaves & (causes == cause.value)
        flows |= {name: _usd(due[these].sum()), f"{name}_count": int(these.sum())}
    return flows


def _usd(cents: np.int64 | int) -> Decimal:
    return Decimal(int(cents)).scaleb(-2)


_CAUSES = {cause.value: cause.value for cause in Exit} | {"Substituted": Exit.REPURCHASED.value}
_AGES = ("loan_age_months", "first_payment_date")


def loans_of_file(typed: pl.DataFrame, *, issued_on: date) -> pl.DataFrame:
    """The rows of a typed tape as the loans of a pool at issue, for `pool_months`: `LOAN_COLUMNS` and `exit_month`.

    A code without a date and a date without a code count: the first as a loan that stays, the second as an exit for a
    cause that is not told. Age is left out where the tape does not tell it.
    """
    balances = [pl.col(name) for name in ISSUE_BALANCES if name in typed.columns]
    frame = loans_at_issue(typed.with_columns(current_upb=pl.coalesce(balances)), issued_on=issued_on)
    frame = frame.drop("servicing", "months_late").with_columns(_exits(typed))
    return frame if any(name in typed.columns for name in _AGES) else frame.drop("age")


def _exits(typed: pl.DataFrame) -> list[pl.Series]:
    code = _column(typed, "removal_code", pl.String())
    day = _column(typed, "removal_date", pl.Date())
    told = pl.DataFrame({"code": code, "day": day})
    gone = pl.col("day").is_not_null() & (pl.col("code") != "Active").fill_null(True)
    cause = pl.col("code").replace_strict(_CAUSES, default=Exit.OTHER.value, return_dtype=pl.String)
    answers = told.select(exit_month=pl.when(gone).then(pl.col("day").dt.month_start()), exit=pl.when(gone).then(cause))
    return answers.get_columns()


def _column(typed: pl.DataFrame, name: str, dtype: pl.DataType) -> pl.Series:
    return typed[name] if name in typed.columns else pl.Series(name, [None] * typed.height, dtype=dtype)


def first_exit(typed: pl.DataFrame) -> date | None:
    """The month of the earliest exit that a tape tells."""
    day = _exits(typed)[0].min()
    return day if isinstance(day, date) else None


def unsuitable(loans: pl.DataFrame, *, issued_on: date) -> str:
    """Why no pool can be made of these loans, as a sentence; empty when one can."""
    if problem := incomplete(loans):
        return problem
    if blank := loans.filter(pl.col("loan_id") == "").height:
        return f"{blank:,} of {loans.height:,} loans have no number. Without it no loan can be told from another."
    if doubled := loans.height - loans["loan_id"].n_unique():
        return f"{doubled:,} rows repeat a loan number. A pool has every loan once."
    early = loans.filter(pl.col("exit_month") <= issued_on)
    if early.height:
        loan, month = early.row(0, named=True)["loan_id"], early.row(0, named=True)["exit_month"]
        return f"Loan {loan} left in {month:%B %Y}, not after the issue month {issued_on:%B %Y}."
    return ""
