"""Whether a flag still stands for the case that a person explained."""

from collections.abc import Mapping
from math import isclose

from portfolios.domain.redflags.catalog import TYPES

Values = Mapping[str, float]

# A number that moved by more than a tenth is another case. A flag of the data claims that a figure is wrong, so that
# any other figure is another claim. Both are judgment.
MATERIAL = 0.10
EXACT = 1e-12


def same_case(code: str, before: Values, now: Values) -> bool:
    """Whether the numbers that make the case are those of before, but for immaterial moves either way."""
    case = [name.removeprefix("-") for name in TYPES[code].case]
    allowed = MATERIAL if case else EXACT
    names = case or [*now, *before]
    return all(
        name in before and name in now and isclose(before[name], now[name], rel_tol=allowed, abs_tol=EXACT)
        for name in names
    )


def no_worse(code: str, before: Values, now: Values) -> bool:
    """Whether a later month is at most immaterially worse; never for flags that are of one month alone."""
    case = TYPES[code].case
    return bool(case) and all(_no_worse(name, before, now) for name in case)


def _no_worse(name: str, before: Values, now: Values) -> bool:
    sign, bare = (-1.0, name[1:]) if name.startswith("-") else (1.0, name)
    if bare not in before or bare not in now:
        return False
    return sign * now[bare] <= sign * before[bare] + MATERIAL * abs(before[bare])
