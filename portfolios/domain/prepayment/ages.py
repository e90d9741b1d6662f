"""Which age, remaining term and gross rate to compute with, from what an issuer publishes (SF-39 to SF-43).

Use the latest published figures, stepped back or forward one month a month. Published averages may change later, so
keep the ones used beside every speed computed from them.
"""

FULL_TERMS = (180, 360)  # 15 and 30 years: the terms for which the standard bounds the age
ASSUMED_SPREADS = {"Ginnie Mae I": 0.50, "Ginnie Mae II": 0.75, "Fannie Mae": 0.65, "Freddie Mac": 0.65}


def whole_months(average: float) -> int:
    """A weighted average term or age rounded to whole months (SF-42)."""
    return int(average + 0.5)


def loan_age(*, published: float, remaining: float, term: int, pool_age: int | None = None) -> int:
    """Loan age in months from a published one (SF-41): with the remaining term at most the term of 180 or 360 months.

    pool_age: months since issue, for Ginnie Mae pools, whose loan age is at least that (SF-41).
    """
    age = max(whole_months(published), pool_age or 0, 0)
    return min(age, term - whole_months(remaining)) if term in FULL_TERMS else age


def calculated_loan_age(*, term: int, original_remaining: float, elapsed: int, remaining: float | None = None) -> int:
    """CAGE (SF-41): term − remaining term at issue + months since issue, for a pool without a published age.

    At most term − remaining term now, where that is known; never below 0 (a remaining term of 361 at issue).
    """
    age = max(term - whole_months(original_remaining) + elapsed, 0)
    return age if remaining is None else min(age, term - whole_months(remaining))


def remaining_months(average: float, *, to_maturity: int) -> int:
    """Remaining term in months: the published average, at most the months to the pool's maturity."""
    return min(whole_months(average), to_maturity)


def assumed_gross(net: float, issuer: str) -> float:
    """Gross rate in percent where none is published (SF-43): the net rate and a spread. The spreads are of 1999."""
    return net + ASSUMED_SPREADS[issuer]
