"""Whether the entries, heads and opening of a bidder's record fit each other. Each problem is a sentence."""

from collections import Counter
from collections.abc import Iterator

from portfolios.domain.salerecord.bidderrecord import BidderRecord, Head
from portfolios.domain.salerecord.record import Sealed, deciding, moment_of, standing, withdrawal_receipt
from portfolios.domain.sales import EntryKind
from portfolios.domain.sealing import GENESIS, Context, Envelope, NotAnEnvelope, receipt_of


def entry_problems(record: BidderRecord) -> Iterator[str]:
    """Every entry held to its receipt, to the context its envelope was sealed for, to its deadline and its number."""
    counting = {each.receipt for each in deciding(record.as_record())} - set(record.unread)
    numbers: Counter[tuple[str, int]] = Counter()
    last = ""
    for number, each in enumerate(record.entries, start=1):
        numbers[each.bidder, each.round] += 1
        if each.seq != numbers[each.bidder, each.round]:
            yield f"Entry {number} is not the next of {each.bidder}."
        if not last <= each.at <= record.deadline_of(each.round) or not moment_of(each.at):
            yield f"Entry {number} came after the deadline, or before the entry ahead of it."
        last = each.at
        yield from (f"Entry {number} {what}." for what in _envelope_problems(record, each, each.receipt in counting))


def _envelope_problems(record: BidderRecord, sealed: Sealed, counts: bool) -> Iterator[str]:
    if sealed.kind == EntryKind.WITHDRAWAL:
        if sealed.envelope or sealed.receipt != withdrawal_receipt(
            record.sale, sealed.round, sealed.bidder, sealed.seq
        ):
            yield "is not the withdrawal of its receipt"
        return
    if receipt_of(sealed.envelope) != sealed.receipt:
        yield "is not the envelope of its receipt"
        return
    try:
        envelope = Envelope.from_bytes(sealed.envelope)
    except NotAnEnvelope:
        yield "is not an envelope"
        return
    if (envelope.openers, envelope.k) != (tuple(sorted(record.sides.openers)), record.terms.k):
        yield "is sealed to other openers"
    if _is_for_another(record, sealed, envelope.context, counts):
        yield "was sealed for something else"


def _is_for_another(record: BidderRecord, sealed: Sealed, context: Context, counts: bool) -> bool:
    """Whether the context names another sale, round, bidder or number or, where the bid counts, deadline or tape."""
    named = (context.sale, context.round, context.bidder, context.seq)
    other = named != (record.sale, sealed.round, sealed.bidder, sealed.seq)
    strange = context.deadline != record.deadline_of(sealed.round) or context.tape_sha256 not in record.tapes
    return other or (counts and strange)


def head_problems(record: BidderRecord) -> Iterator[str]:
    """The heads that were sent out: one a round, each that of the last entry of its round, after its deadline."""
    heads = record.sides.heads
    if [head.round for head in heads] != list(range(1, len(record.deadlines) + 1)):
        yield "There is not one head for each round."
        return
    for head in heads:
        if not _is_head(record, head):
            yield f"The head of round {head.round} is not that of its entries."
        if moment_of(head.at) <= moment_of(record.deadline_of(head.round)):
            yield f"Round {head.round} was closed before its deadline."
    if (heads[-1].head, heads[-1].count) != (record.head, record.count) or record.count != len(record.entries):
        yield "The last head is not that of the whole record."


def _is_head(record: BidderRecord, head: Head) -> bool:
    until = [each for each in record.entries if each.round <= head.round]
    return head.count == len(until) and head.head == (until[-1].hash if until else GENESIS)


def opening_problems(record: BidderRecord) -> Iterator[str]:
    """Who gave parts: announced openers, after the head of the round, and k of them where there was an envelope."""
    closed = {head.round: moment_of(head.at) for head in record.sides.heads}
    for each in record.sides.given:
        if each.name not in record.sides.openers:
            yield f"{each.name} was not announced as an opener."
        if each.round not in closed or not closed[each.round] <= moment_of(each.at) <= moment_of(record.opened_at):
            yield f"{each.name} gave parts before round {each.round} was closed, or after the opening."
    for round_ in closed:
        names = {each.name for each in record.sides.given if each.round == round_}
        if len(names) < record.terms.k and standing(record.entries, round_):
            yield f"{len(names)} openers gave parts in round {round_}; {record.terms.k} are needed."
