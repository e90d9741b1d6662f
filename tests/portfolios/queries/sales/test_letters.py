"""Who is told what of a sale by mail, and that nothing of borrowers or of other bidders is in it."""

import pytest

from accounts.models import Role
from portfolios.domain.sales import BidderStatus, SaleStatus
from portfolios.models import Sale
from portfolios.queries.ceremonies.letters import letters_of
from portfolios.services import bidders, sales
from tests.factories import UserFactory
from tests.portfolios.auction import BEFORE, make_auction

pytestmark = pytest.mark.django_db


@pytest.fixture
def auction():
    return make_auction()


def person_of(bidder):
    return bidder.organization.people.get(roles__contains=[Role.BIDDER])


def event_of(sale, kind):
    return sale.events.filter(kind=kind).latest("pk")


def told(event):
    return {letter.to: letter for letter in letters_of(event)}


def test_the_announcement_is_the_invitation_of_everybody_who_takes_part(auction):
    taking_part, out = auction.bidder(), auction.bidder(status=BidderStatus.BARRED)
    UserFactory(organization=taking_part.organization, roles=[Role.ANALYST])
    sales.record(auction.sale, "announced", by=auction.seller, at=BEFORE)
    letters = told(event_of(auction.sale, "announced"))
    assert set(letters) == {person_of(taking_part).email}
    (letter,) = letters.values()
    assert "invites your organization to bid in Project Kestrel" in letter.body
    assert "Tuesday, Dec 15, 2026 at 2:00:00 PM ET" in letter.body
    assert str(out.organization) not in letter.body


def test_a_later_invitation_goes_to_that_organization_alone(auction):
    auction.bidder()
    late = auction.bidder(status=BidderStatus.DECLINED)
    bidders.invite(sale=auction.sale, organization=late.organization, by=auction.seller, at=BEFORE)
    assert set(told(event_of(auction.sale, "invited"))) == {person_of(late).email}


def test_nobody_is_told_of_a_draft(auction):
    bidder = auction.bidder()
    Sale.objects.filter(pk=auction.sale.pk).update(status=SaleStatus.DRAFT, announced_at=None)
    sales.record(auction.sale, "invited", by=auction.seller, at=BEFORE, bidder=bidder.pk)
    assert told(Sale.objects.get(pk=auction.sale.pk).events.latest("pk")) == {}


def test_an_answer_goes_to_all_without_the_asker(auction):
    asker, other = auction.bidder(), auction.bidder()
    person = person_of(asker)
    question = bidders.ask(bidder=asker, text="Are advances paid?", by=person, at=BEFORE)
    bidders.answer(question=question, text="Yes.", by=auction.seller, at=BEFORE)
    letters = told(event_of(auction.sale, "answered"))
    assert set(letters) == {person.email, person_of(other).email}
    for letter in letters.values():
        assert "Are advances paid?" in letter.body
        assert "Answer: Yes." in letter.body
        assert str(person) not in letter.body
        assert str(asker.organization) not in letter.body


def test_an_addendum_says_which_tape_bids_name(auction):
    bidder = auction.bidder()
    sales.record(
        auction.sale, "addendum", by=auction.seller, at=BEFORE, note="A loan paid off.", number=1, tape="cd" * 32
    )
    (letter,) = told(event_of(auction.sale, "addendum")).values()
    assert letter.to == person_of(bidder).email
    assert "cd" * 32 in letter.body
    assert "A loan paid off." in letter.body


def test_openers_are_asked_for_their_keys_once_they_are_named(auction):
    auction.sale.openers.filter(name="witness").update(public_key="")
    sales.record(auction.sale, "openers_named", by=auction.seller, at=BEFORE, public=False)
    assert set(told(event_of(auction.sale, "openers_named"))) == {auction.openers["witness"].user.email}
