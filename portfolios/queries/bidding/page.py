"""The bidder's page of a sale: what is for sale, on which terms, how far the bidder is, and its receipt."""

from dataclasses import dataclass
from datetime import datetime

from config.ui import numbers
from portfolios.domain.saleterms import Terms
from portfolios.models import Addendum, Bidder, Opener
from portfolios.queries.bidding.outcomes import Outcome, outcome_of
from portfolios.queries.bidding.questions import Asked, questions_for
from portfolios.queries.bidding.receipts import Receipt, receipts_of, sealed_count, standing_of
from portfolios.queries.bidding.standing import Standing, standing
from portfolios.queries.bidding.terms import terms_in_words
from portfolios.queries.sales.lots import Lots, lots_of

MOST_LOCKS = 12  # more of them are only counted


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the strip, as people read it."""

    label: str
    value: str
    note: str = ""
    exact: str = ""


@dataclass(frozen=True, slots=True)
class BidderPage:
    """Everything on the page besides its head and the bid panel."""

    lots: Lots
    figures: tuple[Figure, ...]
    terms: list[tuple[str, str]]
    openers: list[Opener]
    k: int
    sealed: int | None
    questions: list[Asked]
    addenda: list[Addendum]
    standing: Standing
    receipts: list[Receipt]
    receipt: Receipt | None
    outdated: bool
    outcome: Outcome | None

    @property
    def locks(self) -> range:
        return range(min(self.sealed or 0, MOST_LOCKS))


def bidder_page(bidder: Bidder, at: datetime) -> BidderPage:
    """The page as of a moment. `outdated` says that the bid that stands prices an earlier tape."""
    sale, lots, receipts = bidder.sale, lots_of(bidder.sale), receipts_of(bidder)
    terms, receipt = Terms.from_json(sale.terms), standing_of(bidder, receipts)
    return BidderPage(
        lots=lots,
        figures=figures(lots),
        terms=terms_in_words(sale, by_dollars=any(not row.upb for row in lots.offered)),
        openers=list(sale.openers.select_related("user__organization")),
        k=terms.k,
        sealed=sealed_count(sale) if terms.count_shown else None,
        questions=questions_for(bidder),
        addenda=list(sale.addenda.order_by("-number")),
        standing=standing(bidder, at, sealed=receipt is not None),
        receipts=receipts,
        receipt=receipt,
        outdated=receipt is not None and receipt.tape_sha256 != sale.tape_sha256,
        outcome=outcome_of(bidder),
    )


def figures(lots: Lots) -> tuple[Figure, ...]:
    """The strip over all lots on offer; a figure that no lot has is left out."""
    whole = lots.whole
    said = (
        Figure("Unpaid balance", numbers.money_short(whole.upb), size_of(lots), numbers.money_cents(whole.upb)),
        Figure("Note rate", numbers.rate(whole.rate), "weighted by balance"),
        Figure("Credit score", numbers.count(whole.score), below(lots, "score_below_680", "below 680")),
        Figure("LTV", numbers.pct1(whole.ltv), below(lots, "ltv_above_80", "above 80%")),
        Figure("DTI", numbers.pct1(total(lots, "dti")), below(lots, "dti_above_45", "above 45%")),
        Figure("30+ days late", numbers.pct1(whole.late), "of balance"),
    )
    return tuple(one for one in said if one.value != numbers.MISSING)


def size_of(lots: Lots) -> str:
    """How many loans, and their average balance."""
    loans = lots.whole.loans
    counted = "1 loan" if loans == 1 else f"{numbers.count(loans)} loans"
    return f"{counted}, average {numbers.money(lots.whole.upb / loans)}" if loans and lots.whole.upb else counted


def below(lots: Lots, name: str, words: str) -> str:
    """The share of balance on the far side of a usual edge: 12.3% above 80%."""
    found = total(lots, name)
    return "" if found is None else f"{numbers.pct1(found)} {words}"


def total(lots: Lots, name: str) -> float | None:
    """A figure of the lots' totals, weighted by balance; None when no lot has it."""
    known = [
        (float(row.lot.summary["totals"][name]), float(row.upb))
        for row in lots.offered
        if row.lot and row.lot.summary.get("totals", {}).get(name) is not None
    ]
    weight = sum(upb for _, upb in known)
    return sum(value * upb for value, upb in known) / weight if weight else None
