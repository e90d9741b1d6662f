"""Which bids conform, and why the others do not."""

from datetime import timedelta
from decimal import Decimal

import pytest

from portfolios.domain.awards import Lot, conforming
from portfolios.domain.sales import PriceUnit
from tests.portfolios.domain.awards.offers import DEADLINE, bid, sale


def reasons(terms: dict, **values) -> tuple[str, ...]:
    _, refused = conforming(sale(**terms), [bid("1", "north", **values)])
    return refused[0].reasons if refused else ()


def test_dollars_are_to_the_cent_half_up():
    assert Lot("A", Decimal("198412.33")).amount(Decimal("97.125")) == Decimal("192707.98")
    assert Lot("A", Decimal("100.00")).amount(Decimal("50.005")) == Decimal("50.01")


def test_a_bid_at_the_very_deadline_is_in_time():
    assert reasons({}, A="99", minutes_before=0) == ()


def test_a_bid_a_millisecond_late_is_not():
    assert reasons({}, A="99", minutes_before=-1 / 60_000) == ("It arrived after the deadline.",)


@pytest.mark.parametrize(
    ("terms", "values", "start"),
    [
        (
            {"deposit": Decimal("100000")},
            {"A": "99", "deposit": Decimal("99999.99")},
            "Its deposit is below 100,000.00",
        ),
        ({}, {"A": "99", "tape_sha256": "cd" * 32}, "It prices another version"),
        ({}, {"A": "99", "defects": ("It names no lot.",)}, "It names no lot."),
        ({}, {"A": "99", "omissions": ("It is not signed.",)}, "It is not signed."),
        (
            {"decided_at": DEADLINE + timedelta(hours=1)},
            {"A": "99", "valid_until": DEADLINE + timedelta(minutes=59)},
            "It had lapsed",
        ),
    ],
)
def test_each_defect_has_its_sentence(terms, values, start):
    found = reasons(terms, **values)
    assert len(found) == 1
    assert found[0].startswith(start)


@pytest.mark.parametrize("price", ["0", "-1", "98.123456", "NaN", "sNaN", "Infinity", "1000.00001", "1E+9999"])
def test_what_is_no_percentage(price):
    assert not Lot("A", Decimal(100)).takes(Decimal(price))


@pytest.mark.parametrize("price", ["0", "0.001", "100000000000.00", "-5", "NaN"])
def test_a_lot_priced_in_dollars_takes_cents_and_no_less(price):
    assert not Lot("A", Decimal(0), unit=PriceUnit.USD).takes(Decimal(price))


def test_a_price_in_dollars_is_the_amount():
    list_, loans = Lot("A", Decimal(0), unit=PriceUnit.USD), Lot("B", Decimal("1000.00"))
    terms = sale(lots=(list_, loans))
    assert reasons({"lots": terms.lots}, A="125000.50", B="98") == ()
    assert terms.total(bid("1", "north", A="125000.50", B="98")) == Decimal("125980.50")


def test_all_reasons_are_named():
    assert len(reasons({}, A="0", minutes_before=-1, defects=("x",), omissions=("y", "z"))) == 4


def test_what_may_be_excused_counts_once_it_is_and_a_late_bid_never():
    assert reasons({}, A="99", omissions=("It is not signed.",), cured=True) == ()
    assert reasons({}, A="99", minutes_before=-1, cured=True) == ("It arrived after the deadline.",)
    assert reasons({}, A="99", defects=("It names no lot.",), cured=True) == ("It names no lot.",)
