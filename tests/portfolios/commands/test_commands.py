"""The demonstration and the verification of approved bundles, from outside."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from diligence.models import Run
from loans.models import CriteriaVersion
from portfolios.models import Bundle, BundleEvent, PoolMonth, Security
from portfolios.services import demonstration

pytestmark = pytest.mark.django_db
MODELS = (User, Bundle, BundleEvent, Run, CriteriaVersion, Security, PoolMonth)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_an_approved_bundle_agrees(deal):
    bundle = deal.approved()
    assert run("verify_bundle", bundle.number).startswith(f"{bundle.number} agrees: {bundle.frozen_hash}")


def test_a_bundle_whose_values_changed_differs(deal):
    bundle = deal.approved()
    deal.run.rulebook.__class__.objects.filter(pk=deal.run.rulebook_id).update(content_hash="0" * 64)
    with pytest.raises(CommandError, match="differs: approved as"):
        run("verify_bundle", bundle.number)


def test_only_approved_bundles_are_verified(deal):
    with pytest.raises(CommandError, match="not approved"):
        run("verify_bundle", deal.draft().number)
    with pytest.raises(CommandError, match="no bundle B-1999-0001"):
        run("verify_bundle", "B-1999-0001")


def test_the_demonstration_is_loaded_once_and_its_people_can_sign_in(settings):
    settings.REQUIRE_MFA = False
    said = run("demo")
    statuses = sorted(Bundle.objects.values_list("status", flat=True))
    assert statuses == ["approved"] * 2 + ["draft"] * 8 + ["in_review", "second_sign_off"]
    assert demonstration.PASSWORD in said
    assert "For demonstration only" in said
    counts = [model.objects.count() for model in MODELS]
    assert run("demo") == said
    assert [model.objects.count() for model in MODELS] == counts
    for person in demonstration.PEOPLE:
        assert person.email in said
        assert Client().login(email=person.email, password=demonstration.PASSWORD) or User.objects.get(
            email=person.email
        ).check_password(demonstration.PASSWORD)


def test_approved_bundles_of_the_demonstration_agree():
    run("demo")
    approved = Bundle.objects.filter(status="approved")
    assert approved.filter(kicked_out__gt=0, security=None).exists()
    for bundle in approved:
        assert "agrees" in run("verify_bundle", bundle.number)
