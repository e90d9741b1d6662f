"""What a sale announced about its settlement, frozen when an award is signed; and how far a settlement is."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any

from portfolios.domain.settlement.daycount import DayCount


@dataclass(frozen=True, slots=True)
class ClosingTerms:
    """Cap in percent of the awarded balance, deposits in USD and percent of the price, days from settlement."""

    day_count: DayCount = DayCount.THIRTY_360
    accrues: bool = True
    kick_out_percent: str = "5"
    servicing: str = "released"
    deposit: str = "0.00"
    deposit_percent: str = "0"
    trailing_days: int = 120
    claim_days: int = 365
    true_up_days: int = 60  # the usual number (recalled, not read); 0 is no true-up

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> "ClosingTerms":
        """Terms as stored; names that do not concern the settlement are left out."""
        known = {each.name for each in fields(cls)}
        values = {name: value for name, value in found.items() if name in known}
        if "day_count" in values:
            values["day_count"] = DayCount(values["day_count"])
        return cls(**values)

    def most_out(self, awarded: Decimal) -> Decimal:
        """USD of balance that the buyer may ask to leave out, of an awarded balance."""
        return awarded * Decimal(self.kick_out_percent) / 100

    def deposit_due(self, price: Decimal) -> Decimal:
        """USD that the winner deposits: the larger of the announced amount and the share of its price."""
        share = (price * Decimal(self.deposit_percent) / 100).quantize(Decimal("0.01"))
        return max(Decimal(self.deposit), share)
