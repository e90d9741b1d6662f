"""The true-up: a second statement once the final figures of the closing are known, paid as a difference.

The statement of a closing rests on balances and collections as they were known that day. Payments posted late,
payoffs and curtailments found afterwards, final advances and escrow balances come out in the weeks that follow. The
stored sources on portfolio sales do not describe how that is settled; what stands here is the custom of bulk purchase
agreements (recalled, not read), as announced terms of the sale: within some days after settlement the seller states
final figures, every line is computed again by the same rules, both sides agree, and the difference is paid by wire,
without interest on it. The agreement of a sale is the last word.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from portfolios.domain.settlement.statement import Line, Loan, Terms, statement

PARTS = ("principal", "accrued", "collected", "advances", "escrow", "total")


class TrueUpState(StrEnum):
    MAKING = "making"  # the seller stated final figures; the second statement is being drawn up
    DRAWN = "drawn"  # both sides look at it
    CONTESTED = "contested"  # the buyer says what is wrong with it
    AGREED = "agreed"  # both sides agreed; the difference is to be paid
    PAID = "paid"  # who owes it said that it was sent
    SETTLED = "settled"  # it arrived, or nothing was owed
    WITHDRAWN = "withdrawn"  # the seller took it back


TRUE_UP_TRANSITIONS: dict[TrueUpState, tuple[TrueUpState, ...]] = {
    TrueUpState.MAKING: (TrueUpState.DRAWN, TrueUpState.WITHDRAWN),
    TrueUpState.DRAWN: (
        TrueUpState.MAKING, TrueUpState.CONTESTED, TrueUpState.AGREED, TrueUpState.SETTLED, TrueUpState.WITHDRAWN,
    ),
    TrueUpState.CONTESTED: (TrueUpState.MAKING, TrueUpState.WITHDRAWN),
    TrueUpState.AGREED: (TrueUpState.PAID,),
    TrueUpState.PAID: (TrueUpState.SETTLED, TrueUpState.AGREED),
    TrueUpState.SETTLED: (),
    TrueUpState.WITHDRAWN: (),
}  # fmt: skip
OVER = (TrueUpState.SETTLED, TrueUpState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Final:
    """What is known of a loan in the end, USD and percent; None is what the statement before says."""

    upb: Decimal | None = None
    rate: Decimal | None = None
    paid_to: date | None = None
    collected: Decimal | None = None
    advances: Decimal | None = None
    escrow: Decimal | None = None

    @property
    def told(self) -> Mapping[str, Any]:
        """What is stated, by name."""
        pairs = ((name, getattr(self, name)) for name in self.__slots__)
        return {name: value for name, value in pairs if value is not None}


def final_line(loan: Loan, final: Final, terms: Terms) -> Line:
    """A loan's line by its final figures, at the price that the buyer allocated to it and on the day of settlement.

    A balance of 0 is a loan that was paid off before the cut-off: its price goes back in full.
    """
    (line,) = statement([replace(loan, **final.told)], terms).lines
    return line


def change(before: Line, after: Line) -> dict[str, Decimal]:
    """What a line changed by, part by part, USD; the signs are those of the statement's columns."""
    return {name: getattr(after, name) - getattr(before, name) for name in PARTS}


def difference(changes: Iterable[Mapping[str, Decimal]]) -> Decimal:
    """The true-up in USD, the sum of its lines: above 0 the buyer pays it, below 0 the seller."""
    return sum((each["total"] for each in changes), Decimal(0))
