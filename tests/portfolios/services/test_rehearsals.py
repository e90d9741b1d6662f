"""Rehearsals: an opener shows that the key opens; asked for once in each window, and counted in it."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.core import mail

from accounts.policies import NotAllowed
from portfolios.domain.sales import SaleStatus
from portfolios.domain.sealing import decoded, encoded
from portfolios.domain.sealing.envelope import HPKE
from portfolios.domain.sealing.rehearsing import info_of
from portfolios.models import Opener, Sale
from portfolios.queries.ceremonies.keys import keepers_of
from portfolios.services import notices, rehearsals
from tests.portfolios.auction import DEADLINE, make_auction

pytestmark = pytest.mark.django_db
TEN_DAYS, TWO_DAYS = DEADLINE - timedelta(days=10), DEADLINE - timedelta(hours=48)


@pytest.fixture
def auction():
    return make_auction()


def what_is_in(auction, name, asked):
    key = X25519PrivateKey.from_private_bytes(auction.keys[name].private)
    return encoded(HPKE.decrypt(decoded(asked.sealed), key, info=info_of(auction.sale.number, name)))


def rehearse(auction, name, at):
    opener = auction.openers[name]
    asked = rehearsals.begin(opener=opener, by=opener.user, at=at)
    return rehearsals.answer(opener=opener, answer=what_is_in(auction, name, asked), by=opener.user, at=at)


def test_who_opens_the_canary_has_rehearsed(auction):
    assert rehearse(auction, "seller", TEN_DAYS).rehearsed_at == TEN_DAYS
    assert [row.current for row in keepers_of(auction.sale, TEN_DAYS).rows] == [False, True, False]


def test_an_answer_that_was_not_in_it_is_refused(auction):
    opener = auction.openers["seller"]
    rehearsals.begin(opener=opener, by=opener.user, at=TEN_DAYS)
    with pytest.raises(NotAllowed, match="not what was in"):
        rehearsals.answer(opener=opener, answer=encoded(bytes(32)), by=opener.user, at=TEN_DAYS)
    assert Opener.objects.get(pk=opener.pk).rehearsed_at is None


def test_only_the_last_canary_counts_and_only_once(auction):
    opener = auction.openers["seller"]
    first = rehearsals.begin(opener=opener, by=opener.user, at=TEN_DAYS)
    answer = what_is_in(auction, "seller", first)
    rehearsals.begin(opener=opener, by=opener.user, at=TEN_DAYS)
    with pytest.raises(NotAllowed):
        rehearsals.answer(opener=opener, answer=answer, by=opener.user, at=TEN_DAYS)
    rehearse(auction, "seller", TEN_DAYS)
    with pytest.raises(NotAllowed):
        rehearsals.answer(opener=opener, answer=answer, by=opener.user, at=TEN_DAYS)


def test_nobody_rehearses_for_another_or_without_a_key_or_after_the_opening(auction):
    opener = auction.openers["seller"]
    with pytest.raises(NotAllowed, match="Only the person"):
        rehearsals.begin(opener=opener, by=auction.openers["witness"].user, at=TEN_DAYS)
    Opener.objects.filter(pk=opener.pk).update(public_key="")
    with pytest.raises(NotAllowed, match="Make your key"):
        rehearsals.begin(opener=Opener.objects.get(pk=opener.pk), by=opener.user, at=TEN_DAYS)
    Sale.objects.filter(pk=auction.sale.pk).update(status=SaleStatus.OPENED)
    with pytest.raises(NotAllowed, match="nothing left"):
        rehearsals.begin(opener=Opener.objects.get(name="witness"), by=auction.openers["witness"].user, at=TEN_DAYS)


def test_too_few_is_red_only_once_it_is_asked_for(auction):
    assert not keepers_of(auction.sale, TEN_DAYS - timedelta(minutes=1)).too_few
    assert keepers_of(auction.sale, TEN_DAYS).too_few
    for name in auction.keys:
        rehearse(auction, name, TEN_DAYS)
    found = keepers_of(auction.sale, TEN_DAYS)
    assert (found.passed, found.wanted, found.too_few) == (3, 3, False)
    assert keepers_of(auction.sale, TWO_DAYS).too_few


def test_each_window_asks_once_and_only_those_who_have_not_rehearsed(auction):
    rehearse(auction, "seller", TEN_DAYS)
    assert rehearsals.due(at=TEN_DAYS - timedelta(hours=1)) == []
    for at in (TEN_DAYS, TWO_DAYS):
        assert rehearsals.due(at=at) == [auction.sale.pk]
        assert [rehearsals.ask(sale_id=auction.sale.pk, at=at) for _ in range(2)] == [True, False]
        assert rehearsals.due(at=at) == []
        mail.outbox.clear()
        assert [notices.tell(event_id=key, at=at) for key in notices.waiting(at=at)] == [True]
        asked = {message.to[0] for message in mail.outbox}
        names = ("adviser", "witness") if at == TEN_DAYS else tuple(auction.keys)
        assert asked == {auction.openers[name].user.email for name in names}


def test_nobody_is_asked_when_all_have_rehearsed(auction):
    for name in auction.keys:
        rehearse(auction, name, TWO_DAYS)
    assert rehearsals.due(at=TWO_DAYS) == []
    assert not rehearsals.ask(sale_id=auction.sale.pk, at=TWO_DAYS)
