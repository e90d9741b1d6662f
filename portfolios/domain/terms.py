"""Terms of a pool that is followed: what its agency publishes, and what the standard assumes where it says nothing."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from portfolios.domain.prepayment.ages import FULL_TERMS, assumed_gross
from portfolios.domain.programs import convention
from portfolios.domain.securities import Program

# As SF-43 names them; a private pool gets the widest of the agencies' spreads (chosen here).
ISSUERS = {
    Program.GINNIE_I: "Ginnie Mae I",
    Program.GINNIE_II: "Ginnie Mae II",
    Program.FANNIE_MAE: "Fannie Mae",
    Program.PRIVATE: "Ginnie Mae II",
}
FREDDIE_MAC = "Freddie Mac"


@dataclass(frozen=True, slots=True)
class Reported:
    """Averages of a pool's loans in one month: WAC in percent, WAM and WALA in months; None is not published."""

    month: date
    wac: Decimal | None = None
    wam: int | None = None
    wala: int | None = None


@dataclass(frozen=True, slots=True)
class AtIssue:
    """WAC in percent, WAM and WALA in months at issue; `assumed` says of the others how they were taken."""

    wac: Decimal
    remaining: int
    age: int
    assumed: dict[str, str] = field(default_factory=dict)


def months_between(start: date, end: date) -> int:
    """Whole months from the month of one date to the month of another."""
    return 12 * (end.year - start.year) + end.month - start.month


def month_after(month: date, months: int) -> date:
    """The first of the month that is so many months later."""
    year, at = divmod(12 * month.year + month.month - 1 + months, 12)
    return date(year, at + 1, 1)


def at_issue(
    *, program: Program, coupon: Decimal, issued_on: date, matures_on: date, reported: Reported | None = None
) -> AtIssue:
    """Averages at issue: the earliest published stepped back a month a month (SF-39), else as SF-41 to SF-43 assume."""
    term = max(months_between(issued_on, matures_on), 1)
    assumed: dict[str, str] = {}
    back = months_between(issued_on, reported.month) if reported else 0
    wac = reported.wac if reported and reported.wac is not None else _assumed_wac(program, coupon, assumed)
    if reported and reported.wam is not None:
        remaining = min(reported.wam + back, term)
    else:
        remaining, assumed["remaining"] = term, f"WAM {term}: the months from issue to maturity."
    if reported and reported.wala is not None:
        age = max(reported.wala - back, 0)
    else:
        age = max(_full_term(term) - remaining, 0)
        assumed["age"] = f"WALA {age}: a term of {_full_term(term)} months less the remaining {remaining}."
    return AtIssue(wac, max(remaining, 1), age, assumed)


def _assumed_wac(program: Program, coupon: Decimal, assumed: dict[str, str]) -> Decimal:
    wac = Decimal(str(round(assumed_gross(float(coupon), ISSUERS.get(program, FREDDIE_MAC)), 6)))
    points = f"{(wac - coupon) * 100:.0f}"
    assumed["wac"] = f"WAC {wac:.3f}%: the pass-through rate and {points} basis points, as SF-43 takes it (1999)."
    return wac


def _full_term(months: int) -> int:
    """The usual term that holds so many months: 180 or 360, else the months themselves."""
    return next((term for term in FULL_TERMS if months <= term), months)


def stated_delay(program: Program | str) -> int:
    """Stated delay in days of a program's pools, where no file says otherwise."""
    return convention(program).stated_delay_days
