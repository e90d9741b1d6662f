"""The opening: openers give their parts after the deadline; with the k-th, every bid opens at once or none does."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.policies import NotAllowed
from portfolios.domain.awards import conforming
from portfolios.domain.salerecord import Record, content_of, offered, offers
from portfolios.domain.salerecord import standing as counting
from portfolios.domain.sales import EntryKind, SaleStatus
from portfolios.domain.saleterms import Terms
from portfolios.domain.sealing import Broken, Envelope, Part, verified
from portfolios.models import OpenedBid, Opener, OpeningPart, Sale, SaleEvent, SealedBid
from portfolios.policies import bids as policies
from portfolios.services import salerecords, sealedrecord

Given = Mapping[int, Sequence[Part]]
NO_BID = "What was sealed does not have the form of a bid."


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
    SaleEvent.objects.create(sale=sale, at=at, by=by, kind="parts_given", facts={"opener": opener.name})
    given = set(OpeningPart.objects.filter(bid__in=entries).values_list("opener__name", flat=True))
    if entries and len(given) < Terms.from_json(sale.terms).k:
        return False
    open_all(sale, at=at)
    return True


def _store(opener: Opener, entry: SealedBid, parts: Sequence[Part], at: datetime) -> None:
    groups = Envelope.from_bytes(bytes(entry.envelope)).groups
    expected = {group.names for group in groups if opener.name in group.names}
    mine = {part.group: part for part in parts if part.name == opener.name}
    if set(mine) != expected:
        raise NotAllowed(f"Parts are missing for entry {entry.position}. Open the page again and give all of them.")
    rows = (
        OpeningPart(bid=entry, opener=opener, group=list(group), part=part.part, given_at=at)
        for group, part in mine.items()
    )
    OpeningPart.objects.bulk_create(rows, ignore_conflicts=True)


def open_all(sale: Sale, *, at: datetime) -> None:
    """Check the record against its published head, open every envelope, and write all of them in this transaction."""
    record = salerecords.record_of(sale)
    check_chain(record)
    sealed = counting(record.entries, record.round)
    contents = {each.receipt: content_of(record, each) for each in sealed}
    record = replace(record, contents=contents, opened_at=salerecords.moment(at))
    reasons = reasons_of(record)
    rows = {row.receipt: row for row in SealedBid.objects.filter(sale=sale, receipt__in=contents)}
    OpenedBid.objects.bulk_create(
        _opened(rows[each.receipt], contents[each.receipt], *reasons.get(each.receipt, ((), Decimal(0))), at)
        for each in sealed
    )
    if not Sale.objects.filter(pk=sale.pk, status=SaleStatus.CLOSED).update(status=SaleStatus.OPENED, opened_at=at):
        raise NotAllowed("The sale has moved on meanwhile.")
    bids = [each for each in sealed if each.kind == EntryKind.BID]
    facts = {"bids": len(bids), "conforming": sum(not reasons[each.receipt][0] for each in bids)}
    SaleEvent.objects.create(sale=sale, at=at, kind="opened", facts=facts)


def check_chain(record: Record) -> None:
    """Raise NotAllowed, naming the position, where the record is not the one that was published at the deadline."""
    try:
        verified((each.entry for each in record.entries), head=record.head)
    except Broken as broken:
        raise NotAllowed(f"The bids are not opened: {broken}") from None


def reasons_of(record: Record) -> dict[str, tuple[tuple[str, ...], Decimal]]:
    """For each bid, by receipt: every reason why it does not conform, and what it pays if it does."""
    terms, bids = offered(record), offers(record)
    good, refused = conforming(terms, bids)
    found = {each.bid.code: (each.reasons, Decimal(0)) for each in refused}
    found |= {bid.code: ((), terms.total(bid)) for bid in good}
    for each in counting(record.entries, record.round):
        if each.kind == EntryKind.BID and each.receipt not in found:
            unread = record.contents[each.receipt].get("not_opened", NO_BID)
            found[each.receipt] = ((str(unread),), Decimal(0))
    return found


def _opened(
    entry: SealedBid, content: dict[str, Any], reasons: tuple[str, ...], total: Decimal, at: datetime
) -> OpenedBid:
    return OpenedBid(
        entry=entry, content=content, total=total, conforming=not reasons, reasons=list(reasons), opened_at=at
    )
