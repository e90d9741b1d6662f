"""Pages of a bundle without a purchaser: every one of them says so, and the purchaser can be chosen later."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from portfolios.models import Bundle
from tests.portfolios import offers

pytestmark = pytest.mark.django_db
NOBODY = "No purchaser yet"


@pytest.fixture(autouse=True)
def _roles_alone_decide(settings):
    settings.REQUIRE_MFA = False
    cache.clear()


@pytest.fixture
def manager(deal) -> Client:
    client = Client()
    client.force_login(deal.manager)
    return client


@pytest.fixture
def unsold(deal) -> Bundle:
    return offers.draft(deal.run, None, by=deal.manager, clean=True)


def url(name: str, bundle: Bundle) -> str:
    return reverse(f"portfolios:{name}", args=[bundle.number])


def text(answer) -> str:
    return answer.content.decode()


@pytest.mark.parametrize("page", ["bundle", "loans", "approval", "history", "selection"])
def test_every_page_says_that_nobody_is_asked(manager, unsold, page):
    answer = manager.get(url(page, unsold))
    assert answer.status_code == 200
    assert NOBODY in text(answer)
    assert not re.search(r"(for|to|by|of) None\b", text(answer))


@pytest.mark.parametrize("page", ["home", "portfolios:bundles"])
def test_lists_say_what_comes_next(manager, unsold, page):
    shown = text(manager.get(reverse(page)))
    assert "Choose a purchaser or sell" in shown or "Find a buyer" in shown
    assert "Submit to None" not in shown


def test_withdrawing_names_nobody(manager, unsold):
    assert "no longer sees" not in text(manager.get(url("withdraw", unsold)))


def test_submitting_is_refused_with_the_reason(manager, unsold):
    answer = manager.get(url("submit", unsold))
    assert answer.status_code == 403
    assert "Nobody is asked to buy this bundle yet" in text(answer)


def test_a_new_bundle_may_leave_the_purchaser_out(deal, manager):
    page = f"{reverse('portfolios:create')}?run={deal.run.pk}"
    assert "Decide later" in text(manager.get(page))
    manager.post(page, {"name": "Fixed 30", "purchaser": "", "clean_only": "on"})
    assert Bundle.objects.get().purchaser is None


def test_the_purchaser_is_chosen_later(deal, manager, unsold):
    shown = text(manager.get(url("bundle", unsold)))
    assert "Choose purchaser" in shown
    assert "Submit to" not in shown
    page = url("purchaser", unsold)
    assert str(deal.purchaser) in text(manager.get(page))
    answer = manager.post(page, {"purchaser": deal.purchaser.pk, "run": deal.run.pk})
    assert answer["Location"] == unsold.get_absolute_url()
    assert f"Submit to {deal.purchaser}" in text(manager.get(url("bundle", unsold)))


def test_a_refusal_stands_beside_the_form(deal, manager, unsold):
    other = offers.purchaser()
    answer = manager.post(url("purchaser", unsold), {"purchaser": other.pk, "run": deal.run.pk})
    assert answer.status_code == 422
    assert "was checked against the criteria of" in text(answer)
    assert Bundle.objects.get().purchaser is None
