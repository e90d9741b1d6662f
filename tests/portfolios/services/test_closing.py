"""Closing: the record is closed once, and its head told to everybody before anything is opened, whatever is killed."""

from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail

from accounts.models import Role
from portfolios import tasks
from portfolios.domain.sales import BidderStatus, SaleStatus
from portfolios.models import Sale, SaleEvent
from portfolios.queries.ceremonies.told import head_is_told
from portfolios.services import closing, notices
from tests.factories import UserFactory
from tests.portfolios.auction import AFTER, BEFORE, DEADLINE, make_auction

pytestmark = pytest.mark.django_db
CONSOLE = "django.core.mail.backends.console.EmailBackend"


@pytest.fixture
def auction():
    auction = make_auction()
    auction.bid(auction.bidder(), A="98.5")
    return auction


def closed(auction):
    assert closing.close(sale_id=auction.sale.pk, at=AFTER)
    return Sale.objects.get(pk=auction.sale.pk)


def told(at=AFTER):
    return [notices.tell(event_id=key, at=at) for key in notices.waiting(at=at)]


def kinds(sale):
    return list(SaleEvent.objects.filter(sale=sale).order_by("pk").values_list("kind", flat=True))


def test_only_sales_past_their_deadline_are_due(auction):
    assert closing.due(at=BEFORE) == []
    assert closing.due(at=DEADLINE) == []
    assert closing.due(at=AFTER) == [auction.sale.pk]


def test_a_doubled_message_closes_nothing_twice(auction):
    assert [closing.close(sale_id=auction.sale.pk, at=AFTER) for _ in range(3)] == [True, False, False]
    assert kinds(auction.sale).count("closed") == 1
    assert not closing.close(sale_id=0, at=AFTER)


def test_a_sale_is_not_closed_before_its_time(auction):
    assert not closing.close(sale_id=auction.sale.pk, at=DEADLINE)
    assert Sale.objects.get(pk=auction.sale.pk).status == SaleStatus.OPEN


def test_everybody_gets_the_head_and_the_count(auction):
    sale = closed(auction)
    assert told() == [True]
    people = {message.to[0]: message.body for message in mail.outbox}
    expected = {opener.user.email for opener in auction.openers.values()}
    expected |= {person.email for bidder in sale.bidders.all() for person in bidder.organization.people.all()}
    assert set(people) == expected | {auction.seller.email}
    assert all(sale.closed_head in body and "Entries in it:      1" in body for body in people.values())


def test_nobody_is_told_twice(auction):
    closed(auction)
    event = notices.waiting(at=AFTER)[0]
    assert [notices.tell(event_id=event, at=AFTER) for _ in range(2)] == [True, False]
    assert notices.waiting(at=AFTER) == []
    assert len(mail.outbox) == 5


def test_a_worker_killed_between_the_closing_and_the_mail_leaves_the_mail_to_the_next(auction):
    sale = closed(auction)
    assert not head_is_told(sale, AFTER)
    assert notices.waiting(at=AFTER + timedelta(minutes=5)) != []
    assert told(AFTER + timedelta(minutes=5)) == [True]
    assert head_is_told(sale, AFTER)


def test_a_worker_killed_while_it_mails_mails_again(auction, monkeypatch):
    sale = closed(auction)
    with monkeypatch.context() as patch:
        patch.setattr(notices, "record", lambda *args, **kwargs: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            told()
    assert not head_is_told(sale, AFTER)
    assert told() == [True]
    assert len(mail.outbox) == 10


def test_a_mail_server_that_is_away_is_tried_again_for_a_while(auction, monkeypatch):
    sale = closed(auction)

    def away(*args):
        raise SMTPServerDisconnected

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", away)
    assert told() == [False]
    assert not head_is_told(sale, AFTER)
    assert told(AFTER + notices.GIVE_UP) == [True]
    fact = SaleEvent.objects.get(kind="told").facts
    assert (fact["mailed"], fact["problem"]) == (0, "SMTPServerDisconnected")


def test_without_mail_the_pages_tell(auction, settings):
    settings.EMAIL_BACKEND = CONSOLE
    sale = closed(auction)
    assert told() == [True]
    assert head_is_told(sale, AFTER)
    assert SaleEvent.objects.get(kind="told").facts["mailed"] == 0


def test_where_the_count_is_not_shown_bidders_are_told_the_head_alone():
    auction = make_auction(count_shown=False)
    bidder = auction.bidder()
    sale = closed(auction)
    told()
    bodies = {message.to[0]: message.body for message in mail.outbox}
    assert "Entries" not in bodies[bidder.organization.people.get().email]
    assert sale.closed_head in bodies[bidder.organization.people.get().email]
    assert "Entries" in bodies[auction.openers["seller"].user.email]


def test_who_left_the_sale_is_not_written_to(auction):
    gone = auction.bidder(status=BidderStatus.DECLINED)
    analyst = UserFactory(organization=auction.bidder().organization, roles=[Role.ANALYST])
    closed(auction)
    told()
    written = {message.to[0] for message in mail.outbox}
    assert not written & {gone.organization.people.get().email, analyst.email}


def test_the_sweep_closes_and_tells(auction, monkeypatch, settings):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    monkeypatch.setattr(tasks.timezone, "now", lambda: AFTER)
    monkeypatch.setattr(tasks.close_sale, "delay", tasks.close_sale)
    monkeypatch.setattr(tasks.tell, "delay", tasks.tell)
    monkeypatch.setattr(tasks.ask_for_rehearsal, "delay", tasks.ask_for_rehearsal)
    tasks.sweep_sales()
    tasks.sweep_sales()
    assert kinds(auction.sale)[-2:] == ["closed", "told"]


def test_notices_that_cannot_go_out_keep_bids_shut_for_half_an_hour_only(auction):
    sale = closed(auction)
    assert not head_is_told(sale, AFTER + timedelta(minutes=29))
    assert head_is_told(sale, AFTER + timedelta(minutes=30))
