"""Letters about a sale: who is told what of an event. Nothing in them that the person may not read on the page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from accounts.models import User
from accounts.roles import Role
from config.ui import numbers
from portfolios.domain.sales import BidderStatus
from portfolios.domain.saleterms import Terms
from portfolios.domain.sealing.rehearsing import asked_since
from portfolios.models import Bidder, Sale, SaleEvent
from portfolios.queries.ceremonies.results import result_of, winners_of

OUT = (BidderStatus.DECLINED, BidderStatus.BARRED)


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one person."""

    to: str
    subject: str
    body: str


Writer = Callable[[SaleEvent], Iterable[Letter]]


def letters_of(event: SaleEvent) -> list[Letter]:
    """Everybody's letter about an event; nobody gets two."""
    found = {letter.to: letter for letter in LETTERS[event.kind](event)}
    return list(found.values())


def written(event: SaleEvent, people: Iterable[User], name: str, subject: str, **context: Any) -> list[Letter]:
    """The same letter to several people."""
    sale = event.sale
    url = f"{settings.PUBLIC_URL.rstrip('/')}{sale.get_absolute_url()}"
    about = {"sale": sale, "event": event, "url": url, "count_told": True, **context}
    body = render_to_string(f"portfolios/ceremonies/mail/{name}.txt", about)
    said = f"[Plumbline] {sale.number} {sale.name}: {subject}"
    return [Letter(person.email, said, body) for person in people if person.email]


def bidders_of(sale: Sale) -> list[Bidder]:
    """The organizations that take part."""
    return list(sale.bidders.select_related("organization").exclude(status__in=OUT))


def people_of(organizations: Iterable[int], role: Role) -> list[User]:
    """The active people of organizations who hold a role."""
    return list(User.objects.active().filter(organization__in=organizations).holding(role).order_by("pk"))


def bidding_people(sale: Sale) -> list[User]:
    return people_of((bidder.organization_id for bidder in bidders_of(sale)), Role.BIDDER)


def managers(sale: Sale) -> list[User]:
    return people_of([sale.seller_id], Role.MANAGER)


def opening_people(sale: Sale) -> list[User]:
    return list(User.objects.active().filter(openings__sale=sale).order_by("pk"))


def insiders(sale: Sale) -> list[User]:
    """The openers and the seller's managers."""
    return [*managers(sale), *opening_people(sale)]


def openers_named(event: SaleEvent) -> list[Letter]:
    """To openers who still have to make their key."""
    keyless = event.sale.openers.select_related("user").filter(public_key="")
    people = [opener.user for opener in keyless if opener.user.is_active]
    return written(event, people, "openers_named", "you are named to open the bids")


def announced(event: SaleEvent) -> list[Letter]:
    """The invitation, to the people who bid at every invited organization."""
    return written(event, bidding_people(event.sale), "invited", "your organization is invited to bid")


def invited(event: SaleEvent) -> list[Letter]:
    """The invitation of one organization to a sale that is announced already; a draft is told when it is announced."""
    announced_at = event.sale.announced_at
    if announced_at is None or announced_at > event.at:
        return []
    found = [each for each in bidders_of(event.sale) if each.pk == event.facts.get("bidder")]
    people = people_of((each.organization_id for each in found), Role.BIDDER)
    return written(event, people, "invited", "your organization is invited to bid")


def addendum(event: SaleEvent) -> list[Letter]:
    """To every bidder what changed, and which tape bids name from now on."""
    subject = f"addendum {event.facts['number']}"
    return written(event, bidding_people(event.sale), "addendum", subject)


def answered(event: SaleEvent) -> list[Letter]:
    """To every bidder that a question was answered; who asked is not in it."""
    question = event.sale.questions.get(pk=event.facts["question"])
    people = bidding_people(event.sale)
    return written(event, people, "answered", "a question was answered", question=question)


def closed(event: SaleEvent) -> list[Letter]:
    """Head and count of the record, before anything is opened; the count to bidders only as announced."""
    sale, subject = event.sale, "bids are closed, and this is the head of the record"
    shown = Terms.from_json(sale.terms).count_shown
    to_bidders = written(event, bidding_people(sale), "closed", subject, count_told=shown)
    return [*to_bidders, *written(event, insiders(sale), "closed", subject)]


def parts_disagree(event: SaleEvent) -> list[Letter]:
    """To the openers and the seller: which envelopes do not open so far, and that a further opener can help."""
    return written(event, insiders(event.sale), "parts_disagree", "a further opener is needed")


def opened_without(event: SaleEvent) -> list[Letter]:
    """To everybody that the bids were opened although an envelope stayed shut, and why."""
    return to_all(event, "opened_without", "bids were opened, and an envelope stayed shut")


def opened(event: SaleEvent) -> list[Letter]:
    """That the bids are open; what is in them only the seller and the openers see yet."""
    sale, subject = event.sale, "the bids are open"
    return [
        *written(event, bidding_people(sale), "opened", subject, count_told=False),
        *written(event, insiders(sale), "opened", subject),
    ]


def rehearsal_asked(event: SaleEvent) -> list[Letter]:
    """To the openers who have not shown yet that their key opens."""
    sale = event.sale
    since = asked_since(sale.bids_due_at, event.at) if sale.bids_due_at else None
    openers = sale.openers.select_related("user").exclude(rehearsed_at__gte=since or event.at)
    return written(event, [opener.user for opener in openers], "rehearsal_asked", "open the rehearsal envelope")


def auction_started(event: SaleEvent) -> list[Letter]:
    """To everybody with a seat in the open auction, and to the seller and the openers."""
    auction = event.sale.auction
    seated = people_of(auction.seats.values_list("bidder__organization_id", flat=True), Role.BIDDER)
    baseline = auction.bids.select_related("bidder__organization").order_by("position")[0]
    about = {"auction": auction, "baseline": baseline}
    return written(event, [*seated, *insiders(event.sale)], "auction_started", "the open auction runs", **about)


def auction_closed(event: SaleEvent) -> list[Letter]:
    """To every bidder, the seller and the openers: who leads, at what price, and the head of the record."""
    about = {"auction": event.sale.auction, "price": Decimal(event.facts["price"])}
    people = [*bidding_people(event.sale), *insiders(event.sale)]
    return written(event, people, "auction_closed", "the open auction is over", **about)


def award_proposed(event: SaleEvent) -> list[Letter]:
    """To the managers who can give the second signature."""
    people = [person for person in managers(event.sale) if person.pk != event.by_id]
    return written(event, people, "award_proposed", "an award waits for the second signature")


def awarded(event: SaleEvent) -> list[Letter]:
    """To every bidder its own result; to the seller and the openers all of it."""
    sale, subject = event.sale, "awarded"
    outcome = [f"{each.lots} to {each.winner}: {numbers.money_cents(each.amount)}" for each in winners_of(sale)]
    letters = written(event, insiders(sale), "awarded", subject, outcome=outcome)
    for bidder in bidders_of(sale):
        people, result = people_of([bidder.organization_id], Role.BIDDER), result_of(sale, bidder)
        letters += written(event, people, "awarded", "the result of your bid", result=result)
    return letters


def all_rejected(event: SaleEvent) -> list[Letter]:
    """To everybody that there is no award."""
    subject = "ended without an award"
    return to_all(event, "all_rejected", subject)


def final_round(event: SaleEvent) -> list[Letter]:
    """To everybody that there is one more sealed round, and until when; after a tie, whether one bids in it."""
    if not event.facts.get("among"):
        return to_all(event, "final_round", "best and final bids are asked for")
    letters = written(event, insiders(event.sale), "final_round", "tied bidders bid once more", tied=True)
    for bidder in bidders_of(event.sale):
        people, own = people_of([bidder.organization_id], Role.BIDDER), bidder.pk in event.facts["among"]
        subject = "your bid is tied: bid once more" if own else "others bid once more"
        letters += written(event, people, "final_round", subject, tied=True, others=not own)
    return letters


def cancelled(event: SaleEvent) -> list[Letter]:
    """To everybody that the sale is off; envelopes were deleted and never opened."""
    subject = "the sale is cancelled"
    return to_all(event, "cancelled", subject)


def to_all(event: SaleEvent, name: str, subject: str) -> list[Letter]:
    """The same letter to bidders, openers and the seller's managers."""
    return written(event, [*bidding_people(event.sale), *insiders(event.sale)], name, subject)


LETTERS: dict[str, Writer] = {
    "openers_named": openers_named,
    "announced": announced,
    "invited": invited,
    "addendum": addendum,
    "answered": answered,
    "closed": closed,
    "parts_disagree": parts_disagree,
    "opened_without": opened_without,
    "opened": opened,
    "rehearsal_asked": rehearsal_asked,
    "auction_started": auction_started,
    "auction_closed": auction_closed,
    "award_proposed": award_proposed,
    "awarded": awarded,
    "all_rejected": all_rejected,
    "final_round": final_round,
    "cancelled": cancelled,
}
