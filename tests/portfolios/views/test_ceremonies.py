"""Pages of openers and the reserve: who reaches them, what they take, and what they never give away."""

import json
from datetime import timedelta

import pytest
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from portfolios.domain.sales import SaleStatus
from portfolios.domain.sealing import Part, decoded, encoded, wrapped
from portfolios.models import OpenedBid, Opener, Sale, SealedBid
from portfolios.services import notices, openings, sealedrecord
from tests.factories import UserFactory
from tests.portfolios.auction import AFTER, BEFORE, OPENS, make_auction

pytestmark = pytest.mark.django_db
LITTLE = 64


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.REQUIRE_MFA = False


@pytest.fixture
def auction():
    return make_auction()


@pytest.fixture
def clock(monkeypatch):
    """Sets what the pages hold for now."""

    def at(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return at


def url(auction, name):
    return reverse(f"portfolios:{name}", args=[auction.sale.number])


def opener_in(client, auction, name):
    return proved(client, auction.openers[name].user, at=9e12)


def proved(client, user, at):
    """Signed in with a password at that second."""
    client.force_login(user)
    session = client.session
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [{"method": "password", "at": at, "reauthenticated": True}]
    session.save()
    return user


def close(auction):
    auction.close()
    for key in notices.waiting(at=AFTER):
        notices.tell(event_id=key, at=AFTER)


def test_a_key_is_registered_in_a_draft_with_only_what_is_locked(client, auction):
    Sale.objects.filter(pk=auction.sale.pk).update(status=SaleStatus.DRAFT)
    opener_in(client, auction, "seller")
    pair = auction.keys["seller"]
    locked = wrapped(pair, "plumb line of words", memory_kib=LITTLE)
    sent = {"public": encoded(pair.public), "wrapped": json.dumps({**locked, "note": "more"})}
    assert client.post(url(auction, "sale-key"), sent).status_code == 302
    kept = Opener.objects.get(name="seller")
    assert (kept.public_key, kept.wrapped) == (encoded(pair.public), locked)


def test_a_key_may_stay_with_its_opener(client, auction):
    Sale.objects.filter(pk=auction.sale.pk).update(status=SaleStatus.DRAFT)
    opener_in(client, auction, "seller")
    client.post(url(auction, "sale-key"), {"public": encoded(auction.keys["seller"].public), "wrapped": ""})
    assert Opener.objects.get(name="seller").wrapped is None


@pytest.mark.parametrize(
    ("wrapped_", "sentence"),
    [
        ('{"private": "AAAA"}', "not a key file"),
        ("of another", "does not belong to this public key"),
    ],
)
def test_what_is_not_locked_or_of_another_key_is_not_kept(client, auction, wrapped_, sentence):
    Sale.objects.filter(pk=auction.sale.pk).update(status=SaleStatus.DRAFT)
    opener_in(client, auction, "seller")
    other = json.dumps(wrapped(auction.keys["witness"], "plumb line of words", memory_kib=LITTLE))
    sent = {
        "public": encoded(auction.keys["seller"].public),
        "wrapped": other if wrapped_ == "of another" else wrapped_,
    }
    answer = client.post(url(auction, "sale-key"), sent)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Opener.objects.get(name="seller").wrapped is None


def test_after_the_announcement_no_other_key_is_taken(client, auction):
    opener_in(client, auction, "seller")
    answer = client.post(url(auction, "sale-key"), {"public": encoded(auction.keys["witness"].public)})
    assert answer.status_code == 422
    assert "shut out every bid" in answer.content.decode()


def test_a_kept_key_is_shown_to_its_opener_alone(client, auction):
    locked = wrapped(auction.keys["seller"], "plumb line of words", memory_kib=LITTLE)
    Opener.objects.filter(name="seller").update(wrapped=locked)
    opener_in(client, auction, "seller")
    assert locked["ct"] in client.get(url(auction, "sale-key")).content.decode()
    opener_in(client, auction, "witness")
    assert locked["ct"] not in client.get(url(auction, "sale-key")).content.decode()


def test_too_few_rehearsals_are_red_for_openers(client, auction, clock):
    opener_in(client, auction, "seller")
    clock(OPENS)
    assert "shown that the key opens since" not in client.get(url(auction, "sale-key")).content.decode()
    clock(BEFORE)
    assert "0 of 3 openers have" in client.get(url(auction, "sale-key")).content.decode()


def test_the_rehearsal_answers_in_words(client, auction):
    opener_in(client, auction, "seller")
    asked = client.post(url(auction, "sale-rehearsal"), {"step": "ask"}).json()
    assert len(decoded(asked["sealed"])) == 32 + 32 + 16
    answer = client.post(url(auction, "sale-rehearsal"), {"step": "answer", "answer": "AAAA"})
    assert answer.status_code == 422
    assert "Begin the rehearsal again" in answer.json()["error"]


def test_envelopes_are_given_to_openers_only_and_only_after_closing(client, auction, clock):
    auction.bid(auction.bidder(), A="98.5")
    opener_in(client, auction, "seller")
    clock(BEFORE)
    early = client.get(url(auction, "sale-envelopes"))
    assert early.status_code == 422
    assert "after the deadline" in early.json()["error"]
    clock(AFTER)
    close(auction)
    found = client.get(url(auction, "sale-envelopes")).json()["envelopes"]
    assert [each["position"] for each in found] == [1]
    client.force_login(auction.seller)
    assert client.get(url(auction, "sale-envelopes")).status_code == 403
    client.force_login(auction.sale.bidders.get().organization.people.get())
    assert client.get(url(auction, "sale-envelopes")).status_code == 403


def test_who_signed_in_long_ago_proves_it_again_before_opening(client, auction):
    proved(client, auction.openers["seller"].user, at=0)
    answer = client.get(url(auction, "sale-opening"))
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]


@override_settings(REQUIRE_MFA=True)
def test_openers_need_a_second_factor_where_the_installation_insists(client, auction):
    opener_in(client, auction, "seller")
    answer = client.get(url(auction, "sale-opening"))
    assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_index"))


def given(auction, name):
    parts = {
        position: [{"group": part.group, "name": part.name, "part": part.part} for part in parts]
        for position, parts in auction.parts(name).items()
    }
    return {"parts": json.dumps(parts)}


def test_the_last_opener_opens_all(client, auction, clock):
    auction.bid(auction.bidder(), A="98.5")
    clock(AFTER)
    close(auction)
    opener_in(client, auction, "seller")
    assert client.post(url(auction, "sale-opening"), given(auction, "seller")).json() == {"opened": False}
    page = client.get(url(auction, "sale-opening")).content.decode()
    assert "1 of 2 openers gave their parts" in page
    assert OpenedBid.objects.count() == 0
    opener_in(client, auction, "witness")
    assert client.post(url(auction, "sale-opening"), given(auction, "witness")).json() == {"opened": True}
    assert OpenedBid.objects.count() == 1
    assert "All bids are open" in client.get(url(auction, "sale-opening")).content.decode()


@pytest.mark.parametrize("parts", ["", "[]", "7", '{"x": []}', '{"1": [{"group": ["a"]}]}', '{"1": 5}'])
def test_what_are_no_parts_is_refused_in_words(client, auction, clock, parts):
    auction.bid(auction.bidder(), A="98.5")
    clock(AFTER)
    close(auction)
    opener_in(client, auction, "seller")
    answer = client.post(url(auction, "sale-opening"), {"parts": parts})
    assert answer.status_code == 422
    assert answer.json()["error"]


def test_the_reserve_is_sealed_and_replaced_until_the_deadline(client, auction, clock):
    client.force_login(auction.seller)
    clock(BEFORE)
    for amount in ("975000.00", "980000.00"):
        envelope = auction.sealed(None, {"lots": [{"lot": "A", "amount": amount}]})
        assert client.post(url(auction, "sale-reserve"), {"envelope": encoded(envelope)}).status_code == 200
    assert SealedBid.objects.filter(kind="reserve").count() == 2
    page = client.get(url(auction, "sale-reserve")).content.decode()
    assert "The reserve is sealed" in page
    assert "980000" not in page
    clock(AFTER)
    late = client.post(url(auction, "sale-reserve"), {"envelope": encoded(envelope)})
    assert "late" in late.json()["error"]


def test_a_receiver_is_asked_what_lots_bring_unsold_and_nobody_else_is(client, auction, clock):
    clock(BEFORE)
    client.force_login(auction.seller)
    assert "Brings unsold" not in client.get(url(auction, "sale-reserve")).content.decode()
    Sale.objects.filter(pk=auction.sale.pk).update(kind="receiver")
    page = client.get(url(auction, "sale-reserve")).content.decode()
    assert 'data-unsold="A"' in page
    assert 'name="unsold' not in page, "nothing is posted"


@pytest.mark.parametrize("envelope", ["", "ö", "AAAA"])
def test_what_is_no_envelope_is_no_reserve(client, auction, clock, envelope):
    client.force_login(auction.seller)
    clock(BEFORE)
    answer = client.post(url(auction, "sale-reserve"), {"envelope": envelope, "amount": "975000.00"})
    assert answer.status_code == 422
    assert SealedBid.objects.count() == 0


def test_only_managers_of_the_seller_seal_a_reserve(client, auction):
    client.force_login(UserFactory(organization=auction.seller.organization, roles=[Role.UPLOADER]))
    assert client.get(url(auction, "sale-reserve")).status_code == 403
    opener_in(client, auction, "witness")
    assert client.get(url(auction, "sale-reserve")).status_code in (403, 404)


def test_the_form_of_the_reserve_sends_nothing_without_its_script(client, auction, clock):
    client.force_login(auction.seller)
    clock(BEFORE)
    page = client.get(url(auction, "sale-reserve")).content.decode()
    fields = page.partition("data-reserve-form")[2].partition("</form>")[0]
    assert fields.count("name=") == 1  # the token of the form, and no amount
    assert "data-lot" in fields


def test_too_few_rehearsals_are_red_for_the_seller(client, auction, clock):
    client.force_login(auction.seller)
    clock(BEFORE)
    shown = client.get(auction.sale.get_absolute_url()).content.decode()
    assert "0 of 3 openers have" in shown
    assert url(auction, "sale-reserve") in shown


def test_nobody_gives_parts_before_the_head_is_told(client, auction, clock):
    auction.bid(auction.bidder(), A="98.5")
    clock(AFTER)
    sealedrecord.close(sale=auction.sale, at=AFTER)
    opener_in(client, auction, "seller")
    assert "First everybody is told" in client.get(url(auction, "sale-opening")).content.decode()
    answer = client.post(url(auction, "sale-opening"), given(auction, "seller"))
    assert "First everybody is told" in answer.json()["error"]


def test_parts_that_disagree_are_said_to_openers_and_the_seller(client, auction, clock):
    auction.bid(auction.bidder(), A="98")
    close(auction)
    for name in ("seller", "adviser"):
        parts = {
            position: [Part(part.group, part.name, "A" * 43) for part in found]
            for position, found in auction.parts(name).items()
        }
        openings.give(opener=auction.openers[name], parts=parts, by=auction.openers[name].user, at=AFTER)
    clock(AFTER)
    opener_in(client, auction, "witness")
    shown = " ".join(client.get(url(auction, "sale-opening")).content.decode().split())
    assert "do not open entry 1, so nothing is open yet" in shown
    assert "adviser and seller" in shown
    clock(AFTER + timedelta(hours=25))
    client.force_login(auction.seller)
    assert url(auction, "sale-open-without") in client.get(auction.sale.get_absolute_url()).content.decode()
    client.post(url(auction, "sale-open-without"), {"note": "The witness lost the key."})
    assert Sale.objects.get(pk=auction.sale.pk).status == SaleStatus.OPENED


@pytest.mark.parametrize("part", ["A" * 500, "\x00", "A" * 42, "=", "ü"])
def test_what_is_no_part_of_a_key_is_refused(client, auction, clock, part):
    auction.bid(auction.bidder(), A="98")
    close(auction)
    clock(AFTER)
    opener_in(client, auction, "witness")
    parts = {"1": [{"group": ["adviser", "witness"], "name": "witness", "part": part}]}
    assert client.post(url(auction, "sale-opening"), {"parts": json.dumps(parts)}).status_code == 422
