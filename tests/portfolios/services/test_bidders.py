"""Invitation, agreement, qualification, questions and documents."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.db import ProgrammingError, transaction

from accounts.models import OrganizationKind, Role
from accounts.policies import NotAllowed
from portfolios.models import Bidder, DocumentAccess
from portfolios.policies.auctions import may_bid
from portfolios.queries.bidding.rooms import tiers_for
from portfolios.services import bidders
from tests.factories import OrganizationFactory, UserFactory
from tests.portfolios.auction import BEFORE, OPENS, make_auction

pytestmark = pytest.mark.django_db


@pytest.fixture
def auction():
    return make_auction()


@pytest.fixture
def invited(auction):
    """An invited organization and its person who bids."""
    organization = OrganizationFactory(kind=OrganizationKind.INVESTOR)
    person = UserFactory(organization=organization, roles=[Role.BIDDER])
    return bidders.invite(sale=auction.sale, organization=organization, by=auction.seller, at=OPENS), person


def test_a_bidder_signs_states_and_is_qualified(auction, invited):
    bidder, person = invited
    with pytest.raises(NotAllowed, match="agreement first"):
        bidders.state(bidder=bidder, statement={"net worth": "2,000,000"}, by=person)
    bidders.sign_agreement(bidder=bidder, text="We keep it to ourselves.", by=person, at=OPENS)
    bidders.state(bidder=bidder, statement={"net worth": "2,000,000"}, by=person)
    bidders.qualify(bidder=bidder, until=date(2027, 6, 1), deposit=Decimal("50000"), by=auction.seller, at=OPENS)
    assert auction.bid(bidder, A="98").position == 1
    assert len(Bidder.objects.get(pk=bidder.pk).agreement_sha256) == 64


def test_a_signature_that_is_sent_again_takes_no_qualification_away(auction, invited):
    bidder, person = invited
    bidders.sign_agreement(bidder=bidder, text="We keep it to ourselves.", by=person, at=OPENS)
    bidders.qualify(bidder=bidder, until=date(2027, 6, 1), deposit=Decimal(0), by=auction.seller, at=OPENS)
    with pytest.raises(NotAllowed, match="does not stand where this step begins"):
        bidders.sign_agreement(bidder=bidder, text="We keep it to ourselves.", by=person, at=BEFORE)
    assert Bidder.objects.get(pk=bidder.pk).status == "qualified"


def test_a_qualification_may_end_today_where_the_sale_is(auction, invited):
    """At 10 in the evening in New York it is tomorrow by the server."""
    bidder, person = invited
    bidders.sign_agreement(bidder=bidder, text="We keep it to ourselves.", by=person, at=OPENS)
    night, said = datetime(2026, 12, 11, 3, 0, tzinfo=UTC), {"deposit": Decimal(0), "by": auction.seller}
    with pytest.raises(NotAllowed, match="ended already"):
        bidders.qualify(bidder=bidder, until=date(2026, 12, 9), at=night, **said)
    bidders.qualify(bidder=bidder, until=date(2026, 12, 10), at=night, **said)
    assert may_bid(bidder, night)
    assert not may_bid(bidder, night + timedelta(hours=2))


def test_inviting_twice_is_inviting_once(auction, invited):
    bidder, _ = invited
    assert bidders.invite(sale=auction.sale, organization=bidder.organization, by=auction.seller, at=BEFORE) == bidder
    assert auction.sale.events.filter(kind="invited").count() == 1


def test_who_opens_cannot_bid_and_lenders_are_not_invited(auction):
    opener = auction.openers["witness"].user.organization
    opener.kind = OrganizationKind.INVESTOR
    with pytest.raises(NotAllowed, match="opens the bids"):
        bidders.invite(sale=auction.sale, organization=opener, by=auction.seller, at=OPENS)
    with pytest.raises(NotAllowed, match="Investors and purchasers"):
        bidders.invite(sale=auction.sale, organization=OrganizationFactory(), by=auction.seller, at=OPENS)


def test_qualifying_needs_the_agreement_first(auction, invited):
    with pytest.raises(NotAllowed, match="does not stand"):
        bidders.qualify(bidder=invited[0], until=date(2027, 6, 1), deposit=Decimal(0), by=auction.seller, at=OPENS)


def test_a_barred_bidder_stays_out_with_a_reason(auction, invited):
    bidder, person = invited
    with pytest.raises(NotAllowed, match="Say why"):
        bidders.bar(bidder=bidder, note=" ", by=auction.seller, at=OPENS)
    bidders.bar(bidder=bidder, note="An affiliate of the seller.", by=auction.seller, at=OPENS)
    with pytest.raises(NotAllowed, match="does not take part"):
        bidders.sign_agreement(bidder=bidder, text="x", by=person, at=OPENS)


def test_a_question_is_answered_once_to_all(auction, invited):
    bidder, person = invited
    question = bidders.ask(bidder=bidder, text=" Are escrow advances included? ", by=person, at=OPENS)
    answered = bidders.answer(question=question, text="No.", by=auction.seller, at=BEFORE)
    assert (answered.text, answered.answer, answered.published_at) == ("Are escrow advances included?", "No.", BEFORE)
    with pytest.raises(NotAllowed, match="answered already"):
        bidders.answer(question=question, text="Yes.", by=auction.seller, at=BEFORE)
    with pytest.raises(NotAllowed, match="Write the question"):
        bidders.ask(bidder=bidder, text=" ", by=person, at=OPENS)


def test_what_a_qualification_opened_closes_with_it(auction, invited):
    """The last day is that of the sale's zone: at three in the night by the server it is still the 10th in New York."""
    bidder, person = invited
    upload = ContentFile(b"Loan files", "files.pdf")
    document = bidders.add_document(
        sale=auction.sale, title="Files", tier=3, upload=upload, by=auction.seller, at=OPENS
    )
    Bidder.objects.filter(pk=bidder.pk).update(status="qualified", qualified_until=date(2026, 12, 10))
    bidder.refresh_from_db()
    night = datetime(2026, 12, 11, 3, 0, tzinfo=UTC)
    bidders.open_document(document=document, bidder=bidder, by=person, at=night)
    assert [tier.needs for tier in tiers_for(auction.sale, bidder, night)] == [""]
    with pytest.raises(NotAllowed, match="a qualification that has not ended"):
        bidders.open_document(document=document, bidder=bidder, by=person, at=night + timedelta(hours=3))
    assert [tier.needs for tier in tiers_for(auction.sale, bidder, night + timedelta(hours=3))] == ["a qualification"]


def test_who_opened_a_document_is_neither_changed_nor_removed(auction, invited):
    upload = ContentFile(b"Loan files", "files.pdf")
    document = bidders.add_document(
        sale=auction.sale, title="Files", tier=1, upload=upload, by=auction.seller, at=OPENS
    )
    bidders.open_document(document=document, bidder=invited[0], by=invited[1], at=BEFORE)
    for change in (lambda rows: rows.update(at=OPENS), lambda rows: rows.delete()):
        with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
            change(DocumentAccess.objects.all())
    assert DocumentAccess.objects.get().at == BEFORE


@pytest.mark.parametrize(("tier", "opens"), [(1, True), (2, False), (3, False)])
def test_documents_open_by_tier_and_every_look_is_noted(auction, invited, tier, opens):
    bidder, person = invited
    upload = ContentFile(b"Loan files", "files.pdf")
    document = bidders.add_document(
        sale=auction.sale, title="Files", tier=tier, upload=upload, by=auction.seller, at=OPENS
    )
    if opens:
        bidders.open_document(document=document, bidder=bidder, by=person, at=BEFORE)
    else:
        with pytest.raises(NotAllowed, match="This document needs"):
            bidders.open_document(document=document, bidder=bidder, by=person, at=BEFORE)
    bidders.open_document(document=document, bidder=None, by=auction.seller, at=BEFORE)
    assert DocumentAccess.objects.count() == 1 + opens
    with pytest.raises(NotAllowed, match="not open to you"):
        bidders.open_document(document=document, bidder=None, by=UserFactory(), at=BEFORE)
