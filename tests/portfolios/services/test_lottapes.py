"""The redacted tape of a lot: what is in it, what never is, who may take it, and that this is noted."""

import io

import polars as pl
import pytest

from accounts.policies import NotAllowed
from portfolios.domain.sales import AssetClass, BidderStatus, LotStatus
from portfolios.models import SaleEvent
from portfolios.services import lottapes
from tests import snapshots
from tests.portfolios.auction import BEFORE, Auction, make_auction
from tests.portfolios.deals import make_deal

pytestmark = pytest.mark.django_db


@pytest.fixture
def auction():
    return snapshots.made_once("lot of a checked tape", with_a_tape)


def with_a_tape() -> Auction:
    """An auction in which lot A is a bundle of a checked tape."""
    auction = make_auction()
    lot = auction.sale.lots.get(code="A")
    lot.bundle = make_deal().draft()
    lot.tape_sha256 = "cd" * 32
    lot.save()
    return auction


@pytest.fixture
def lot(auction):
    return auction.sale.lots.get(code="A")


def read(lot):
    return pl.read_csv(io.BytesIO(b"".join(lottapes.csv(lot))))


def test_loans_come_without_anything_of_borrowers(lot):
    tape = read(lot)
    text = b"".join(lottapes.csv(lot)).decode()
    assert tape.height == lot.bundle.kept_count > 0
    assert "Halvorsen" not in text
    assert "Elm St" not in text
    assert "property_address" not in tape.columns
    assert tape["property_zip"].cast(pl.String).unique().to_list() == ["972"]


def test_dropped_loans_are_left_out(lot):
    first, *rest = read(lot)["loan_id"].to_list()
    lot.details = {"dropped": [first]}
    assert read(lot)["loan_id"].to_list() == rest


def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(lot, monkeypatch):
    part = pl.DataFrame({"row_no": lottapes.kept_rows(lot).head(1), "loan_id": ["=1+1"]})
    monkeypatch.setattr(lottapes, "read_parquet", lambda stored, columns: part)
    assert read(lot)["loan_id"].to_list() == ["'=1+1"]


def test_a_workbook_says_what_it_is(lot):
    book = io.BytesIO(b"".join(lottapes.xlsx(lot)))
    about = pl.read_excel(book, sheet_name="About", has_header=False)
    assert lot.tape_sha256 in about.get_column(about.columns[1]).to_list()
    assert pl.read_excel(book, sheet_name="Lot A").height == lot.bundle.kept_count


def test_the_name_of_the_file_names_the_tape(lot):
    assert lottapes.file_name(lot, "csv") == "S-2026-0004_lot-A_redacted_cdcdcdcdcdcd.csv"


def test_taking_it_is_noted_for_the_seller_alone(auction, lot):
    bidder = auction.bidder(status=BidderStatus.CONFIDENTIAL)
    person = bidder.organization.people.get()
    lottapes.take(lot=lot, bidder=bidder, kind="csv", by=person, at=BEFORE)
    event = SaleEvent.objects.get(kind="tape_taken")
    assert (event.by, event.public, event.facts["lot"]) == (person, False, "A")


def test_without_the_agreement_there_is_no_tape(auction, lot):
    bidder = auction.bidder(status=BidderStatus.INVITED)
    with pytest.raises(NotAllowed, match="confidentiality agreement"):
        lottapes.take(lot=lot, bidder=bidder, kind="csv", by=bidder.organization.people.get(), at=BEFORE)
    assert not SaleEvent.objects.filter(kind="tape_taken").exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"asset_class": AssetClass.CUSTOMER_LIST}, "never a row"),
        ({"bundle": None}, "no tape here"),
        ({"status": LotStatus.WITHDRAWN}, "withdrawn"),
    ],
)
def test_some_lots_have_no_tape_for_anybody(auction, lot, changes, sentence):
    for name, value in changes.items():
        setattr(lot, name, value)
    with pytest.raises(NotAllowed, match=sentence):
        lottapes.take(lot=lot, bidder=None, kind="csv", by=auction.seller, at=BEFORE)
