"""Staff reads sales in the admin, changes nothing there, and learns nothing of sealed bids or of who asked."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from portfolios.models import Opener
from portfolios.services import bidders
from tests.factories import SuperuserFactory
from tests.portfolios.auction import BEFORE, make_auction

pytestmark = pytest.mark.django_db
MODELS = ("sale", "lot", "bidder", "question", "saledocument", "documentaccess", "saleevent", "sealedbid", "opener")


@pytest.fixture
def staff(settings):
    settings.REQUIRE_MFA = False
    cache.clear()
    client = Client()
    client.force_login(SuperuserFactory())
    return client


@pytest.fixture
def auction():
    """A sale with a sealed bid and a question of one bidder."""
    made = make_auction()
    bidder = made.bidder()
    made.bid(bidder, A="98.76543")
    bidders.ask(bidder=bidder, text="Are advances paid?", by=bidder.organization.people.get(), at=BEFORE)
    return made


def change(model, pk):
    return reverse(f"admin:portfolios_{model}_change", args=[pk])


@pytest.mark.parametrize("model", MODELS)
def test_lists_are_read_and_nothing_is_added(staff, auction, model):
    assert staff.get(reverse(f"admin:portfolios_{model}_changelist")).status_code == 200
    assert staff.get(reverse(f"admin:portfolios_{model}_add")).status_code == 403


def test_a_sealed_bid_is_a_fingerprint_without_a_name(staff, auction):
    entry, bidder = auction.sale.entries.get(), auction.sale.bidders.get()
    page = staff.get(change("sealedbid", entry.pk)).content.decode()
    assert entry.receipt in page
    person = bidder.organization.people.get()
    for secret in (str(bidder.organization), str(person), person.email, "98.76543", "envelope"):
        assert secret not in page
    assert staff.post(change("sealedbid", entry.pk), {"kind": "reserve"}).status_code == 403


def test_of_an_opener_the_public_key_is_known_and_nothing_that_wraps_the_private_one(staff, auction):
    opener = auction.openers["witness"]
    Opener.objects.filter(pk=opener.pk).update(wrapped={"ct": "private-words"})
    page = staff.get(change("opener", opener.pk)).content.decode()
    assert opener.user.name in page
    assert "private-words" not in page


def test_who_asked_is_told_to_nobody(staff, auction):
    question = auction.sale.questions.get()
    page = staff.get(change("question", question.pk)).content.decode()
    assert "Are advances paid?" in page
    assert str(question.bidder.organization) not in page
    assert str(question.asked_by) not in page
