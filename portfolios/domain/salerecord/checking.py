"""A published record checked again: its chain, its envelopes, what they hold, and the awards."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from portfolios.domain.awards import Unsolved
from portfolios.domain.salerecord.auctions import auction_problems
from portfolios.domain.salerecord.bids import content_of, decided_by, outcome
from portfolios.domain.salerecord.record import Record, Sealed, deciding
from portfolios.domain.sales import EntryKind
from portfolios.domain.sealing import Broken, NotOpened, receipt_of, verified


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked: what, whether it holds, and in a sentence what was found."""

    check: str
    holds: bool
    sentence: str


Check = Callable[[Record], Iterator[Finding]]


def verified_sale(record: Record) -> list[Finding]:
    """Everything about a record checked again: its chain, its envelopes, what they hold, and the awards."""
    checks = {
        "chain": _chain,
        "envelopes": _receipts,
        "contents": _contents,
        "auction": _auction,
        "awards": _awards,
    }
    return [finding for name, check in checks.items() for finding in _found(name, check, record)]


def _found(name: str, check: Check, record: Record) -> list[Finding]:
    """What a check finds. A forged record may hold anything, and gets an answer whatever it holds."""
    try:
        return list(check(record))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError, Unsolved):
        return [Finding(name, False, "What the record says cannot be worked out: it was changed.")]


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
        "envelopes", not wrong, _said(wrong, "is not the envelope of its receipt", "Every envelope fits its receipt.")
    )
    yield Finding("deadline", not late, _said(late, "came after the deadline", "Every entry came before the deadline."))


def _contents(record: Record) -> Iterator[Finding]:
    counting = deciding(record)
    wrong = [record.entries.index(each) + 1 for each in counting if not _opens_as_published(record, each)]
    fine = f"{len(counting)} envelopes open to what was published."
    yield Finding("contents", not wrong, _said(wrong, "does not open to what was published", fine))


def _opens_as_published(record: Record, sealed: Sealed) -> bool:
    try:
        content = content_of(record, sealed)
    except NotOpened as reason:
        return record.unread.get(sealed.receipt) == str(reason) and sealed.receipt not in record.contents
    return record.contents.get(sealed.receipt) == content


def _auction(record: Record) -> Iterator[Finding]:
    if record.auction:
        found = list(auction_problems(record, decided_by(record), record.auction))
        fine = f"{len(record.auction.bids)} bids of the open auction follow one another by its rules."
        yield Finding("auction", not found, " ".join(found) or fine)


def _awards(record: Record) -> Iterator[Finding]:
    if not record.awarded_at and not record.awards:
        yield Finding("awards", True, "Nothing was awarded so far.")
        return
    found = {(each.bid.code, each.amount) for each in outcome(record).awards}
    same = found == set(record.awards)
    total = sum((amount for _, amount in record.awards), Decimal(0))
    fine = f"The awards of {total:,.2f} are those that pay most by the announced terms."
    yield Finding("awards", same, fine if same else "The bids lead to other awards than were published.")


def _said(numbers: Sequence[int], what: str, fine: str) -> str:
    return f"Entry {', '.join(map(str, numbers))} {what}." if numbers else fine
