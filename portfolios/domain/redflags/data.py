"""Flags of the data: a month that cannot be right. They silence the others, which would judge wrong numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from portfolios.domain.redflags.catalog import TYPES
from portfolios.domain.redflags.flag import DEFAULTS, Flag, FlagKind, Level, Thresholds


@dataclass(frozen=True, slots=True)
class MonthData:
    """A month of a pool as the files tell it; None for what they do not.

    Factors as published. scheduled: the factor without any prepayment. smm: percent. Balances and face in USD.
    recorded_balance: the security's own, to the cent, which its factor of eight places gives only nearly.
    tape_balance: the security balance that follows from the servicer's tape. computed: the factor computed from the
    loans where it is more than 1e-8 from the published one. fatal: sentences of fatal findings on the tape.
    """

    factor: Decimal | None
    factor_before: Decimal | None = None
    scheduled: float | None = None
    smm: float | None = None
    loans: int | None = None
    loans_before: int | None = None
    face: Decimal | None = None
    file_balance: Decimal | None = None
    recorded_balance: Decimal | None = None
    tape_balance: Decimal | None = None
    computed: Decimal | None = None
    fatal: Sequence[str] = ()
    corrected: bool = False
    negative_amortization: bool = False
    overdue: str = ""

    @property
    def ended(self) -> bool:
        """Whether the last loan is gone: its payoff is no impossible speed."""
        return self.factor == 0 and not self.loans


def data_flags(month: MonthData, limits: Thresholds = DEFAULTS) -> list[Flag]:
    """What cannot be right in a month. A missing factor is a flag by itself: call when the month is due."""
    if month.factor is None:
        sentence = month.overdue or "The factor of this month is not there, though later ones are."
        last = {} if month.factor_before is None else _numbers(last_factor=month.factor_before)
        return [_flag("missing", sentence, last)]
    found = [*_factor_flags(month, month.factor, limits), *_count_flags(month)]
    found += _balance_flags(month, month.factor, limits)
    found += _reported_flags(month, month.factor, limits)
    if month.corrected:
        found.append(_flag("corrected", "The issuer marks the data of this month as corrected.", {}))
    return found


def blocking(flags: Iterable[Flag]) -> list[Flag]:
    """Those after which the other flags of the month would judge wrong numbers."""
    return [flag for flag in flags if TYPES[flag.code].blocks]


def raised(data: list[Flag], others: Iterable[Flag]) -> list[Flag]:
    """The flags to show: those of the data alone where one of them blocks, else all."""
    return data if blocking(data) else [*data, *others]


def _flag(code: str, sentence: str, numbers: dict[str, float], level: Level = Level.RED) -> Flag:
    return Flag(code, FlagKind.DATA, level, sentence, numbers)


def _factor_flags(month: MonthData, factor: Decimal, limits: Thresholds) -> Iterable[Flag]:
    before, scheduled, smm = month.factor_before, month.scheduled, month.smm
    if before is not None and factor > before and not month.negative_amortization:
        yield _flag("rose", f"The factor rose from {before} to {factor}.", _numbers(before=before, factor=factor))
    if factor > 1 and not month.negative_amortization:
        yield _flag("above_one", f"The factor is {factor}, more than 1.", _numbers(factor=factor))
    if month.ended:
        return
    if scheduled is not None and float(factor) < scheduled * limits.lowest_of_scheduled:
        text = f"The factor fell to {factor} in one month; {scheduled:.8f} was scheduled."
        yield _flag("fell", text, _numbers(factor=factor, scheduled=scheduled))
    if smm is not None and not limits.lowest_smm <= smm <= limits.highest_smm:
        text = f"The SMM is {smm:.3f}%, outside {limits.lowest_smm:g} to {limits.highest_smm:g}%."
        yield _flag("smm_range", text.replace("-", "−"), _numbers(smm=smm))


def _count_flags(month: MonthData) -> Iterable[Flag]:
    loans, before = month.loans, month.loans_before
    if loans and month.factor == 0:
        left = "1 loan is" if loans == 1 else f"{loans:,} loans are"
        yield _flag("zero_with_loans", f"The factor is 0 while {left} left.", _numbers(loans=loans))
    if loans is not None and before is not None and loans > before:
        text = f"The number of loans rose from {before:,} to {loans:,}."
        yield _flag("loans_rose", text, _numbers(loans_before=before, loans=loans))


def _balance_flags(month: MonthData, factor: Decimal, limits: Thresholds) -> Iterable[Flag]:
    if month.face is None:
        return
    by_factor = month.face * factor
    if month.file_balance is not None:
        allowed = float(month.face) * limits.upb_share_of_face + limits.upb_rounding
        apart = abs(float(month.file_balance - by_factor))
        if apart > allowed:
            text = f"The balance in the file and face times factor are ${apart:,.2f} apart; ${allowed:,.2f} is allowed."
            numbers = _numbers(file=month.file_balance, by_factor=by_factor, apart=apart, allowed=allowed)
            yield _flag("balance", text, numbers)
    if month.tape_balance is not None and month.loans is not None:
        allowed = limits.tape_difference_per_loan * month.loans
        security = month.file_balance or month.recorded_balance or by_factor
        apart = abs(float(month.tape_balance - security))
        if apart > allowed:
            text = f"The servicer's tape and the security are ${apart:,.2f} apart; ${allowed:,.2f} is allowed."
            numbers = _numbers(tape=month.tape_balance, security=security, apart=apart, allowed=allowed)
            yield _flag("tape", text, numbers)


def _reported_flags(month: MonthData, factor: Decimal, limits: Thresholds) -> Iterable[Flag]:
    if month.computed is not None and month.face is not None:
        usd = abs(factor - month.computed) * month.face
        within = usd <= Decimal(str(limits.tape_difference_per_loan)) * (month.loans or 0)
        text = (
            f"Published {factor}, computed from the loans {month.computed}. "
            f"Apart by {abs(factor - month.computed):.8f}, ${usd:,.2f}."
        )
        numbers = _numbers(published=factor, computed=month.computed, difference=factor - month.computed, usd=usd)
        yield _flag("disagrees", text, numbers, Level.AMBER if within else Level.RED)
    if month.fatal:
        more = "" if len(month.fatal) == 1 else f" {len(month.fatal)} fatal findings in all."
        yield _flag("tape_findings", month.fatal[0] + more, _numbers(findings=len(month.fatal)))


def _numbers(**given: Decimal | float) -> dict[str, float]:
    return {name: float(value) for name, value in given.items()}
