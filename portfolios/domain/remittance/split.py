"""Principal of a month, loan by loan and cause by cause, in whole cents.

Scheduled principal counts whether or not it was collected. What the tape tells is taken where it can be true; the rest
is worked out of balances and due dates, and the month says that it was.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from portfolios.domain.loanfile import Exit
from portfolios.domain.remittance.schedule import Cents, Terms

Mask = NDArray[np.bool_]
UNKNOWN = -(2**60)
"""Stands in an array of cents where the tape says nothing; no sum of two of them overflows."""

STAYS = 0
CAUSES = {cause: place for place, cause in enumerate(Exit, start=1)}
"""Causes as small numbers, so that arrays hold them; 0 is a loan that stays."""

LEFT = {cause.value: place for cause, place in CAUSES.items()} | {"Substituted": CAUSES[Exit.REPURCHASED]}


@dataclass(frozen=True, slots=True)
class Rows:
    """The loans of the month before beside their rows of the tape (`on_tape`), as arrays; amounts in cents."""

    frame: pl.DataFrame
    before: Cents
    terms: Terms
    months: int

    def told(self, name: str) -> Cents:
        """An amount of the tape; `UNKNOWN` where it says nothing."""
        return self.frame[name].fill_null(UNKNOWN).to_numpy()

    @property
    def on_tape(self) -> Mask:
        return self.frame["row_no"].is_not_null().to_numpy()

    @property
    def behind(self) -> NDArray[np.int64]:
        """Installments behind by due dates; a loan without dates, or with impossible ones, counts as current."""
        counted = self.frame["behind"].fill_null(0).cast(pl.Int64)
        return np.where(np.abs(counted) <= MOST_BEHIND, counted, 0)


MOST_BEHIND = 120
"""Installments: a due date further away is a mistake."""


@dataclass(frozen=True, slots=True)
class Split:
    """What became of each loan, in cents: scheduled, curtailed and left add up to before less after."""

    scheduled: Cents
    curtailed: Cents
    left: Cents
    after: Cents
    cause: NDArray[np.int64]  # one of CAUSES, or STAYS
    expected: Cents  # scheduled principal by the schedule
    target: Cents  # balance after that the tape shows, on the schedule's footing; UNKNOWN where it shows none
    inferred: Mask  # staying loans whose principal the tape did not tell

    @property
    def stays(self) -> Mask:
        return self.cause == STAYS


def split(rows: Rows, rounding: int) -> Split:
    """Take the principal of each loan apart. `rounding`: cents a payment that are no curtailment."""
    expected = rows.before - rows.terms.after(rows.before, rows.months)
    cause = causes(rows, expected)
    gone = cause != STAYS
    scheduled, curtailed, target, inferred = _staying(rows, expected, rounding * rows.months)
    scheduled = np.where(gone, _scheduled_of_gone(rows, expected), scheduled)
    curtailed = np.where(gone, 0, curtailed)
    left = np.where(gone, rows.before - scheduled, 0)
    after = rows.before - scheduled - curtailed - left
    return Split(scheduled, curtailed, left, after, cause, expected, target, inferred & ~gone)


def causes(rows: Rows, expected: Cents) -> NDArray[np.int64]:
    """Why each loan left: by its code, else by a payoff told, a balance of zero, or its absence from the tape."""
    told = np.array([LEFT.get(code, STAYS) for code in rows.frame["code"]], dtype=np.int64)
    zero = shows_zero(rows) & (expected < rows.before) & (told == STAYS)
    of_zero = np.where(rows.told("told_liquidated") > 0, CAUSES[Exit.LIQUIDATED], CAUSES[Exit.OTHER])
    of_zero = np.where(rows.told("told_payoff") > 0, CAUSES[Exit.PAID_OFF], of_zero)
    told = np.where(zero, of_zero, told)
    return np.where(rows.on_tape, told, CAUSES[Exit.OTHER])


def shows_zero(rows: Rows) -> Mask:
    """Loans that the tape has with a balance of zero."""
    ends, actual = rows.told("ends"), rows.told("actual")
    return np.where(ends != UNKNOWN, ends == 0, actual == 0)


def _scheduled_of_gone(rows: Rows, expected: Cents) -> Cents:
    """A loan that left paid its scheduled principal first, as told or by its schedule; some tapes leave it at zero."""
    told = rows.told("told_scheduled")
    return np.where(_credible(rows, told) & (told > 0), told, expected)


def _credible(rows: Rows, told: Cents) -> Mask:
    """Whether an amount of principal can be true; over several months the tape tells only the last of them."""
    return (rows.months == 1) & (told >= 0) & (told <= rows.before)


def _staying(rows: Rows, expected: Cents, rounding: int) -> tuple[Cents, Cents, Cents, Mask]:
    """Scheduled, curtailed, the balance that the tape shows, and which loans were worked out of their balances."""
    target = shown_balance(rows)
    told = rows.told("told_scheduled")
    has_scheduled = _credible(rows, told)
    scheduled = np.where(has_scheduled, told, expected)
    over = np.where(target == UNKNOWN, 0, rows.before - scheduled - target)
    settled = ~has_scheduled & (target != UNKNOWN) & (np.abs(over) <= rounding)
    within = settled & (scheduled + over >= 0) & (scheduled + over <= rows.before)
    scheduled = np.where(within, scheduled + over, scheduled)
    curtailment, has_curtailment = _told_curtailment(rows, scheduled)
    by_balance = np.where(within, 0, np.maximum(over, 0))
    curtailed = np.where(has_curtailment, np.maximum(curtailment, 0), by_balance)
    curtailed = np.clip(curtailed, 0, rows.before - scheduled)
    return scheduled, curtailed, target, ~has_scheduled & ~has_curtailment


def _told_curtailment(rows: Rows, scheduled: Cents) -> tuple[Cents, Mask]:
    """The curtailment as told, or what the principal remitted has beyond the scheduled one."""
    told, total = rows.told("told_curtailed"), rows.told("told_total")
    own = (rows.months == 1) & (told != UNKNOWN)
    by_total = (rows.months == 1) & ~own & (total != UNKNOWN) & (rows.told("told_scheduled") != UNKNOWN)
    return np.where(own, told, np.where(by_total, total - scheduled, 0)), own | by_total


def shown_balance(rows: Rows) -> Cents:
    """The balance that the tape shows on the footing of the schedule: the scheduled one, else the actual one stepped.

    An actual balance that did not move, on a loan without due dates, is a payment that was not made: it is no balance
    to compare with.
    """
    ends, actual = rows.told("ends"), rows.told("actual")
    undated = rows.frame["behind"].is_null().to_numpy()
    unmoved = undated & (actual == rows.before) & (actual > 0)
    stepped = rows.terms.stepped(np.maximum(actual, 0), rows.behind)
    return np.where(ends != UNKNOWN, ends, np.where((actual == UNKNOWN) | unmoved, UNKNOWN, stepped))
