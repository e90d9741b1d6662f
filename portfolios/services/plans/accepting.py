"""What is accepted of a plan becomes bundles: one draft a pool, bid or buyer, all at once or some now."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

import polars as pl
from django.db import transaction

from accounts.models import Organization, User
from accounts.policies import NotAllowed
from portfolios.models import Bundle
from portfolios.models.plans import PoolingPlan
from portfolios.policies import plans as policies
from portfolios.queries.planpages.taken import taken
from portfolios.queries.plans import placements
from portfolios.services import bundles

TOKENS = uuid.UUID("7c9e3a52-54d1-4b7e-9f3a-6f0d6c1a2b10")
"""Namespace of the tokens by which a plan's bundles are found again."""
NAME_CHARS = 200
FEW = 3  # bundles that are added up while somebody waits; of more, each is left to a worker


@transaction.atomic
def accept(*, plan: PoolingPlan, by: User, at: datetime, pools: Collection[str] | None = None) -> list[Bundle]:
    """Draft bundles with the loans exactly as placed, one for each of these pools, buyers and bids; all by default.

    Retained and unplaced loans get none. The bundles have no purchaser yet, and the criteria of the plan's check. Many
    of them are picked and added up by workers, as `work.waiting` tells. The first pool that is accepted fixes the
    answer; the others can be accepted later. Two people at once make each bundle once: the second gets the first one's.
    Returns all bundles of the plan. Raises NotAllowed with the reason, and then makes none.
    """
    Organization.objects.select_for_update().get(pk=plan.organization_id)  # two plans of the same loans take turns
    plan = PoolingPlan.objects.select_for_update(of=("self",)).select_related("run__version__tape").get(pk=plan.pk)
    wanted = _wanted(plan, pools)
    if plan.state == "accepted" and not wanted:
        policies.check_can_price(by, plan.organization)
        return bundles_of(plan)
    policies.check_can_accept(by, plan)
    placed = placements(plan)
    _check_free(plan, placed, wanted)
    rows = dict(placed.drop_nulls("pool").group_by("pool").agg("row_no").iter_rows())
    for pool in wanted:
        bundles.create(
            run=plan.run,
            name=f"{plan.name}: {pool['title']}"[:NAME_CHARS],
            purchaser=None,
            selection={"rows": sorted(rows[pool["code"]])},
            by=by,
            at=at,
            token=token_of(plan, pool["code"]),
            at_once=len(wanted) <= FEW,
        )
    _remember(plan, wanted, by, at)
    return bundles_of(plan)


def _wanted(plan: PoolingPlan, codes: Collection[str] | None) -> list[dict[str, Any]]:
    """The pools to accept now, without those that are accepted; NotAllowed for what is no pool of the plan."""
    if codes is None:
        return plan.open_pools
    if not codes:
        raise NotAllowed("Choose at least one pool.")
    if not set(codes) <= {pool["code"] for pool in plan.sold_pools}:
        raise NotAllowed("The answer has changed since the page was loaded. Choose its pools again.")
    return [pool for pool in plan.open_pools if pool["code"] in codes]


def _check_free(plan: PoolingPlan, placed: pl.DataFrame, wanted: list[dict[str, Any]]) -> None:
    """NotAllowed where a loan of these pools is in a bundle or a sale already."""
    found = taken(plan, placed, [pool["code"] for pool in wanted])
    said = [f"{pool['title']}: {found[pool['code']]}." for pool in wanted if pool["code"] in found]
    if said:
        raise NotAllowed(f"{' '.join(said)} Leave {'it' if len(said) == 1 else 'them'} out, or withdraw those bundles.")


def _remember(plan: PoolingPlan, wanted: list[dict[str, Any]], by: User, at: datetime) -> None:
    told = {"by": str(by), "at": at.isoformat()}
    first = {} if plan.state == "accepted" else {"accepted_by": by, "accepted_at": at}
    PoolingPlan.objects.filter(pk=plan.pk).update(
        state="accepted",
        lease_until=None,
        accepted_pools=plan.accepted_pools | {pool["code"]: told for pool in wanted},
        **first,
    )


def bundles_of(plan: PoolingPlan) -> list[Bundle]:
    """The bundles that an accepted plan has become, in the order of its pools."""
    tokens = [token_of(plan, pool["code"]) for pool in plan.summary.get("pools", ())]
    made = Bundle.objects.filter(form_token__in=tokens, lender_id=plan.organization_id)
    return list(made.select_related("work", "purchaser").order_by("pk"))


def token_of(plan: PoolingPlan, code: str) -> uuid.UUID:
    """The token of the bundle that one pool of a plan becomes."""
    return uuid.uuid5(TOKENS, f"{plan.pk}:{code}")
