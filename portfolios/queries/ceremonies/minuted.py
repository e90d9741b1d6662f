"""What stands in the minutes, section by section. Times are said in the sale's own zone, amounts to the cent."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from config.ui import dates, numbers
from config.ui.zones import moved
from portfolios.domain.awards import Outcome
from portfolios.domain.awards import Sale as Decided
from portfolios.domain.salerecord import Record, unsold_values
from portfolios.domain.sales import EntryKind, SaleStatus
from portfolios.domain.saleterms import Terms, kinds
from portfolios.domain.sealing import decoded, fingerprint
from portfolios.models import Offer, OpenedBid, OpeningPart, Sale, SaleEvent, SealedBid
from portfolios.queries.ceremonies.award import TIE_RULES, line_of, ties_of
from portfolios.queries.ceremonies.bids import late_bids, opened_bids
from portfolios.queries.ceremonies.happened import lateness

WIDTH = 24


@dataclass(frozen=True, slots=True)
class Pairs:
    """Facts, each with its name."""

    title: str
    rows: Sequence[tuple[str, str]]
    is_table = False

    def lines(self) -> Iterator[str]:
        for label, words in self.rows:
            yield f"{label + ':':<{WIDTH}}{words}"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of several columns; the first names the row."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    is_table = True

    def lines(self) -> Iterator[str]:
        if not self.rows:
            yield "None."
        for row in self.rows:
            first, *rest = zip(self.heads, row, strict=True)
            yield f"{first[0]} {first[1]}"
            yield from (f"    {label}: {words}" for label, words in rest if words)


Section = Pairs | Table


def said(moment: datetime | None, sale: Sale) -> str:
    """A moment to the second with its year and zone, the same whenever it is read."""
    if moment is None:
        return numbers.MISSING
    local = moved(moment, sale)
    return f"{dates.day_year(local.date())}, {dates.clock(local, seconds=True)} {dates.zone(local)}"


def sections_of(
    sale: Sale, record: Record, terms: Decided, result: Outcome, standing: Collection[str]
) -> list[Section]:
    """All sections in order."""
    sections: list[Section] = [
        about(sale, record), opening(sale), openers(sale), entries(sale, standing), offers(sale),
    ]  # fmt: skip
    sections += [late(sale)] if late_bids(sale) else []
    return [*sections, reserves(terms, unsold_values(record)), *decision(sale, terms, result), checking(sale)]


def about(sale: Sale, record: Record) -> Pairs:
    shown = Terms.from_json(sale.terms)
    return Pairs(
        "The sale",
        [
            ("Sale", f"{sale.number} {sale.name}"),
            ("Seller", sale.seller.name),
            ("Kind", kinds()[sale.kind].title),
            ("Announced", said(sale.announced_at, sale)),
            *((f"Bids due, round {n}", said(at, sale)) for n, at in enumerate(deadlines(sale), start=1)),
            ("Tie rule", TIE_RULES[shown.tie_rule]),
            ("SHA-256 of the terms", sale.terms_hash or numbers.MISSING),
            ("SHA-256 of the tape", record.tapes[-1]),
        ],
    )


def deadlines(sale: Sale) -> list[datetime]:
    return [at for at in (sale.first_due_at, sale.bids_due_at) if at]


def opening(sale: Sale) -> Pairs:
    """The head that was fixed before anything was opened, and the opening itself."""
    return Pairs(
        "The opening",
        [
            ("Head of the record", sale.closed_head),
            ("Entries", numbers.count(sale.closed_count)),
            ("Head told to all", said(told_at(sale), sale)),
            ("Opened", said(sale.opened_at, sale)),
            ("Openers needed", f"{Terms.from_json(sale.terms).k} of {sale.openers.count()}"),
        ],
    )


def told_at(sale: Sale) -> datetime | None:
    event = SaleEvent.objects.filter(sale=sale, kind="told", facts__of="closed").order_by("-at").first()
    return event.at if event else None


def openers(sale: Sale) -> Table:
    given = {part.opener_id: part.given_at for part in OpeningPart.objects.filter(bid__sale=sale).order_by("given_at")}
    rows = [
        (
            opener.user.name,
            opener.user.organization.name,
            fingerprint(decoded(opener.public_key)) if opener.public_key else "",
            said(given[opener.pk], sale) if opener.pk in given else "no parts",
        )
        for opener in sale.openers.select_related("user__organization").order_by("user__name", "pk")
    ]
    return Table("Who opened", ("Opener", "Organization", "Fingerprint of the key", "Parts given"), rows)


def entries(sale: Sale, standing: Collection[str]) -> Table:
    """Every line of the record: when it came, whose, and what became of it."""
    found = SealedBid.objects.filter(sale=sale).select_related("bidder__organization").defer("envelope")
    opened = dict(OpenedBid.objects.filter(entry__sale=sale).values_list("entry_id", "problem"))
    rows = [
        (
            str(entry.position),
            entry.bidder.organization.name if entry.bidder else "the seller",
            what_of(entry),
            said(entry.at, sale),
            entry.receipt,
            fate_of(entry, opened, standing),
        )
        for entry in found.order_by("position")
    ]
    return Table("Every entry of the record", ("Entry", "From", "What", "Received", "Receipt", "Fate"), rows)


def what_of(entry: SealedBid) -> str:
    words = {EntryKind.BID: "bid", EntryKind.WITHDRAWAL: "withdrawal", EntryKind.RESERVE: "reserve"}
    return f"{words[EntryKind(entry.kind)]} {entry.seq}" + (f", round {entry.round}" if entry.round > 1 else "")


def fate_of(entry: SealedBid, opened: dict[int, str], standing: Collection[str]) -> str:
    if entry.pk in opened:
        return f"not readable: {opened[entry.pk]}" if opened[entry.pk] else "opened"
    if entry.kind == EntryKind.WITHDRAWAL:
        return "a bid was withdrawn; it was never opened"
    return "waits to be opened" if entry.receipt in standing else "superseded or withdrawn, never opened"


def offers(sale: Sale) -> Table:
    found = Offer.objects.filter(bid__entry__sale=sale).select_related("bid__entry__bidder__organization", "cured_by")
    rows = [
        (
            f"{offer.bid.entry.position}.{offer.number}",
            offer.bid.entry.bidder.organization.name if offer.bid.entry.bidder else "",
            ", ".join(f"{code} {price}" for code, price in sorted(offer.prices.items())),
            numbers.money_cents(offer.total) if offer.total else "",
            "; ".join(offer.conditions),
            conforming_words(offer),
        )
        for offer in found.order_by("bid__entry__position", "number")
    ]
    heads = ("Offer", "From", "Prices by lot", "Pays", "Conditions", "Conforming")
    return Table("Offers as they were opened", heads, rows)


def conforming_words(offer: Offer) -> str:
    if offer.cured_by:
        return f"excused by {offer.cured_by.name}: {offer.cured_note} ({' '.join(offer.reasons)})"
    return "yes" if offer.conforming else f"no. {' '.join(offer.reasons)}"


def late(sale: Sale) -> Table:
    rows = [(each.bidder, said(each.at, sale), lateness(each.seconds)) for each in late_bids(sale)]
    return Table("Bids that came late and were not taken", ("From", "Received", "Late by"), rows)


def reserves(terms: Decided, unsold: Mapping[str, Decimal]) -> Table:
    """The reserves, with what lots bring unsold where the seller sealed that, too."""
    rows = [
        (
            lot.code,
            numbers.money_cents(lot.upb),
            numbers.money_cents(lot.reserve) if lot.reserve else "none",
            *([numbers.money_cents(unsold.get(lot.code))] if unsold else []),
        )
        for lot in terms.lots
    ]
    return Table("Lots and reserves", ("Lot", "UPB", "Reserve", *(["Brings unsold"] if unsold else [])), rows)


def decision(sale: Sale, terms: Decided, result: Outcome) -> list[Section]:
    """What the bids led to, and who signed."""
    bids = opened_bids(sale, terms, result)
    lines = [line_of(award, bids) for award in sale.awards.filter(confirmed_at__isnull=False)]
    ties = ties_of(bids, result)
    pairs: list[tuple[str, str]] = [("Ties", ties or "none")]
    signed = sale.awards.filter(confirmed_at__isnull=False).select_related("proposed_by", "confirmed_by").first()
    if signed and signed.confirmed_by:
        pairs += [
            ("Proposed", f"{signed.proposed_by.name}, {said(signed.proposed_at, sale)}"),
            ("Confirmed", f"{signed.confirmed_by.name}, {said(signed.confirmed_at, sale)}"),
            ("Together", numbers.money_cents(sum((line.amount for line in lines), Decimal(0)))),
        ]
    pairs += rejection(sale)
    rows = [
        (line.what, line.bidder, numbers.money_cents(line.amount), line.price, cover_words(line.cover))
        for line in lines
    ]
    table = Table("Awards", ("For", "To", "Amount", "Price", "Cover"), rows)
    return [Pairs("The decision", pairs), *([table] if rows else [])]


def cover_words(cover: Decimal | None) -> str:
    return "none" if cover is None else numbers.money_cents(cover)


def rejection(sale: Sale) -> list[tuple[str, str]]:
    event = SaleEvent.objects.filter(sale=sale, kind="all_rejected").select_related("by").first()
    if sale.status != SaleStatus.NO_AWARD or event is None:
        return []
    return [
        ("All bids rejected", f"{event.by.name if event.by else ''}, {said(event.at, sale)}"),
        ("Reason", event.note),
    ]


def checking(sale: Sale) -> Pairs:
    return Pairs(
        "Checking it again",
        [
            ("How", f"manage.py verify_sale {sale.number}-record.json"),
            (
                "What it checks",
                "the chain up to the head, every envelope against its receipt, what it opens to, the award",
            ),
        ],
    )
