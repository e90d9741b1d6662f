"""The announced terms of a sale in words, as bidders read them."""

from decimal import Decimal
from zoneinfo import ZoneInfo

from config.ui import dates, numbers
from portfolios.domain.auction import Protection, initial_overbid
from portfolios.domain.awards import TieRule
from portfolios.domain.saleterms import NEEDS, Terms, kinds
from portfolios.models import Sale
from portfolios.queries.advisers import standing_adviser

TIES = {
    TieRule.RECEIPT: "Equal totals: the bid that was sealed first ranks first",
    TieRule.STIPULATIONS: "Equal totals: fewer conditions, then the higher deposit, then the bid that was sealed first",
    TieRule.DRAW: "Equal totals: drawn by lot from the hash of the record, which nobody can choose",
    TieRule.BEST_AND_FINAL: "Equal totals: the tied bidders bid once more, sealed",
}
SERVICING = {"released": "Released to the buyer", "retained": "Stays with the seller"}


def terms_in_words(sale: Sale, *, by_dollars: bool = False) -> list[tuple[str, str]]:
    """Label and sentence of every term that binds a bidder. `by_dollars` says that a lot is priced in dollars."""
    terms = Terms.from_json(sale.terms)
    said = [
        ("Price", price(by_dollars)),
        ("Cut-off", dates.day_year(sale.cut_off_on)),
        ("Interest", interest(terms)),
        ("Servicing", SERVICING[terms.servicing]),
        ("Deposit to bid", deposit_to_bid(terms)),
        ("Deposit on award", deposit_on_award(terms)),
        ("Several lots", linked(terms)),
        ("Conditions", conditions(terms)),
        ("Reserve price", "If the seller sets one, it is sealed like a bid and opened with the bids"),
        ("Ties", TIES[terms.tie_rule]),
        ("Best and final", "The seller may ask the best bidders for one further sealed round"),
        ("Second price", "The best losing price is published after the award"),
        ("Late bids", late(sale)),
        ("Kick-outs", f"At most {percent(terms.kick_out_percent)} of the awarded balance, at the prices of the bid"),
        ("After settlement", after_settlement(terms)),
        *auction_in_words(terms),
        ("Why it is sold", demanded(sale, terms)),
        ("Certified", ". ".join(text.rstrip(".") for text in terms.certificates.values())),
        ("Buyer", ". ".join(buyer(sale))),
    ]
    left_out = {"Best and final": not terms.best_and_final, "Second price": not terms.cover_published}
    return [(label, text) for label, text in said if text and not left_out.get(label)]


def percent(text: str) -> str:
    return f"{Decimal(text).normalize():f}%"


def interest(terms: Terms) -> str:
    """From when to when the statement counts it; without it the count still matters to repurchase claims."""
    if terms.accrues:
        return f"On top of the price, accrued from the day it is paid to up to the settlement, {terms.day_count.words}"
    return f"None on top of the price; repurchase claims count it {terms.day_count.words}"


def after_settlement(terms: Terms) -> str:
    finals = f", {terms.true_up_days} days for final figures of the closing" if terms.true_up_days else ""
    return (
        f"{terms.trailing_days} days for documents that follow, {terms.claim_days} days for repurchase claims{finals}"
    )


def demanded(sale: Sale, terms: Terms) -> str:
    """That a receiver demanded the sale, and who runs it then; empty where the seller sells of its own accord."""
    if not terms.demanded:
        return ""
    adviser = standing_adviser(sale)
    run = f", run by {adviser}, whom it approved" if adviser and adviser.approved else ""
    return f"The receiver demanded it under the shared-loss agreement{run}"


def auction_in_words(terms: Terms) -> list[tuple[str, str]]:
    """The rules of the open auction that follows the sealed bids; nothing for a sealed sale."""
    said = [("Auction", auction(terms)), ("End of the auction", auctions_end(terms))]
    said.append(("Stalking horse", stalking_horse(terms)))
    return [(label, text) for label, text in said if text]


def auction(terms: Terms) -> str:
    """How an open sale goes on after the sealed bids; empty for a sealed one."""
    if terms.format != "open":
        return ""
    step = numbers.money_cents(Decimal(terms.minimum_increment))
    return f"Those whose sealed bids qualify bid on in the open, each bid at least {step} above the last"


def auctions_end(terms: Terms) -> str:
    if terms.format != "open":
        return ""
    if not terms.extension_minutes:
        return "The announced end does not move"
    if terms.extension_minutes == 1:
        return "A bid in the last minute moves the end so that one is left"
    return f"A bid in the last {terms.extension_minutes} minutes moves the end so that as many are left"


def stalking_horse(terms: Terms) -> str:
    """Whose price was agreed, what it is owed, and what tops it; empty without one."""
    if terms.format != "open" or not terms.stalking_horse:
        return ""
    agreed, fee, cap, step = (
        Decimal(amount)
        for amount in (terms.stalking_price, terms.break_up_fee, terms.expense_cap, terms.minimum_increment)
    )
    first = initial_overbid(agreed, Protection(fee, cap), step)
    said = {name: numbers.money_cents(value) for name, value in zip("pfcm", (agreed, fee, cap, first), strict=True)}
    return (
        f"{terms.stalking_horse} at {said['p']}; where somebody else buys it is owed {said['f']} and at most "
        f"{said['c']} of expenses, so the first bid above it is at least {said['m']}"
    )


def price(by_dollars: bool) -> str:
    usual = "Percent of the balance at the cut-off, at most five decimals"
    return f"{usual}; dollars for lots that say so" if by_dollars else usual


def deposit_to_bid(terms: Terms) -> str:
    amount = Decimal(terms.deposit)
    return f"{numbers.money_cents(amount)} with the seller before bids are due" if amount else ""


def deposit_on_award(terms: Terms) -> str:
    return f"{percent(terms.deposit_percent)} of the price" if Decimal(terms.deposit_percent) else "None"


def linked(terms: Terms) -> str:
    if terms.linked:
        return "An offer for several lots, all or none, is taken; so are offers for single lots"
    return "Every lot is bid for by itself"


def conditions(terms: Terms) -> str:
    if terms.conditions:
        return "An offer with conditions is read with its conditions"
    return "None: an offer with a condition does not conform"


def late(sale: Sale) -> str:
    """Until when bids are taken, to the second and in the sale's own zone."""
    if sale.bids_due_at is None:
        return ""
    due = sale.bids_due_at.astimezone(ZoneInfo(sale.time_zone))
    return f"Not opened. The server refuses them after {dates.clock(due, seconds=True)} {dates.zone(due)}"


def buyer(sale: Sale) -> list[str]:
    """What this kind of sale asks of its buyer."""
    asked = ("buyer_covenants", "eligibility_certificate", "no_affiliates")
    needs = kinds()[sale.kind].needs if sale.kind in kinds() else ()
    return [NEEDS[need].rstrip(".") for need in needs if need in asked]
