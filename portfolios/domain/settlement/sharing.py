"""An amount shared out to the cent."""

from collections.abc import Sequence
from decimal import Decimal

from portfolios.domain.factor import cents


def shared_out(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """USD by weights, to the cent: the parts add up to the amount, and of an amount of at least 0 none is below 0.

    Each part is the difference of two rounded running totals: rounded part by part, the last one could fall below 0.
    Where all weights are 0 the last part has everything.
    """
    if not weights:
        return []
    whole, so_far, parts, given = sum(weights, Decimal(0)), Decimal(0), [], Decimal(0)
    for weight in weights[:-1]:
        so_far += weight
        until = cents(amount * so_far / whole) if whole else Decimal(0)
        parts.append(until - given)
        given = until
    return [*parts, amount - given]
