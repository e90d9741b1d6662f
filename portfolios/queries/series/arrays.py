"""The records of a pool as arrays: one number a month, NaN where nothing is known."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from portfolios.domain.amortization import scheduled_path
from portfolios.domain.forecast import Outlook
from portfolios.domain.history import FactorHistory, carried_forward
from portfolios.domain.prepayment import Speed, smm_to_cpr
from portfolios.domain.terms import month_after, months_between
from portfolios.models import Security
from portfolios.queries.series.records import MonthRecords

Floats = NDArray[np.float64]

SAME_FACTOR = 1e-8


def month_grid(issued_on: date, known: Collection[date]) -> list[date]:
    """Every month from the first known one to the last; from the issue where the first known one follows it."""
    first = min(known)
    start = issued_on if months_between(issued_on, first) <= 1 else first
    return [month_after(start, months) for months in range(months_between(start, max(known)) + 1)]


def history_of(security: Security, grid: Sequence[date], sources: Sequence[MonthRecords]) -> FactorHistory:
    """Factors, terms in force, and what the loans themselves had due."""
    face = float(security.original_face)
    factor = np.array([factor_of(source, face) for source in sources])
    if grid[0] == security.issued_on and np.isnan(factor[0]):
        factor[0] = 1.0
    elapsed = months_between(security.issued_on, grid[0])
    gross, remaining, age = (recorded(sources, name) for name in ("wac", "wam", "wala"))
    at_start = (float(security.wac), float(security.remaining - elapsed), float(security.age + elapsed))
    for values, first in zip((gross, remaining, age), at_start, strict=True):
        values[0] = first if np.isnan(values[0]) else values[0]
    to_maturity = months_between(grid[0], security.matures_on) - np.arange(len(grid), dtype=float)
    terms = carried_forward(gross, remaining, age, to_maturity=np.maximum(to_maturity, 0.0))
    return FactorHistory(factor, terms, due_ratios(sources, first_balance=security.original_face))


def factor_of(source: MonthRecords, face: float) -> float:
    """The published factor, else the computed balance over the face with all its digits; NaN in a gap."""
    if source.published:
        return float(source.published.row.factor)
    if source.computed is None:
        return np.nan
    rounded, exact = float(source.computed.factor), float(source.computed.balance) / face
    return exact if abs(exact - rounded) <= SAME_FACTOR else rounded


def recorded(sources: Sequence[MonthRecords], name: str) -> Floats:
    """A figure of each month, the published one before the computed one."""
    return np.array([_number(figure(source, name)) for source in sources])


def figure(source: MonthRecords, name: str) -> Any:
    """What the published line says of a month, else what was computed; None where neither says."""
    said = getattr(source.published.row, name) if source.published else None
    if said is None and source.computed is not None:
        return getattr(source.computed, name)
    return said


def _number(value: Decimal | int | None) -> float:
    return np.nan if value is None else float(value)


def due_ratios(sources: Sequence[MonthRecords], first_balance: Decimal) -> Floats:
    """Scheduled over starting balance of each month where both were computed from loans."""
    ratios = np.full(len(sources), np.nan)
    for place in range(1, len(sources)):
        here, before = sources[place].computed, sources[place - 1].computed
        start = before.balance if before else first_balance if place == 1 else None
        if here is not None and here.due is not None and start:
            ratios[place] = float(here.due) / float(start)
    return ratios


@dataclass(frozen=True, slots=True)
class Paths:
    """What was expected, a number a month: factors, SMM and CPR in percent."""

    scheduled: Floats
    expected: Floats
    smm: Floats
    cpr: Floats
    cpr_three: Floats


def paths_of(
    security: Security, grid: Sequence[date], history: FactorHistory, at_issue: Outlook, forecast: Speed
) -> Paths:
    """The path without prepayment and the one forecast at issue.

    Without prepayment: from the loans' own schedules where every month since issue has them, else from the terms.
    """
    start = months_between(security.issued_on, grid[0])
    months = start + len(grid) - 1
    smm = np.concatenate([[0.0], at_issue.smm(forecast, months)])
    scheduled = scheduled_path(at_issue.gross, at_issue.remaining, months)
    if start == 0 and len(grid) > 1 and not np.isnan(history.due[1:]).any():
        scheduled = np.concatenate([[1.0], np.cumprod(history.due[1:])])
    expected = at_issue.path(forecast, months)
    found = (scheduled, expected, smm, smm_to_cpr(smm), cpr_over(smm, 3))
    return Paths(*(values[start:] for values in found))


def cpr_over(smm: Floats, months: int) -> Floats:
    """CPR in percent over the last `months` of a monthly series (SF-12); over fewer where it has only begun.

    The first number is the month of issue, which has no payment.
    """
    left = 1.0 - smm / 100.0
    padded = np.concatenate([np.ones(months - 1), left])
    payments = np.clip(np.arange(len(smm)), 1, months)
    product = sliding_window_view(padded, months).prod(axis=1)
    return np.asarray(100.0 * (1.0 - product ** (12.0 / payments)), dtype=float)
