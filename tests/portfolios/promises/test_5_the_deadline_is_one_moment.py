"""A byte one millisecond late is refused, whatever clocks say, and a deadline is one moment in the sale's zone."""

from datetime import UTC, date, datetime, time, timedelta

import pgtrigger
import pytest
from django.db import IntegrityError, transaction

from accounts.policies import NotAllowed
from portfolios.domain.localtimes import moment_in
from portfolios.models import SealedBid
from portfolios.services import sealedrecord
from portfolios.services.sales import usual_dates
from tests.portfolios.auction import AFTER, DEADLINE, make_auction

NEW_YORK = "America/New_York"


@pytest.fixture
def auction():
    return make_auction()


@pytest.mark.django_db
@pytest.mark.parametrize("late", [timedelta(microseconds=1), timedelta(milliseconds=1), timedelta(hours=1)])
def test_the_last_byte_is_in_time_at_the_deadline_and_not_after_it(auction, late):
    assert auction.bid(auction.bidder(), at=DEADLINE, A="98").at == DEADLINE
    with pytest.raises(NotAllowed, match="arrived late"):
        auction.bid(auction.bidder(), at=DEADLINE + late, A="99")
    assert SealedBid.objects.count() == 1


@pytest.mark.django_db
def test_a_server_whose_clock_is_slow_stamps_nothing_before_what_was_there(auction):
    first = auction.bid(auction.bidder(), at=DEADLINE - timedelta(minutes=1), A="98")
    second = auction.bid(auction.bidder(), at=DEADLINE - timedelta(hours=2), A="99")
    assert (first.at, second.at) == (DEADLINE - timedelta(minutes=1),) * 2


@pytest.mark.django_db
def test_a_server_whose_clock_is_slow_takes_nothing_once_the_record_is_closed(auction):
    auction.bid(auction.bidder(), A="98")
    auction.close()
    with pytest.raises(NotAllowed, match="takes no bids now"):
        auction.bid(auction.bidder(), at=DEADLINE - timedelta(hours=1), A="99")


@pytest.mark.django_db
def test_a_bid_that_came_in_time_and_waited_to_be_entered_is_not_shut_out_by_the_closing(auction):
    assert not sealedrecord.close(sale=auction.sale, at=DEADLINE + timedelta(seconds=1))
    assert auction.bid(auction.bidder(), at=DEADLINE, A="98").at == DEADLINE
    assert auction.close(DEADLINE + sealedrecord.ENTERED_WITHIN)


@pytest.mark.django_db
def test_a_server_whose_clock_is_fast_closes_nothing_early_for_the_others_to_see(auction):
    assert not sealedrecord.close(sale=auction.sale, at=DEADLINE)
    assert auction.close(AFTER)


@pytest.mark.django_db
def test_the_database_itself_refuses_a_late_row(auction):
    entry = auction.bid(auction.bidder(), A="98")
    entry.pk, entry.position, entry.receipt = None, 2, "f" * 64
    entry.at = DEADLINE + timedelta(milliseconds=1)
    with pytest.raises(IntegrityError, match="takes no bids"), transaction.atomic():
        entry.save(force_insert=True)
    assert pgtrigger.registered("portfolios.SealedBid:record_is_open")


def test_two_in_the_afternoon_is_so_on_both_sides_of_a_change_of_clocks():
    summer, winter = (moment_in(date(2026, month, day), time(14), NEW_YORK) for month, day in ((10, 30), (11, 3)))
    assert summer.astimezone(UTC) == datetime(2026, 10, 30, 18, 0, tzinfo=UTC)
    assert winter.astimezone(UTC) == datetime(2026, 11, 3, 19, 0, tzinfo=UTC)


def test_a_usual_deadline_is_at_the_same_time_of_the_day_though_clocks_change_before_it():
    announced = datetime(2026, 10, 20, 18, 0, tzinfo=UTC)  # two in the afternoon in New York, in summer
    due = usual_dates("bulk", NEW_YORK, announced)["bids_due_at"]
    assert due.timetz().replace(tzinfo=None) == time(14)
    assert due.astimezone(UTC).hour == 19


def test_a_deadline_on_the_29th_of_february_is_that_day_in_every_zone():
    for zone, hour in ((NEW_YORK, 19), ("Pacific/Auckland", 1), ("UTC", 14)):
        assert moment_in(date(2028, 2, 29), time(14), zone).astimezone(UTC) == datetime(
            2028, 2, 29, hour, 0, tzinfo=UTC
        )


def test_usual_dates_go_over_the_29th_of_february_and_end_on_it():
    announced = datetime(2028, 2, 15, 18, 0, tzinfo=UTC)
    dates = usual_dates("bulk", NEW_YORK, announced)
    assert dates["bids_due_at"].date() == date(2028, 2, 29)
    assert dates["award_due_on"] == date(2028, 3, 2)
    assert usual_dates("bulk", NEW_YORK, datetime(2028, 2, 29, 18, 0, tzinfo=UTC))["bids_due_at"].date() == date(
        2028, 3, 14
    )


@pytest.mark.parametrize(
    ("day", "at", "words"),
    [(date(2027, 3, 14), time(2, 30), "There is no 02:30"), (date(2026, 11, 1), time(1, 30), "comes twice there")],
)
def test_a_time_that_is_no_moment_or_two_cannot_be_a_deadline(day, at, words):
    with pytest.raises(ValueError, match=words):
        moment_in(day, at, NEW_YORK)
    assert moment_in(day, at, "America/Phoenix").hour == at.hour  # where clocks are never changed
