"""`verify_sale`: a published record holds, and one changed byte anywhere breaks it."""

import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Role
from portfolios.domain.salerecord import (
    NotARecord,
    record_from_bytes,
    record_from_json,
    record_to_bytes,
    record_to_json,
    verified_bidder_record,
    verified_sale,
)
from portfolios.domain.salerecord.files import sum_of
from portfolios.models import Sale
from portfolios.services import awards
from portfolios.services.bidderrecords import bidder_record_of
from portfolios.services.salerecords import record_of
from tests import snapshots
from tests.factories import UserFactory
from tests.portfolios.anything import ANYTHING
from tests.portfolios.auction import AFTER, make_auction

pytestmark = pytest.mark.django_db


def verify(name) -> str:
    out = io.StringIO()
    call_command("verify_sale", str(name), stdout=out)
    return out.getvalue()


@pytest.fixture
def sale():
    return snapshots.made_once("awarded sale", awarded)


def awarded() -> Sale:
    """An awarded sale: a linked bid that wins, one replaced, one withdrawn, one that does not conform, a reserve."""
    auction = make_auction()
    north, south, east, west = (auction.bidder() for _ in range(4))
    auction.reserve(A="900000.00", B="1800000.00")
    auction.bid(north, A="97")
    auction.bid(north, A="98")
    auction.bid(south, B="96")
    auction.bid(east, A="97", B="97")
    auction.bid(west, conditions=("subject to financing",), C="99")
    opened = auction.open()
    awards.propose(sale=opened, by=auction.seller, at=AFTER + timedelta(hours=1))
    second = UserFactory(organization=auction.seller.organization, roles=[Role.MANAGER])
    return awards.confirm(sale=opened, by=second, at=AFTER + timedelta(hours=2))


@pytest.fixture
def published(sale, tmp_path):
    path = tmp_path / "record.json"
    path.write_bytes(record_to_bytes(record_of(sale)))
    return path


def changed(path, change) -> None:
    """Change a record as a forger would, who works its sum out again."""
    found = json.loads(path.read_text())
    change(found)
    path.write_bytes(record_to_bytes(record_from_json(found)))


def test_a_record_holds_from_the_database_and_from_its_file(sale, published):
    for name in (sale.number, published):
        said = verify(name)
        assert "BROKEN" not in said
        assert "The awards of 2,910,000.00 are those that pay most" in said


def test_a_record_reads_back_as_it_was(sale):
    record = record_of(sale)
    assert record_from_bytes(record_to_bytes(record)) == record_from_json(record_to_json(record)) == record


@given(st.data())
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_byte_of_a_record_can_be_changed(published, data):
    was = published.read_bytes()
    at = data.draw(st.integers(0, len(was) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != was[at]))
    with pytest.raises(NotARecord):
        record_from_bytes(was[:at] + bytes([byte]) + was[at + 1 :])


def flip(text: str) -> str:
    """The text with its middle character changed."""
    at = len(text) // 2
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


@pytest.mark.parametrize(
    "change",
    [
        lambda record: record["entries"][2].update(envelope=flip(record["entries"][2]["envelope"])),
        lambda record: record["entries"][2].update(hash=flip(record["entries"][2]["hash"])),
        lambda record: record["entries"][2].update(receipt=flip(record["entries"][2]["receipt"])),
        lambda record: record["entries"][2].update(at="2026-12-15T18:00:00.000001Z"),
        lambda record: record["entries"].pop(1),
        lambda record: record["entries"].pop(),
        lambda record: record["entries"].insert(0, record["entries"][0]),
        lambda record: record.update(head=flip(record["head"])),
        lambda record: record.update(count=record["count"] + 1),
        lambda record: record["awards"][0].update(amount="2910000.01"),
        lambda record: record["awards"].clear(),
        lambda record: record["contents"][record["entries"][4]["receipt"]]["offers"][0]["lots"][0].update(
            price="97.00001"
        ),
        lambda record: record["lots"][0].update(upb="1000000.01"),
        lambda record: record["entries"][4]["parts"].clear(),
    ],
)
def test_one_change_anywhere_breaks_it(published, change):
    changed(published, change)
    with pytest.raises(CommandError, match="does not hold"):
        verify(published)


def leaves(found, path=()):
    """The paths of all that is neither a list nor an object."""
    inside = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else None
    if inside is None:
        return [path]
    return [leaf for key, value in inside for leaf in leaves(value, (*path, key))]


@given(st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_forger_may_write_anything_and_gets_an_answer(published, data):
    found = json.loads(published.read_text())
    *path, last = data.draw(st.sampled_from(leaves(found)))
    place = found
    for key in path:
        place = place[key]
    place[last] = data.draw(ANYTHING)
    try:
        record = record_from_bytes(summed(found))
    except NotARecord:
        return
    assert {each.check for each in verified_sale(record)} >= {"chain", "envelopes", "contents", "awards"}


def summed(found) -> bytes:
    """The file of a forger who works the sum out again."""
    found = {**found, "sha256": sum_of(found)}
    return json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(errors="replace")


def test_a_changed_row_of_the_database_is_found(sale):
    Sale.objects.filter(pk=sale.pk).update(closed_head="0" * 64)
    with pytest.raises(CommandError, match="does not hold"):
        verify(sale.number)


def test_an_opened_sale_holds_before_its_award_and_without_one():
    auction = make_auction()
    auction.bid(auction.bidder(), A="98")
    sale = auction.open()
    assert "Nothing was awarded so far" in verify(sale.number)
    awards.propose(sale=sale, by=auction.seller, at=AFTER + timedelta(hours=1))
    assert "Nothing was awarded so far" in verify(sale.number)  # one signature is no award
    awards.reject_all(sale=sale, by=auction.seller, at=AFTER + timedelta(hours=2), note="")
    assert "Nothing was awarded so far" in verify(sale.number)


def test_a_sale_that_ends_within_its_further_round_holds_as_it_was_opened():
    """Final bids that were never opened are no part of the record that was closed and opened before them."""
    auction = make_auction(best_and_final=True)
    bidder = auction.bidder()
    auction.bid(bidder, A="98")
    sale = auction.open()
    sale = awards.final_round(sale=sale, by=auction.seller, at=AFTER)
    auction.bid(bidder, at=AFTER + timedelta(hours=1), A="99")
    sale = awards.reject_all(sale=sale, by=auction.seller, at=AFTER + timedelta(hours=2), note="")
    assert "Nothing was awarded so far" in verify(sale.number)
    assert len(record_of(sale).entries) == 1
    assert False not in {each.holds for each in verified_bidder_record(bidder_record_of(sale, bidder))}


def test_nothing_is_read_before_the_opening():
    auction = make_auction()
    auction.bid(auction.bidder(), A="98")
    with pytest.raises(CommandError, match="not open yet"):
        verify(auction.sale.number)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"sale": 1}', "[" * 100_000])
def test_another_file_gets_a_sentence(tmp_path, text):
    path = tmp_path / "other.json"
    path.write_text(text)
    with pytest.raises(CommandError, match=r"other\.json"):
        verify(path)


def test_an_unknown_sale_gets_a_sentence():
    with pytest.raises(CommandError, match="no file and no sale S-1999-0001"):
        verify("S-1999-0001")
