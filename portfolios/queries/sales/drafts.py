"""A draft as its seller sees it: its parts, its openers and their keys, and what is missing."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet

from portfolios.domain.lifecycles import WITH_PURCHASER, BundleStatus
from portfolios.domain.sales import LotStatus, SaleStatus
from portfolios.domain.saleterms import Terms, kinds
from portfolios.domain.sealing import decoded, fingerprint
from portfolios.models import Bidder, Bundle, Lot, Opener, Sale
from portfolios.queries.bidding.terms import terms_in_words
from portfolios.queries.sales.lots import Lots, lots_of
from portfolios.queries.sales.needs import Need, needs


@dataclass(frozen=True, slots=True)
class NamedOpener:
    """An opener with the fingerprint of the key that bids will be sealed to; empty until it is made."""

    opener: Opener
    fingerprint: str

    @property
    def ready(self) -> bool:
        return bool(self.fingerprint)


@dataclass(frozen=True, slots=True)
class DraftPage:
    """Everything of a draft, and what the announcement waits for."""

    lots: Lots
    terms: list[tuple[str, str]]
    k: int
    openers: tuple[NamedOpener, ...]
    bidders: tuple[Bidder, ...]
    needs: tuple[Need, ...]

    @property
    def missing(self) -> list[Need]:
        return [need for need in self.needs if need.missing]

    @property
    def keyless(self) -> list[NamedOpener]:
        return [opener for opener in self.openers if not opener.ready]


def draft_page(sale: Sale, at: datetime) -> DraftPage:
    """A draft as of a moment."""
    lots = lots_of(sale)
    return DraftPage(
        lots=lots,
        terms=terms_in_words(sale, by_dollars=any(not row.upb for row in lots.offered)),
        k=Terms.from_json(sale.terms).k,
        openers=openers_of(sale),
        bidders=tuple(sale.bidders.select_related("organization")),
        needs=tuple(needs(sale, at)),
    )


def openers_of(sale: Sale) -> tuple[NamedOpener, ...]:
    found = sale.openers.select_related("user__organization")
    return tuple(NamedOpener(opener, print_of(opener.public_key)) for opener in found)


def print_of(public_key: str) -> str:
    """The fingerprint of a public key, empty for none."""
    return fingerprint(decoded(public_key)) if public_key else ""


def offerable(sale: Sale) -> QuerySet[Bundle]:
    """The seller's bundles that can become a lot: added up, with loans, and offered to nobody else; newest first."""
    gone, ended = (LotStatus.WITHDRAWN, LotStatus.UNSOLD), (SaleStatus.NO_AWARD, SaleStatus.CANCELLED)
    taken = Lot.objects.exclude(bundle=None).exclude(status__in=gone).exclude(sale__status__in=ended)
    here = sale.lots.exclude(bundle=None)
    free = Bundle.objects.filter(lender=sale.seller_id, measured_at__isnull=False, loan_count__gt=F("kicked_out"))
    free = free.exclude(status__in=(*WITH_PURCHASER, BundleStatus.WITHDRAWN)).filter(security=None)
    if "single_bidder" not in kinds()[sale.kind].needs:
        free = free.exclude(status=BundleStatus.APPROVED, purchaser__isnull=False)
    return free.exclude(pk__in=taken.values("bundle")).exclude(pk__in=here.values("bundle")).order_by("-pk")
