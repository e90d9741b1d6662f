"""Cash flows with defaults, for projection only (SF-17 to SF-20): never to measure what happened.

The sources differ on the balance that defaults are taken from, so the order has a name and belongs beside every result.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from portfolios.domain.amortization import scheduled_path
from portfolios.domain.cashflow.passthrough import PassThrough, monthly_fractions

Floats = NDArray[np.float64]


class DefaultOrder(StrEnum):
    """What comes first in a month: the standard, a handbook's way, and two without a published source."""

    BMA = "defaults on the balance before scheduled principal; prepayments on it after (SF-17 to SF-19)"
    HANDBOOK = "defaults and prepayments on the balance after scheduled principal (handbook; in part assumed)"
    DEFAULTS_FIRST = "defaults, then scheduled principal, then prepayments on the rest (no published source)"
    PREPAYMENTS_FIRST = "scheduled principal, then prepayments, then defaults on the rest (no published source)"


@dataclass(frozen=True, slots=True)
class DefaultAssumption:
    """Months from default to liquidation, loss severity (fraction of the balance at default), advances, order."""

    lag: int
    severity: float
    advances: bool = True
    order: DefaultOrder = DefaultOrder.BMA


@dataclass(frozen=True, slots=True)
class DefaultCashFlows:
    """The columns of the standard's tables (SF-23 to SF-38) by month, in the unit of the balance; month 1 is row 0."""

    performing_balance: Floats
    new_defaults: Floats
    in_foreclosure: Floats
    amort_factor: Floats
    expected_amortization: Floats
    voluntary_prepayments: Floats
    amort_from_defaults: Floats
    actual_amort: Floats
    expected_interest: Floats
    interest_lost: Floats
    actual_interest: Floats
    principal_recovery: Floats
    principal_loss: Floats
    amortized_default_balance: Floats

    @property
    def principal(self) -> Floats:
        """Principal to the investor: amortization (advances on defaulted loans too), prepayments, recoveries."""
        return self.actual_amort + self.amort_from_defaults + self.voluntary_prepayments + self.principal_recovery

    @property
    def cumulative_default(self) -> Floats:
        """Defaults over the life, in the unit of the balance."""
        return self.new_defaults.sum(axis=0)


@dataclass(frozen=True, slots=True)
class _Month:
    """One month of the performing loans: what defaults, amortizes and prepays out of the balance before."""

    defaults: Floats
    amortized: Floats
    prepaid: Floats


def _split(order: DefaultOrder, performing: Floats, kept: Floats, smm: Floats, mdr: Floats) -> _Month:
    """Take a month's balance apart. `kept` is SCH AM(i)/SCH AM(i−1); smm and mdr are fractions."""
    after_schedule = performing * kept
    match order:
        case DefaultOrder.BMA:
            defaults, prepaid = performing * mdr, after_schedule * smm
            amortized = (performing - defaults) * (1.0 - kept)
        case DefaultOrder.HANDBOOK:
            defaults, prepaid = after_schedule * mdr, after_schedule * smm
            amortized = performing - after_schedule
        case DefaultOrder.DEFAULTS_FIRST:
            defaults = performing * mdr
            amortized = (performing - defaults) * (1.0 - kept)
            prepaid = (performing - defaults) * kept * smm
        case DefaultOrder.PREPAYMENTS_FIRST:
            prepaid, amortized = after_schedule * smm, performing - after_schedule
            defaults = (after_schedule - prepaid) * mdr
    room = np.maximum(performing - amortized - defaults, 0.0)
    return _Month(defaults, amortized, np.minimum(prepaid, room))


def _rates_until_lag(mdr: Floats, remaining: ArrayLike, lag: int) -> Floats:
    """No loan defaults so late that it could not be liquidated by the last month (SF-20 note j)."""
    month = np.arange(1, len(mdr) + 1).reshape((-1,) + (1,) * (mdr.ndim - 1))
    return np.where(month > np.asarray(remaining) - lag, 0.0, mdr)


def _lagged(values: Floats, lag: int) -> Floats:
    """The values of `lag` months before, zero in the first months."""
    late = min(lag, len(values))
    return np.concatenate([np.zeros_like(values[:late]), values[: len(values) - late]])


def _default_balance(new_defaults: Floats, path: Floats, assumption: DefaultAssumption) -> Floats:
    """ADB of SF-19: balance at default of what is liquidated this month, less amortization advanced in between."""
    lag, arrived = assumption.lag, _lagged(new_defaults, assumption.lag)
    if not assumption.advances:
        return arrived
    before = np.maximum(_lagged(path[:-1], lag), np.finfo(float).tiny)
    return arrived * path[:-1] / before


def _foreclosure(new_defaults: Floats, default_balance: Floats, kept: Floats, advances: bool) -> Floats:
    """FCL of SF-18: defaulted loans not yet liquidated, at the end of each month."""
    waiting, rows = np.zeros(new_defaults.shape[1:]), []
    for arriving, leaving, ratio in zip(new_defaults, default_balance, kept, strict=True):
        waiting = (arriving + waiting - leaving) * (ratio if advances else 1.0)
        rows.append(waiting)
    return np.array(rows)


def _performing(balance: Floats, kept: Floats, smm: Floats, mdr: Floats, order: DefaultOrder) -> tuple[Floats, _Month]:
    """Performing balance at the start of each month and after the last, and the months' parts, stacked."""
    balances, months = [balance], []
    for row in range(len(kept)):
        month = _split(order, balances[-1], kept[row], smm[row], mdr[row])
        months.append(month)
        balances.append(np.maximum(balances[-1] - month.defaults - month.amortized - month.prepaid, 0.0))
    stacked = _Month(*(np.array([getattr(m, part) for m in months]) for part in ("defaults", "amortized", "prepaid")))
    return np.array(balances), stacked


def default_cash_flows(
    pool: PassThrough, smm: ArrayLike, mdr: ArrayLike, assumption: DefaultAssumption
) -> DefaultCashFlows:
    """Cash flows with defaults by the standard formulas (SF-18, SF-19).

    smm and mdr: percent, a row a month, both of one length. Interest is at the net rate.
    """
    path = scheduled_path(pool.gross, pool.remaining, len(np.asarray(smm)))
    monthly_net = np.asarray(pool.net, dtype=float) / 1200.0
    kept = np.divide(path[1:], path[:-1], out=np.zeros_like(path[1:]), where=path[:-1] > 0)
    prepay = monthly_fractions(smm, path.ndim)
    default = _rates_until_lag(monthly_fractions(mdr, path.ndim), pool.remaining, assumption.lag)
    shape = np.broadcast_shapes(path.shape[1:], prepay.shape[1:], default.shape[1:], np.shape(pool.balance))
    balance = np.broadcast_to(np.asarray(pool.balance, dtype=float), shape)
    balances, parts = _performing(balance, kept, prepay, default, assumption.order)
    liquidated = _default_balance(parts.defaults, path, assumption)
    waiting = _foreclosure(parts.defaults, liquidated, kept, assumption.advances)
    waiting_before = _lagged(waiting, 1)
    loss = np.minimum(_lagged(parts.defaults, assumption.lag) * assumption.severity, liquidated)
    in_default = parts.defaults + waiting_before - liquidated
    return DefaultCashFlows(
        performing_balance=balances[1:],
        new_defaults=parts.defaults,
        in_foreclosure=waiting,
        amort_factor=path[1:],
        expected_amortization=(balances[:-1] + waiting_before - liquidated) * (1.0 - kept),
        voluntary_prepayments=parts.prepaid,
        amort_from_defaults=in_default * (1.0 - kept) if assumption.advances else np.zeros_like(in_default),
        actual_amort=parts.amortized,
        expected_interest=(balances[:-1] + waiting_before) * monthly_net,
        interest_lost=(parts.defaults + waiting_before) * monthly_net,
        actual_interest=(balances[:-1] - parts.defaults) * monthly_net,
        principal_recovery=np.maximum(liquidated - loss, 0.0),
        principal_loss=loss,
        amortized_default_balance=liquidated,
    )
