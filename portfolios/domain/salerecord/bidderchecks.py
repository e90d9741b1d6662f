"""A bidder's record checked again: all that can be checked of it, and in words what cannot.

What others bid is not in it. So it proves that nothing came, went or was rewritten, that the bidder's own envelope was
read as it was sealed, and that no award contradicts the bidder's own offers; not that the awards pay most.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from portfolios.domain.auctionrecord import chain_start, problems
from portfolios.domain.salerecord.bidderawards import award_problems
from portfolios.domain.salerecord.bidderrecord import BidderRecord
from portfolios.domain.salerecord.bids import content_of
from portfolios.domain.salerecord.entrychecks import entry_problems, head_problems, opening_problems
from portfolios.domain.salerecord.findings import Finding, found, held, said
from portfolios.domain.salerecord.kept import Kept, compared, receipts_held
from portfolios.domain.salerecord.record import Sealed, deciding, moment_of
from portfolios.domain.sealing import Broken, NotOpened, canonical, verified

HEADS = "The head of every round is that of its last entry."


def verified_bidder_record(record: BidderRecord, kept: Kept | None = None) -> list[Finding]:
    """Everything that can be checked of a bidder's record, and what cannot."""
    checks: dict[str, Callable[[BidderRecord], Iterator[Finding]]] = {
        "chain": _chain,
        "heads": lambda record: iter([held("heads", list(head_problems(record)), HEADS)]),
        "envelopes": _envelopes,
        "opening": _opening,
        "contents": _contents,
        "auction": _auction,
        "terms": _terms,
        "awards": _awards,
        "kept": lambda record: _kept(record, kept or Kept()),
    }
    return [finding for name, check in checks.items() for finding in found(name, check, record)]


def _chain(record: BidderRecord) -> Iterator[Finding]:
    try:
        verified((each.entry for each in record.entries), head=record.head)
    except Broken as broken:
        yield Finding("chain", False, str(broken))
    else:
        yield Finding("chain", True, f"{len(record.entries)} entries lead to the head that was published.")


def _envelopes(record: BidderRecord) -> Iterator[Finding]:
    fine = "Every envelope fits its receipt and names its sale, round, bidder and deadline; every entry was in time."
    yield held("envelopes", list(entry_problems(record)), fine)


def _opening(record: BidderRecord) -> Iterator[Finding]:
    if wrong := list(opening_problems(record)):
        yield held("opening", wrong, "")
        return
    names = ", ".join(sorted({each.name for each in record.sides.given}))
    sentence = f"Parts of {names or 'nobody'} were noted after each deadline. That note is the server's alone."
    yield Finding("opening", None, sentence)


def _contents(record: BidderRecord) -> Iterator[Finding]:
    counting = deciding(record.as_record())
    own = [each for each in counting if record.is_own(each)]
    wrong = [record.entries.index(each) + 1 for each in own if not opens_as_said(record, each)]
    strange = {*record.contents, *(code.partition(".")[0] for code in record.cured)} - {each.receipt for each in own}
    if strange:
        yield Finding("contents", False, "It holds content that is not of an envelope of yours that counts.")
    elif own:
        fine = f"Of your own envelopes {len(own)} open to what is said here."
        yield Finding("contents", not wrong, said(wrong, "does not open to what is said here", fine))
    if noted := ", ".join(f"{each.deposit:,.2f}" for each in own if each.deposit):
        yield Finding("deposit", None, f"The seller noted deposits of {noted} USD; compare them with your wires.")
    if others := len(counting) - len(own):
        sentence = f"Of others {others} envelopes count; what is in them is not in this record."
        yield Finding("others", None, sentence)


def opens_as_said(record: BidderRecord, sealed: Sealed) -> bool:
    """Whether an own envelope opens, by its parts, to the content here, or fails as is said."""
    try:
        content = content_of(record.as_record(), sealed)
    except NotOpened as reason:
        return record.unread.get(sealed.receipt) == str(reason) and sealed.receipt not in record.contents
    return record.contents.get(sealed.receipt) == content and sealed.receipt not in record.unread


def _auction(record: BidderRecord) -> Iterator[Finding]:
    if auction := record.auction:
        wrong = problems(auction)
        if auction.start != chain_start(record.sale, record.head):
            wrong.append("The auction does not begin behind the sealed record.")
        if (
            auction.increment != Decimal(record.terms.minimum_increment)
            or auction.extension_minutes != record.terms.extension_minutes
        ):
            wrong.append("The auction was held by other rules than were announced.")
        yield held("auction", wrong, f"{len(auction.bids)} bids of the open auction follow one another by its rules.")
    elif record.terms.format == "open":
        yield Finding("auction", None, "The open auction is in the records of those who had a seat in it.")


def _terms(record: BidderRecord) -> Iterator[Finding]:
    announced = record.sides.announced
    if not announced:
        sentence = "Lots or tapes changed since the announcement: compare terms and lots with it and with the addenda."
        yield Finding("terms", None, sentence)
        return
    wrong = []
    if hashlib.sha256(canonical(announced)).hexdigest() != record.sides.terms_hash:
        wrong.append("What was announced does not have the hash of the terms.")
    if not agrees(record, announced):
        wrong.append("Terms, lots, deadline, tape or openers are other than were announced.")
    yield held("terms", wrong, "Terms, lots, first deadline, tape and openers have the hash that was announced.")


def agrees(record: BidderRecord, announced: Mapping[str, Any]) -> bool:
    """Whether the record says of terms, lots, deadline, tape and openers what was announced."""
    terms = record.terms.to_json()
    lots = {row[0]: row[1:] for row in announced["lots"]}
    same = (
        announced["sale"] == record.sale,
        announced["due"] == record.deadlines[0],
        announced["openers"] == record.sides.openers,
        announced["tape"] == record.tapes[0],
        all(str(terms[name]) == said for name, said in announced["terms"].items()),
        {lot.code for lot in record.lots} == lots.keys(),
        all(lot.name == lots[lot.code][0] and str(lot.upb) in lots[lot.code] for lot in record.lots),
    )
    return all(same)


def _awards(record: BidderRecord) -> Iterator[Finding]:
    wrong = list(award_problems(record))
    times = [record.deadlines[-1], record.opened_at, record.decided_at, record.awarded_at or record.decided_at]
    if sorted(times, key=moment_of) != times or bool(record.awards) > bool(record.awarded_at):
        wrong.append("Opening, decision and award are not in this order.")
    if wrong or not record.awards:
        yield held("awards", wrong, "Nothing was awarded.")
        return
    if record.bidder:
        yield Finding("awards", True, "The awards agree with your own offers and with each other.")
    sentence = (
        "That the awards are those that pay most needs the other prices. Whoever holds the whole record "
        f"(SHA-256 {record.whole}) can work it out."
    )
    yield Finding("most", None, sentence)


def _kept(record: BidderRecord, kept: Kept) -> Iterator[Finding]:
    own = {each.receipt for each in record.entries if record.is_own(each)}
    yield compared("head", kept.head, record.head, "the head that was sent to you before the opening")
    yield compared("terms-hash", kept.terms, record.sides.terms_hash, "the hash of the terms as they were announced")
    if kept.receipts:
        yield receipts_held(kept.receipts, own)
    elif own:
        yield Finding("receipt", None, "Compare your receipts with it (--receipt).")
