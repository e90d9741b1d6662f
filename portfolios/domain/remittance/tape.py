"""A remittance tape in the columns that the month is computed from: one row a loan, amounts in whole cents.

Tapes say different things. Scheduled balances and principal by kind are taken as told; where a tape has only actual
balances and due dates, the rest is worked out of them (see `split`).
"""

from datetime import date

import polars as pl

from loans.domain.purposes import BALANCES
from portfolios.domain.issuing import MONTHS_LATE
from portfolios.domain.terms import month_after

_MONEY = {
    "begins": ("beginning_scheduled_balance",),
    "ends": ("ending_scheduled_balance", "scheduled_upb"),
    "actual": ("ending_actual_balance", "current_upb"),
    "told_scheduled": ("scheduled_principal",),
    "told_curtailed": ("curtailment",),
    "told_payoff": ("payoff_principal",),
    "told_liquidated": ("liquidation_principal",),
    "told_total": ("total_principal",),
    "prepaid": ("prepaid_principal",),
    "delinquent": ("delinquent_principal",),
    "last_installment": ("last_installment_principal",),
    "told_payment": ("current_pi_payment", "initial_pi_payment"),
}


def tape_loans(typed: pl.DataFrame, *, month: date) -> pl.DataFrame:
    """The rows of a typed tape as loans of a month, in the order of the tape.

    Amounts are Int64 cents. `behind` is how many installments a loan is late as of the end of the month by its due
    dates, negative when it is paid ahead, null where the tape has no dates; `months_late` also believes a status.
    """
    return typed.select(
        pl.col("row_no"),
        _text(typed, "loan_id"),
        *(_cents(typed, name, sources) for name, sources in _MONEY.items()),
        _first(typed, "told_rate", ("current_rate", "note_rate"), pl.Float64()),
        _first(typed, "told_remaining", ("remaining_term_months",), pl.Int32()),
        _text(typed, "code", "removal_code"),
        _text(typed, "status", "delinquency_status"),
        behind(typed, month).alias("behind"),
        _late(typed, month).alias("late"),
    )


def months_told(typed: pl.DataFrame) -> list[date]:
    """The months that the tape says it is for, as first days, the commonest first."""
    if "reporting_month" not in typed.columns:
        return []
    firsts = typed["reporting_month"].drop_nulls().dt.month_start()
    return firsts.value_counts(sort=True)["reporting_month"].to_list()


def has(typed: pl.DataFrame, *names: str) -> bool:
    """Whether the tape says anything under one of the names."""
    return any(name in typed.columns and typed[name].null_count() < typed.height for name in names)


def tells_balance(typed: pl.DataFrame) -> bool:
    return has(typed, *BALANCES)


def behind(typed: pl.DataFrame, month: date) -> pl.Expr:
    """Installments unpaid at the end of the month: a current loan's next one falls due on the first of the next."""
    following = month_after(month, 1)
    dates = [("next_due_date", 0), ("last_paid_installment_date", 1)]
    known = [_months_until(name, following) - after for name, after in dates if name in typed.columns]
    if "months_late" in typed.columns:
        known.append(pl.col("months_late").cast(pl.Int32))
    return pl.coalesce(known) if known else pl.lit(None, dtype=pl.Int32)


def _months_until(name: str, month: date) -> pl.Expr:
    when = pl.col(name)
    return ((month.year - when.dt.year()) * 12 + month.month - when.dt.month().cast(pl.Int32)).cast(pl.Int32)


def _late(typed: pl.DataFrame, month: date) -> pl.Expr:
    """Months late: by due dates or as the tape counts them, else at least what the status means."""
    known = [behind(typed, month)]
    if "delinquency_status" in typed.columns:
        of_status = pl.col("delinquency_status").replace_strict(MONTHS_LATE, default=None, return_dtype=pl.Int32)
        known.append(of_status)
    return pl.coalesce(known).clip(lower_bound=0)


def _cents(typed: pl.DataFrame, name: str, sources: tuple[str, ...]) -> pl.Expr:
    known = [pl.col(source) for source in sources if source in typed.columns]
    amount = pl.coalesce(known) if known else pl.lit(None, dtype=pl.Float64)
    return (amount * 100).round(0).cast(pl.Int64, strict=False).alias(name)


def _first(typed: pl.DataFrame, name: str, sources: tuple[str, ...], dtype: pl.DataType) -> pl.Expr:
    known = [pl.col(source).cast(dtype, strict=False) for source in sources if source in typed.columns]
    return (pl.coalesce(known) if known else pl.lit(None, dtype=dtype)).alias(name)


def _text(typed: pl.DataFrame, name: str, source: str = "") -> pl.Expr:
    return _first(typed, name, (source or name,), pl.String())
