"""A published record checked again: its chain, its envelopes, what they hold, and the awards."""

from collections.abc import Iterator
from decimal import Decimal

from portfolios.domain.salerecord.auctions import auction_problems
from portfolios.domain.salerecord.bids import content_of, decided_by, outcome
from portfolios.domain.salerecord.findings import Finding, found, held, said
from portfolios.domain.salerecord.kept import Kept, compared, receipts_held
from portfolios.domain.salerecord.record import Record, Sealed, deciding
from portfolios.domain.sales import EntryKind
from portfolios.domain.sealing import Broken, NotOpened, receipt_of, verified


def verified_sale(record: Record, kept: Kept | None = None) -> list[Finding]:
    """Everything about a record checked again: its chain, its envelopes, what they hold, and the awards.

    `kept` is what somebody holds beside it; the whole record has no hash of the terms.
    """
    checks = {
        "chain": _chain,
        "envelopes": _receipts,
        "contents": _contents,
        "auction": _auction,
        "awards": _awards,
        "kept": lambda record: _kept(record, kept or Kept()),
    }
    return [finding for name, check in checks.items() for finding in found(name, check, record)]


def _chain(record: Record) -> Iterator[Finding]:
    try:
        verified((each.entry for each in record.entries), head=record.head)
    except Broken as broken:
        yield Finding("chain", False, str(broken))
    else:
        yield Finding("chain", True, f"{len(record.entries)} entries lead to the head that was published.")
    if record.count != len(record.entries):
        sentence = f"{record.count} entries were published at the deadline, {len(record.entries)} are here."
        yield Finding("count", False, sentence)


def _receipts(record: Record) -> Iterator[Finding]:
    wrong = [
        number
        for number, each in enumerate(record.entries, start=1)
        if each.kind != EntryKind.WITHDRAWAL and receipt_of(each.envelope) != each.receipt
    ]
    late = [n for n, each in enumerate(record.entries, start=1) if each.at > record.deadline_of(each.round)]
    yield Finding(
        "envelopes", not wrong, said(wrong, "is not the envelope of its receipt", "Every envelope fits its receipt.")
    )
    yield Finding("deadline", not late, said(late, "came after the deadline", "Every entry came before the deadline."))


def _contents(record: Record) -> Iterator[Finding]:
    counting = deciding(record)
    wrong = [record.entries.index(each) + 1 for each in counting if not _opens_as_published(record, each)]
    fine = f"{len(counting)} envelopes open to what was published."
    yield Finding("contents", not wrong, said(wrong, "does not open to what was published", fine))


def _opens_as_published(record: Record, sealed: Sealed) -> bool:
    try:
        content = content_of(record, sealed)
    except NotOpened as reason:
        return record.unread.get(sealed.receipt) == str(reason) and sealed.receipt not in record.contents
    return record.contents.get(sealed.receipt) == content


def _auction(record: Record) -> Iterator[Finding]:
    if record.auction:
        problems = list(auction_problems(record, decided_by(record), record.auction))
        fine = f"{len(record.auction.bids)} bids of the open auction follow one another by its rules."
        yield held("auction", problems, fine)


def _awards(record: Record) -> Iterator[Finding]:
    if not record.awarded_at and not record.awards:
        yield Finding("awards", True, "Nothing was awarded so far.")
        return
    worked_out = {(each.bid.code, each.amount) for each in outcome(record).awards}
    same = worked_out == set(record.awards)
    total = sum((amount for _, amount in record.awards), Decimal(0))
    fine = f"The awards of {total:,.2f} are those that pay most by the announced terms."
    yield Finding("awards", same, fine if same else "The bids lead to other awards than were published.")


def _kept(record: Record, kept: Kept) -> Iterator[Finding]:
    if kept.head:
        yield compared("head", kept.head, record.head, "the head that was sent to you before the opening")
    if kept.receipts:
        yield receipts_held(kept.receipts, {each.receipt for each in record.entries})
    if kept.terms:
        yield Finding("terms-hash", None, "The whole record does not have it: compare the announcement.")
