"""The pools and the sales of the demonstration; it takes seconds to load, so it is loaded once for all of them."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from portfolios.models import Offer, RedFlag, Sale, Security, Settlement
from portfolios.services import awards, demonstration, sealedrecord


@pytest.mark.django_db
def test_the_demonstration_has_pools_and_sales():
    now = timezone.now()
    demonstration.load(at=now)
    assert_pools_have_months_and_flags()
    kestrel, heron, tern = (Sale.objects.get(name=f"Project {name}") for name in ("Kestrel", "Heron", "Tern"))
    assert_takes_bids(kestrel, now)
    assert_waits_for_its_award(heron, now)
    assert_is_settling(tern)


def assert_pools_have_months_and_flags():
    issued = Security.objects.get(bundle__isnull=False)
    assert issued.months.filter(latest=True).count() == 37
    assert issued.month == timezone.now().date().replace(day=1)
    assert 0.3 < issued.factor < 0.9
    assert issued.loans_left < issued.loan_count
    assert issued.months.get(month=issued.month, latest=True).loans
    assert RedFlag.objects.filter(security=issued).exists()
    assert Security.objects.filter(source="hand").count() == 2


def assert_takes_bids(sale, now):
    assert sale.status == "open"
    assert sale.bids_due_at > now
    assert len(sealedrecord.standing(sale)) == 3
    assert not Offer.objects.filter(bid__entry__sale=sale).exists()
    assert sale.questions.filter(published_at=None).count() == 1


def assert_waits_for_its_award(sale, now):
    """A linked bid, single ones, a tie and a bid with a condition lead to the best award."""
    assert sale.status == "opened"
    good = {frozenset(offer.prices): offer for offer in Offer.objects.filter(bid__entry__sale=sale, conforming=True)}
    refused = Offer.objects.get(bid__entry__sale=sale, conforming=False)
    assert refused.reasons == ["It sets conditions, which this sale does not take."]
    found = awards.worked_out(sale=sale, at=now).outcome
    assert found.total == sum(award.amount for award in found.awards)
    assert found.total >= good[frozenset("ABC")].total


def assert_is_settling(sale):
    assert sale.status == "awarded"
    assert Settlement.objects.get(award__sale=sale).loans.count() == sale.lots.get().loan_count
    out = StringIO()
    call_command("verify_sale", sale.number, stdout=out)
    assert "holds" in out.getvalue()
