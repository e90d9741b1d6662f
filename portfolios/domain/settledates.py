"""The day on which a pool's trade settles if nobody says otherwise.

The market settles each class of agency pools on one day a month that SIFMA announces. Its calendar is not kept here:
the business days below are where those days usually fall (recalled, not read), so a page names the date it used and
takes another.
"""

from datetime import date

from portfolios.domain.calendar import business_day
from portfolios.domain.securities import Program
from portfolios.domain.terms import month_after

THIRTY_YEARS, FIFTEEN_YEARS, GINNIE = 9, 12, 13
SHORT = 180  # months at issue
CONVENTION = {
    THIRTY_YEARS: "ninth business day, near class A of SIFMA's calendar",
    FIFTEEN_YEARS: "twelfth business day, near class B of SIFMA's calendar",
    GINNIE: "thirteenth business day, near class C of SIFMA's calendar",
}


def settlement_business_day(program: Program | str, term: int) -> int:
    """Which business day of a month is the usual one for a program and a term at issue in months."""
    if Program(program) in {Program.GINNIE_I, Program.GINNIE_II}:
        return GINNIE
    return FIFTEEN_YEARS if term <= SHORT else THIRTY_YEARS


def usual_settlement(program: Program | str, term: int, *, factor_month: date, today: date) -> date:
    """The usual day of the month after a factor's; of the second one where that day has come. Never more: a pool whose
    factors stopped is not aged by guesses."""
    nth = settlement_business_day(program, term)
    following, later = (business_day(month_after(factor_month, months), nth) for months in (1, 2))
    return later if following <= today < later else following
