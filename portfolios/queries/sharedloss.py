"""What pages of shared losses show: certificates month by month, and what each bid costs the bank and the receiver."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from portfolios.domain.sales import LotStatus
from portfolios.domain.shared_loss import Certificate, Tier, TierPart, certificates, parts_of
from portfolios.domain.sharedlossforms import CERTIFICATE_DAY, CostShare, cost_share, forced_sale_on
from portfolios.models import Offer, Sale, SaleCosts, SharedLossAgreement, SharedLossMonth

NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A month's certificate with what it reported and when it was due."""

    reported: SharedLossMonth
    certificate: Certificate
    due_on: date

    @property
    def month(self) -> date:
        return self.reported.month

    @property
    def amount(self) -> Decimal:
        """What one of the two pays the other."""
        return abs(self.certificate.payment)

    @property
    def late(self) -> bool:
        return self.reported.reported_at.date() > self.due_on


@dataclass(frozen=True, slots=True)
class TierRow:
    """A tier with how much of it is used up, USD."""

    tier: Tier
    end: Decimal | None
    used: Decimal

    @property
    def bank_percent(self) -> Decimal:
        return 100 - self.tier.percent


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """An agreement as it stands: its tiers, its certificates oldest first, and the date a sale can be demanded from."""

    agreement: SharedLossAgreement
    tiers: tuple[TierRow, ...]
    rows: tuple[CertificateRow, ...]
    forced_on: date

    @property
    def cumulative(self) -> Decimal:
        return self.rows[-1].certificate.cumulative if self.rows else NOTHING

    @property
    def paid(self) -> Decimal:
        return sum((row.certificate.payment for row in self.rows), NOTHING)

    @property
    def next_percent(self) -> Decimal:
        """What the receiver bears of the next dollar of loss."""
        return percent_at(self.cumulative, self.agreement.sharing)

    @property
    def first_loss(self) -> Decimal:
        """The first-loss tranche, which the bank bears alone."""
        first = self.tiers[0]
        return first.end or NOTHING if first.tier.percent == 0 else NOTHING

    @property
    def first_loss_left(self) -> Decimal:
        return max(NOTHING, self.first_loss - self.cumulative)


def page_of(agreement: SharedLossAgreement) -> AgreementPage:
    """The agreement with its certificates worked out anew from what was reported."""
    reported = list(agreement.months.select_related("reported_by").order_by("month"))
    tiers = agreement.sharing
    found = certificates([month.figures for month in reported], tiers) if reported else []
    rows = tuple(CertificateRow(month, each, due_on(month.month)) for month, each in zip(reported, found, strict=True))
    cumulative = rows[-1].certificate.cumulative if rows else NOTHING
    return AgreementPage(agreement, tier_rows(tiers, cumulative), rows, forced_sale_on(agreement.terminates_on))


def due_on(month: date) -> date:
    """When the certificate of a month is due: the 15th of the next."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=CERTIFICATE_DAY)


def percent_at(cumulative: Decimal, tiers: tuple[Tier, ...]) -> Decimal:
    """The percent that the next dollar of loss is shared at."""
    return [tier.percent for tier in tiers if tier.start <= max(cumulative, NOTHING)][-1]


def tier_rows(tiers: tuple[Tier, ...], cumulative: Decimal) -> tuple[TierRow, ...]:
    ends = [*(tier.start for tier in tiers[1:]), None]
    return tuple(
        TierRow(tier, end, max(NOTHING, (cumulative if end is None else min(cumulative, end)) - tier.start))
        for tier, end in zip(tiers, ends, strict=True)
    )


def covered_by(sale: Sale) -> SaleCosts | None:
    """The agreement that covers a sale, with what selling costs."""
    return SaleCosts.objects.select_related("agreement__bank").filter(sale=sale).first()


@dataclass(frozen=True, slots=True)
class BidCost:
    """What a bid costs whom, USD, with its working: the balance sold, and the loss tier by tier on top of `before`."""

    share: CostShare
    book: Decimal
    before: Decimal
    parts: tuple[TierPart, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """What the bids of a sale are compared under, USD: the reported losses, and what selling costs in all."""

    before: Decimal
    costs: Decimal
    tiers: tuple[Tier, ...]
    upb: dict[str, Decimal]  # of the lots on offer

    def cost_of(self, offers: Iterable[Offer]) -> BidCost:
        """What offers cost together; costs of selling are split over the lots by their balance."""
        taken = list(offers)
        book = sum((self.upb.get(code, NOTHING) for offer in taken for code in offer.prices), NOTHING)
        whole = sum(self.upb.values(), NOTHING)
        costs = (self.costs * book / whole).quantize(NOTHING) if whole else NOTHING
        price = sum((offer.total for offer in taken), NOTHING)
        share = cost_share(book=book, price=price, costs=costs, before=self.before, tiers=self.tiers)
        return BidCost(share, book, self.before, parts_of(share.loss, self.before, self.tiers))


def scenario_of(sale: Sale) -> Scenario | None:
    """The scenario of a sale: losses reported up to its award, or up to now. None where no agreement covers it."""
    covering = covered_by(sale)
    if covering is None:
        return None
    months = covering.agreement.months.order_by("month")
    if sale.awarded_at is not None:
        months = months.filter(reported_at__lte=sale.awarded_at)
    before = sum((month.losses - month.recoveries for month in months), NOTHING)
    lots = sale.lots.exclude(status=LotStatus.WITHDRAWN).values_list("code", "upb")
    return Scenario(before, covering.costs, covering.agreement.sharing, dict(lots))


def costs_by_offer(sale: Sale) -> dict[int, BidCost]:
    """What each readable offer costs the bank and the receiver by itself, by its key; empty without agreement."""
    found = scenario_of(sale)
    if found is None:
        return {}
    offers = Offer.objects.filter(bid__entry__sale=sale, total__gt=0)
    return {offer.pk: found.cost_of([offer]) for offer in offers}


def cost_together(sale: Sale, offers: Iterable[Offer]) -> BidCost | None:
    """What several offers cost when all win: one may lift another into a higher tier. None without agreement."""
    found = scenario_of(sale)
    return found.cost_of(offers) if found else None


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An opened offer beside what it costs whom."""

    offer: Offer
    bidder: str
    cost: BidCost

    @property
    def share(self) -> CostShare:
        return self.cost.share


def offers_of(sale: Sale) -> list[OfferRow]:
    """The offers of a sale with what they cost, the highest first."""
    costs = costs_by_offer(sale)
    offers = Offer.objects.filter(pk__in=costs).select_related("bid__entry__bidder__organization").order_by("-total")
    return [
        OfferRow(offer, str(bidder.organization), costs[offer.pk])
        for offer in offers
        if (bidder := offer.bid.entry.bidder)
    ]
