"""What a pool's series is made of. Money in USD, rates and speeds in percent, shares in percent, terms in months."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from portfolios.domain.factor import Comparison, RoundingRule
from portfolios.domain.forecast import Outlook
from portfolios.domain.prepayment import Speed
from portfolios.domain.securities import MonthSource
from portfolios.models import Security

SOURCE_WORDS: dict[str, str] = {
    "published": "Published",
    MonthSource.ISSUE: "Issue",
    MonthSource.REMITTANCE: "Servicer’s tape",
    MonthSource.LOANS: "Loans",
    MonthSource.HAND: "Typed in",
}


class Basis(StrEnum):
    """From what the scheduled balance of a speed follows."""

    LOANS = "the loans' own scheduled balances"
    RECORDED = "the rate and terms recorded for the month before"
    CARRIED = "the last rate and terms known, moved on a month a month"


@dataclass(frozen=True, slots=True)
class SpeedInputs:
    """What a speed was computed with: rate, remaining term and loan age at the month's start, and BAL2/BAL1."""

    gross: float
    remaining: float
    age: float
    ratio: float
    basis: Basis

    @property
    def loan_month(self) -> int:
        """The loan month in which the payment falls (SF-6)."""
        return round(self.age) + 1


@dataclass(frozen=True, slots=True)
class Paydown:
    """Principal of a month by its cause, USD; None where the source does not tell."""

    scheduled: Decimal | None
    curtailed: Decimal | None
    paid_off: Decimal | None
    repurchased: Decimal | None
    liquidated: Decimal | None
    removed: Decimal | None

    @property
    def total(self) -> Decimal:
        """The sum of the causes that are told apart."""
        parts = (self.scheduled, self.curtailed, self.paid_off, self.repurchased, self.liquidated, self.removed)
        return sum((part for part in parts if part is not None), Decimal(0))


@dataclass(frozen=True, slots=True)
class EarlierValue:
    """What stood for a month before a correction."""

    factor: Decimal
    source: str
    version: int
    at: datetime | date | None
    file: str = ""


@dataclass(frozen=True, slots=True)
class SeriesMonth:
    """A month of a pool; in a gap all that was observed is None and the two expected paths go on.

    factor: the published one, else the computed one. cpr_three and cpr_twelve are n-month speeds (SF-12), no means.
    scheduled_factor: path from issue without prepayment. due_factor: the last month's factor less scheduled principal.
    """

    month: date
    factor: Decimal | None
    published: Decimal | None
    computed: Decimal | None
    comparison: Comparison | None
    rounding: RoundingRule | None
    change: Decimal | None
    balance: Decimal | None
    file_balance: Decimal | None
    loan_balance: Decimal | None
    loan_count: int | None
    effective_loans: float | None
    wac: float | None
    wam: int | None
    wala: int | None
    scheduled_factor: float
    expected_factor: float
    due_factor: float | None
    smm: float | None
    cpr: float | None
    cpr_three: float | None
    cpr_twelve: float | None
    psa: float | None
    psa_three: float | None
    psa_twelve: float | None
    expected_smm: float
    expected_cpr: float
    expected_cpr_three: float
    late_count: int | None
    late_upb: Decimal | None
    top_state: str
    top_state_share: float | None
    largest_share: float | None
    paydown: Paydown | None
    removed_upb: Decimal | None
    removed_count: int | None
    difference: Decimal | None
    tolerance: Decimal | None
    source: str
    published_on: date | None
    recorded_at: datetime | None
    versions: int
    corrected: bool
    earlier: tuple[EarlierValue, ...]
    findings: tuple[dict[str, Any], ...]
    facts: dict[str, Any]
    inputs: SpeedInputs | None

    @property
    def is_gap(self) -> bool:
        """Whether no source has a factor of this month."""
        return self.factor is None

    @property
    def source_word(self) -> str:
        """Where the factor comes from, in a word or two; empty in a gap."""
        return SOURCE_WORDS.get(self.source, "")

    @property
    def from_forecast(self) -> float | None:
        """The factor less the one forecast at issue."""
        return None if self.factor is None else float(self.factor) - self.expected_factor

    @property
    def late_share(self) -> float | None:
        """Percent of the balance that is 60 days late or more."""
        base = self.loan_balance or self.balance
        return None if self.late_upb is None or not base else 100.0 * float(self.late_upb / base)

    @property
    def above_twice(self) -> bool:
        """Whether the month prepaid at more than twice the forecast speed."""
        return self.cpr is not None and self.cpr > 2.0 * self.expected_cpr > 0


@dataclass(frozen=True, slots=True)
class Series:
    """A pool's months, oldest first and without holes: a month that no source has is a row with `is_gap`.

    forecast_given: whether anybody gave a speed; else 100 PSA, the standard's own benchmark, stands in.
    speed_now: from the last `speed_now_months` months (SF-12); 0 months: no speed was seen and the forecast stands in.
    """

    security: Security
    months: tuple[SeriesMonth, ...]
    latest: SeriesMonth | None
    gaps: tuple[date, ...]
    forecast_speed: Speed
    forecast_given: bool
    speed_now: Speed
    speed_now_months: int
    outlook: Outlook | None
    at_issue: Outlook
    by_month: dict[date, SeriesMonth] = field(repr=False, compare=False)
