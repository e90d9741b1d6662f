"""A receiver's opened sale: the bids beside what the lots bring unsold."""

import pytest

from portfolios.models import Sale
from portfolios.services import sealedrecord
from tests.portfolios.auction import BEFORE, make_auction
from tests.portfolios.views.test_opened import opened, text, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.REQUIRE_MFA = False


@pytest.fixture
def auction():
    """One bidder for the whole, another for two lots by themselves."""
    auction = make_auction(deposit_percent="2")
    auction.bid(auction.bidder(), A="98.412", B="98.412", C="98.412")
    auction.offers(auction.bidder(), [{"A": "99"}, {"B": "96"}])
    return auction


def sealed_with(auction, lots):
    """The reserve of a receiver, which says what lots bring unsold as well."""
    Sale.objects.filter(pk=auction.sale.pk).update(kind="receiver")
    sealedrecord.reserve(sale=auction.sale, envelope=auction.sealed(None, {"lots": lots}), by=auction.seller, at=BEFORE)


def test_bids_of_a_receiver_stand_beside_what_the_lots_bring_unsold(client, auction):
    values = {"A": "980000.00", "B": "1950000.00", "C": "500000.00"}
    sealed_with(auction, [{"lot": lot, "amount": "0", "unsold": value} for lot, value in values.items()])
    sale = opened(auction)
    shown = text(client, auction.seller, sale.get_absolute_url())
    least = shown[shown.index("Beside not selling") :]
    row = least[least.index("Lot A") : least.index("</tr>", least.index("Lot A"))]
    assert "$990,000.00" in row
    assert "$980,000.00" in row
    assert "$10,000.00" in row
    assert "not selling brings more than the best bid for these: B. Lot B." in least
    assert "$3,430,000.00" in least, "all lots together"
    minutes = text(client, auction.seller, url(sale, "sale-minutes"))
    assert "Brings unsold" in minutes
    assert "$1,950,000.00" in minutes


def test_a_sale_without_such_values_has_no_such_table(client, auction):
    assert "Beside not selling" not in text(client, auction.seller, opened(auction).get_absolute_url())
