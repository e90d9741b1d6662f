"""The verification of approved bundles, from outside."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


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
