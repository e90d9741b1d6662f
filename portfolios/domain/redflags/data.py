"""Flags of the data: a month that cannot be right. They silence the others, which would judge wrong numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from portfolios.domain.redflags.flag import DEFAULTS, Flag, FlagKind, Level, Thresholds


@dataclass(frozen=True, slots=True)
class MonthData:
    """A month of a pool as the files tell it; None for what they do not.

    Factors as published. scheduled: the factor without any prepayment. smm: percent. Balances and face in USD.
    tape_balance: the security balance that follows from the servicer's tape.
    """

    factor: Decimal | None
    factor_before: Decimal | None = None
    scheduled: float | None = None
    smm: float | None = None
    loans: int | None = None
    loans_before: int | None = None
    face: Decimal | None = None
    file_balance: Decimal | None = None
    tape_balance: Decimal | None = None
    corrected: bool = False
    negative_amortization: bool = False


def data_flags(month: MonthData, limits: Thresholds = DEFAULTS) -> list[Flag]:
    """What cannot be right in a month. A missing factor is a flag by itself: call when the month is due."""
    if month.factor is None:
        return [_flag("missing", "The factor of this month is not there.", {})]
    found = [*_factor_flags(month, month.factor, limits), *_count_flags(month)]
    found += _balance_flags(month, month.factor, limits)
    if month.corrected:
        found.append(_flag("corrected", "The issuer marks the data of this month as corrected.", {}))
    return found


def _flag(code: str, sentence: str, numbers: dict[str, float]) -> Flag:
    return Flag(code, FlagKind.DATA, Level.RED, sentence, numbers)


def _factor_flags(month: MonthData, factor: Decimal, limits: Thresholds) -> Iterable[Flag]:
    before, scheduled, smm = month.factor_before, month.scheduled, month.smm
    if before is not None and factor > before and not month.negative_amortization:
        yield _flag("rose", f"The factor rose from {before} to {factor}.", _numbers(before=before, factor=factor))
    if factor > 1 and not month.negative_amortization:
        yield _flag("above_one", f"The factor is {factor}, more than 1.", _numbers(factor=factor))
    if scheduled is not None and float(factor) < scheduled * limits.lowest_of_scheduled:
        text = f"The factor fell to {factor} in one month; {scheduled:.8f} was scheduled."
        yield _flag("fell", text, _numbers(factor=factor, scheduled=scheduled))
    if smm is not None and not 0 <= smm <= limits.highest_smm:
        text = f"The SMM is {smm:.2f} %, outside 0 to {limits.highest_smm:g} %."
        yield _flag("smm_range", text, _numbers(smm=smm))


def _count_flags(month: MonthData) -> Iterable[Flag]:
    loans, before = month.loans, month.loans_before
    if loans and month.factor == 0:
        yield _flag("zero_with_loans", f"The factor is 0 while {loans} loans are left.", _numbers(loans=loans))
    if loans is not None and before is not None and loans > before:
        text = f"The number of loans rose from {before} to {loans}."
        yield _flag("loans_rose", text, _numbers(before=before, loans=loans))


def _balance_flags(month: MonthData, factor: Decimal, limits: Thresholds) -> Iterable[Flag]:
    if month.face is None:
        return
    by_factor = month.face * factor
    if month.file_balance is not None:
        allowed = float(month.face) * limits.upb_share_of_face + limits.upb_rounding
        apart = abs(float(month.file_balance - by_factor))
        if apart > allowed:
            text = f"The balance in the file and face times factor are {apart:,.2f} apart; {allowed:,.2f} is allowed."
            yield _flag("balance", text, _numbers(file=month.file_balance, by_factor=by_factor))
    if month.tape_balance is not None and month.loans is not None:
        allowed = limits.tape_difference_per_loan * month.loans
        apart = abs(float(month.tape_balance - (month.file_balance or by_factor)))
        if apart > allowed:
            text = f"The servicer's tape and the security are {apart:,.2f} apart; {allowed:,.2f} is allowed."
            yield _flag("tape", text, _numbers(tape=month.tape_balance, apart=apart, allowed=allowed))


def _numbers(**given: Decimal | float) -> dict[str, float]:
    return {name: float(value) for name, value in given.items()}


def raised(data: list[Flag], others: Iterable[Flag]) -> list[Flag]:
    """The flags to show: those of the data alone where there are any, else all others."""
    return data or list(others)
