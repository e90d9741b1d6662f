"""`verify_sale` on a bidder's record: it says what holds, what is broken and what it could not check, and no price."""

import io
import json
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Role
from portfolios.domain.salerecord import (
    Awarded,
    BidderRecord,
    NotARecord,
    Record,
    bidder_record_from_bytes,
    bidder_record_from_json,
    bidder_record_to_bytes,
    bidder_record_to_json,
    record_to_bytes,
    verified_bidder_record,
)
from portfolios.domain.salerecord.files import summed
from portfolios.models import Sale
from portfolios.services import awards, sealedrecord
from portfolios.services.bidderrecords import bidder_record_of
from portfolios.services.salehashes import terms_hash
from portfolios.services.salerecords import record_of
from tests.factories import UserFactory
from tests.portfolios.anything import ANYTHING
from tests.portfolios.auction import AFTER, BEFORE, make_auction

NOT_CHECKED = {"opening", "others", "most", "head", "terms-hash", "receipt"}


@dataclass
class Sold:
    """An awarded sale as everybody holds it: the whole record, and that of each bidder by name."""

    whole: Record
    records: dict[str, BidderRecord]


@pytest.fixture(scope="module")
def sold(django_db_setup, django_db_blocker):
    """A linked bid and one for a lot win, one lost, one was replaced, one withdrawn; there is a reserve."""
    with django_db_blocker.unblock(), transaction.atomic():
        auction = make_auction()
        Sale.objects.filter(pk=auction.sale.pk).update(terms_hash=terms_hash(auction.sale, auction.sale.tape_sha256))
        north, south, east, west = (auction.bidder() for _ in range(4))
        auction.reserve(A="900000.11", B="1800000.00")
        auction.bid(north, A="96.98765")
        auction.bid(north, A="97.12345")
        auction.bid(south, C="95.55555")
        auction.bid(east, A="98", B="98")
        auction.bid(west, A="91.11111")
        sealedrecord.withdraw(bidder=west, by=west.organization.people.get(), at=BEFORE)
        sale = awarded(auction)
        people = {"north": north, "south": south, "east": east, "west": west, "nobody": None}
        yield Sold(record_of(sale), {name: bidder_record_of(sale, bidder) for name, bidder in people.items()})
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def published(django_db_setup, django_db_blocker):
    """The record of a bidder who lost, where the terms publish the cover."""
    with django_db_blocker.unblock(), transaction.atomic():
        auction = make_auction("S-2026-0009", cover_published=True)
        first, second = auction.bidder(), auction.bidder()
        auction.bid(first, A="98")
        auction.bid(second, A="97")
        yield bidder_record_of(awarded(auction), second)
        transaction.set_rollback(True)


def awarded(auction):
    sale = auction.open()
    awards.propose(sale=sale, by=auction.seller, at=AFTER + timedelta(hours=1))
    second = UserFactory(organization=auction.seller.organization, roles=[Role.MANAGER])
    return awards.confirm(sale=sale, by=second, at=AFTER + timedelta(hours=2))


def states(record, kept=None):
    return {each.check: each.holds for each in verified_bidder_record(record, kept)}


def as_text(record) -> str:
    return bidder_record_to_bytes(record).decode()


def verify(path, *options):
    out = io.StringIO()
    with pytest.raises(CommandError) as ended:
        call_command("verify_sale", str(path), *options, stdout=out)
    return ended.value.returncode, out.getvalue()


def file_of(tmp_path, record):
    path = tmp_path / "bidder-record.json"
    path.write_bytes(bidder_record_to_bytes(record))
    return path


def test_what_can_be_checked_holds_and_what_cannot_is_never_said_to_hold(sold):
    for name, record in sold.records.items():
        found = states(record)
        assert False not in found.values()
        unchecked = {check for check, holds in found.items() if holds is None}
        assert unchecked == (NOT_CHECKED - {"receipt"} if name == "nobody" else NOT_CHECKED)


def test_the_command_ends_with_3_where_something_could_not_be_checked(sold, tmp_path):
    code, said = verify(file_of(tmp_path, sold.records["north"]))
    assert code == 3
    assert "what is in them is not in this record" in said
    assert not any(line.startswith("holds") and line.split()[1] in NOT_CHECKED for line in said.splitlines())


def test_what_the_bidder_holds_itself_is_compared(sold, tmp_path):
    record = sold.records["north"]
    path = file_of(tmp_path, record)
    receipt = next(each.receipt for each in record.entries if record.is_own(each))
    code, said = verify(path, "--head", record.head, "--terms-hash", record.sides.terms_hash, "--receipt", receipt)
    assert code == 3
    assert {line.split()[1] for line in said.splitlines() if line.startswith("?")} == {"opening", "others", "most"}
    for option in ("--head", "--terms-hash", "--receipt"):
        assert verify(path, option, "0" * 64)[0] == 1


def test_no_price_that_lost_and_nothing_that_opens_anothers_envelope_is_in_it(sold):
    prices = {"97.12345", "95.55555", "96.98765", "900000.11", "98", "2940000.00", "477777.75"}
    mine = {"north": {"97.12345"}, "south": {"95.55555", "477777.75"}, "east": {"98", "2940000.00"}}
    for name, record in sold.records.items():
        text, own = as_text(record), {each.receipt for each in record.entries if record.is_own(each)}
        for price in prices:
            assert (f'"{price}"' in text) is (price in mine.get(name, ())), (name, price)
        foreign = [part.part for each in sold.whole.entries if each.receipt not in own for part in each.parts]
        assert foreign
        assert not any(part in text for part in foreign)
    assert '"price"' not in as_text(sold.records["nobody"])
    assert '"part"' not in as_text(sold.records["nobody"])


def test_the_winner_is_told_its_award_and_others_what_the_terms_publish(sold):
    own, another = sold.records["east"].awards
    assert (own.lots, str(own.amount), own.cover) == (("A", "B"), "2940000.00", None)
    assert another == Awarded(lots=("C",))
    assert sold.records["north"].awards == (Awarded(lots=("A", "B")), Awarded(lots=("C",)))


def test_a_published_cover_is_in_it_with_winner_and_amount(published):
    [award] = published.awards
    assert (str(award.amount), str(award.cover)) == ("980000.00", "970000.00")
    assert award.bidder not in ("", published.bidder)


@pytest.mark.parametrize(
    "change", [{"amount": "960000.00"}, {"cover": "960000.00"}, {"cover": ""}, {"amount": ""}, {"bidder": ""}]
)
def test_an_award_that_the_bidders_own_offer_contradicts_is_broken(published, change):
    found = bidder_record_to_json(published)
    found["awards"][0].update(change)
    assert states(bidder_record_from_json(found))["awards"] is False


def test_it_reads_back_as_it_was_and_names_the_whole_record(sold):
    for record in sold.records.values():
        assert bidder_record_from_bytes(bidder_record_to_bytes(record)) == record
        assert record.whole == json.loads(record_to_bytes(sold.whole))["sha256"]


def leaves(found, path=()):
    """The paths of all that is neither a list nor an object."""
    inside = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else None
    return [path] if inside is None else [leaf for key, value in inside for leaf in leaves(value, (*path, key))]


def with_leaf(text, path, change):
    found = json.loads(text)
    place = found
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = change(place[path[-1]])
    return found


def other(value):
    """The same kind of thing, and not the same: a figure, letter or digit of it changed."""
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int):
        return value + 1
    at = len(value) // 2
    turned = {"0": "1", "A": "B", "a": "b"}.get(value[at : at + 1], "0" if value[at : at + 1].isdigit() else "A")
    return value[:at] + turned + value[at + 1 :]


def test_every_field_that_changes_breaks_the_file(sold):
    data = bidder_record_to_bytes(sold.records["north"])
    for path in leaves(json.loads(data)):
        with pytest.raises(NotARecord):
            bidder_record_from_bytes(plainly(with_leaf(data, path, other)))


def test_no_byte_of_the_file_can_be_changed(sold):
    data = bidder_record_to_bytes(sold.records["north"])
    for at in range(0, len(data), 997):
        with pytest.raises(NotARecord):
            bidder_record_from_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])


def plainly(found) -> bytes:
    return json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def resummed(found) -> bytes:
    """The file of a forger who works the sum out again."""
    return summed({key: value for key, value in found.items() if key != "sha256"})


def test_a_forger_who_works_out_the_sum_again_is_found_in_every_field_but_those_that_docs_name(sold):
    """The sum of the whole record and a bidder's deposit stand nowhere else; docs/sealing.md says so."""
    data = bidder_record_to_bytes(sold.records["east"])
    unseen = set()
    for path in leaves(json.loads(data)):
        try:
            record = bidder_record_from_bytes(resummed(with_leaf(data, path, other)))
        except NotARecord:
            continue
        if False not in states(record).values():
            unseen.add(path[-1])
    assert unseen == {"sha256", "whole", "deposit"}


@given(st.data())
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_forger_may_write_anything_and_gets_an_answer(sold, data):
    text = bidder_record_to_bytes(sold.records["north"])
    path = data.draw(st.sampled_from(leaves(json.loads(text))))
    anything = data.draw(ANYTHING)
    try:
        forged = resummed(with_leaf(text, path, lambda _: anything))
        record = bidder_record_from_bytes(forged)
    except (NotARecord, UnicodeEncodeError):
        return
    assert {each.check for each in verified_bidder_record(record)} >= {"chain", "envelopes", "terms", "awards"}
