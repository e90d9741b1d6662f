"""Whatever is changed in an envelope, that bid is rejected and reported, and the others open."""

import json
from collections.abc import Callable
from typing import Any

import pgtrigger
import pytest

from accounts.policies import NotAllowed
from portfolios.domain.salerecord import verified_sale
from portfolios.domain.sealing import canonical, receipt_of
from portfolios.models import Offer, OpenedBid, SealedBid
from portfolios.services.salerecords import record_of
from tests.portfolios.auction import make_auction

pytestmark = pytest.mark.django_db


def in_context(**changes: Any) -> Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]:
    return lambda mine, other: {**mine, "ctx": {**mine["ctx"], **changes}}


@pytest.mark.parametrize(
    "change",
    [
        lambda mine, other: {**mine, "ct": other["ct"]},
        lambda mine, other: {**mine, "ct": other["ct"], "iv": other["iv"], "kc": other["kc"]},
        lambda mine, other: {**other, "ctx": mine["ctx"]},
        lambda mine, other: other,
        lambda mine, other: {**mine, "g": other["g"]},
        in_context(tape_sha256="cd" * 32),
        in_context(round=2),
        in_context(deadline="2026-12-16T19:00:00.000000Z"),
        in_context(bidder="bidder-0"),
        in_context(sale="S-1999-0001"),
        in_context(seq=2),
        lambda mine, other: {"spoiled": ""},
    ],
    ids=["ciphertext", "body", "all but for whom", "all", "parts", "tape", "round", "deadline", "bidder", "sale",
         "number", "garbage"],
)  # fmt: skip
def test_the_bid_that_was_changed_is_rejected_and_the_others_open(change):
    auction = make_auction()
    honest, wronged = auction.bidder(), auction.bidder()
    other, mine = auction.bid(honest, A="98"), auction.bid(wronged, A="99")
    found = change(*(json.loads(bytes(row.envelope)) for row in (mine, other)))
    with pgtrigger.ignore("portfolios.SealedBid:record_stays"):  # as somebody who owns the database
        SealedBid.objects.filter(pk=mine.pk).update(envelope=canonical(found))
    sale = auction.open()
    assert Offer.objects.get().bid.entry == other
    report = OpenedBid.objects.get(entry=mine)
    assert report.problem == "The envelope was changed after it was received: it is not the one of its receipt."
    broken = [finding for finding in verified_sale(record_of(sale)) if not finding.holds]
    assert [(finding.check, finding.sentence) for finding in broken] == [
        ("envelopes", f"Entry {mine.position} is not the envelope of its receipt.")
    ]


@pytest.mark.parametrize(
    "changes", [{"tape_sha256": "cd" * 32}, {"round": 2}, {"deadline": "2026-12-16T19:00:00.000000Z"}]
)
def test_a_forger_who_replaces_the_receipt_too_breaks_the_record(changes):
    auction = make_auction()
    mine = auction.bid(auction.bidder(), A="99")
    envelope = json.loads(bytes(mine.envelope))
    data = canonical({**envelope, "ctx": {**envelope["ctx"], **changes}})
    auction.close()
    with pgtrigger.ignore("portfolios.SealedBid:record_stays"):
        SealedBid.objects.filter(pk=mine.pk).update(envelope=data, receipt=receipt_of(data))
    auction.give("seller")
    with pytest.raises(NotAllowed, match="Entry 1 does not follow from the one before it"):
        auction.give("witness")
    assert OpenedBid.objects.count() == 0
