"""What a buyer pays at settlement (SF-45), in Decimal cents."""

from dataclasses import dataclass
from decimal import Decimal

from portfolios.domain.factor import Amount, cents, exact


def accrued_interest(coupon: float, elapsed: int) -> float:
    """Accrued interest per 100 of current face (SF-46): coupon·N/360, N days (30/360) of the accrual month passed."""
    return coupon * elapsed / 360.0


@dataclass(frozen=True, slots=True)
class Settlement:
    """Principal amount and accrued interest in USD."""

    principal: Decimal
    accrued: Decimal

    @property
    def cost(self) -> Decimal:
        """Total cost, also called settlement amount or net proceeds."""
        return self.principal + self.accrued


def settlement(*, face: Amount, factor: Amount, price: Amount, coupon: Amount, elapsed: int) -> Settlement:
    """Settlement amount (SF-45, SF-46): face·F·price/100, and face·F·coupon/100·N/360, each half up to cents.

    price: percent of current face, without accrued interest. coupon: percent a year. elapsed: N, days on 30/360.
    The factor is that of the month of the settlement; where it is not out yet, settle on the last one and true up.
    """
    current = exact(face) * exact(factor)
    return Settlement(
        principal=cents(current * exact(price) / 100),
        accrued=cents(current * exact(coupon) * elapsed / 36_000),
    )
