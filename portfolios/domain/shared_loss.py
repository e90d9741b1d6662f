"""Losses shared with a receiver: a cumulative step function, paid as its difference from month to month.

The tiers are data of the agreement, never constants: a standard agreement of 2009 shares 80 and then 95 percent, others
a flat 80, and some nothing at all until a first-loss tranche is used up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from portfolios.domain.factor import cents


@dataclass(frozen=True, slots=True)
class Tier:
    """From which cumulative loss in USD the receiver bears which percent."""

    start: Decimal
    percent: Decimal


def check_tiers(tiers: Sequence[Tier]) -> None:
    """ValueError, with the reason, for tiers that are no tiers of an agreement."""
    if not tiers or tiers[0].start != 0:
        raise ValueError("The first tier begins at a cumulative loss of 0.")
    if any(after.start <= before.start for before, after in pairwise(tiers)):
        raise ValueError("Each tier begins above the one before it.")
    if any(not 0 <= tier.percent <= 100 for tier in tiers):
        raise ValueError("A tier's share is between 0 and 100 percent.")


def receivers_share(cumulative: Decimal, tiers: Sequence[Tier]) -> Decimal:
    """What the receiver bears of a cumulative loss in USD, not rounded; nothing of a cumulative gain."""
    ends = [tier.start for tier in tiers[1:]]
    bounds = zip(tiers, [*ends, None], strict=True)
    return sum((_within(cumulative, tier, end) for tier, end in bounds), Decimal(0))


def _within(cumulative: Decimal, tier: Tier, end: Decimal | None) -> Decimal:
    return _room(cumulative, tier, end) * tier.percent / 100


def _room(cumulative: Decimal, tier: Tier, end: Decimal | None) -> Decimal:
    """What of a cumulative loss lies within a tier, USD."""
    upper = cumulative if end is None else min(cumulative, end)
    return max(Decimal(0), upper - tier.start)


@dataclass(frozen=True, slots=True)
class TierPart:
    """What of a further loss falls into one tier, USD; below 0 where a gain takes it back."""

    percent: Decimal
    loss: Decimal

    @property
    def receiver(self) -> Decimal:
        """The receiver's share of this part, not rounded."""
        return self.loss * self.percent / 100


def parts_of(loss: Decimal, before: Decimal, tiers: Sequence[Tier]) -> tuple[TierPart, ...]:
    """A further loss on top of a cumulative one, tier by tier; tiers that it does not touch are left out."""
    bounds = zip(tiers, [*(tier.start for tier in tiers[1:]), None], strict=True)
    parts = [TierPart(tier.percent, _room(before + loss, tier, end) - _room(before, tier, end)) for tier, end in bounds]
    return tuple(part for part in parts if part.loss)


@dataclass(frozen=True, slots=True)
class Month:
    """What the monthly certificate reports, in USD."""

    month: date
    losses: Decimal
    recoveries: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A month's certificate: cumulative net loss, the receiver's share of it, and the payment, cents half up.

    A negative payment goes back to the receiver: it shares recoveries at the percent of the tier they fall in.
    """

    month: date
    cumulative: Decimal
    share: Decimal
    payment: Decimal


def certificates(months: Sequence[Month], tiers: Sequence[Tier]) -> list[Certificate]:
    """The certificates of all months in order; only payments are rounded, and never their running sum."""
    check_tiers(tiers)
    found: list[Certificate] = []
    cumulative, paid = Decimal(0), Decimal(0)
    for month in sorted(months, key=lambda each: each.month):
        cumulative += month.losses - month.recoveries
        share = receivers_share(cumulative, tiers)
        payment = cents(share - paid)
        paid += payment
        found.append(Certificate(month.month, cumulative, share, payment))
    return found


@dataclass(frozen=True, slots=True)
class LossSplit:
    """A further loss split between the bank and the receiver, USD."""

    bank: Decimal
    receiver: Decimal


def split_of(loss: Decimal, before: Decimal, tiers: Sequence[Tier]) -> LossSplit:
    """Who bears a loss on top of a cumulative one: what a low price costs the bank, and what it costs the receiver."""
    receiver = receivers_share(before + loss, tiers) - receivers_share(before, tiers)
    return LossSplit(cents(loss - receiver), cents(receiver))
