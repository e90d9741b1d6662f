"""A bidder's own result, and of the others only what the announced terms let it see."""

from dataclasses import dataclass
from decimal import Decimal

from config.ui import numbers
from portfolios.domain.sales import SaleStatus
from portfolios.domain.saleterms import Terms
from portfolios.models import Award, Bidder, Offer, OpenedBid, Sale

TOLD = (SaleStatus.AWARDED, SaleStatus.SETTLED, SaleStatus.NO_AWARD)


@dataclass(frozen=True, slots=True)
class Own:
    """One of the bidder's offers and what became of it; `rank` only where the terms publish the cover."""

    offer: Offer
    lots: str
    price: str
    wins: bool
    rank: int | None


@dataclass(frozen=True, slots=True)
class Published:
    """What the terms publish of an award: who won what at which price, and the cover."""

    lots: str
    winner: str
    amount: Decimal
    cover: Decimal | None


@dataclass(frozen=True, slots=True)
class Result:
    """What a bidder is told. `told` is False until the award; until then it knows only that bids were opened."""

    told: bool
    awarded: bool
    own: tuple[Own, ...]
    problems: tuple[str, ...]
    published: tuple[Published, ...]

    @property
    def won(self) -> tuple[Own, ...]:
        return tuple(own for own in self.own if own.wins)

    @property
    def sentence(self) -> str:
        """The result in one sentence."""
        if not self.awarded:
            return "The seller rejected all bids. There is no award."
        if self.won:
            return f"You win {' and '.join(own.lots for own in self.won)}."
        return "Your bid did not win." if self.own or self.problems else "You had no bid that was opened."

    @property
    def lines(self) -> tuple[str, ...]:
        """The rest of it, a line each."""
        mine = tuple(f"Your bid for {own.lots}: {own.price}. {fate(own)}" for own in self.own)
        others = tuple(
            f"{each.lots}: won by {each.winner} at {numbers.money_cents(each.amount)}, "
            f"cover {'none' if each.cover is None else numbers.money_cents(each.cover)}."
            for each in self.published
        )
        return (*mine, *(f"Not opened: {problem}" for problem in self.problems), *others)


def fate(own: Own) -> str:
    if own.wins:
        return "It wins."
    if not own.offer.conforming:
        return f"It does not conform. {' '.join(own.offer.reasons)}"
    return f"It ranked {own.rank} for these lots." if own.rank else "It did not win."


def result_of(sale: Sale, bidder: Bidder) -> Result:
    """What this bidder may know now."""
    told = sale.status in TOLD
    if not told:
        return Result(False, False, (), (), ())
    opened = OpenedBid.objects.filter(entry__sale=sale, entry__bidder=bidder)
    offers = (
        Offer.objects.filter(bid__in=opened).select_related("bid__entry").order_by("bid__entry__position", "number")
    )
    shown = Terms.from_json(sale.terms).cover_published
    won = set(sale.awards.values_list("offer_id", flat=True))
    return Result(
        told=True,
        awarded=sale.status != SaleStatus.NO_AWARD,
        own=tuple(own_of(sale, offer, offer.pk in won, shown) for offer in offers),
        problems=tuple(opened.exclude(problem="").values_list("problem", flat=True)),
        published=winners_of(sale) if shown else (),
    )


def winners_of(sale: Sale) -> tuple[Published, ...]:
    """Who won what; who may read it is decided by the caller."""
    awards = sale.awards.select_related("offer__bid__entry__bidder__organization").order_by("pk")
    return tuple(published_of(award) for award in awards)


def own_of(sale: Sale, offer: Offer, wins: bool, ranked: bool) -> Own:
    better = Offer.objects.filter(
        bid__entry__sale=sale, conforming=True, prices__has_keys=list(offer.prices), total__gt=offer.total
    )
    same = [each for each in better if set(each.prices) == set(offer.prices)] if ranked and offer.conforming else None
    rank = None if same is None else len(same) + 1
    return Own(offer, lots_in_words(offer.prices), numbers.money_cents(offer.total), wins, rank)


def published_of(award: Award) -> Published:
    bidder = award.offer.bid.entry.bidder
    winner = bidder.organization.name if bidder else ""
    return Published(lots_in_words(award.offer.prices), winner, award.amount, award.cover)


def lots_in_words(prices: dict[str, str]) -> str:
    codes = sorted(prices)
    return f"lot {codes[0]}" if len(codes) == 1 else f"lots {', '.join(codes)}"
