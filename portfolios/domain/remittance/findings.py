"""What of a remittance tape does not add up: one finding a loan and cause, with the numbers that show it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl

from portfolios.domain.remittance.limits import Limits
from portfolios.domain.remittance.schedule import Cents
from portfolios.domain.remittance.split import UNKNOWN, Mask, Rows, Split, shows_zero

MOST_OF_A_KIND = 200
"""Findings of one kind that are kept one by one; the month says how many there were."""

FATAL, WARNING, INFORMATIONAL = "fatal", "warning", "informational"

TITLES = {
    "difference": "Loans and security are too far apart",
    "no_loans": "No loan of the pool is on the tape",
    "duplicate": "Loan stands more than once",
    "appeared": "Loan is not of this pool",
    "vanished": "Loan is missing without a cause",
    "zero": "Balance is zero without a cause",
    "rose": "Balance rose",
    "above_schedule": "Balance is above its schedule",
    "ends": "Scheduled balance does not follow from the principal",
    "begins": "Balance of the month before differs",
    "scheduled": "Scheduled principal is not by the schedule",
    "negative": "Principal is negative",
    "over": "Curtailment is more than the balance",
    "total": "Principal does not add up",
    "left": "Principal of a loan that left is not its balance",
    "rate": "Rate changed",
    "payment": "Payment is not by balance, rate and term",
    "remaining": "Remaining term does not fall by a month",
    "status": "Status and due date disagree",
    "blank": "Balance is blank",
    "before": "The month before is missing",
    "other_month": "Tape says another month",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not add up; `loan` is empty where it is about the pool. Numbers in USD, percent or months."""

    code: str
    severity: str
    sentence: str
    loan: str = ""
    field: str = ""
    numbers: dict[str, float] | None = None

    def as_dict(self) -> dict[str, Any]:
        kept = {"code": self.code, "severity": self.severity, "title": TITLES[self.code], "sentence": self.sentence}
        return {**kept, "loan": self.loan, "field": self.field, "numbers": self.numbers or {}}


@dataclass(frozen=True, slots=True)
class Check:
    """One way in which a row can be wrong: where it is, and the sentence with the row's amounts in USD put in."""

    code: str
    severity: str
    field: str
    wrong: Mask
    sentence: str
    amounts: dict[str, Any]


def loan_findings(rows: Rows, found: Split, limits: Limits) -> tuple[list[Finding], dict[str, int]]:
    """Findings about single loans, at most `MOST_OF_A_KIND` of a kind, and how many there were of each kind."""
    checks = [*_balances(rows, found, limits), *_principal(rows, found, limits), *_terms(rows, found, limits)]
    counts = {check.code: int(check.wrong.sum()) for check in checks if check.wrong.any()}
    loans = rows.frame["loan_id"].to_list()
    return [finding for check in checks for finding in _written(check, loans)], counts


def _written(check: Check, loans: Sequence[str]) -> Iterator[Finding]:
    for place in np.flatnonzero(check.wrong)[:MOST_OF_A_KIND]:
        numbers = {name: _number(values[place]) for name, values in check.amounts.items()}
        texts = {name: _shown(name, value) for name, value in numbers.items()}
        sentence = check.sentence.format(loan=loans[place], **texts)
        known = {name: value for name, value in numbers.items() if value is not None}
        yield Finding(check.code, check.severity, sentence, loans[place], check.field, known)


_PLAIN = ("rate", "was_rate", "months", "was_months")


def _number(value: Any) -> float | None:
    return None if value is None or value != value else float(value)


def _shown(name: str, value: float | None) -> str:
    if value is None:
        return "nothing"
    if name in _PLAIN:
        return f"{value:g}"
    return ("−" if value < 0 else "") + f"${Decimal(str(round(abs(value), 2))):,.2f}"


def usd(cents: Cents) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Cents as USD; NaN where nothing is known."""
    return np.where(cents == UNKNOWN, np.nan, cents / 100.0)


def _cents(amount: Decimal) -> int:
    return int(amount * 100)


def _balances(rows: Rows, found: Split, limits: Limits) -> Iterator[Check]:
    rounding = _cents(limits.rounding) * rows.months
    stays = rows.on_tape & found.stays
    known = stays & (found.target != UNKNOWN)
    begins, ends, actual = rows.told("begins"), rows.told("ends"), rows.told("actual")
    before, after = usd(rows.before), usd(found.after)
    zero = rows.on_tape & shows_zero(rows) & (rows.frame["code"].is_null().to_numpy()) & (found.left > 0)
    rose = known & (found.target > rows.before)
    yield Check(
        "vanished", WARNING, "loan_id", ~rows.on_tape,
        "Loan {loan} with {before} is not on the tape and no code says why. It counts as removed, cause unknown.",
        {"before": before},
    )  # fmt: skip
    yield Check(
        "zero", WARNING, "balance", zero,
        "Loan {loan} had {before} and stands at $0.00 without a code.", {"before": before},
    )  # fmt: skip
    yield Check(
        "blank", WARNING, "balance", stays & (ends == UNKNOWN) & (actual == UNKNOWN),
        "Loan {loan} has no balance on the tape. It counts by its schedule, {after}.", {"after": after},
    )  # fmt: skip
    yield Check(
        "rose", FATAL, "balance", rose,
        "Loan {loan} rose from {before} to {shown}. It counts by its schedule, {after}.",
        {"before": before, "shown": usd(found.target), "after": after},
    )  # fmt: skip
    above = known & ~rose & (found.target - found.after > rounding)
    yield Check(
        "above_schedule", WARNING, "balance", above & (ends == UNKNOWN),
        "Loan {loan} stands at {shown} after its late or prepaid installments; by its schedule it is {after}.",
        {"before": before, "shown": usd(found.target), "after": after},
    )  # fmt: skip
    apart = known & ~rose & (ends != UNKNOWN) & (np.abs(found.target - found.after) > rounding)
    yield Check(
        "ends", WARNING, "ending_scheduled_balance", apart,
        "Loan {loan}: {before} less its principal is {after}; the tape has {shown}.",
        {"before": before, "shown": usd(ends), "after": after},
    )  # fmt: skip
    yield Check(
        "begins", WARNING, "beginning_scheduled_balance",
        (rows.months == 1) & (begins != UNKNOWN) & (np.abs(begins - rows.before) > rounding),
        "Loan {loan} begins with {shown} on the tape and ended the month before with {before}.",
        {"before": before, "shown": usd(begins)},
    )  # fmt: skip


def _principal(rows: Rows, found: Split, limits: Limits) -> Iterator[Check]:
    rounding = _cents(limits.rounding)
    scheduled, curtailed, total = (rows.told(name) for name in ("told_scheduled", "told_curtailed", "told_total"))
    payoff, liquidated = rows.told("told_payoff"), rows.told("told_liquidated")
    stays, one = rows.on_tape & found.stays, rows.months == 1
    yield Check(
        "scheduled", WARNING, "scheduled_principal",
        one & stays & (scheduled != UNKNOWN) & (np.abs(scheduled - found.expected) > rounding),
        "Loan {loan}: the schedule gives {expected} of principal, the tape {told}.",
        {"expected": usd(found.expected), "told": usd(scheduled), "before": usd(rows.before)},
    )  # fmt: skip
    for name, told in (("scheduled_principal", scheduled), ("curtailment", curtailed), ("payoff_principal", payoff)):
        yield Check(
            "negative", WARNING, name, one & (told != UNKNOWN) & (told < 0),
            f"Loan {{loan}}: {name.replace('_', ' ')} is {{told}}. It is not counted.", {"told": usd(told)},
        )  # fmt: skip
    yield Check(
        "over", FATAL, "curtailment", one & stays & (curtailed > rows.before - found.scheduled),
        "Loan {loan}: a curtailment of {told} is more than the balance of {before}.",
        {"told": usd(curtailed), "before": usd(rows.before)},
    )  # fmt: skip
    kinds = np.stack((scheduled, curtailed, payoff, liquidated))
    parts = np.where(kinds == UNKNOWN, 0, kinds).sum(axis=0)
    yield Check(
        "total", WARNING, "total_principal",
        one & rows.on_tape & (total != UNKNOWN) & (scheduled != UNKNOWN) & (np.abs(parts - total) > rounding),
        "Loan {loan}: its kinds of principal are {parts} together, the tape says {told}.",
        {"parts": usd(parts), "told": usd(total)},
    )  # fmt: skip
    removal = np.where(payoff > 0, payoff, liquidated)
    misses = np.minimum(np.abs(removal - found.left), np.abs(removal - rows.before)) > rounding
    yield Check(
        "left", WARNING, "payoff_principal", one & ~stays & rows.on_tape & (removal > 0) & misses,
        "Loan {loan} left with {told} of principal; {left} was due besides its schedule.",
        {"told": usd(removal), "left": usd(found.left)},
    )  # fmt: skip


def _terms(rows: Rows, found: Split, limits: Limits) -> Iterator[Check]:
    stays = rows.on_tape & found.stays
    rate, remaining = _floats(rows.frame["told_rate"]), _floats(rows.frame["told_remaining"])
    payment = rows.told("told_payment")
    off = np.abs(payment - rows.terms.payment) > rows.terms.payment * float(limits.payment_share) / 100
    yield Check(
        "rate", WARNING, "rate", stays & (np.abs(rate - rows.terms.rate) > 1e-6),
        "Loan {loan} has a fixed rate of {was_rate}%, the tape says {rate}%.",
        {"was_rate": rows.terms.rate, "rate": rate},
    )  # fmt: skip
    yield Check(
        "payment", WARNING, "payment", stays & (payment != UNKNOWN) & off,
        "Loan {loan} pays {expected} by its terms, the tape says {told}.",
        {"expected": usd(rows.terms.payment), "told": usd(payment)},
    )  # fmt: skip
    left = np.maximum(rows.terms.remaining - rows.months, 0)
    yield Check(
        "remaining", INFORMATIONAL, "remaining", stays & (remaining >= rows.terms.remaining) & (left > 0),
        "Loan {loan} had {was_months} months left and still has {months}.",
        {"was_months": rows.terms.remaining, "months": remaining},
    )  # fmt: skip
    current = (rows.frame["status"] == "Current").fill_null(False).to_numpy()
    yield Check(
        "status", WARNING, "delinquency_status", stays & current & (rows.behind > 0),
        "Loan {loan} is reported as current and is {months} installments behind by its due date.",
        {"months": rows.behind.astype(float)},
    )  # fmt: skip


def _floats(values: pl.Series) -> np.ndarray[Any, np.dtype[np.float64]]:
    return values.cast(pl.Float64).fill_null(np.nan).to_numpy()
