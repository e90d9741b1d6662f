"""What a loan owes next month by its schedule, and what became of a pool's principal from one month to the next."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl

from portfolios.domain.poolmonth import still_there, total

CAUSES = ("paid_off", "repurchased", "liquidated", "removed")


def due_next() -> pl.Expr:
    """Balance in USD after the next scheduled payment, rounded half up to cents: level pay over `remaining` months.

    BAL of SF-4 a month on. A loan of unknown rate or term, or none, is due in full with its balance unchanged by it.
    """
    rate, months, balance = pl.col("rate") / 1200.0, pl.col("remaining").cast(pl.Float64), pl.col("balance")
    level = balance * rate / ((1.0 + rate).pow(months) - 1.0)
    principal = pl.when(months <= 1).then(balance).when(rate > 0).then(level).otherwise(balance / months)
    return ((balance - principal.fill_null(0.0)) * 100.0 + 0.5).floor() / 100.0


def between(before: pl.DataFrame, now: pl.DataFrame) -> dict[str, Any]:
    """Principal by cause from the loans of one month to those of the next, as `MonthFigures` names it.

    `now` may hold loans that left, with their cause in `exit`; a loan that is merely gone counts as removed.
    """
    were = still_there(before).select("loan_id", due=due_next(), was="balance")
    there = still_there(now)
    told = now.filter(pl.col("exit").is_not_null()).select("loan_id", cause="exit")
    gone = were.join(there, on="loan_id", how="anti").join(told, on="loan_id", how="left", maintain_order="left")
    gone = gone.with_columns(pl.col("cause").fill_null("removed"))
    entered = there.join(were, on="loan_id", how="anti")
    left = {cause: gone.filter(pl.col("cause") == cause) for cause in CAUSES}
    amounts = {cause: total(rows["due"]) for cause, rows in left.items()}
    due = total(were["due"])
    return {
        "due": due,
        "scheduled": total(were["was"]) - due,
        "curtailed": due + total(entered["balance"]) - total(there["balance"]) - sum(amounts.values(), Decimal(0)),
        **amounts,
        **{f"{cause}_count": rows.height for cause, rows in left.items()},
    }
