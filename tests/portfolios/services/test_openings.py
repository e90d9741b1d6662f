"""Opening: only after the deadline, only with k openers, all at once, and with every bid's fate."""

import secrets
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.policies import NotAllowed
from portfolios.domain.salerecord import record_from_json, record_to_bytes, record_to_json, verified_sale
from portfolios.domain.sales import SaleStatus
from portfolios.models import Addendum, Bidder, Offer, OpenedBid, OpeningPart, Sale, SealedBid
from portfolios.services import awards, bidders, openings, sealedrecord
from portfolios.services.salerecords import bidder_name, record_of
from tests.portfolios.anything import FIELDS, TEXTS
from tests.portfolios.auction import AFTER, BEFORE, DEADLINE, fates, make_auction

pytestmark = pytest.mark.django_db


SEALABLE = st.recursive(
    TEXTS.filter(lambda text: "\x00" not in text) | st.integers(-(2**53) + 1, 2**53 - 1),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5),
    max_leaves=25,
)


@pytest.fixture
def auction():
    return make_auction()


def test_two_of_three_openers_open_all_bids_together(auction):
    first, second = auction.bidder(), auction.bidder()
    auction.bid(first, A="98.5")
    auction.bid(second, A="97", B="96")
    auction.close()
    assert not auction.give("adviser")
    assert fates(auction) == []
    assert auction.give("witness")
    assert fates(auction) == [
        (first.pk, True, Decimal("985000.00")),
        (second.pk, True, Decimal("2890000.00")),
    ]
    assert Sale.objects.get(pk=auction.sale.pk).status == SaleStatus.OPENED


@pytest.mark.parametrize("lost", ["adviser", "seller", "witness"])
def test_one_opener_may_be_lost(auction, lost):
    auction.bid(auction.bidder(), A="98")
    auction.close()
    given = [auction.give(name) for name in auction.keys if name != lost]
    assert given == [False, True]


def test_with_two_openers_lost_nothing_is_opened_and_nothing_is_lost(auction):
    auction.bid(auction.bidder(), A="98")
    auction.close()
    assert not auction.give("seller")
    assert not auction.give("seller")
    assert (OpenedBid.objects.count(), SealedBid.objects.count()) == (0, 1)


def test_nothing_is_opened_before_the_deadline(auction):
    auction.bid(auction.bidder(), A="98")
    for at in (BEFORE, DEADLINE, AFTER):
        with pytest.raises(NotAllowed, match="after the deadline"):
            auction.give("seller", at)


def test_the_database_itself_takes_no_part_before_the_deadline(auction):
    entry = auction.bid(auction.bidder(), A="98")
    row = OpeningPart(
        bid=entry, opener=auction.openers["seller"], group=["seller", "witness"], part="x", given_at=AFTER
    )
    with pytest.raises(IntegrityError, match="only after the deadline"), transaction.atomic():
        row.save()


def test_only_the_named_person_gives_the_parts(auction):
    auction.bid(auction.bidder(), A="98")
    auction.close()
    with pytest.raises(NotAllowed, match="Only the person"):
        openings.give(
            opener=auction.openers["seller"],
            parts=auction.parts("seller"),
            by=auction.openers["witness"].user,
            at=AFTER,
        )


def test_an_opener_whose_organization_bids_gives_nothing(auction):
    auction.bid(auction.bidder(), A="98")
    opener = auction.openers["seller"]
    auction.bidder(organization=opener.user.organization)
    auction.close()
    with pytest.raises(NotAllowed, match="cannot belong"):
        auction.give("seller")


def test_a_missing_part_is_refused_whole(auction):
    auction.bid(auction.bidder(), A="98")
    auction.bid(auction.bidder(), A="99")
    auction.close()
    parts = auction.parts("seller")
    parts.pop(2)
    with pytest.raises(NotAllowed, match="missing for entry 2"):
        openings.give(opener=auction.openers["seller"], parts=parts, by=auction.openers["seller"].user, at=AFTER)
    assert OpeningPart.objects.count() == 0


def test_a_record_that_was_cut_is_not_opened(auction):
    for price in ("98", "99"):
        auction.bid(auction.bidder(), A=price)
    auction.close()
    SealedBid.objects.filter(position=1).delete()
    auction.give("seller")
    with pytest.raises(NotAllowed, match="Entry 1 does not follow"):
        auction.give("witness")
    assert OpenedBid.objects.count() == 0


def test_a_superseded_bid_is_never_opened(auction):
    bidder = auction.bidder()
    auction.bid(bidder, A="98.5")
    auction.bid(bidder, A="99")
    auction.open()
    assert fates(auction) == [(bidder.pk, True, Decimal("990000.00"))]
    assert OpenedBid.objects.count() == 1


def test_every_bid_that_does_not_conform_has_its_reasons(auction):
    auction.bid(auction.bidder(), conditions=("subject to financing",), A="98")
    auction.bid(auction.bidder(), Z="98")
    auction.bid(auction.bidder())
    auction.open()
    reasons = [row.reasons for row in Offer.objects.order_by("bid__entry__position")]
    assert reasons == [
        ["It sets conditions, which this sale does not take."],
        ["It names lot Z, which is not in this sale."],
        ["It names no lot."],
    ]


def test_what_is_no_bid_inside_its_envelope_does_not_conform(auction):
    auction.send(auction.bidder(), {"offers": "A=98"})
    auction.open()
    opened = OpenedBid.objects.get()
    assert opened.problem == "What was sealed does not have the form of a bid. The list of offers is not a list."
    assert opened.offers.count() == 0


def test_a_bid_of_who_was_barred_opens_and_does_not_count(auction):
    """An affiliate that is found after it sealed its bid does not win; once bids are known nobody is barred."""
    affiliate, other = auction.bidder(), auction.bidder()
    auction.bid(affiliate, A="99")
    auction.bid(other, A="98")
    bidders.bar(bidder=affiliate, note="An affiliate of the seller.", by=auction.seller, at=AFTER)
    sale = auction.open()
    barred = Offer.objects.get(bid__entry__bidder=affiliate)
    assert (barred.conforming, barred.reasons) == (
        False,
        ["The seller had barred its bidder before the bids were opened."],
    )
    with pytest.raises(NotAllowed, match="cannot be excused"):
        awards.cure(offer=barred, by=auction.seller, at=AFTER, note="We like it.")
    with pytest.raises(NotAllowed, match="nobody is barred any more"):
        bidders.bar(bidder=other, note="It bid too little.", by=auction.seller, at=AFTER)
    (made,) = awards.propose(sale=sale, by=auction.seller, at=AFTER)
    assert made.offer.bid.entry.bidder == other
    record = record_of(Sale.objects.get(pk=sale.pk))
    assert record.barred == {bidder_name(affiliate)}
    assert record_from_json(record_to_json(record)) == record
    assert not [each.sentence for each in verified_sale(record) if not each.holds]


def test_who_has_a_sealed_bid_does_not_leave(auction):
    bidder = auction.bidder()
    auction.bid(bidder, A="98")
    person = bidder.organization.people.get()
    with pytest.raises(NotAllowed, match="Withdraw your bid first"):
        bidders.decline(bidder=bidder, by=person, at=BEFORE)
    auction.open()
    with pytest.raises(NotAllowed, match="It binds your organization"):
        bidders.decline(bidder=bidder, by=person, at=AFTER)


def test_a_bid_on_an_older_tape_is_opened_and_named_as_such(auction):
    bidder = auction.bidder()
    auction.bid(bidder, A="98")
    Addendum.objects.create(
        sale=auction.sale, number=1, text="Two loans left.", tape_sha256="cd" * 32, replaces_sha256="ab" * 32,
        published_by=auction.seller, published_at=BEFORE,
    )  # fmt: skip
    Sale.objects.filter(pk=auction.sale.pk).update(tape_sha256="cd" * 32)
    auction.open()
    assert Offer.objects.get().reasons == ["It prices another version of the tape."]


def test_the_reserve_opens_with_the_bids(auction):
    auction.reserve(A="975000.00")
    auction.bid(auction.bidder(), A="98")
    auction.open()
    opened = OpenedBid.objects.get(entry__kind="reserve")
    assert opened.content["lots"] == [{"lot": "A", "amount": "975000.00"}]


def test_a_sale_without_bids_opens_empty(auction):
    auction.close()
    assert auction.give("seller", AFTER + timedelta(hours=1))
    assert fates(auction) == []


def test_each_offer_of_an_envelope_has_a_fate_of_its_own(auction):
    bidder = auction.bidder()
    auction.offers(bidder, [{"A": "98"}, {"Z": "98"}, {"B": "0"}])
    auction.open()
    assert [(row.number, row.prices, row.conforming) for row in Offer.objects.order_by("number")] == [
        (1, {"A": "98"}, True),
        (2, {"Z": "98"}, False),
        (3, {"B": "0"}, False),
    ]


def test_what_is_missing_in_a_bid_is_said_of_each_of_its_offers(auction):
    auction.offers(auction.bidder(), [{"A": "98"}, {"B": "97"}], signer="")
    auction.open()
    assert [row.reasons for row in Offer.objects.all()] == [["It is not signed."]] * 2
    assert {row.total for row in Offer.objects.all()} == {Decimal("980000.00"), Decimal("1940000.00")}


def test_a_deposit_that_comes_back_later_changes_no_record():
    auction = make_auction(deposit="100000.00")
    bidder = auction.bidder(deposit=Decimal("100000.00"))
    auction.bid(bidder, A="98")
    sale = auction.open()
    was = record_to_bytes(record_of(sale))
    Bidder.objects.filter(pk=bidder.pk).update(deposit=0)
    assert record_to_bytes(record_of(sale)) == was


def test_a_reserve_that_is_none_keeps_nothing_shut_and_says_so(auction):
    auction.bid(auction.bidder(), A="98")
    data = auction.sealed(None, {"lots": [{"lot": "A", "amount": "97 percent"}]})
    sealedrecord.reserve(sale=auction.sale, envelope=data, by=auction.seller, at=BEFORE)
    auction.open()
    assert OpenedBid.objects.get(entry__kind="reserve").problem.endswith(
        "The reserve is not dollars such as 975000.00."
    )


@given(SEALABLE)
@settings(max_examples=30)
def test_any_json_in_an_envelope_opens_without_an_error(content):
    """Whoever seals by a program of its own may put anything inside; the others' bids open all the same."""
    auction = make_auction(f"S-{secrets.token_hex(4)}")
    auction.send(auction.bidder(), {"offers": content})
    honest = auction.bidder()
    auction.bid(honest, A="98")
    sale = auction.open()
    assert OpenedBid.objects.filter(entry__sale=sale).count() == 2
    assert Offer.objects.get(bid__entry__bidder=honest).conforming
    assert all(finding.holds for finding in verified_sale(record_of(sale)))
