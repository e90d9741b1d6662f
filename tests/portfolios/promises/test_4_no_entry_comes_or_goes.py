"""A row deleted or inserted after the closing is found, and its position named."""

import dataclasses
from datetime import timedelta

import pgtrigger
import pytest

from portfolios.domain.salerecord import record_from_bytes, record_to_bytes, verified_sale
from portfolios.domain.sealing import Broken, Entry, chained, verified
from portfolios.models import Sale, SealedBid
from portfolios.services import sealedrecord
from portfolios.services.salerecords import record_of
from tests.portfolios.auction import BEFORE, make_auction

pytestmark = pytest.mark.django_db
COUNT = 6


@pytest.fixture
def closed():
    auction = make_auction()
    for number in range(COUNT):
        auction.bid(auction.bidder(), A=str(90 + number))
    auction.close()
    return auction


def position_of_the_break(auction) -> int:
    head = Sale.objects.get(pk=auction.sale.pk).closed_head
    with pytest.raises(Broken) as broken:
        verified(sealedrecord.chain_of(auction.sale), head=head)
    return broken.value.position


@pytest.mark.parametrize("position", range(1, COUNT + 1))
def test_a_deleted_row_is_named(closed, position):
    SealedBid.objects.filter(sale=closed.sale, position=position).delete()
    assert position_of_the_break(closed) == position


@pytest.mark.parametrize("position", range(1, COUNT + 2))
def test_an_inserted_row_is_named_even_where_its_own_hash_is_right(closed, position):
    """The forger owns the database: triggers are off, later rows move up, the new row continues the chain."""
    rows = list(SealedBid.objects.filter(sale=closed.sale).order_by("position"))
    model = rows[0]
    with pgtrigger.ignore("portfolios.SealedBid:record_stays", "portfolios.SealedBid:record_is_open"):
        for row in reversed(rows[position - 1 :]):
            SealedBid.objects.filter(pk=row.pk).update(position=row.position + 1)
        before = rows[position - 2].hash if position > 1 else "0" * 64
        model.pk, model.position, model.receipt, model.at = None, position, "f" * 64, BEFORE - timedelta(days=1)
        entry = Entry("bid", model.receipt, f"bidder-{model.bidder_id}", "2026-12-14T18:00:00.000000Z")
        model.hash = chained(before, entry)
        model.save(force_insert=True)
    found = position_of_the_break(closed)
    assert found in (position, position + 1)  # the new row, or the first behind it that no longer follows


def test_a_record_cut_or_filled_after_its_publication_names_the_position():
    auction = make_auction()
    for price in ("95", "96", "97"):
        auction.bid(auction.bidder(), A=price)
    record = record_from_bytes(record_to_bytes(record_of(auction.open())))
    cut = dataclasses.replace(record, entries=(record.entries[0], record.entries[2]))
    filled = dataclasses.replace(record, entries=(record.entries[0], *record.entries))
    short = dataclasses.replace(record, entries=record.entries[:2])
    said = [next(each for each in verified_sale(found) if each.check == "chain") for found in (cut, filled, short)]
    assert [each.holds for each in said] == [False] * 3
    assert [each.sentence.partition(" does")[0] for each in said[:2]] == ["Entry 2", "Entry 2"]
    assert said[2].sentence == "The record ends after 2 entries at another hash than was published."
