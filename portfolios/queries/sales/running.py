"""The seller's page of an announced sale: what needs the seller, what is for sale, and who takes part."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from portfolios.domain.sales import EntryKind, SaleStatus
from portfolios.domain.saleterms import Terms
from portfolios.models import Bidder, Question, Sale, SealedBid
from portfolios.queries.bidding.page import MOST_LOCKS, Figure, figures
from portfolios.queries.bidding.receipts import sealed_count
from portfolios.queries.bidding.terms import terms_in_words
from portfolios.queries.sales.drafts import NamedOpener, openers_of
from portfolios.queries.sales.history import Entry, entries
from portfolios.queries.sales.lots import Lots, lots_of
from portfolios.queries.sales.people import Side

LATELY = 5


@dataclass(frozen=True, slots=True)
class Attention:
    """Something that needs the seller, with the way to it."""

    tone: str
    strong: str
    rest: str
    link: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class RunningPage:
    """Everything on the page besides its head. `sealed` is None where the terms keep the number to themselves."""

    lots: Lots
    figures: tuple[Figure, ...]
    terms: list[tuple[str, str]]
    k: int
    sealed: int | None
    bidders: list[Bidder]
    openers: tuple[NamedOpener, ...]
    reserve: SealedBid | None
    attention: list[Attention]
    lately: list[Entry]
    can_cancel: bool

    @property
    def locks(self) -> range:
        return range(min(self.sealed or 0, MOST_LOCKS))


def running_page(sale: Sale, at: datetime) -> RunningPage:
    """The page as of a moment."""
    lots, terms = lots_of(sale), Terms.from_json(sale.terms)
    bidders = list(sale.bidders.select_related("organization"))
    return RunningPage(
        lots=lots,
        figures=figures(lots),
        terms=terms_in_words(sale, by_dollars=any(not row.upb for row in lots.offered)),
        k=terms.k,
        sealed=sealed_count(sale) if terms.count_shown else None,
        bidders=bidders,
        openers=openers_of(sale),
        reserve=reserve_of(sale),
        attention=list(attention(sale, bidders, at)),
        lately=entries(sale, Side.SELLER, without=("told",))[:LATELY],
        can_cancel=sale.status in (SaleStatus.OPEN, SaleStatus.CLOSED),
    )


def reserve_of(sale: Sale) -> SealedBid | None:
    """The reserve that stands, which nobody can read."""
    sealed = SealedBid.objects.filter(sale=sale, round=sale.round, kind=EntryKind.RESERVE).defer("envelope")
    return sealed.select_related("by").order_by("-position").first()


def attention(sale: Sale, bidders: list[Bidder], at: datetime) -> Iterator[Attention]:
    """What needs the seller now, the most pressing first."""
    if sale.status == SaleStatus.OPEN:
        yield from waiting(sale, bidders)
    if sale.bids_due_at is not None and sale.status in (SaleStatus.OPEN, SaleStatus.FINAL_ROUND):
        if at > sale.bids_due_at:
            yield Attention(
                "info", "Bids are no longer taken.", "The record is being closed; then the openers open it."
            )
    elif sale.status == SaleStatus.CLOSED:
        k = Terms.from_json(sale.terms).k
        yield Attention(
            "info", "The record is closed.", f"The bids open as soon as {k} openers have given their parts."
        )
    elif sale.status == SaleStatus.CANCELLED:
        rest = "Sealed bids were deleted and never opened." if sale.announced_at else "It was never announced."
        yield Attention("fatal", "The sale is canceled.", rest)


def waiting(sale: Sale, bidders: list[Bidder]) -> Iterator[Attention]:
    """Questions without an answer, and bidders that wait to be qualified."""
    asked = Question.objects.filter(sale=sale, published_at=None).count()
    if asked:
        strong = "1 question is yours to answer." if asked == 1 else f"{asked} questions are yours to answer."
        url = reverse("portfolios:sale-questions", args=[sale.number])
        yield Attention("warning", strong, "Answers go to every bidder.", "Answer", url)
    stated = [bidder for bidder in bidders if bidder.status == "confidential" and bidder.statement]
    if stated:
        first = stated[0].organization
        strong = (
            f"{first} waits to be qualified." if len(stated) == 1 else f"{len(stated)} bidders wait to be qualified."
        )
        url = reverse("portfolios:sale-bidders", args=[sale.number])
        if len(stated) == 1:
            url = reverse("portfolios:sale-bidder", args=[sale.number, stated[0].pk])
        yield Attention("warning", strong, "Only qualified bidders can seal a bid.", "Read the statement", url)
