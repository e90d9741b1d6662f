"""From the loans of the month before and a tape of this month to the month's figures, loans and findings."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl

from portfolios.domain.factor import pool_factor
from portfolios.domain.issuing import loans_at_issue
from portfolios.domain.loanfile import EXIT_AMOUNTS
from portfolios.domain.poolmonth import LOAN_COLUMNS, MonthFigures, measured, still_there
from portfolios.domain.remittance.findings import FATAL, INFORMATIONAL, MOST_OF_A_KIND, WARNING, Finding, loan_findings
from portfolios.domain.remittance.limits import Limits, limits_of
from portfolios.domain.remittance.reconcile import Reconciliation, reconciled
from portfolios.domain.remittance.schedule import Cents, Terms, payments
from portfolios.domain.remittance.split import CAUSES, MOST_BEHIND, UNKNOWN, Rows, Split, split
from portfolios.domain.remittance.tape import tape_loans
from portfolios.domain.terms import month_after, months_between

FULL_TERM = 360  # months, where a tape does not tell what remains
HIGHEST_RATE = 25.0  # percent: a rate above is a mistake and is not carried on


@dataclass(frozen=True, slots=True)
class Before:
    """The last month known before this one: its security balance in USD and its loans with `LOAN_COLUMNS`."""

    month: date
    balance: Decimal
    loans: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Remitted:
    """A month computed from a tape: its figures, with findings and facts, and the loans that are left."""

    figures: MonthFigures
    loans: pl.DataFrame


def remitted(typed: pl.DataFrame, *, month: date, original_face: Decimal, before: Before, others: int = 0) -> Remitted:
    """Compute a month from a typed remittance tape and the last month known before it.

    Never raises for what the tape says: what cannot be true is a finding, and the loan counts by its schedule.
    `others`: rows of the tape that were left out because they say another month.
    """
    limits = limits_of(month)
    tape, doubled = once(tape_loans(typed, month=month))
    rows = beside(tape, before, months_between(before.month, month), limits)
    found = split(rows, int(limits.rounding * 100))
    balance = min(_usd(found.after), before.balance)
    lines = reconciled(rows, found, balance, limits)
    left = left_loans(rows, found, limits)
    findings, counts = told_findings(rows, found, tape, doubled, before, month, lines, limits)
    findings, counts = [*_other_months(others), *findings], counts | ({"other_month": others} if others else {})
    figures = MonthFigures(
        month=month,
        factor=pool_factor(original_face, balance),
        balance=balance,
        **measured(left),
        **flows(rows, found),
        difference=lines.difference,
        tolerance=lines.tolerance,
        findings=[finding.as_dict() for finding in findings],
        facts={**facts(rows, found, before, counts), "reconciliation": lines.as_dict()},
    )
    return Remitted(figures, left)


def of_other_months(typed: pl.DataFrame, *, month: date) -> tuple[pl.DataFrame, int]:
    """The rows of a month, and how many rows say another; where all of them do, the month that was chosen counts."""
    if "reporting_month" not in typed.columns:
        return typed, 0
    said = typed["reporting_month"].dt.month_start()
    mine = (said == month).fill_null(True)
    differ = typed.height - int(mine.sum())
    return (typed, differ) if differ == typed.height else (typed.filter(mine), differ)


def of_pool(typed: pl.DataFrame, *, names: Collection[str]) -> pl.DataFrame:
    """The rows of one pool where a tape holds several and calls this one by one of its names; else all rows."""
    if "pool_id" not in typed.columns:
        return typed
    known = {name.strip().lower() for name in names if name}
    mine = typed.filter(pl.col("pool_id").str.strip_chars().str.to_lowercase().is_in(sorted(known)))
    return mine if mine.height else typed


def first_month(typed: pl.DataFrame, *, month: date, original_face: Decimal, others: int = 0) -> Remitted:
    """A month from a tape alone, where no loans of an earlier month are known: balances, and no principal by cause."""
    tape, doubled = once(tape_loans(typed, month=month))
    loans = loans_at_issue(typed.filter(pl.col("row_no").is_in(tape["row_no"].implode())), issued_on=month)
    loans = loans.with_columns(balance=pl.Series(_shown(tape) / 100.0), months_late=tape["late"]).drop("servicing")
    there = still_there(loans.with_columns(pl.col("rate").clip(0, HIGHEST_RATE), pl.col("remaining").fill_null(1)))
    figures = measured(there)
    text = "No loans of an earlier month are known. The pool's loans begin here, and its principal is not split."
    findings = [*_other_months(others), Finding("before", INFORMATIONAL, text), *_doubled(doubled)]
    balance = min(figures["loan_balance"], original_face)
    return Remitted(
        MonthFigures(
            month=month,
            factor=pool_factor(original_face, balance),
            balance=balance,
            **figures,
            findings=[finding.as_dict() for finding in findings],
            facts={"basis": "first_tape", "split": "none", "counts": {"before": 1}},
        ),
        there,
    )


def _shown(tape: pl.DataFrame) -> Cents:
    """Scheduled balances as told, else actual ones stepped to the schedule by their due dates."""
    actual = tape["actual"].fill_null(0).to_numpy()
    remaining = tape["told_remaining"].cast(pl.Int64).fill_null(FULL_TERM).to_numpy()
    rate = tape["told_rate"].clip(0, HIGHEST_RATE).fill_null(0.0).to_numpy()
    level = payments(actual, rate, remaining)
    payment = tape["told_payment"].fill_null(UNKNOWN).to_numpy()
    terms = Terms(rate, remaining, np.where(payment > 0, payment, level))
    behind = np.clip(tape["behind"].fill_null(0).cast(pl.Int64).to_numpy(), -MOST_BEHIND, MOST_BEHIND)
    ends = tape["ends"].fill_null(UNKNOWN).to_numpy()
    return np.where(ends != UNKNOWN, np.maximum(ends, 0), terms.stepped(np.maximum(actual, 0), behind))


def once(tape: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The first row of each loan, and the rows that repeat one; rows without a number are left out."""
    named = tape.filter(pl.col("loan_id").is_not_null())
    first = named.unique("loan_id", keep="first", maintain_order=True)
    return first, named.filter(~pl.col("row_no").is_in(first["row_no"].implode()))


def beside(tape: pl.DataFrame, before: Before, months: int, limits: Limits) -> Rows:
    """The loans of the month before, each with its row of the tape where it has one."""
    frame = still_there(before.loans).join(tape, on="loan_id", how="left", maintain_order="left")
    balance = (frame["balance"] * 100).round(0).cast(pl.Int64).to_numpy()
    rate = frame["rate"].cast(pl.Float64).clip(0, HIGHEST_RATE).fill_null(0.0).to_numpy()
    remaining = frame["remaining"].cast(pl.Int64).fill_null(1).to_numpy()
    payment = payment_of(frame, balance, rate, remaining, limits)
    return Rows(frame, balance, Terms(rate, remaining, payment), months)


def payment_of(frame: pl.DataFrame, balance: Cents, rate: Any, remaining: Any, limits: Limits) -> Cents:
    """The payment carried from the month before, else the tape's where it is near the level one, else that."""
    level = payments(balance, rate, remaining)
    told = frame["told_payment"].fill_null(UNKNOWN).to_numpy()
    usable = near(told, level, limits)
    if "payment" not in frame.columns:
        return np.where(usable, told, level)
    carried = (frame["payment"] * 100).round(0).cast(pl.Int64).fill_null(UNKNOWN).to_numpy()
    return np.where(carried != UNKNOWN, carried, np.where(usable, told, level))


def near(told: Cents, level: Cents, limits: Limits) -> np.ndarray:
    return (told != UNKNOWN) & (np.abs(told - level) <= level * float(limits.payment_share) / 100)


def left_loans(rows: Rows, found: Split, limits: Limits) -> pl.DataFrame:
    """The loans that stay as the next month takes them up: balance, rate, remaining term, payment, lateness."""
    told_rate = pl.when(pl.col("told_rate").is_between(0, HIGHEST_RATE)).then(pl.col("told_rate"))
    rate = pl.coalesce(told_rate, pl.Series(rows.terms.rate))
    scheduled_left = pl.Series(np.maximum(rows.terms.remaining - rows.months, 0))
    told_left = pl.when(pl.col("told_remaining") < pl.Series(rows.terms.remaining)).then(pl.col("told_remaining"))
    frame = rows.frame.with_columns(
        balance=pl.Series(found.after / 100.0),
        rate=rate,
        remaining=pl.coalesce(told_left, scheduled_left).clip(0).cast(pl.Int32),
        months_late=pl.col("late"),
    )
    frame = frame.with_columns(payment=pl.Series(next_payment(rows, found, frame, limits) / 100.0))
    if "age" in frame.columns:
        frame = frame.with_columns(age=pl.col("age").cast(pl.Int32) + rows.months)
    names = [name for name in LOAN_COLUMNS if name in frame.columns and name != "exit"]
    return frame.filter(pl.col("balance") > 0).select(*names, "payment")


def next_payment(rows: Rows, found: Split, frame: pl.DataFrame, limits: Limits) -> Cents:
    """The tape's payment where it is the level one of what is left, such as after a recast; else the one so far."""
    remaining = frame["remaining"].cast(pl.Int64).to_numpy()
    level = payments(found.after, frame["rate"].to_numpy(), remaining)
    told = rows.told("told_payment")
    return np.where(near(told, level, limits), told, rows.terms.payment)


def flows(rows: Rows, found: Split) -> dict[str, Any]:
    """Principal of the month by cause, in USD, and the loans that left."""
    scheduled = _usd(found.scheduled)
    told: dict[str, Any] = {
        "due": _usd(rows.before) - scheduled,
        "scheduled": scheduled,
        "curtailed": _usd(found.curtailed),
    }
    for cause, name in EXIT_AMOUNTS.items():
        these = (found.cause == CAUSES[cause]) & (found.left > 0)
        told |= {name: _usd(found.left[these]), f"{name}_count": int(these.sum())}
    return told


def facts(rows: Rows, found: Split, before: Before, counts: dict[str, int]) -> dict[str, Any]:
    """How the month came about, for whoever looks at its figures."""
    staying = int((rows.on_tape & found.stays).sum())
    inferred = int((found.inferred & rows.on_tape).sum())
    return {
        "basis": "remittance",
        "split": "told" if not inferred else "inferred" if inferred == staying else "mixed",
        "inferred_loans": inferred,
        "previous": f"{before.month:%Y-%m}",
        "months": rows.months,
        "beginning": str(_usd(rows.before)),
        "beginning_loans": len(rows.before),
        "counts": counts,
    }


def told_findings(
    rows: Rows,
    found: Split,
    tape: pl.DataFrame,
    doubled: pl.DataFrame,
    before: Before,
    month: date,
    lines: Reconciliation,
    limits: Limits,
) -> tuple[list[Finding], dict[str, int]]:
    """Everything that does not add up: about the pool first, then about its loans."""
    of_loans, counts = loan_findings(rows, found, limits)
    appeared = tape.join(rows.frame.select("loan_id"), on="loan_id", how="anti")
    of_pool = [*_of_pool(rows, lines, before, month), *_doubled(doubled), *_appeared(appeared)]
    counts |= {"duplicate": doubled.height, "appeared": appeared.height}
    counts |= {finding.code: 1 for finding in of_pool if not finding.loan}
    return of_pool + of_loans, {code: count for code, count in counts.items() if count}


def _of_pool(rows: Rows, lines: Reconciliation, before: Before, month: date) -> list[Finding]:
    found = []
    if not lines.holds:
        numbers = {"difference": float(lines.difference), "tolerance": float(lines.tolerance)}
        text = (
            f"The loans come to ${lines.adjusted:,.2f} and the security to ${lines.security:,.2f}: "
            f"${abs(lines.difference):,.2f} apart, ${lines.tolerance:,.2f} is allowed."
        )
        found.append(Finding("difference", FATAL, text, numbers=numbers))
    if len(rows.before) and not rows.on_tape.any():
        text = "None of the pool's loans is on the tape. It may be the tape of another pool."
        found.append(Finding("no_loans", FATAL, text))
    if rows.months > 1:
        first, last = month_after(before.month, 1), month_after(month, -1)
        gap = f"{first:%B %Y}" if first == last else f"{first:%B %Y} to {last:%B %Y}"
        text = f"No tape for {gap}: this month is computed over {rows.months} months from {before.month:%B %Y}."
        found.append(Finding("before", INFORMATIONAL, text, numbers={"months": float(rows.months)}))
    return found


def _other_months(count: int) -> list[Finding]:
    text = f"{count:,} row{'' if count == 1 else 's'} of the tape {'says' if count == 1 else 'say'} another month."
    return [Finding("other_month", WARNING, text, field="reporting_month")] if count else []


def _doubled(doubled: pl.DataFrame) -> list[Finding]:
    return [
        Finding(
            "duplicate", WARNING, f"Loan {loan} stands again in row {row:,}. Its first row counts.", loan, "loan_id"
        )
        for loan, row in doubled.head(MOST_OF_A_KIND).select("loan_id", "row_no").iter_rows()
    ]


def _appeared(appeared: pl.DataFrame) -> list[Finding]:
    text = "Loan {} was not in the pool the month before. It is not counted."
    loans = appeared.head(MOST_OF_A_KIND)["loan_id"]
    return [Finding("appeared", WARNING, text.format(loan), loan, "loan_id") for loan in loans]


def _usd(cents: Cents) -> Decimal:
    return Decimal(int(cents.sum())).scaleb(-2)
