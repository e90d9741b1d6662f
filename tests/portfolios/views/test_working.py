"""What people see and can do while a worker puts a bundle together."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from portfolios import tasks
from portfolios.models import Bundle
from portfolios.models.bundles import BundleWork
from portfolios.services import work
from tests.portfolios.views.test_pages import signed_in, text, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _by_worker(settings, monkeypatch):
    settings.REQUIRE_MFA = False
    cache.clear()
    monkeypatch.setattr(work, "AT_ONCE", 0)


@pytest.fixture
def waiting(deal) -> Bundle:
    return deal.draft(clean=True)


@pytest.mark.parametrize("page", ["bundle", "loans", "approval"])
def test_every_page_says_what_is_being_done(deal, waiting, page):
    answer = text(signed_in(deal.manager).get(url(page, waiting)))
    assert "The bundle is being put together" in answer
    assert "Part 1 of 1 of the tape" in answer
    assert "Submit to" not in answer


def test_the_moving_part_leads_to_the_figures(deal, waiting):
    client = signed_in(deal.manager)
    moving = client.get(url("progress", waiting))
    assert moving.status_code == 200
    assert "<html" not in text(moving)
    tasks.work_on(waiting.pk)
    ended = client.get(url("progress", waiting))
    assert (ended.status_code, ended["HX-Refresh"]) == (286, "true")
    assert "Ready to submit." in text(client.get(url("bundle", waiting)))


def test_submitting_is_refused_with_a_sentence_until_it_is_added_up(deal, waiting):
    client = signed_in(deal.manager)
    refused = client.post(url("submit", waiting), {"due_on": "2099-01-01"})
    assert refused.status_code == 403
    assert "still being added up" in text(refused)
    tasks.work_on(waiting.pk)
    assert client.post(url("submit", waiting), {"due_on": "2099-01-01"}).status_code == 302


def test_a_worker_is_told_when_the_request_is_over(deal, monkeypatch, django_capture_on_commit_callbacks):
    sent = []
    monkeypatch.setattr(tasks.work_on, "delay", lambda *args: sent.append(args))
    monkeypatch.setattr(tasks.work_on, "apply_async", lambda args=None, **more: sent.append(args))
    page = f"{reverse('portfolios:create')}?run={deal.run.pk}"
    with django_capture_on_commit_callbacks(execute=True):
        signed_in(deal.manager).post(page, {"name": "Large", "purchaser": deal.purchaser.pk})
    assert sent == [(Bundle.objects.get(name="Large").pk,)]


def test_what_was_given_up_is_told_to_those_who_asked_and_tried_again(deal, waiting):
    BundleWork.objects.update(problem="The disk was full.", attempts=5)
    client = signed_in(deal.manager)
    page = text(client.get(url("bundle", waiting)))
    assert "The disk was full." in page
    assert "Try again" in page
    client.post(url("add-up", waiting))
    tasks.work_on(waiting.pk)
    waiting.refresh_from_db()
    assert waiting.loan_count == 8


def test_the_list_says_that_it_has_no_figures_yet(deal, waiting):
    assert "Being added up" in text(signed_in(deal.manager).get(reverse("portfolios:bundles")))
    assert signed_in(deal.manager).get(reverse("home")).status_code == 200


def test_a_double_click_makes_one_draft(deal, monkeypatch):
    monkeypatch.setattr(work, "AT_ONCE", 10_000)
    client, page = signed_in(deal.manager), f"{reverse('portfolios:create')}?run={deal.run.pk}"
    form = client.get(page).context["form"]
    data = {"name": "Once", "purchaser": deal.purchaser.pk, "token": str(form["token"].value())}
    first, second = client.post(page, data), client.post(page, data)
    assert first["Location"] == second["Location"]
    assert Bundle.objects.filter(name="Once").count() == 1
    other = client.post(page, data | {"token": str(client.get(page).context["form"]["token"].value())})
    assert other["Location"] != first["Location"]
