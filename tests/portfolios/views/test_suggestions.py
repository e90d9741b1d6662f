"""Suggested kick-outs on the approval page: which loans, for which limit, and taken out at one press."""

import pytest
from django.core.cache import cache

from portfolios.models import Bundle
from portfolios.services import bundles
from tests.diligence.services.pipeline import NOW
from tests.portfolios import offers
from tests.portfolios.views.test_pages import signed_in, text, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _roles_alone_decide(settings):
    settings.REQUIRE_MFA = False
    cache.clear()


@pytest.fixture
def over(deal) -> Bundle:
    """Seven of ten equal loans are in California, where 60 percent are allowed; row 9 has an open fatal finding."""
    rows = {f"row_{n}": {"State": "CA", "Zip": "90210"} for n in range(1, 8)} | {"row_9": {"FICO": "580"}}
    deal.run = offers.checked(deal.manager, deal.run.criteria, offers.tape(10, first=100, **rows), "west.csv")
    return deal.submitted()


def test_the_page_names_the_loans_and_the_limit(deal, over):
    page = text(signed_in(deal.reviewer).get(url("approval", over)))
    assert "Suggested kick-outs for the limits" in page
    assert [row for row, _ in over.suggested["rows"]] == [1, 2, 3, 4], "three of five are 60 percent"
    assert "loans with open fatal findings are taken as left out before" in page
    assert 'value="Limit: California"' in page


def test_leaving_them_and_the_fatal_ones_out_meets_every_limit(deal, over):
    client = signed_in(deal.reviewer)
    client.post(url("kick-out", over), {"suggested": "on", "reason": "Limit: California"})
    client.post(url("kick-out", over), {"everything": "on", "reason": "Open fatal findings."})
    over.refresh_from_db()
    assert (over.kicked_out, over.open_fatal, over.suggested["rows"]) == (5, 0, [])
    california = next(limit for limit in over.limits if limit["title"] == "California")
    assert california["status"] != "over"
    page = text(client.get(url("approval", over)))
    assert "Suggested kick-outs" not in page
    assert "Ready to approve without 5 loans." in page


def test_what_was_left_out_meanwhile_is_not_suggested_again(deal, over):
    stored = over.suggested
    changed = bundles.kick_out(bundle=over, rows=[1], by=deal.reviewer, at=NOW, reason="Sold.")
    Bundle.objects.filter(pk=over.pk).update(suggested=stored)
    page = text(signed_in(deal.reviewer).get(url("approval", changed)))
    assert "Leave all 3 out" in page


def test_a_limit_that_nobody_can_cure_by_leaving_a_few_out_is_said(deal):
    rows = {f"row_{n}": {"State": "CA", "Zip": "90210"} for n in range(1, 4)}
    deal.run = offers.checked(deal.manager, deal.run.criteria, offers.tape(3, first=300, **rows), "all.csv")
    page = text(signed_in(deal.reviewer).get(url("approval", deal.submitted())))
    assert "Not met by leaving a few loans out: California." in page
    assert "Leave all" not in page
