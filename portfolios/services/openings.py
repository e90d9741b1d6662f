"""The opening: openers give their parts after the deadline; with the k-th, every bid opens at once or none does.

Where the parts of k openers do not open an envelope, nothing opens yet: the parts of the others are asked for first,
because any k honest openers can open it, and because nobody may have read a bid when it is decided what opens.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from accounts.policies import NotAllowed
from portfolios.domain.awards import Bid, conforming, fatal_reasons
from portfolios.domain.bidform import read_reserve
from portfolios.domain.salerecord import Record, content_of, decided_by, form_of, moment, offers, sheet_for
from portfolios.domain.sales import EntryKind, SaleStatus
from portfolios.domain.saleterms import Terms
from portfolios.domain.sealing import Broken, Envelope, NotAnEnvelope, NotOpened, Part, verified
from portfolios.models import Offer, OpenedBid, Opener, OpeningPart, Sale, SaleEvent, SealedBid
from portfolios.policies import bids as policies
from portfolios.queries.ceremonies.shut import DISAGREE, Shut, disagreement_of, shut_of
from portfolios.services import salerecords, sealedrecord
from portfolios.services.clocks import by_the_clock

Given = Mapping[int, Sequence[Part]]
NO_FORM = {
    EntryKind.BID: "What was sealed does not have the form of a bid.",
    EntryKind.RESERVE: "What was sealed does not have the form of a reserve, and sets none.",
}


@transaction.atomic
def give(*, opener: Opener, parts: Given, by: User, at: datetime) -> bool:
    """Take an opener's parts, by position of the entry; True when they were the last ones and the bids are open.

    Raises NotAllowed where a part is missing, so that an opener gives all or nothing.
    """
    sale = sealedrecord.locked(opener.sale)
    opener.sale = sale
    policies.check_can_give_parts(by, opener, at)
    entries = list(sealedrecord.standing(sale).values())
    for entry in entries:
        _store(opener, entry, parts.get(entry.position, ()), at)
    Opener.objects.filter(pk=opener.pk).update(rehearsed_at=at)  # a key that just opened bids needs no rehearsal
    SaleEvent.objects.create(sale=sale, at=at, by=by, kind="parts_given", facts={"opener": opener.name})
    given = set(OpeningPart.objects.filter(bid__in=entries).values_list("opener__name", flat=True))
    if entries and len(given) < Terms.from_json(sale.terms).k:
        return False
    shut = shut_of(sale, entries)
    if shut and len(given) < sale.openers.count():
        check_chain(salerecords.record_of(sale))
        _note_disagreement(sale, shut, by, at)
        return False
    open_all(sale, at=at)
    return True


def _note_disagreement(sale: Sale, shut: Sequence[Shut], by: User, at: datetime) -> None:
    """Note which groups' parts do not open which envelopes; the openers who gave none yet are asked to help."""
    groups = sorted({" and ".join(group) for each in shut for group in each.groups})
    shut_entries = [each.position for each in shut]
    facts = {"shut": shut_entries, "groups": groups, "round": sale.round}
    SaleEvent.objects.create(sale=sale, at=at, by=by, kind=DISAGREE, facts=facts, public=False)


@transaction.atomic
def open_without(*, sale: Sale, by: User, at: datetime, note: str) -> Sale:
    """Open all bids that open; those that k openers' parts do not open stay shut, because nobody came to help.

    A manager of the seller decides it, a day after the parts disagreed, before anybody has read a bid. It is told to
    all with the reason. Raises NotAllowed with the reason.
    """
    sale = sealedrecord.locked(sale)
    found = disagreement_of(sale, list(sealedrecord.standing(sale).values()))
    policies.check_can_open_without(by, sale, found.without_from if found else None, at)
    if not note.strip():
        raise NotAllowed("Say why nobody else can help; it goes to all and into the minutes.")
    shut = [each.position for each in found.shut] if found else []
    facts = {"shut": shut}
    SaleEvent.objects.create(sale=sale, at=at, by=by, kind="opened_without", note=note.strip(), facts=facts)
    open_all(sale, at=at)
    sale.refresh_from_db()
    return sale


def _store(opener: Opener, entry: SealedBid, parts: Sequence[Part], at: datetime) -> None:
    expected = groups_with(opener.name, bytes(entry.envelope))
    mine = {part.group: part for part in parts if part.name == opener.name}
    if set(mine) != expected:
        raise NotAllowed(f"Parts are missing for entry {entry.position}. Open the page again and give all of them.")
    rows = (
        OpeningPart(bid=entry, opener=opener, group=list(group), part=part.part, given_at=at)
        for group, part in mine.items()
    )
    with by_the_clock(NotAllowed(policies.EARLY)):
        OpeningPart.objects.bulk_create(rows, ignore_conflicts=True)


def groups_with(name: str, envelope: bytes) -> set[tuple[str, ...]]:
    """The groups that an opener has a part in; none where the bytes were spoiled, which must not keep others shut."""
    try:
        return {group.names for group in Envelope.from_bytes(envelope).groups if name in group.names}
    except NotAnEnvelope:
        return set()


def open_all(sale: Sale, *, at: datetime) -> None:
    """Check the record against its published head, open every envelope, and write all of them in this transaction."""
    record = salerecords.record_of(sale)
    check_chain(record)
    rows = {row.receipt: row for row in sealedrecord.standing(sale).values()}
    record = opened_record(record, rows, at)
    fates = fates_of(record)
    for receipt, row in rows.items():
        _keep(row, record, fates.get(receipt, ()), at)
    if not Sale.objects.filter(pk=sale.pk, status=SaleStatus.CLOSED).update(status=SaleStatus.OPENED, opened_at=at):
        raise NotAllowed("The sale has moved on meanwhile.")
    bids = [receipt for receipt, row in rows.items() if row.kind == EntryKind.BID]
    good = sum(any(not fate.reasons for fate in fates.get(receipt, ())) for receipt in bids)
    SaleEvent.objects.create(sale=sale, at=at, kind="opened", facts={"bids": len(bids), "conforming": good})


def opened_record(record: Record, rows: Mapping[str, SealedBid], at: datetime) -> Record:
    """The record with these entries opened, by receipt, and with the deposits that had come by now."""
    contents, unread, entries = dict(record.contents), dict(record.unread), []
    for each in record.entries:
        if row := rows.get(each.receipt):
            try:
                contents[each.receipt] = content_of(record, each)
            except NotOpened as reason:
                unread[each.receipt] = str(reason)
            each = replace(each, deposit=row.bidder.deposit if row.bidder else each.deposit)
        entries.append(each)
    opened = moment(at)
    return replace(
        record, contents=contents, unread=unread, entries=tuple(entries), opened_at=opened, decided_at=opened
    )


def check_chain(record: Record) -> None:
    """Raise NotAllowed, naming the position, where the record is not the one that was published at the deadline."""
    try:
        verified((each.entry for each in record.entries), head=record.head)
    except Broken as broken:
        raise NotAllowed(f"The bids are not opened: {broken}") from None


@dataclass(frozen=True, slots=True)
class Fate:
    """An offer, every reason why it does not conform, and what it pays (0 where its prices cannot be read)."""

    offer: Bid
    reasons: tuple[str, ...]
    total: Decimal


def fates_of(record: Record) -> dict[str, list[Fate]]:
    """The fate of each offer in its order, by the receipt of its envelope."""
    terms, found = decided_by(record), offers(record)
    reasons = {each.bid.code: each.reasons for each in conforming(terms, found)[1]}
    fates: dict[str, list[Fate]] = {}
    for offer in found:
        total = Decimal(0) if fatal_reasons(terms, offer) else terms.total(offer)
        receipt = offer.code.partition(".")[0]
        fates.setdefault(receipt, []).append(Fate(offer, reasons.get(offer.code, ()), total))
    return fates


def problem_of(record: Record, entry: SealedBid) -> str:
    """Why a bid has no offers, or a reserve no amounts; empty where it could be read."""
    if entry.receipt in record.unread:
        return record.unread[entry.receipt]
    sealed = next(each for each in record.entries if each.receipt == entry.receipt)
    if entry.kind == EntryKind.RESERVE:
        wrong = read_reserve(record.contents[entry.receipt], sheet_for(record, sealed))[1]
    else:
        form = form_of(record, sealed)
        wrong = form.defects if form else ()
    return " ".join([NO_FORM[EntryKind(entry.kind)], *wrong]) if wrong else ""


def _keep(entry: SealedBid, record: Record, fates: Sequence[Fate], at: datetime) -> None:
    """Write what was in an envelope, and its offers."""
    opened = OpenedBid.objects.create(
        entry=entry,
        content=record.contents.get(entry.receipt),
        problem=problem_of(record, entry),
        deposit=entry.bidder.deposit if entry.bidder else 0,
        opened_at=at,
    )
    Offer.objects.bulk_create(_offer(opened, number, fate) for number, fate in enumerate(fates, start=1))


def _offer(bid: OpenedBid, number: int, fate: Fate) -> Offer:
    return Offer(
        bid=bid,
        number=number,
        prices={code: str(price) for code, price in fate.offer.prices.items()},
        conditions=list(fate.offer.stipulations),
        total=fate.total,
        conforming=not fate.reasons,
        reasons=list(fate.reasons),
    )
