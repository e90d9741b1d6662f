"""The bids of an opened sale as its seller reads them: by what they are for, ranked, each with its fate."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from portfolios.domain.awards import Outcome
from portfolios.domain.awards import Sale as Decided
from portfolios.domain.sales import EntryKind, PriceUnit
from portfolios.models import Offer, OpenedBid, Sale, SaleEvent

Lots = frozenset[str]


@dataclass(frozen=True, slots=True)
class Scope:
    """What an offer is for: one lot, several together, or all; balances and reserves in USD."""

    lots: Lots
    title: str
    upb: Decimal
    reserve: Decimal
    in_percent: bool
    whole: bool

    def price(self, total: Decimal) -> Decimal | None:
        """A total in percent of the balance, as a price is said; None where lots are priced in dollars."""
        return total / self.upb * 100 if self.in_percent and self.upb else None


@dataclass(frozen=True, slots=True)
class Row:
    """One offer: its place among those for the same lots, and how it came about. Amounts in USD, prices in percent."""

    offer: Offer
    bidder: str
    scope: Scope
    rank: int | None = None
    behind: Decimal | None = None
    leading: bool = False
    cover: bool = False
    wins: bool = False
    below_reserve: bool = False

    @property
    def total(self) -> Decimal:
        return self.offer.total

    @property
    def price(self) -> Decimal | None:
        return self.scope.price(self.total) if self.total else None

    @property
    def behind_price(self) -> Decimal | None:
        return self.scope.price(self.behind) if self.behind else None

    @property
    def in_auction(self) -> bool:
        """Whether it is the last price of the open auction, which was said aloud and never sealed."""
        return self.offer.number == 0

    @property
    def round(self) -> int:
        return self.offer.bid.entry.round


@dataclass(frozen=True, slots=True)
class Group:
    """All offers for the same lots, the best first, those that do not conform last."""

    scope: Scope
    rows: tuple[Row, ...]

    @property
    def leader(self) -> Row | None:
        return next((row for row in self.rows if row.leading), None)

    @property
    def cover(self) -> Row | None:
        return next((row for row in self.rows if row.cover), None)

    @property
    def ranked(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.rank)

    @property
    def at_reserve(self) -> int:
        return sum(1 for row in self.ranked if not row.below_reserve)


@dataclass(frozen=True, slots=True)
class Late:
    """A bid that came after the deadline and was refused unopened."""

    bidder: str
    at: datetime
    seconds: float


@dataclass(frozen=True, slots=True)
class OpenedBids:
    """Everything that was opened, and what was not."""

    groups: tuple[Group, ...]
    unread: tuple[OpenedBid, ...]
    late: tuple[Late, ...]
    envelopes: int
    reserve_sealed: bool
    names: Mapping[str, str] = field(default_factory=dict)  # of offers by code

    @property
    def whole(self) -> Group | None:
        return next((group for group in self.groups if group.scope.whole), None)

    def group_of(self, lots: Iterable[str]) -> Group | None:
        wanted = frozenset(lots)
        return next((group for group in self.groups if group.scope.lots == wanted), None)


def opened_bids(sale: Sale, terms: Decided, result: Outcome) -> OpenedBids:
    """The offers of a sale in groups, by the terms that decide and what they lead to."""
    opened = OpenedBid.objects.filter(entry__sale=sale).select_related("entry__bidder__organization")
    bids = [bid for bid in opened if bid.entry.kind == EntryKind.BID]
    offers = list(Offer.objects.filter(bid__in=bids).select_related("bid__entry__bidder__organization", "cured_by"))
    return OpenedBids(
        groups=grouped(offers, terms, result, lot_names(sale)),
        unread=tuple(bid for bid in bids if bid.problem),
        late=late_bids(sale),
        envelopes=len(bids),
        reserve_sealed=any(bid.entry.kind == EntryKind.RESERVE for bid in opened),
        names={offer.code: name_of(offer) for offer in offers},
    )


def name_of(offer: Offer) -> str:
    bidder = offer.bid.entry.bidder
    return bidder.organization.name if bidder else ""


def lot_names(sale: Sale) -> dict[str, str]:
    return dict(sale.lots.values_list("code", "name"))


def grouped(offers: Iterable[Offer], terms: Decided, result: Outcome, names: Mapping[str, str]) -> tuple[Group, ...]:
    """Offers by the lots they are for: the whole first, then single lots, then other sets of several."""
    by_lots: dict[Lots, list[Offer]] = {}
    for offer in offers:
        by_lots.setdefault(frozenset(offer.prices), []).append(offer)
    groups = [group_of(scope_of(lots, terms, names), found, result) for lots, found in by_lots.items()]
    return tuple(sorted(groups, key=place_of))


def place_of(group: Group) -> tuple[bool, bool, str]:
    several = len(group.scope.lots) > 1
    return (not group.scope.whole, several, "".join(sorted(group.scope.lots)))


def scope_of(lots: Lots, terms: Decided, names: Mapping[str, str]) -> Scope:
    """What a set of lots adds up to; codes that the sale does not have count nothing."""
    known = [lot for lot in terms.lots if lot.code in lots]
    whole = len(known) == len(terms.lots) > 1 and len(lots) == len(known)
    return Scope(
        lots=lots,
        title=title_of(lots, names, whole),
        upb=sum((lot.upb for lot in known), Decimal(0)),
        reserve=sum((lot.reserve for lot in known), Decimal(0)),
        in_percent=all(lot.unit is PriceUnit.PERCENT for lot in known),
        whole=whole,
    )


def title_of(lots: Lots, names: Mapping[str, str], whole: bool) -> str:
    if whole:
        return "Whole portfolio"
    if len(lots) == 1:
        code = next(iter(lots))
        return f"{code}. {names[code]}" if code in names else f"Lot {code}"
    return f"Lots {' and '.join(sorted(lots))} together" if lots else "No lot"


def group_of(scope: Scope, offers: Iterable[Offer], result: Outcome) -> Group:
    """The offers of one scope, ranked; of equal totals the earlier stands first and both hold the same rank."""
    good = sorted((each for each in offers if each.conforming), key=order_of)
    bad = sorted((each for each in offers if not each.conforming), key=order_of)
    wins = {award.bid.code for award in result.awards}
    leader = good[0] if good else None
    cover = next((each for each in good if name_of(each) != name_of(good[0])), None)
    rows = [
        Row(
            offer=each,
            bidder=name_of(each),
            scope=scope,
            rank=1 + sum(1 for other in good if other.total > each.total),
            behind=good[0].total - each.total,
            leading=each is leader,
            cover=each is cover,
            wins=each.code in wins,
            below_reserve=each.total < scope.reserve,
        )
        for each in good
    ]
    return Group(scope, (*rows, *(Row(offer=each, bidder=name_of(each), scope=scope) for each in bad)))


def order_of(offer: Offer) -> tuple[Decimal, datetime, int]:
    return (-offer.total, offer.bid.entry.at, offer.number)


def late_bids(sale: Sale) -> tuple[Late, ...]:
    """Bids that were refused because they came late: whose and how late; nobody ever sees what was in them."""
    notes = SaleEvent.objects.filter(sale=sale, kind="late_bid").order_by("at").select_related("by__organization")
    return tuple(
        Late(note.by.organization.name if note.by else "", note.at, float(note.facts.get("seconds", 0)))
        for note in notes
    )
