"""The sealed record of a sale: what was received, in order, each entry chained to the one before.

Every write holds the sale's row, so positions and hashes never part ways, and the deadline is compared with the clock
that the caller read after the last byte.
"""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from accounts.policies import NotAllowed
from portfolios.domain.salerecord import RESERVE, moment, withdrawal_receipt
from portfolios.domain.sales import TAKES_BIDS, EntryKind, SaleStatus
from portfolios.domain.saleterms import Terms
from portfolios.domain.sealing import GENESIS, Context, Entry, Envelope, NotAnEnvelope, chained, receipt_of, verified
from portfolios.models import Bidder, Sale, SaleEvent, SealedBid
from portfolios.policies import bids as policies
from portfolios.services.clocks import TooEarly, by_the_clock
from portfolios.services.salerecords import bidder_name

ENTERED_WITHIN = timedelta(seconds=2)  # after its last byte a bid waits at most so long for those ahead of it
MOST_BYTES = 128 * 1024  # three of five openers need 10 KB for a bid of one block


def receive(*, bidder: Bidder, envelope: bytes, by: User, at: datetime) -> SealedBid:
    """Take a sealed bid, or refuse it with the reason; one that came late leaves a note of how late it was.

    The note is written outside of the refused transaction and is shown to nobody before the bids are opened.
    """
    try:
        return submit(bidder=bidder, envelope=envelope, by=by, at=at)
    except policies.TooLate:
        note_late(bidder=bidder, by=by, at=at, size=len(envelope))
        raise


def note_late(*, bidder: Bidder, by: User, at: datetime, size: int) -> SaleEvent:
    """Note that a bid came after the deadline: whose, how many seconds late, and its size; never the bid itself."""
    due = bidder.sale.bids_due_at or at
    facts = {"bidder": bidder_name(bidder), "seconds": f"{(at - due).total_seconds():.3f}", "bytes": size}
    return SaleEvent.objects.create(sale=bidder.sale, at=at, by=by, kind="late_bid", facts=facts, public=False)


@transaction.atomic
def submit(*, bidder: Bidder, envelope: bytes, by: User, at: datetime) -> SealedBid:
    """Take a sealed bid; a later one of the same bidder supersedes it. Raises NotAllowed with the reason.

    The same bytes sent again give the same entry, so a bidder who lost the answer can ask again.
    """
    sale = locked(bidder.sale)
    bidder.sale = sale
    receipt = receipt_of(envelope)
    if known := SealedBid.objects.filter(sale=sale, receipt=receipt, bidder=bidder).first():
        return _still_counts(sale, known)
    policies.check_can_bid(by, bidder, at)
    expected = context_of(sale, bidder_name(bidder), next_seq(sale, bidder))
    check_envelope(sale, envelope, expected)
    return append(sale, EntryKind.BID, envelope, receipt, by=by, at=at, bidder=bidder, seq=expected.seq)


def _still_counts(sale: Sale, known: SealedBid) -> SealedBid:
    """An entry that was sent again; NotAllowed where it no longer counts, so that nobody believes that it stands."""
    if SealedBid.objects.filter(sale=sale, bidder=known.bidder, position__gt=known.position).exists():
        raise NotAllowed("This envelope was received before and was replaced or withdrawn since. Seal the bid anew.")
    return known


@transaction.atomic
def withdraw(*, bidder: Bidder, by: User, at: datetime) -> SealedBid:
    """Withdraw the bidder's bid: a line in the record, never a deletion."""
    sale = locked(bidder.sale)
    bidder.sale = sale
    policies.check_can_bid(by, bidder, at)
    if standing(sale).get(bidder.pk) is None:
        raise NotAllowed("There is no bid to withdraw.")
    seq = next_seq(sale, bidder)
    receipt = withdrawal_receipt(sale.number, sale.round, bidder_name(bidder), seq)
    return append(sale, EntryKind.WITHDRAWAL, b"", receipt, by=by, at=at, bidder=bidder, seq=seq)


@transaction.atomic
def reserve(*, sale: Sale, envelope: bytes, by: User, at: datetime) -> SealedBid:
    """Take the seller's reserve, sealed like a bid; a later one supersedes it."""
    sale = locked(sale)
    policies.check_can_reserve(by, sale, at)
    expected = context_of(sale, RESERVE, next_seq(sale, None))
    check_envelope(sale, envelope, expected)
    return append(sale, EntryKind.RESERVE, envelope, receipt_of(envelope), by=by, at=at, seq=expected.seq)


@transaction.atomic
def close(*, sale: Sale, at: datetime) -> bool:
    """Close the record once its deadline passed, and fix its head and length; False when there was nothing to close.

    It waits a moment for bids whose last byte came in time and that are still being entered.
    """
    sale = locked(sale)
    if sale.status not in TAKES_BIDS or sale.bids_due_at is None or at < sale.bids_due_at + ENTERED_WITHIN:
        return False
    entries = chain_of(sale)
    head = verified(entries)
    with by_the_clock(TooEarly("The deadline is still to come. The record is closed after it.")):
        moved = Sale.objects.filter(pk=sale.pk, status=sale.status).update(
            status=SaleStatus.CLOSED, closed_head=head, closed_count=len(entries)
        )
    SaleEvent.objects.create(sale=sale, at=at, kind="closed", facts={"head": head, "entries": len(entries)})
    return bool(moved)


def locked(sale: Sale) -> Sale:
    """The sale as it stands, held by this transaction."""
    return Sale.objects.select_for_update(of=("self",), no_key=True).get(pk=sale.pk)


def context_of(sale: Sale, name: str, seq: int) -> Context:
    """What the next envelope must be sealed for."""
    if sale.bids_due_at is None:
        raise NotAllowed("This sale has no deadline yet.")
    return Context(sale.number, sale.round, name, seq, sale.tape_sha256, moment(sale.bids_due_at))


def next_seq(sale: Sale, bidder: Bidder | None) -> int:
    """The number of a bidder's next entry in this round; of the reserve without a bidder."""
    return SealedBid.objects.filter(sale=sale, round=sale.round, bidder=bidder).count() + 1


def check_envelope(sale: Sale, data: bytes, expected: Context) -> None:
    """Refuse, with a sentence, what is no envelope or was sealed for something else. Nothing in it can be read here."""
    if len(data) > MOST_BYTES:
        raise NotAllowed(f"A sealed bid has at most {MOST_BYTES // 1024} KB.")
    try:
        envelope = Envelope.from_bytes(data)
    except NotAnEnvelope as error:
        raise NotAllowed(str(error)) from None
    if envelope.context != expected:
        raise NotAllowed("This bid was sealed for another state of the sale. Load the page again and seal it anew.")
    openers = tuple(sorted(sale.openers.values_list("name", flat=True)))
    if envelope.openers != openers or envelope.k != Terms.from_json(sale.terms).k:
        raise NotAllowed("This bid was sealed to other openers than those of the sale. Seal it anew.")


def append(
    sale: Sale,
    kind: EntryKind,
    envelope: bytes,
    receipt: str,
    *,
    by: User,
    at: datetime,
    seq: int,
    bidder: Bidder | None = None,
) -> SealedBid:
    """Add an entry behind the last; the sale is held by the caller.

    Times never go back in the record, whichever of several servers with clocks of their own took the bid.
    """
    last = SealedBid.objects.filter(sale=sale).order_by("-position").only("position", "hash", "at").first()
    at = max(at, last.at) if last else at
    name = bidder_name(bidder) if bidder else RESERVE
    entry = Entry(kind.value, receipt, name, moment(at))
    with by_the_clock(policies.TooLate(policies.LATE)):
        return SealedBid.objects.create(
            sale=sale,
            position=last.position + 1 if last else 1,
            round=sale.round,
            kind=kind,
            bidder=bidder,
            seq=seq,
            envelope=envelope,
            receipt=receipt,
            by=by,
            at=at,
            hash=chained(last.hash if last else GENESIS, entry),
        )


def chain_of(sale: Sale) -> list[Entry]:
    """The record as entries of the chain."""
    rows = SealedBid.objects.filter(sale=sale).select_related("bidder").defer("envelope").order_by("position")
    return [
        Entry(row.kind, row.receipt, bidder_name(row.bidder) if row.bidder else RESERVE, moment(row.at), row.hash)
        for row in rows
    ]


def standing(sale: Sale) -> dict[int | None, SealedBid]:
    """The entry that counts for each bidder of this round, and under None the reserve; withdrawn ones are left out."""
    found: dict[int | None, SealedBid] = {}
    for entry in SealedBid.objects.filter(sale=sale, round=sale.round).order_by("position"):
        found[entry.bidder_id] = entry
    return {key: entry for key, entry in found.items() if entry.kind != EntryKind.WITHDRAWAL}
