"""Pages of plans: from the form to an answer, its loans, its files and its bundles; and those that come to nothing."""

import io
from datetime import timedelta

import fastexcel
import polars as pl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from portfolios.models import Bundle
from portfolios.models.plans import PoolingPlan, PriceGrid
from portfolios.queries.planpages.grids import expired_words
from portfolios.queries.plans import placements
from portfolios.services import plans as service
from portfolios.services import work
from tests.factories import UserFactory
from tests.portfolios import offers, planning

pytestmark = pytest.mark.django_db
MOST_QUERIES = 25


def text(answer) -> str:
    return answer.content.decode()


def url(name: str, *arguments) -> str:
    return reverse(f"portfolios:{name}", args=arguments)


@pytest.fixture
def waiting(plan) -> PoolingPlan:
    """A plan that no worker has begun."""
    return service.create(
        run=plan.run, selection={}, grids=plan.grids.all(), settings={}, name="Later", by=plan.created_by,
        at=timezone.now(),
    )  # fmt: skip


def filled(plan, **others):
    grids = list(plan.grids.values_list("pk", flat=True))
    own = {"name": "Second", "grids": grids, "servicing": "best", "seconds": "30", "clean_only": "on", "settlement": ""}
    return own | others


def test_a_plan_is_asked_for_and_handed_to_a_worker(plan, planner, monkeypatch, django_capture_on_commit_callbacks):
    sent = []
    monkeypatch.setattr("portfolios.tasks.solve_plan.delay_on_commit", sent.append)
    page = f"{url('plan-new')}?run={plan.run_id}"
    assert "Make the plan" in text(planner.get(page))
    answer = planner.post(page, filled(plan))
    made = PoolingPlan.objects.get(name="Second")
    assert answer["Location"] == made.get_absolute_url()
    assert sent == [made.pk]
    assert (made.state, made.settings["seconds"], made.selection) == ("pricing", 30, {"clean": True})
    assert set(made.grids.all()) == set(plan.grids.all())


def test_the_check_is_chosen_first(plan, planner):
    shown = text(planner.get(url("plan-new")))
    assert str(plan.run.version) in shown
    assert f"?run={plan.run_id}" in shown


def test_a_plan_without_prices_keeps_what_was_typed(plan, planner):
    answer = planner.post(f"{url('plan-new')}?run={plan.run_id}", filled(plan, grids=[], name="Third"))
    assert answer.status_code == 422
    assert "Choose at least one grid of prices." in text(answer)
    assert 'value="Third"' in text(answer)


def test_a_plan_says_on_every_page_that_its_prices_have_expired(plan, planner):
    pages = [plan.get_absolute_url(), url("plan-accept", plan.pk)]
    assert not any("have expired" in text(planner.get(page)) for page in pages)
    first, second = plan.grids.order_by("name")[:2]
    PriceGrid.objects.filter(pk=first.pk).update(expires_at=plan.created_at + timedelta(seconds=1))
    PriceGrid.objects.filter(pk=second.pk).update(expires_at=plan.created_at - timedelta(days=1))
    later = plan.created_at + timedelta(days=1)
    said = expired_words(plan, later)
    assert f"{second.name} had expired before the plan was made, " in said
    assert f"{first.name} has expired since, " in said
    PriceGrid.objects.filter(pk=first.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert all("Prices of this plan have expired." in text(planner.get(page)) for page in pages)


def test_expired_prices_are_refused_until_they_are_asked_for(plan, planner):
    plan.grids.update(expires_at=timezone.now())
    page = f"{url('plan-new')}?run={plan.run_id}"
    answer = planner.post(page, filled(plan))
    assert answer.status_code == 422
    assert "has expired" in text(answer)
    assert planner.post(page, filled(plan, expired_too="on")).status_code == 302


def test_the_result_says_what_it_earns_and_where_the_loans_go(plan, planner, django_assert_max_num_queries):
    with django_assert_max_num_queries(MOST_QUERIES):
        shown = text(planner.get(plan.get_absolute_url()))
    assert "The plan earns $" in shown
    assert "than the best single execution of each loan" in shown
    assert all(pool["title"] in shown for pool in plan.summary["pools"])
    assert plan.inputs_hash in shown
    assert "Some of these prices are synthetic." in shown
    assert "Accept plan" in shown


def test_while_it_is_priced_the_page_asks_again(waiting, planner):
    shown = text(planner.get(waiting.get_absolute_url()))
    assert "The loans are being priced." in shown
    assert f"{url('plan-progress', waiting.pk)}?seen=pricing" in shown
    again = planner.get(url("plan-progress", waiting.pk), {"seen": "pricing"})
    assert again.status_code == 200
    assert "hx-get" in text(again)


def test_an_answer_loads_the_page_again(waiting, planner):
    PoolingPlan.objects.filter(pk=waiting.pk).update(state="fast")
    moved = planner.get(url("plan-progress", waiting.pk), {"seen": "pricing"})
    assert (moved.status_code, moved["HX-Refresh"]) == (286, "true")


def test_the_first_answer_is_labelled_and_can_be_accepted(plan, planner):
    PoolingPlan.objects.filter(pk=plan.pk).update(state="fast")
    shown = text(planner.get(plan.get_absolute_url()))
    assert "First answer: the plan earns" in shown
    assert "Looking for the best answer" in shown
    assert "accepting now takes the first" in text(planner.get(url("plan-accept", plan.pk)))


def test_a_plan_that_failed_says_why(waiting, planner):
    PoolingPlan.objects.filter(pk=waiting.pk).update(state="failed", problem="No grid prices any of these loans.")
    shown = text(planner.get(waiting.get_absolute_url()))
    assert "There is no plan." in shown
    assert "No grid prices any of these loans." in shown
    assert "Accept plan" not in shown
    refused = planner.post(url("plan-accept", waiting.pk))
    assert refused.status_code == 422
    assert "as soon as it has an answer" in text(refused)


def test_the_list_has_every_plan(plan, waiting, planner):
    shown = text(planner.get(url("plans")))
    assert plan.name in shown
    assert waiting.name in shown
    assert "Pricing" in shown
    assert "No plan here" in text(planner.get(url("plans") + "?show=accepted"))


def test_before_any_plan_the_list_says_how_to_begin(db):
    browser = Client()
    browser.force_login(offers.lender())
    assert "No plan yet" in text(browser.get(url("plans")))


def test_the_loans_are_paged_and_filtered(plan, planner, django_assert_max_num_queries):
    with django_assert_max_num_queries(MOST_QUERIES):
        shown = text(planner.get(url("plan-loans", plan.pk)))
    assert shown.count('<tr class="two">') == 50
    pool = plan.summary["pools"][0]
    one = text(planner.get(url("plan-loans", plan.pk), {"pool": pool["code"], "sort": "price"}))
    assert f"{pool['loans']} loan" in one
    assert "Clear all" in text(planner.get(url("plan-loans", plan.pk), {"pool": "nothing.of.the.kind"}))


def test_a_loan_is_explained(plan, planner):
    row = placements(plan).drop_nulls("better_pool").row(0, named=True)
    shown = text(planner.get(url("plan-loan", plan.pk, row["row_no"])))
    assert row["title"] in shown
    assert row["better_title"] in shown
    assert "stopped by" in shown
    assert "Less par" in shown
    assert ", row " in shown  # leads back to a row of a grid
    other = text(planner.get(url("plan-loan", plan.pk, row["row_no"]), {"show": row["next_pool"]}))
    assert other != shown


def test_a_loan_that_is_none_is_not_found(plan, planner):
    assert planner.get(url("plan-loan", plan.pk, 10**6)).status_code == 404


def test_the_placements_are_files(plan, planner):
    table = pl.read_csv(planner.get(url("plan-csv", plan.pk)).content)
    assert table.height == plan.loan_count
    assert table["placed_in"].to_list() == placements(plan)["title"].to_list()
    book = fastexcel.read_excel(planner.get(url("plan-xlsx", plan.pk)).content)
    assert book.sheet_names == ["Loans", "About"]
    assert book.load_sheet("Loans").to_polars().height == plan.loan_count
    about = book.load_sheet("About", header_row=None).to_polars()
    assert plan.inputs_hash in about.to_series(1).to_list()


def test_a_file_holds_what_the_list_shows(plan, planner):
    pool = plan.summary["pools"][0]
    content = planner.get(url("plan-csv", plan.pk), {"pool": pool["code"]}).content
    assert pl.read_csv(io.BytesIO(content)).height == pool["loans"]


def test_accepting_makes_the_bundles_that_were_shown(plan, planner):
    page = url("plan-accept", plan.pk)
    sold = [pool for pool in plan.summary["pools"] if pool["bundle"]]
    assert f"Make {len(sold)} bundles of" in text(planner.get(page))
    answer = planner.post(page)
    assert answer["Location"] == plan.get_absolute_url()
    bundles = Bundle.objects.filter(run=plan.run)
    assert bundles.count() == len(sold)
    for bundle in bundles:
        work.do(bundle_id=bundle.pk, clock=planning.Moving())
    shown = text(planner.get(plan.get_absolute_url()))
    assert all(bundle.number in shown for bundle in bundles)
    assert "No purchaser yet" in shown
    assert "Sell these bundles" in shown
    assert planner.post(page).status_code == 302  # twice is once
    assert bundles.count() == len(sold)
    assert "accepted already" in text(planner.get(page))


def test_bundles_that_workers_add_up_are_watched(plan, planner, monkeypatch):
    monkeypatch.setattr("portfolios.services.plans.accepting.FEW", 0)
    planner.post(url("plan-accept", plan.pk))
    shown = text(planner.get(plan.get_absolute_url()))
    assert "Being added up" in shown
    assert 'hx-select="#its-bundles"' in shown
    assert "Sell these bundles" not in shown


@pytest.mark.parametrize("name", ["plan", "plan-progress", "plan-accept", "plan-loans", "plan-csv", "plan-xlsx"])
def test_plans_of_another_lender_do_not_exist(plan, name):
    stranger = Client()
    stranger.force_login(UserFactory(roles=[Role.MANAGER]))
    assert stranger.get(url(name, plan.pk)).status_code == 404


def test_a_check_without_criteria_is_warned_about(planner, plan):
    run = planning.checked(plan.created_by, 20)
    assert "it cannot be accepted" in text(planner.get(f"{url('plan-new')}?run={run.pk}"))
