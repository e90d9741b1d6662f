"""Pages of shared losses: agreements, certificates to print, and the costs of a sale's bids."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from portfolios.models import Sale, SharedLossAgreement
from portfolios.services import sharedloss
from tests.portfolios.auction import make_auction


@pytest.fixture
def held(db):
    held = make_auction()
    Sale.objects.filter(pk=held.sale.pk).update(kind="shared_loss")
    held.bid(held.bidder(), A="90", B="90", C="90")
    held.open()
    return held


AGREEMENT = {
    "form": "flat_2010",
    "name": "Single-family shared loss",
    "effective_on": "2020-01-01",
    "terminates_on": "2030-01-31",
    "covered": "$10,000,000",
}


def test_from_the_agreement_to_the_cost_of_a_bid(client, held):
    client.force_login(held.seller)
    new = reverse("portfolios:shared-loss-new")
    assert client.get(new).status_code == 200
    assert "first-loss tranche; it may be 0" in client.post(new, AGREEMENT).content.decode()
    made = client.post(new, AGREEMENT | {"first_loss": "100,000"})
    agreement = SharedLossAgreement.objects.get()
    assert made.url == reverse("portfolios:shared-loss-agreement", args=[agreement.pk])
    reported = client.post(made.url, {"month": "2020-02", "losses": "150,000", "recoveries": ""}, follow=True)
    assert "$40,000.00" in reported.content.decode()
    sale = reverse("portfolios:sale-shared-loss", args=[held.sale.number])
    assert "No agreement covers this sale yet" in client.get(sale).content.decode()
    done = client.post(sale, {"agreement": agreement.pk, "costs": "0"}, follow=True).content.decode()
    assert "costs the receiver $280,000.00" in done
    assert "$3,430,000.00" in done  # what the bank is left with
    opened = client.get(held.sale.get_absolute_url()).content.decode()
    assert "Cost to receiver" in opened
    assert "How $280,000.00 comes about" in opened
    assert "80% of $350,000.00, on top of $150,000.00 lost before" in opened
    assert "Single-family shared loss" in client.get(reverse("portfolios:shared-loss")).content.decode()


def test_a_certificate_is_a_document_of_its_month(client, held):
    now = timezone.now()
    agreement = sharedloss.agree(
        form="onewest_2009", name="Agreement", effective_on=date(2020, 1, 1), terminates_on=date(2030, 1, 1),
        covered=Decimal(1_000_000), stated={}, by=held.seller, at=now,
    )  # fmt: skip
    for month, losses, back in ((1, "250000", "0"), (2, "0", "10000")):
        sharedloss.report(
            agreement=agreement, month=date(2020, month, 1), losses=Decimal(losses), recoveries=Decimal(back),
            by=held.seller, at=now,
        )  # fmt: skip
    client.force_login(held.seller)
    first, second = (
        client.get(reverse("portfolios:shared-loss-certificate", args=[agreement.pk, 2020, month])) for month in (1, 2)
    )
    assert "Amount due from the receiver" in first.content.decode()
    assert "$40,000.00" in first.content.decode()
    assert "Amount due to the receiver" in second.content.decode()
    assert "$8,000.00" in second.content.decode()
    missing = client.get(reverse("portfolios:shared-loss-certificate", args=[agreement.pk, 2021, 1]))
    assert missing.status_code == 404
