"""The sheet of a sale: everything public that a bid is made and sealed from, in a browser, by a command or offline."""

from typing import Any

from portfolios.domain.salerecord import RESERVE, Offered, floors_of, rules_of
from portfolios.domain.sales import LotStatus, PriceUnit
from portfolios.domain.saleterms import Terms
from portfolios.domain.sealing import decoded, fingerprint
from portfolios.models import Bidder, Opener, Sale
from portfolios.queries.ceremonies.further import tied_lots
from portfolios.services import salerecords, sealedrecord

VERSION = 1


def sheet_of(sale: Sale, *, bidder: Bidder | None) -> dict[str, Any]:
    """The sheet for a bidder's next bid, or without one for the seller's reserve; JSON.

    In a further round it names, under `floors`, the bidder's own first bids, and nobody else's. Raises NotAllowed
    where the sale has no deadline yet.
    """
    name = salerecords.bidder_name(bidder) if bidder else RESERVE
    context = sealedrecord.context_of(sale, name, sealedrecord.next_seq(sale, bidder))
    terms = Terms.from_json(sale.terms)
    final = bidder is not None and sale.round > 1
    return {
        "v": VERSION,
        "sale": context.sale,
        "name": sale.name,
        "seller": sale.seller.name,
        "time_zone": sale.time_zone,
        "round": context.round,
        "seq": context.seq,
        "bidder": context.bidder,
        "tape_sha256": context.tape_sha256,
        "deadline": context.deadline,
        "k": terms.k,
        "openers": [_opener(each) for each in sale.openers.order_by("name")],
        "pools": {} if bidder is None else pools_of(sale),
        "floors": floors_of(salerecords.record_of(sale), name) if final else {},
        **rules_of(terms, lots_to_bid_on(sale)),
    }


def lots_to_bid_on(sale: Sale) -> tuple[Offered, ...]:
    """The lots on offer; in a round that a tie asked for those alone that are tied."""
    tied = tied_lots(sale)
    return tuple(lot for lot in salerecords.lots_of(sale) if tied is None or lot.code in tied)


def pools_of(sale: Sale) -> dict[str, dict[str, Any]]:
    """What a yield is worked out from where the price is typed, by lot: note rate in percent and months left, as far as
    the published strata have them."""
    lots = sale.lots.filter(status=LotStatus.OFFERED, unit=PriceUnit.PERCENT).order_by("code")
    totals = {lot.code: lot.summary.get("totals", {}) for lot in lots}
    rated = {code: found for code, found in totals.items() if found.get("rate") is not None}
    return {code: {"rate": found["rate"], "months": found.get("wam")} for code, found in rated.items()}


def _opener(opener: Opener) -> dict[str, str]:
    public = opener.public_key
    return {"name": opener.name, "public": public, "fingerprint": fingerprint(decoded(public)) if public else ""}
