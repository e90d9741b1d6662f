"""The award of a sale: what is proposed, who signs, how ties fell, and what each bid changed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from accounts.models import User
from accounts.roles import Role
from config.ui import dates
from portfolios.domain.awards import Outcome, TieRule, changes
from portfolios.domain.awards import Sale as Decided
from portfolios.domain.awards import award as outcome_of
from portfolios.domain.salerecord import Record, offers
from portfolios.domain.saleterms import Terms
from portfolios.domain.sealing import receipt_of
from portfolios.models import Award, Sale
from portfolios.queries.ceremonies.bids import OpenedBids, Scope
from portfolios.queries.ceremonies.summary import listed, priced

MOST_CHANGES = 60
MOST_NAMED = 4
TIE_RULES = {
    TieRule.RECEIPT: "the earlier server receipt of the final version wins",
    TieRule.STIPULATIONS: "fewer conditions win, then the higher deposit, then the earlier receipt",
    TieRule.DRAW: "a draw decides, seeded by the published head of the record",
    TieRule.BEST_AND_FINAL: "the tied bidders bid once more",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One award as it is proposed or signed; amounts in USD."""

    bidder: str
    what: str
    price: str
    amount: Decimal
    cover: Decimal | None
    cover_bidder: str
    instead: Decimal | None
    settlement: int | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """The award panel: its lines, who signed, and who else can."""

    lines: tuple[Line, ...]
    total: Decimal
    deposit: Decimal | None
    proposed_by: User | None
    proposed_at: datetime | None
    confirmed_by: User | None
    confirmed_at: datetime | None
    mine: bool
    others: str
    ties: str


def panel_of(sale: Sale, bids: OpenedBids, result: Outcome, user: User) -> Panel:
    """What can be proposed or confirmed now, or was signed."""
    kept = list(sale.awards.select_related("proposed_by", "confirmed_by", "offer__bid__entry").order_by("-amount"))
    lines = tuple(line_of(award, bids) for award in kept) or proposed_lines(bids, result)
    first = kept[0] if kept else None
    total = sum((line.amount for line in lines), Decimal(0))
    return Panel(
        lines=lines,
        total=total,
        deposit=deposit_of(sale, total),
        proposed_by=first.proposed_by if first else None,
        proposed_at=first.proposed_at if first else None,
        confirmed_by=first.confirmed_by if first else None,
        confirmed_at=first.confirmed_at if first else None,
        mine=first is not None and first.proposed_by_id == user.pk,
        others=listed_or(other_managers(sale, first.proposed_by if first else user)),
        ties=ties_of(bids, result),
    )


def proposed_lines(bids: OpenedBids, result: Outcome) -> tuple[Line, ...]:
    """What would be proposed, out of the outcome."""
    return tuple(
        Line(
            bidder=bids.names.get(each.bid.code, each.bid.bidder),
            what=what_of(bids, each.bid.lots),
            price=price_of(bids, each.bid.lots, each.amount),
            amount=each.amount,
            cover=each.cover.amount if each.cover else None,
            cover_bidder=bids.names.get(each.cover.bid, "") if each.cover else "",
            instead=each.instead,
        )
        for each in result.awards
    )


def line_of(award: Award, bids: OpenedBids) -> Line:
    """An award as it was proposed."""
    lots = frozenset(award.offer.prices)
    cover, instead = award.working.get("cover"), award.working.get("instead")
    settlement = getattr(award, "settlement", None)
    return Line(
        bidder=bids.names.get(award.offer.code, ""),
        what=what_of(bids, lots),
        price=price_of(bids, lots, award.amount),
        amount=award.amount,
        cover=award.cover,
        cover_bidder=bids.names.get(cover["offer"], "") if cover else "",
        instead=None if instead is None else Decimal(instead),
        settlement=settlement.pk if settlement else None,
    )


def scope_for(bids: OpenedBids, lots: frozenset[str]) -> Scope | None:
    group = bids.group_of(lots)
    return group.scope if group else None


def what_of(bids: OpenedBids, lots: frozenset[str]) -> str:
    scope = scope_for(bids, lots)
    return scope.title if scope else f"Lots {', '.join(sorted(lots))}"


def price_of(bids: OpenedBids, lots: frozenset[str], amount: Decimal) -> str:
    scope = scope_for(bids, lots)
    return priced(scope, amount) if scope else ""


def deposit_of(sale: Sale, total: Decimal) -> Decimal | None:
    """What the winners owe as deposit by the announced percent of the price; None where none was announced."""
    percent = Decimal(Terms.from_json(sale.terms).deposit_percent)
    return (total * percent / 100).quantize(Decimal("0.01")) if percent else None


def other_managers(sale: Sale, user: User | None) -> list[str]:
    """Who of the seller can give the other signature."""
    people = User.objects.active().filter(organization_id=sale.seller_id).holding(Role.MANAGER)
    return [person.name for person in people.exclude(pk=user.pk if user else None).order_by("name")[:4]]


def listed_or(names: Iterable[str]) -> str:
    return listed(names).replace(" and ", " or ")


def due(sale: Sale) -> str:
    """The day by which the award was announced, as a weekday."""
    day: date | None = sale.award_due_on
    return f"{day:%A}, {dates.day(day, today=day)}" if day and not sale.awarded_at else ""


def ties_of(bids: OpenedBids, result: Outcome) -> str:
    """How a tie fell, in a sentence; empty where there was none."""
    if not result.ties:
        return ""
    sets = [" with ".join(sorted({bids.names.get(code, code) for code in codes})) for codes in result.ties]
    rule = TIE_RULES[result.tie_rule]
    names = list(dict.fromkeys(sets))
    more = [f"{len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED else []
    return f"Several awards bring the same: {listed([*names[:MOST_NAMED], *more])}. As announced, {rule}."


def best_parts(record: Record, terms: Decided) -> Outcome | None:
    """The awards that bids for less than the whole lead to, whatever the reserves; None in a sale of one lot."""
    if len(terms.lots) < 2 or record.auction:
        return None
    free = replace(terms, lots=tuple(replace(lot, reserve=Decimal(0)) for lot in terms.lots))
    return outcome_of(free, [bid for bid in offers(record) if len(bid.lots) < len(terms.lots)])


def agreeing(record: Record) -> frozenset[str]:
    """Receipts of the envelopes whose bytes still have the fingerprint that was sealed."""
    return frozenset(each.receipt for each in record.entries if receipt_of(each.envelope) == each.receipt)


@dataclass(frozen=True, slots=True)
class Changed:
    """What one conforming bid changed, for the table of the working."""

    bidder: str
    what: str
    total: Decimal
    price: str
    lost: Decimal | None
    short: Decimal | None


def changed(record: Record, terms: Decided, result: Outcome, bids: OpenedBids) -> tuple[Changed, ...]:
    """What each of the best bids changed; at most 60, the highest first."""
    found = [] if record.auction else sorted(offers(record), key=lambda bid: -terms.total(bid) if bid.prices else 0)
    return tuple(
        Changed(
            bidder=bids.names.get(change.bid.code, ""),
            what=what_of(bids, change.bid.lots),
            total=terms.total(change.bid),
            price=price_of(bids, change.bid.lots, terms.total(change.bid)),
            lost=change.lost,
            short=change.short,
        )
        for change in changes(terms, found, result)[:MOST_CHANGES]
    )
