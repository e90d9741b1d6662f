"""A pooling plan from its form to its bundles, as workers and people make it."""

import threading
from decimal import Decimal

import polars as pl
import pytest
from django.db import connection

from accounts.policies import NotAllowed
from portfolios.models import Bundle, BundleLoan
from portfolios.queries.plans import PLACEMENTS, PRICED, placements, prices_of
from portfolios.services import bundles, plans, work
from portfolios.services.plans import answering
from portfolios.services.plans.solving import Solve
from tests import snapshots
from tests.diligence.services.pipeline import NOW
from tests.portfolios import offers, planning

pytestmark = pytest.mark.django_db


def made():
    lender = offers.lender()
    run = planning.checked(lender, 120, criteria=offers.published(offers.purchaser()))
    return planning.answered(planning.asked(run, lender))


@pytest.fixture
def plan(db):
    return snapshots.made_once("pooling plan", made)


@pytest.fixture
def lender(plan):
    return plan.created_by


def test_a_plan_is_answered_and_adds_up(plan):
    assert plan.state == "done"
    assert plan.summary["solve"]["state"] == "proven"
    assert plan.summary["answer"] == "exact"
    rows = placements(plan)
    assert rows.columns == list(PLACEMENTS)
    assert rows.height == plan.loan_count
    fixed = sum(Decimal(pool["fixed_cost"]) for pool in plan.summary["pools"])
    assert sum(Decimal(str(value)) for value in rows["value"].drop_nulls()) - fixed == plan.earned
    assert sum(Decimal(pool["value"]) for pool in plan.summary["pools"]) == plan.earned
    assert plan.next_best <= plan.earned <= plan.bound


def test_every_price_can_be_traced(plan):
    placed = placements(plan).drop_nulls("pool").row(0, named=True)
    prices = prices_of(plan, placed["row_no"])
    assert prices.columns == list(PRICED)
    mine = prices.filter(pl.col("pool") == placed["pool"]).row(0, named=True)
    parts = ("base", "pay_up", "adjusters", "srp", "servicing", "excess_servicing", "buy_up", "buy_down")
    assert sum(Decimal(str(mine[part])) for part in parts) - 100 == Decimal(str(mine["points"]))
    assert mine["points"] == placed["points"]
    assert mine["value"] == placed["value"]
    refused = prices.filter(pl.col("points").is_null())
    assert refused["reason"].null_count() == 0
    assert prices["points"].drop_nulls().is_sorted(descending=True)


def test_accepting_makes_a_bundle_of_every_pool_that_sells(plan, lender):
    """More than a few are left to workers, so that nobody waits for them with a page in the air."""
    made = plans.accept(plan=plan, by=lender, at=NOW)
    sold = [pool for pool in plan.summary["pools"] if pool["bundle"]]
    assert len(made) == len(sold) > 3
    assert sorted(work.waiting(at=NOW)) == sorted(bundle.pk for bundle in made)
    assert all(work.do(bundle_id=bundle.pk, clock=lambda: NOW) for bundle in made)
    made = plans.accept(plan=plan, by=lender, at=NOW)
    rows = placements(plan)
    for bundle, pool in zip(made, sold, strict=True):
        placed = rows.filter(pl.col("pool") == pool["code"])["row_no"].to_list()
        assert (
            list(BundleLoan.objects.filter(bundle=bundle).order_by("row_no").values_list("row_no", flat=True)) == placed
        )
        assert (bundle.purchaser, bundle.criteria, bundle.status) == (None, plan.run.criteria, "draft")
        assert bundle.upb == Decimal(pool["upb"])
        assert pool["title"] in bundle.name


def test_a_second_person_gets_the_bundles_of_the_first(plan, lender):
    first = plans.accept(plan=plan, by=lender, at=NOW)
    other = offers.person(lender.organization, *lender.roles)
    again = plans.accept(plan=plan, by=other, at=NOW)
    assert [bundle.pk for bundle in first] == [bundle.pk for bundle in again]
    assert Bundle.objects.count() == len(first)


def test_only_the_lender_accepts(plan):
    with pytest.raises(NotAllowed):
        plans.accept(plan=plan, by=offers.lender(), at=NOW)


def test_the_same_inputs_have_the_same_fingerprint_and_answer(plan, lender):
    again = planning.answered(planning.asked(plan.run, lender, chosen=list(plan.grids.all())))
    assert (again.inputs_hash, again.earned) == (plan.inputs_hash, plan.earned)
    other = planning.asked(plan.run, lender, chosen=list(plan.grids.all()), pool_cost="500")
    assert planning.answered(other).inputs_hash != plan.inputs_hash


@pytest.mark.django_db(transaction=True)
def test_of_two_people_at_once_both_get_the_same_bundles(monkeypatch):
    monkeypatch.setattr(answering, "solve", lambda *args, **given: Solve(None, "failed", 0.1))
    lender = offers.lender()
    run = planning.checked(lender, 30, criteria=offers.published(offers.purchaser()))
    plan = planning.answered(planning.asked(run, lender))
    people = [lender, offers.person(lender.organization, *lender.roles)]
    start, found = threading.Barrier(2), []

    def accept(person):
        try:
            start.wait()
            found.append([bundle.pk for bundle in plans.accept(plan=plan, by=person, at=NOW)])
        finally:
            connection.close()

    threads = [threading.Thread(target=accept, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert found[0] == found[1] == list(Bundle.objects.order_by("pk").values_list("pk", flat=True))


def codes_of(plan):
    return [pool["code"] for pool in plan.sold_pools]


def test_some_pools_are_accepted_and_the_others_later(plan, lender):
    first, *others = codes_of(plan)
    made = plans.accept(plan=plan, by=lender, at=NOW, pools=[first])
    assert [bundle.pk for bundle in plans.accept(plan=plan, by=lender, at=NOW, pools=[first])] == [made[0].pk]
    plan.refresh_from_db()
    assert (plan.state, list(plan.accepted_pools)) == ("accepted", [first])
    assert plan.accepted_pools[first] == {"by": str(lender), "at": NOW.isoformat()}
    assert [pool["code"] for pool in plan.open_pools] == others
    assert len(plans.accept(plan=plan, by=lender, at=NOW)) == 1 + len(others)
    plan.refresh_from_db()
    assert plan.open_pools == []


@pytest.mark.parametrize(("chosen", "sentence"), [([], "Choose at least one"), (["nothing.like.it"], "has changed")])
def test_what_is_no_choice_is_refused(plan, lender, chosen, sentence):
    with pytest.raises(NotAllowed, match=sentence):
        plans.accept(plan=plan, by=lender, at=NOW, pools=chosen)
    assert not Bundle.objects.exists()


@pytest.mark.parametrize("added_up", [True, False])
def test_a_loan_that_is_in_a_bundle_already_is_refused_and_other_pools_are_not(plan, lender, added_up):
    first, second, *_ = codes_of(plan)
    row_no = placements(plan).filter(pl.col("pool") == first)["row_no"][0]
    held = bundles.create(
        run=plan.run, name="Sold by hand", purchaser=None, selection={"rows": [row_no]}, by=lender, at=NOW,
        at_once=added_up,
    )  # fmt: skip
    with pytest.raises(NotAllowed, match=f"1 of its loans is in {held.number} already"):
        plans.accept(plan=plan, by=lender, at=NOW)
    assert Bundle.objects.count() == 1
    assert len(plans.accept(plan=plan, by=lender, at=NOW, pools=[second])) == 1
    Bundle.objects.filter(pk=held.pk).update(status="withdrawn")
    assert len(plans.accept(plan=plan, by=lender, at=NOW, pools=[first])) == 2


def test_every_single_way_of_selling_is_compared_and_none_earns_more(plan):
    ways = plan.summary["compared"]
    assert set(ways) >= {"greedy", "best_single", "whole_loan", "cash", "securities", "retained"}
    alone = {name: told for name, told in ways.items() if isinstance(told, dict)}
    for told in alone.values():
        assert 0 < told["loans"] <= plan.loan_count
        assert Decimal(told["upb"]) <= plan.upb
    complete = [told for told in alone.values() if told["loans"] == plan.loan_count]
    assert complete
    assert all(Decimal(told["earned"]) <= plan.earned for told in complete)
