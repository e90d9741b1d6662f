"""Whether a flag still stands for the case that a person explained."""

from collections.abc import Mapping
from math import isclose

from portfolios.domain.redflags.flag import FlagKind

# A number that moved by more than a tenth is another case. Data flags claim that a figure is wrong, so that any other
# figure is another claim. Both are judgment.
MATERIAL = 0.10
EXACT = 1e-12


def same_case(kind: str, before: Mapping[str, float], now: Mapping[str, float]) -> bool:
    """Whether the numbers of a flag are still those that were explained, but for immaterial moves."""
    allowed = EXACT if kind == FlagKind.DATA else MATERIAL
    return before.keys() == now.keys() and all(
        isclose(before[name], now[name], rel_tol=allowed, abs_tol=EXACT) for name in now
    )
