"""Awards: what the announced terms lead to, proposed by one person of the seller and confirmed by another."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.policies import NotAllowed
from portfolios.domain import awards as kernel
from portfolios.domain.salerecord import Record, decided_by, moment, offers, outcome
from portfolios.domain.sales import LotStatus, SaleStatus
from portfolios.domain.saleterms import Terms
from portfolios.models import Award, Offer, Sale, SaleEvent
from portfolios.policies import awards as policies
from portfolios.services import salerecords, sealedrecord, settlements

FINAL_HOURS = 24


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """A record as its awards are worked out from it, the terms that decide, and what they lead to."""

    record: Record
    terms: kernel.Sale
    outcome: kernel.Outcome


def worked_out(*, sale: Sale, at: datetime) -> WorkedOut:
    """What the bids lead to now or, once awards are proposed, led to then. NotAllowed where it is not proven."""
    proposed = sale.awards.exists()
    record = salerecords.record_of(sale) if proposed else decided(sale, at)
    try:
        return WorkedOut(record, decided_by(record), outcome(record))
    except kernel.Unsolved as problem:
        raise NotAllowed(f"{problem} Nothing is awarded.") from None


@transaction.atomic
def propose(*, sale: Sale, by: User, at: datetime) -> list[Award]:
    """Propose the awards that pay most by the announced terms; a proposal that nobody confirmed is replaced.

    Raises NotAllowed where no bid can win, or where a tie is left to a further round by the announced rule.
    """
    sale = sealedrecord.locked(sale)
    policies.check_can_propose(by, sale)
    found = outcome(decided(sale, at))
    if found.undecided:
        raise NotAllowed("Bids are tied. By the announced rule the tied bidders bid once more; ask them for it.")
    if not found.awards:
        raise NotAllowed("No conforming bid meets the reserve. Reject all bids to end the sale without an award.")
    sale.awards.filter(confirmed_at=None).delete()
    made = [_propose(sale, each, found, by, at) for each in found.awards]
    facts = {"awards": len(made), "total": str(found.total)}
    SaleEvent.objects.create(sale=sale, at=at, by=by, kind="award_proposed", facts=facts, public=False)
    return made


def _propose(sale: Sale, found: kernel.Award, result: kernel.Outcome, by: User, at: datetime) -> Award:
    award = Award.objects.create(
        sale=sale,
        offer=offer_of(sale, found.bid.code),
        amount=found.amount,
        cover=found.cover.amount if found.cover else None,
        working=working(found, result),
        proposed_by=by,
        proposed_at=at,
    )
    award.lots.set(sale.lots.filter(code__in=found.bid.lots))
    return award


def decided(sale: Sale, at: datetime) -> Record:
    """The record as awards are worked out from it at a moment: offers that were valid only until before it lapsed."""
    return replace(salerecords.record_of(sale), decided_at=moment(at))


def offer_of(sale: Sale, code: str) -> Offer:
    """The row behind the name of an offer."""
    receipt, _, number = code.partition(".")
    return Offer.objects.get(bid__entry__sale=sale, bid__entry__receipt=receipt, number=number)


def working(found: kernel.Award, result: kernel.Outcome) -> dict[str, Any]:
    """How an award came about; offers are named by `receipt.number`.

    `cover`: the best conforming offer of a different bidder for the same lots. `alone`: for each lot of a linked offer
    the best stand-alone one. `instead`: what others could have paid together. `ties`: the sets that paid the same.
    """
    return {
        "cover": _cover(found.cover) if found.cover else None,
        "alone": [_cover(each) for each in found.alone],
        "instead": None if found.instead is None else str(found.instead),
        "instead_offers": list(found.instead_bids),
        "tie_rule": result.tie_rule.value,
        "ties": [list(codes) for codes in result.ties],
        "total": str(result.total),
    }


def _cover(found: kernel.Cover) -> dict[str, Any]:
    return {"lots": sorted(found.lots), "amount": str(found.amount), "offer": found.bid}


@transaction.atomic
def confirm(*, sale: Sale, by: User, at: datetime) -> Sale:
    """The second signature: the sale is awarded, its lots with it, and every bidder may be told."""
    sale = sealedrecord.locked(sale)
    awards = list(sale.awards.filter(confirmed_at=None).select_related("offer__bid__entry"))
    if not awards:
        raise NotAllowed("Nobody has proposed awards yet.")
    for award in awards:
        award.sale = sale
        policies.check_can_confirm(by, award)
    check_still_so(sale, awards, at)
    sale.awards.filter(confirmed_at=None).update(confirmed_by=by, confirmed_at=at)
    sale.lots.filter(awards__in=awards).update(status=LotStatus.AWARDED)
    sale.lots.filter(status=LotStatus.OFFERED).update(status=LotStatus.UNSOLD)
    _move(sale, SaleStatus.OPENED, SaleStatus.AWARDED, awarded_at=at)
    facts = {"awards": len(awards)}  # bidders read this line too; what each of them may know is said elsewhere
    SaleEvent.objects.create(sale=sale, at=at, by=by, kind="awarded", facts=facts)
    for award in sale.awards.select_related("sale__seller").order_by("pk"):
        settlements.begin(award=award, by=by, at=at)
    return sale


def check_still_so(sale: Sale, awards: Sequence[Award], at: datetime) -> None:
    """Nobody signs awards that a cured offer, or one that has lapsed, changed since they were proposed."""
    found = {(each.bid.code, each.amount) for each in outcome(decided(sale, at)).awards}
    if found != {(award.offer.code, award.amount) for award in awards}:
        raise NotAllowed("The bids lead to other awards than were proposed. Propose them again.")


@transaction.atomic
def cure(*, offer: Offer, by: User, at: datetime, note: str) -> Offer:
    """Excuse a defect that can be excused, with the reason for the minutes; a late bid never is."""
    sale = sealedrecord.locked(offer.bid.entry.sale)
    policies.check_can_propose(by, sale)
    if not note.strip():
        raise NotAllowed("Say why the defect is excused; it goes into the minutes.")
    Offer.objects.filter(pk=offer.pk, conforming=False).update(cured_by=by, cured_note=note.strip())
    record = decided(sale, at)
    good, _ = kernel.conforming(decided_by(record), offers(record))
    if offer.code not in {each.code for each in good}:
        raise NotAllowed("This defect cannot be excused: " + " ".join(offer.reasons))
    Offer.objects.filter(pk=offer.pk).update(conforming=True)
    facts = {"offer": offer.code, "reasons": offer.reasons}
    SaleEvent.objects.create(sale=sale, at=at, by=by, kind="bid_cured", note=note.strip(), facts=facts, public=False)
    offer.refresh_from_db()
    return offer


@transaction.atomic
def reject_all(*, sale: Sale, by: User, at: datetime, note: str) -> Sale:
    """End the sale without an award."""
    sale = sealedrecord.locked(sale)
    policies.check_can_reject_all(by, sale)
    sale.awards.filter(confirmed_at=None).delete()
    sale.lots.filter(status=LotStatus.OFFERED).update(status=LotStatus.UNSOLD)
    _move(sale, SaleStatus(sale.status), SaleStatus.NO_AWARD)
    SaleEvent.objects.create(sale=sale, at=at, by=by, kind="all_rejected", note=note.strip())
    return sale


@transaction.atomic
def final_round(*, sale: Sale, by: User, at: datetime, hours: int = FINAL_HOURS) -> Sale:
    """Ask for best and final bids: a further sealed round with the same openers, where the terms announced one.

    A tie that the announced rule leaves to the tied bidders is the other reason for one; then only these bid in it.
    """
    sale = sealedrecord.locked(sale)
    policies.check_can_propose(by, sale)
    found = outcome(decided(sale, at))
    announced = Terms.from_json(sale.terms).best_and_final
    if not (announced or found.undecided):
        raise NotAllowed("The bid instructions did not announce a further round.")
    if sale.round > 1:
        raise NotAllowed("There is one further round only.")
    sale.awards.filter(confirmed_at=None).delete()
    due = {"first_due_at": sale.bids_due_at, "bids_due_at": at + timedelta(hours=hours)}
    _move(sale, SaleStatus.OPENED, SaleStatus.FINAL_ROUND, round=sale.round + 1, **due)
    facts = {"tie": found.undecided, "hours": hours} | ({} if announced else tied(sale, found))
    SaleEvent.objects.create(sale=sale, at=at, by=by, kind="final_round", facts=facts)
    return sale


def tied(sale: Sale, found: kernel.Outcome) -> dict[str, list[int] | list[str]]:
    """Keys of the bidders, and the lots, whose offers are in some of the sets that pay the same and not in all."""
    sets = [set(codes) for codes in found.ties]
    told_apart = set[str]().union(*sets) - set[str].intersection(*sets) if sets else set[str]()
    offers_told = [offer_of(sale, code) for code in told_apart]
    bidders = {offer.bid.entry.bidder_id for offer in offers_told}
    lots = {lot for offer in offers_told for lot in offer.prices}
    return {"among": sorted(key for key in bidders if key is not None), "lots": sorted(lots)}


def _move(sale: Sale, frm: SaleStatus, to: SaleStatus, **changes: object) -> None:
    if not Sale.objects.filter(pk=sale.pk, status=frm).update(status=to, **changes):
        raise NotAllowed("The sale has moved on meanwhile. Load the page again to see where it stands.")
    sale.refresh_from_db()
