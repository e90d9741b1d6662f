"""What `demo` loads: people, bundles, pools and sales. It takes seconds, so it is loaded once for all of them."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from diligence.models import Run
from loans.models import CriteriaVersion
from portfolios.models import Bundle, BundleEvent, Offer, PoolMonth, RedFlag, Sale, Security, Settlement
from portfolios.models.plans import PoolingPlan
from portfolios.services import awards, demonstration, plans, sealedrecord
from portfolios.services.plans import answering
from portfolios.services.plans.solving import Solve

MODELS = (User, Bundle, BundleEvent, Run, CriteriaVersion, Security, PoolMonth, Sale, Offer)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_the_demonstration(settings, monkeypatch):
    settings.REQUIRE_MFA = False
    said, now = run("demo"), timezone.now()
    assert_loaded_once(said)
    assert_its_people_can_sign_in(said)
    assert_approved_bundles_agree()
    assert_pools_have_months_and_flags()
    kestrel, heron, tern = (Sale.objects.get(name=f"Project {name}") for name in ("Kestrel", "Heron", "Tern"))
    assert_takes_bids(kestrel, now)
    assert_waits_for_its_award(heron, now)
    assert_is_settling(tern)
    assert_its_plan_can_be_accepted(now, monkeypatch)


def assert_loaded_once(said):
    statuses = sorted(Bundle.objects.values_list("status", flat=True))
    assert statuses == ["approved"] * 2 + ["draft"] * 8 + ["in_review", "second_sign_off"]
    counts = [model.objects.count() for model in MODELS]
    assert run("demo") == said
    assert [model.objects.count() for model in MODELS] == counts


def assert_its_people_can_sign_in(said):
    assert demonstration.PASSWORD in said
    assert "For demonstration only" in said
    for person in demonstration.PEOPLE:
        assert person.email in said
        assert User.objects.get(email=person.email).check_password(demonstration.PASSWORD)


def assert_approved_bundles_agree():
    approved = Bundle.objects.filter(status="approved")
    assert approved.filter(kicked_out__gt=0, security=None).exists()
    for bundle in approved:
        assert "agrees" in run("verify_bundle", bundle.number)


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


def assert_its_plan_can_be_accepted(now, monkeypatch):
    """The first answer is enough here; no loan of it stands in a bundle of another tape."""
    monkeypatch.setattr(answering, "solve", lambda *args, **given: Solve(None, "stopped", 0.0))
    assert plans.waiting(at=now) == [PoolingPlan.objects.get().pk]
    assert plans.work(plan_id=PoolingPlan.objects.get().pk, clock=lambda: now)
    plan = PoolingPlan.objects.get()
    assert plan.summary["unplaced"]["loans"] < plan.loan_count / 10
    made = plans.accept(plan=plan, by=plan.created_by, at=now)
    assert len(made) == len(plan.sold_pools) > 1


def assert_is_settling(sale):
    assert sale.status == "awarded"
    assert Settlement.objects.get(award__sale=sale).loans.count() == sale.lots.get().loan_count
    assert "holds" in run("verify_sale", sale.number)
