"""A bidder's entries in the sealed record: what stands, was superseded or withdrawn. Never what they say."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Max

from config.ui import dates
from portfolios.domain.sales import EntryKind
from portfolios.domain.sealing import Envelope, NotAnEnvelope
from portfolios.models import Bidder, Sale, SealedBid

SEALED, SUPERSEDED, WITHDRAWN, WITHDRAWAL = "Sealed", "Superseded", "Withdrawn", "Withdrawal"


@dataclass(frozen=True, slots=True)
class Receipt:
    """One entry of a bidder. `tape_sha256` is the tape it prices, empty for a withdrawal; `zone` is the sale's."""

    entry: SealedBid
    state: str
    zone: str
    tape_sha256: str = ""

    @property
    def stands(self) -> bool:
        return self.state == SEALED

    @property
    def has_envelope(self) -> bool:
        return self.entry.kind == EntryKind.BID

    @property
    def said_at(self) -> str:
        """When it arrived, to the second, in the sale's zone: Sep 23, 2026, 10:02:16 AM ET."""
        local = self.entry.at.astimezone(ZoneInfo(self.zone))
        clock = dates.clock(local, seconds=True)
        return f"{dates.day_year(local)}, {clock} {dates.zone(local)}"

    @property
    def short(self) -> str:
        return shortened(self.entry.receipt)

    @property
    def short_hash(self) -> str:
        return shortened(self.entry.hash)


def shortened(digest: str) -> str:
    """A hash as people compare it: 7be2 91c4 … 0fd8."""
    return f"{digest[:4]} {digest[4:8]} … {digest[-4:]}"


def receipts_of(bidder: Bidder) -> list[Receipt]:
    """All entries of a bidder, newest first; in each round only the last can stand."""
    entries = list(SealedBid.objects.filter(bidder=bidder).select_related("by").order_by("-position"))
    zone = bidder.sale.time_zone
    return [Receipt(entry, state_of(entry, entries), zone, tape_of(entry)) for entry in entries]


def state_of(entry: SealedBid, entries: list[SealedBid]) -> str:
    """What became of an entry, by the next one of the same round."""
    if entry.kind == EntryKind.WITHDRAWAL:
        return WITHDRAWAL
    later = [other for other in entries if other.round == entry.round and other.position > entry.position]
    if not later:
        return SEALED
    return WITHDRAWN if later[-1].kind == EntryKind.WITHDRAWAL else SUPERSEDED


def tape_of(entry: SealedBid) -> str:
    """The tape that an envelope names, which is public; empty where there is none."""
    try:
        return Envelope.from_bytes(bytes(entry.envelope)).context.tape_sha256
    except NotAnEnvelope:
        return ""


def standing_of(bidder: Bidder, receipts: list[Receipt]) -> Receipt | None:
    """The bid of the present round that will be opened, if there is one."""
    return next((one for one in receipts if one.stands and one.entry.round == bidder.sale.round), None)


def sealed_count(sale: Sale) -> int:
    """How many bidders have a bid in the present round; who they are is told to nobody."""
    entries = SealedBid.objects.filter(sale=sale, round=sale.round, bidder__isnull=False)
    last = entries.values("bidder").annotate(last=Max("position")).values("last")
    return SealedBid.objects.filter(sale=sale, position__in=last, kind=EntryKind.BID).count()
