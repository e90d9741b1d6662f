"""A purchaser bids like an investor; who read the loans unredacted for its desk prices none of them."""

import pytest

from accounts.models import OrganizationKind, Role
from accounts.policies import NotAllowed
from portfolios.models import Bundle, Lot, SealedBid
from portfolios.policies import bids as policies
from portfolios.policies import bundles as reviews
from tests.factories import OrganizationFactory, UserFactory
from tests.portfolios import offers
from tests.portfolios.auction import BEFORE, make_auction

pytestmark = pytest.mark.django_db


@pytest.fixture
def auction():
    """A sale of a lot of ten loans, in which a purchaser bids; its desk has reviewed other loans of the same tape."""
    auction = make_auction()
    auction.desk = OrganizationFactory(kind=OrganizationKind.PURCHASER)
    criteria = offers.published(auction.desk)
    run = offers.checked(offers.lender(organization=auction.seller.organization), criteria)
    auction.reviewer = UserFactory(organization=auction.desk, roles=[Role.REVIEWER, Role.BIDDER])
    auction.trader = UserFactory(organization=auction.desk, roles=[Role.BIDDER])
    lot = Bundle.objects.create(number="B-1", name="Lot", run=run, criteria=criteria, **made_by(auction))
    Lot.objects.filter(sale=auction.sale, code="A").update(bundle=lot)
    auction.other = Bundle.objects.create(
        number="B-2", name="Other", run=run, criteria=criteria, purchaser=auction.desk, reviewed_by=auction.reviewer,
        status="in_review", **made_by(auction),
    )  # fmt: skip
    auction.invited = auction.bidder(organization=auction.desk)
    return auction


def made_by(auction):
    return {"lender": auction.seller.organization, "created_by": auction.seller, "created_at": BEFORE}


def bid(auction, bidder, by):
    from portfolios.services import sealedrecord
    from tests.portfolios.auction import form

    content = form([{"A": "98"}], deposit_reference="Wire 7")
    return sealedrecord.submit(bidder=bidder, envelope=auction.sealed(bidder, content), by=by, at=BEFORE)


def test_a_purchaser_may_give_the_role_of_bidder_and_bids(auction):
    assert bid(auction, auction.invited, auction.trader).bidder == auction.invited


def test_who_reviewed_loans_of_the_tape_does_not_bid_for_them(auction):
    with pytest.raises(NotAllowed, match="A colleague who did not bids"):
        bid(auction, auction.invited, auction.reviewer)
    assert "You reviewed or signed off loans" in policies.why_not_bid(auction.reviewer, auction.invited, BEFORE)
    assert SealedBid.objects.count() == 0


def test_who_reviewed_other_tapes_bids(auction):
    Lot.objects.filter(sale=auction.sale, code="A").update(bundle=None)
    assert bid(auction, auction.invited, auction.reviewer)


def test_who_bid_does_not_review_loans_of_the_tape(auction):
    Bundle.objects.filter(pk=auction.other.pk).update(reviewed_by=None)
    bid(auction, auction.invited, auction.reviewer)
    with pytest.raises(NotAllowed, match="You sealed a bid for loans of this tape"):
        reviews.check_can_review(auction.reviewer, Bundle.objects.get(pk=auction.other.pk))
    fresh = UserFactory(organization=auction.desk, roles=[Role.REVIEWER, Role.BIDDER])
    reviews.check_can_review(fresh, Bundle.objects.get(pk=auction.other.pk))


@pytest.mark.parametrize("kind", [OrganizationKind.LENDER, OrganizationKind.RECEIVER, OrganizationKind.OPERATOR])
def test_nobody_else_gives_the_role_of_bidder(kind):
    assert Role.BIDDER not in OrganizationFactory(kind=kind).possible_roles


def test_a_purchaser_who_only_bids_lands_at_its_bids_and_finds_its_way(client, auction):
    client.force_login(auction.trader)
    shown = client.get("/", follow=True)
    assert shown.redirect_chain[0][0] == "/my-bids/"
    text = shown.content.decode()
    assert "Data rooms" in text
    assert "Work queue" not in text
