"""The sheet that bids are made from: public, of the next bid, and with nobody's first bids but the bidder's own."""

import json
from datetime import timedelta

import pytest

from portfolios.domain.bidform import problems
from portfolios.domain.sales import LotStatus, PriceUnit
from portfolios.domain.saleterms import Terms, kinds
from portfolios.domain.sealing import decoded, encoded, fingerprint
from portfolios.models import Lot, Sale
from portfolios.services import awards
from portfolios.services.salesheets import sheet_of
from tests.portfolios.auction import AFTER, form, make_auction

pytestmark = pytest.mark.django_db
LATER = AFTER + timedelta(hours=2)


def test_a_sheet_is_json_and_names_all_that_a_bid_is_sealed_for():
    auction = make_auction()
    bidder = auction.bidder()
    sheet = json.loads(json.dumps(sheet_of(auction.sale, bidder=bidder)))
    assert (sheet["bidder"], sheet["round"], sheet["seq"], sheet["k"]) == (f"bidder-{bidder.pk}", 1, 1, 2)
    assert sheet["deadline"] == "2026-12-15T19:00:00.000000Z"
    assert sheet["lots"][0] == {"lot": "A", "name": "Lot A", "upb": "1000000.00", "unit": "percent"}
    assert [each["name"] for each in sheet["openers"]] == ["adviser", "seller", "witness"]
    key = sheet["openers"][1]["public"]
    assert (key, sheet["openers"][1]["fingerprint"]) == (
        encoded(auction.keys["seller"].public),
        fingerprint(decoded(key)),
    )


def test_a_sheet_has_what_yields_are_worked_out_from_away_from_the_server():
    auction = make_auction()
    Lot.objects.filter(sale=auction.sale, code="A").update(summary={"totals": {"rate": 6.413, "wam": 352}})
    Lot.objects.filter(sale=auction.sale, code="B").update(summary={"totals": {"rate": 7.1}})
    Lot.objects.filter(sale=auction.sale, code="C").update(unit=PriceUnit.USD, summary={"totals": {"rate": 5}})
    pools = sheet_of(auction.sale, bidder=auction.bidder())["pools"]
    assert pools == {"A": {"rate": 6.413, "months": 352}, "B": {"rate": 7.1, "months": None}}
    assert sheet_of(auction.sale, bidder=None)["pools"] == {}


def test_the_next_bid_has_the_next_number():
    auction = make_auction()
    bidder = auction.bidder()
    auction.bid(bidder, A="98")
    assert sheet_of(auction.sale, bidder=bidder)["seq"] == 2
    assert sheet_of(auction.sale, bidder=None)["bidder"] == "reserve"


def test_a_withdrawn_lot_is_not_on_the_sheet_and_a_list_is_priced_in_dollars():
    auction = make_auction()
    Lot.objects.filter(sale=auction.sale, code="B").update(status=LotStatus.WITHDRAWN)
    Lot.objects.filter(sale=auction.sale, code="C").update(unit=PriceUnit.USD, upb=0)
    lots = sheet_of(auction.sale, bidder=None)["lots"]
    assert [(lot["lot"], lot["unit"]) for lot in lots] == [("A", "percent"), ("C", "usd")]


def test_what_a_kind_asks_for_is_certified_in_each_bid():
    auction = make_auction()
    Sale.objects.filter(pk=auction.sale.pk).update(terms=kinds()["receiver"].terms.to_json())
    sale = Sale.objects.get(pk=auction.sale.pk)
    sheet = sheet_of(sale, bidder=auction.bidder())
    assert {"code": "eligible_purchaser", "text": Terms.from_json(sale.terms).certificates["eligible_purchaser"]} in (
        sheet["certificates"]
    )
    said = problems(form([{"A": "98"}]), sheet)
    assert any(each.startswith("It does not certify: The buying entity may buy") for each in said)


def test_a_final_round_holds_each_bidder_to_its_own_first_bid_and_tells_nobody_elses():
    auction = make_auction(best_and_final=True)
    north, south = auction.bidder(), auction.bidder()
    auction.offers(north, [{"A": "98"}, {"A": "97.5", "B": "97"}, {"A": "97.9"}])
    auction.bid(south, A="96.12345")
    awards.final_round(sale=auction.open(), by=auction.seller, at=LATER)
    sale = Sale.objects.get(pk=auction.sale.pk)
    assert sheet_of(sale, bidder=north)["floors"] == {"A": "980000.00", "A+B": "2915000.00"}
    other = sheet_of(sale, bidder=south)
    assert other["floors"] == {"A": "961234.50"}
    assert "980000" not in json.dumps(other)
    assert sheet_of(sale, bidder=auction.bidder())["floors"] == {}
    assert sheet_of(sale, bidder=None)["floors"] == {}
