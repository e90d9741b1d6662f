"""The announced terms of a sale in words, as bidders read them."""

from decimal import Decimal
from zoneinfo import ZoneInfo

from config.ui import dates, numbers
from portfolios.domain.awards import TieRule
from portfolios.domain.saleterms import NEEDS, Terms, kinds
from portfolios.models import Sale

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
        ("Auction", auction(terms)),
        ("Certified", "; ".join(text.rstrip(".") for text in terms.certificates.values())),
        ("Buyer", "; ".join(buyer(sale))),
    ]
    left_out = {"Best and final": not terms.best_and_final, "Second price": not terms.cover_published}
    return [(label, text) for label, text in said if text and not left_out.get(label)]


def percent(text: str) -> str:
    return f"{Decimal(text).normalize():f}%"


def interest(terms: Terms) -> str:
    return f"Accrued on top of the price from the cut-off, {terms.day_count}" if terms.accrues else "None accrues"


def after_settlement(terms: Terms) -> str:
    return f"{terms.trailing_days} days for documents that follow, {terms.claim_days} days for repurchase claims"


def auction(terms: Terms) -> str:
    """How an open sale goes on after the sealed bids; empty for a sealed one."""
    if terms.format != "open":
        return ""
    step = numbers.money_cents(Decimal(terms.minimum_increment))
    return f"Those whose sealed bids qualify bid on in the open, each bid at least {step} above the last"


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
