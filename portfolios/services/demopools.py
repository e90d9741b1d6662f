"""Pools of the demonstration: one issued here with the months of three years, and two that are followed by hand.

Every number is invented from a seed. The loans leave by a hazard that rises where rates and scores make refinancing
pay, and faster in the last two months, so that the pages have something to flag.
"""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl

from accounts.models import User
from loans.services.files import read_parquet
from portfolios.domain.factor import FACTOR_PLACES, pool_factor
from portfolios.domain.forecast import factor_path
from portfolios.domain.loanfile import Exit, pool_months
from portfolios.domain.poolmonth import MonthFigures, measured
from portfolios.domain.prepayment import Speed, SpeedKind
from portfolios.domain.securities import MonthSource
from portfolios.domain.terms import month_after
from portfolios.models import Bundle, Security
from portfolios.services import handmonths, securities
from portfolios.services.poolmonths import record_months
from portfolios.services.redflags import watch

SEED = 20_261_122
MONTHS = 37
RUSH = 2  # last months, in which prepayments more than double
HAZARD = 0.006
LATE_SHARE, PATIENCE = 0.06, 5
FORECAST = {"kind": "PSA", "values": [150]}
HAND_TERMS: dict[str, Any] = {
    "name": "Harbor 30 5.5", "program": "ginnie_ii", "original_face": Decimal(48_500_000), "coupon": Decimal("5.5"),
    "delay_days": 50, "wac": Decimal("6.11"), "remaining": 357, "age": 3, "loan_count": 171,
    "forecast": {"kind": "CPR", "values": [6.0]},
}  # fmt: skip


def issued_pool(*, bundle: Bundle, by: User, at: datetime) -> Security:
    """Issue a bundle in the month of its approval and record its months since."""
    assert bundle.decided_at is not None  # it is approved
    month = bundle.decided_at.date().replace(day=1)
    security = securities.issue(
        bundle=bundle,
        by=by,
        at=bundle.decided_at,
        name=f"PL {month.year}-G{month.month:02d}",
        coupon=Decimal("6.0"),
        issued_on=month,
        delay_days=55,
        program="private",
        forecast=FORECAST,
    )
    loans = with_exits(read_parquet(security.collateral), month)
    months = pool_months(loans, issued_on=month, through=month_after(month, MONTHS - 1))
    recorded = [month_of(one.figures, one.loans, loans, security) for one in months]
    newest = {recorded[-1][0].month: recorded[-1][1]}
    figures = [one for one, _ in recorded[1:]]
    record_months(security=security, months=figures, source=MonthSource.LOANS, by=by, at=at, loans=newest)
    security.refresh_from_db()
    watch(security=security, at=at)
    return security


def with_exits(loans: pl.DataFrame, issued_on: date) -> pl.DataFrame:
    """The loans at issue with the month in which each leaves, its cause, and when it fell behind, all by the seed."""
    draw = np.random.default_rng(SEED)
    incentive = loans["rate"].to_numpy() - float(loans["rate"].mean() or 0)  # type: ignore[arg-type]
    score = (loans["credit_score"].fill_null(720).to_numpy() - 720) / 100
    months = np.arange(1, MONTHS)
    season = np.minimum(months / 18, 1.0) * np.where(months >= MONTHS - RUSH, 2.4, 1.0)
    hazard = np.clip(HAZARD * np.exp(2.5 * incentive + 0.6 * score)[:, None] * season, 0, 0.6)
    leaves = draw.random(hazard.shape) < hazard
    first = np.where(leaves.any(axis=1), leaves.argmax(axis=1) + 1, 0)
    behind = np.where(draw.random(loans.height) < LATE_SHARE, draw.integers(6, MONTHS, loans.height), 0)
    bought = (behind > 0) & (behind + PATIENCE < MONTHS) & ((first == 0) | (behind < first))
    number = np.where(bought, behind + PATIENCE, first)
    return loans.with_columns(
        exit_month=pl.Series([month_after(issued_on, int(n)) if n else None for n in number], dtype=pl.Date),
        exit=pl.Series(np.where(bought, Exit.REPURCHASED.value, Exit.PAID_OFF.value)),
        behind=pl.Series([month_after(issued_on, int(n)) if n else None for n in behind], dtype=pl.Date),
    )


def month_of(
    figures: MonthFigures, left: pl.DataFrame, loans: pl.DataFrame, security: Security
) -> tuple[MonthFigures, pl.DataFrame]:
    """A month with how late its loans are, and its factor by the face of the pool, which is in whole dollars."""
    since = pl.col("behind")
    elapsed = (figures.month.year - since.dt.year()) * 12 + figures.month.month - since.dt.month().cast(pl.Int32)
    late = pl.when(elapsed >= 0).then(elapsed + 1).otherwise(0).fill_null(0).cast(pl.Int32)
    frame = left.join(loans.select("loan_id", late.alias("months_late")), on="loan_id", how="left")
    factor = min(pool_factor(security.original_face, figures.balance), Decimal(1))
    return replace(figures, factor=factor, **measured(frame)), frame


def followed_pool(*, by: User, at: datetime, months: int, faster: float = 1.0) -> Security:
    """Follow a pool by hand with its factors since issue, paid somewhat off the forecast."""
    issued_on = month_after(at.date(), -months)
    draw = np.random.default_rng(SEED + months)
    speed = Speed(SpeedKind.CPR, tuple(6.0 * faster * draw.uniform(0.5, 1.5, months)))
    terms = HAND_TERMS | {"issued_on": issued_on, "matures_on": month_after(issued_on, 360)}
    path = factor_path(1.0, float(terms["wac"]), terms["remaining"], speed.smm(age=terms["age"], months=months))
    factors = {
        month_after(issued_on, at_): Decimal(repr(float(factor))).quantize(FACTOR_PLACES)
        for at_, factor in enumerate(path)
        if at_
    }
    security = handmonths.add_with_factors(organization=by.organization, by=by, at=at, factors=factors, **terms)
    watch(security=security, at=at)
    return security
