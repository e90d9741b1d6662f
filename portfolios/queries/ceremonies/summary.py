"""The opened sale in one sentence and five figures, for its seller."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from config.ui import numbers
from portfolios.domain.auctionrecord import offer_zero
from portfolios.domain.awards import Award, Outcome
from portfolios.queries.ceremonies.bids import Group, OpenedBids, Row, Scope


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the strip."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """The verdict: its decisive part, the rest, and its tone."""

    strong: str
    rest: str
    tone: str


def priced(scope: Scope, total: Decimal) -> str:
    """A total as a price is said: 98.412%, or dollars where lots are priced in dollars."""
    price = scope.price(total)
    return numbers.money_cents(total) if price is None else numbers.rate(price)


def gap(scope: Scope, dollars: Decimal) -> str:
    """A difference between two totals as prices differ: 0.125, or dollars."""
    price = scope.price(dollars)
    return numbers.money(dollars) if price is None else numbers.fixed(price, 3)


def verdict_of(bids: OpenedBids, result: Outcome, due: str) -> Said:
    """What the announced terms lead to."""
    award_by = f" Award by {due}." if due else ""
    if not result.awards:
        return no_award(bids, result)
    if result.undecided:
        names = listed(sorted({bids.names[code] for codes in result.ties for code in codes}))
        rest = f"By the announced rule they bid once more.{award_by}"
        return Said(f"{names} are tied at {numbers.money(result.total)}.", rest, "warning")
    if len(result.awards) == 1:
        return one_award(bids, result.awards[0], award_by)
    return several_awards(bids, result, award_by)


def no_award(bids: OpenedBids, result: Outcome) -> Said:
    if not bids.envelopes:
        return Said("No bid was received.", "End the sale without an award.", "warning")
    if result.below_reserve:
        return Said("No conforming bid meets your reserve.", "Reject all bids, or ask for better ones.", "warning")
    return Said("No bid conforms.", "A defect that can be excused has a way to do so beside it.", "warning")


def one_award(bids: OpenedBids, award: Award, award_by: str) -> Said:
    group = bids.group_of(award.bid.lots)
    name = bids.names.get(award.bid.code, award.bid.bidder)
    if group is None:
        return Said(f"{name} leads at {numbers.money(award.amount)}.", award_by.strip(), "accent")
    scope, above = group.scope, []
    if award.cover and award.amount > award.cover.amount:
        above.append(f"{gap(scope, award.amount - award.cover.amount)} above the cover bid")
    if scope.reserve:
        above.append(f"{gap(scope, award.amount - scope.reserve)} above your reserve")
    rest = f"That is {' and '.join(above)}." if above else "There is no cover bid."
    what = "" if scope.whole else f" for {scope.title}"
    stands = "won the open auction" if is_auction(award.bid.code) else "leads"
    return Said(f"{name} {stands} at {priced(scope, award.amount)}{what}.", rest + award_by, "accent")


def is_auction(code: str) -> bool:
    """Whether an offer is the last price of an open auction, which is number 0 of its envelope."""
    return offer_zero(code) == code


def several_awards(bids: OpenedBids, result: Outcome, award_by: str) -> Said:
    winners = listed(sorted({bids.names.get(award.bid.code, award.bid.bidder) for award in result.awards}))
    rest = ""
    if bids.whole and bids.whole.leader:
        more = result.total - bids.whole.leader.total
        rest = f"That is {numbers.money(more)} more than the best bid for the whole portfolio."
    unsold = f" Nothing wins lot {listed(result.unsold)}." if result.unsold else ""
    strong = f"{len(result.awards)} bids together bring the most: {numbers.money_cents(result.total)} from {winners}."
    return Said(strong, (rest + unsold + award_by).strip(), "accent")


def listed(names: Iterable[str]) -> str:
    """Names as a sentence says them: A, B and C."""
    found = list(names)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}" if found else ""


def figures_of(bids: OpenedBids, result: Outcome) -> tuple[Figure, ...]:
    """Leading bid, cover, how far ahead, against the reserve, and how many were opened."""
    group = shown_group(bids, result)
    opened = opened_figure(bids)
    if len(result.awards) > 1:
        return (*together(bids, result), opened)
    if group is None or group.leader is None:
        return (opened,)
    return (*of_leader(group, group.leader), opened)


def shown_group(bids: OpenedBids, result: Outcome) -> Group | None:
    """The bids that the plot and the figures are about: those for what wins, else the first with a leader."""
    if len(result.awards) == 1 and (found := bids.group_of(result.awards[0].bid.lots)):
        return found
    return bids.whole or next((group for group in bids.groups if group.leader), None)


def of_leader(group: Group, leader: Row) -> tuple[Figure, ...]:
    scope, cover = group.scope, group.cover
    first = Figure("Leading bid", priced(scope, leader.total), numbers.money_cents(leader.total))
    found = [first]
    if cover:
        ahead = leader.total - cover.total
        found.append(Figure("Cover bid", priced(scope, cover.total), cover.bidder))
        found.append(Figure("Ahead of cover", numbers.money(ahead), f"{gap(scope, ahead)} of UPB" * scope.in_percent))
    else:
        found.append(Figure("Cover bid", "None", "nobody else bid for the same lots"))
    if scope.reserve:
        over = leader.total - scope.reserve
        sign = "+" if over > 0 else ""
        note = f"{group.at_reserve} of {len(group.ranked)} bids at or above it"
        found.append(Figure(f"Against reserve {priced(scope, scope.reserve)}", sign + numbers.money_short(over), note))
    else:
        found.append(Figure("Reserve", "None", "every conforming bid can win"))
    return tuple(found)


def together(bids: OpenedBids, result: Outcome) -> tuple[Figure, ...]:
    """The figures of awards that add up."""
    reserve = sum((group.scope.reserve for group in winning(bids, result)), Decimal(0))
    found = [Figure("Best bids together", numbers.money_short(result.total), numbers.money_cents(result.total))]
    if bids.whole and bids.whole.leader:
        whole = bids.whole.leader
        found.append(Figure("Best bid for all", numbers.money_short(whole.total), whole.bidder))
        found.append(Figure("Ahead of it", numbers.money(result.total - whole.total), ""))
    if reserve:
        over = result.total - reserve
        found.append(
            Figure("Against reserve", ("+" if over > 0 else "") + numbers.money_short(over), "of the lots sold")
        )
    return tuple(found)


def winning(bids: OpenedBids, result: Outcome) -> list[Group]:
    return [group for award in result.awards if (group := bids.group_of(award.bid.lots))]


def opened_figure(bids: OpenedBids) -> Figure:
    late = len(bids.late)
    note = f"{late} late bid{'' if late == 1 else 's'} refused, never opened" if late else "none came late"
    return Figure("Bids opened", numbers.count(bids.envelopes), note)


def by_lot(bids: OpenedBids) -> tuple[Group, ...]:
    """The groups of single lots, where a sale has several lots."""
    single = [group for group in bids.groups if len(group.scope.lots) == 1]
    return tuple(single) if bids.whole or len(single) > 1 else ()


def whole_against_parts(bids: OpenedBids, parts: Outcome | None) -> str:
    """Whether the whole brings more than its parts, in a sentence; empty where there is nothing to compare."""
    whole = bids.whole.leader if bids.whole else None
    if whole is None or parts is None or not parts.awards:
        return ""
    if parts.unsold:
        left = f"lot{'' if len(parts.unsold) == 1 else 's'} {listed(parts.unsold)}"
        return f"The best bids for parts bring {numbers.money(parts.total)} and leave {left} unsold."
    if whole.total >= parts.total:
        return f"The whole-portfolio bid beats the best parts by {numbers.money(whole.total - parts.total)}."
    return f"The best parts beat the whole-portfolio bid by {numbers.money(parts.total - whole.total)}."
