"""The pool factor and what is paid by it, in Decimal: eight places for a factor, cents for money, rounded once.

A published factor is never computed over: `compared` says how a computed one stands to it. Half up is what all rows of
Ginnie Mae's sample show (measured); Freddie Mac's glossary says truncated while its file shows half up; Fannie Mae's
rule was not found. So the rule is told apart per issuer and file, not assumed.
"""

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from enum import StrEnum

FACTOR_PLACES = Decimal("0.00000001")
CENT = Decimal("0.01")

Amount = Decimal | int | str | float


def exact(amount: Amount) -> Decimal:
    """The number as written: a float counts with its shortest text, so 0.6325 is 0.6325."""
    return amount if isinstance(amount, Decimal) else Decimal(str(amount))


def cents(amount: Decimal) -> Decimal:
    """USD rounded half up to cents."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def pool_factor(original_face: Amount, current: Amount) -> Decimal:
    """Outstanding over original principal (SF-4), eight decimals half up. Both in USD; ValueError without a face."""
    face = exact(original_face)
    if face <= 0:
        raise ValueError("The original face must be more than 0 to give a factor.")
    return (exact(current) / face).quantize(FACTOR_PLACES, rounding=ROUND_HALF_UP)


def current_face(original_face: Amount, factor: Amount) -> Decimal:
    """Original face in USD times the factor, cents half up: 100,000 at 0.6325 is 63,250.00."""
    return cents(exact(original_face) * exact(factor))


def principal_paid(face: Amount, factor_before: Amount, factor_after: Amount) -> Decimal:
    """Principal in USD of a month, cents half up: face·(F before − F after) (SF-47)."""
    return cents(exact(face) * (exact(factor_before) - exact(factor_after)))


def interest_paid(face: Amount, factor_before: Amount, coupon: Amount) -> Decimal:
    """Interest in USD of a month, cents half up: face·F before·coupon/1200 (SF-47). Coupon in percent a year."""
    return cents(exact(face) * exact(factor_before) * exact(coupon) / 1200)


def paydown_gain(face: Amount, factor_before: Amount, factor_after: Amount, book_price: Amount) -> Decimal:
    """Gain (+) or loss (−) in USD on principal paid back at par that stands in the books at a price in percent."""
    paid = exact(face) * (exact(factor_before) - exact(factor_after))
    return cents(paid * (100 - exact(book_price)) / 100)


def estimated_factor(last_factor: Amount, coupon: Amount, days: int) -> Decimal:
    """Factor of an accrual bond that is not out yet (SF-47): F0·(1 + coupon/100·days/360), eight decimals half up."""
    grown = exact(last_factor) * (1 + exact(coupon) / 100 * days / 360)
    return grown.quantize(FACTOR_PLACES, rounding=ROUND_HALF_UP)


class RoundingRule(StrEnum):
    """By which rule a published factor follows from its balances."""

    EITHER = "half up or truncated"
    HALF_UP = "half up"
    TRUNCATED = "truncated"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A published factor beside the computed one; `agrees` within 1e-8."""

    published: Decimal
    computed: Decimal
    rule: RoundingRule

    @property
    def difference(self) -> Decimal:
        """Published less computed."""
        return self.published - self.computed

    @property
    def agrees(self) -> bool:
        """Whether the two are at most one unit of the eighth decimal apart."""
        return abs(self.difference) <= FACTOR_PLACES


def compared(published: Amount, original_face: Amount, current: Amount) -> Comparison:
    """Hold a published factor against balances in USD and name the rounding rule that explains it."""
    seen = exact(published)
    half_up = pool_factor(original_face, current)
    truncated = (exact(current) / exact(original_face)).quantize(FACTOR_PLACES, rounding=ROUND_DOWN)
    return Comparison(seen, half_up, _rule(seen, half_up, truncated))


def _rule(seen: Decimal, half_up: Decimal, truncated: Decimal) -> RoundingRule:
    if seen == half_up:
        return RoundingRule.EITHER if half_up == truncated else RoundingRule.HALF_UP
    return RoundingRule.TRUNCATED if seen == truncated else RoundingRule.UNKNOWN
